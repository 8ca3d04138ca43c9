"""The platforms adloom can talk to."""

from typing import Final

from adloom.errors import UnknownNameError
from connections.providers.base import Provider
from connections.providers.local_files import LocalFiles
from connections.providers.notify import Notify
from connections.providers.tiktok_business import TikTokBusiness
from connections.providers.tiktok_events import TikTokEvents
from connections.providers.tiktok_open import TikTokAccount
from connections.providers.tiktok_public import TikTokPublic
from connections.providers.web import Web
from connections.providers.webhook import Webhook

__all__ = ["PROVIDERS", "provider_named"]

PROVIDERS: Final[dict[str, Provider]] = {
    TikTokBusiness.name: TikTokBusiness(),
    TikTokAccount.name: TikTokAccount(),
    TikTokEvents.name: TikTokEvents(),
    TikTokPublic.name: TikTokPublic(),
    Web.name: Web(),
    Notify.name: Notify(),
    LocalFiles.name: LocalFiles(),
    Webhook.name: Webhook(),
}


def provider_named(name: str) -> Provider:
    """Return the provider of this name.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in PROVIDERS:
        raise UnknownNameError("kind of connection", name, PROVIDERS)
    return PROVIDERS[name]
