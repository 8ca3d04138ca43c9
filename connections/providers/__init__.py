"""The platforms adloom can talk to."""

from typing import Final

from adloom.errors import UnknownNameError
from connections.providers.base import Provider
from connections.providers.tiktok_business import TikTokBusiness

__all__ = ["PROVIDERS", "provider_named"]

PROVIDERS: Final[dict[str, Provider]] = {
    TikTokBusiness.name: TikTokBusiness(),
}


def provider_named(name: str) -> Provider:
    """Return the provider of this name.

    Raises:
        UnknownNameError: There is none.
    """
    if name not in PROVIDERS:
        raise UnknownNameError("kind of connection", name, PROVIDERS)
    return PROVIDERS[name]
