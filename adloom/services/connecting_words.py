"""Connections in words: how they stand, what they may do, and how one gets what they take."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from adloom.catalogue import load
from connections.connection import Connection, State
from connections.providers import PROVIDERS, provider_named
from connections.providers.base import Provider

__all__ = [
    "KINDS",
    "KindWords",
    "Standing",
    "consent_ends",
    "guide_of",
    "permission_words",
    "secret_words",
    "standing_of",
]

#: Days before its end from which a consent's end is told.
SOON: Final = timedelta(days=14)
#: An option of the command line in a sentence that a page shows too.
OPTION: Final = re.compile(r":?,? --[a-z-]+")


@dataclass(frozen=True)
class KindWords:
    """A kind of connection for somebody who chooses one.

    Args:
        name: Of the kind.
        title: Its heading.
        text: What it is for.
        icon: The icon beside it.
    """

    name: str
    title: str
    text: str
    icon: str


#: Every kind, in the order in which people need them.
KINDS: Final[tuple[KindWords, ...]] = (
    KindWords(
        "tiktok-business",
        "TikTok ads",
        "Ad accounts: campaigns, ad groups, ads, budgets and reports.",
        "megaphone",
    ),
    KindWords(
        "tiktok", "TikTok account", "A creator's own account: videos, posts and sounds.", "video"
    ),
    KindWords(
        "tiktok-events",
        "TikTok events",
        "A pixel, app, offline or CRM event set that events are sent to.",
        "send",
    ),
    KindWords("notify", "Notifications", "Chats, mail and phones that are told something.", "bell"),
    KindWords("web", "Web API", "Any other API: a shop, a CRM, an ERP.", "code"),
    KindWords("webhook", "Webhook", "The secret of requests that others send here.", "webhook"),
    KindWords("files", "Files", "A folder that rows are written into or read from.", "table"),
    KindWords(
        "tiktok-public", "TikTok's public pages", "What anybody may see, without account.", "eye"
    ),
)
#: For kinds whose own guide does not say it (business_api.md §2.1,
#: open_platform_and_events.md §I.1).
GUIDES: Final[Mapping[str, tuple[str, ...]]] = {
    "tiktok-business": (
        "Open TikTok's developer portal for business, business-api.tiktok.com/portal, and log in.",
        "Under My Apps create an app, or open yours. Its page shows App ID and Secret.",
        "Add this redirect address to the app: {redirect}",
        "Choose what the app may do: ads management and reporting, at least.",
        "Fill in id and secret here; then log in at TikTok and choose your ad accounts.",
    ),
    "tiktok": (
        "Open developers.tiktok.com and create an app, or open yours.",
        "Its page shows Client key and Client secret.",
        "Add the product Login Kit, with this redirect address: {redirect}",
        "Ask for the scopes you need; TikTok has to approve the app for them.",
        "Fill in key and secret here; then log in at TikTok as the owner of the account.",
    ),
    "web": (
        "Look in the API's own documentation for its address and its way of logging in.",
        "Choose a path for the test that can be read without changing anything.",
    ),
    "files": ("Choose a folder of this machine that adloom may write into.",),
}
#: What the Open Platform's scopes allow (open_platform_and_events.md §I.1).
SCOPES: Final[Mapping[str, str]] = {
    "user.info.basic": "read name and picture",
    "user.info.profile": "read the profile",
    "user.info.stats": "read how many likes and followers there are",
    "video.list": "read the videos",
    "video.upload": "put videos into the inbox, as drafts",
    "video.publish": "publish videos",
    "share.sound.create": "upload sounds",
}
#: Secrets that nobody types, because a platform gives them.
GIVEN: Final[Mapping[str, str]] = {
    "access_token": "Access token",
    "refresh_token": "Refresh token",
    "open_id": "Id of the account",
}


@dataclass(frozen=True)
class Standing:
    """How a connection stands.

    Args:
        kind: The colour it is told in.
        label: In a word or two.
        text: In a sentence.
    """

    kind: Literal["ok", "warn", "bad"]
    label: str
    text: str


def standing_of(connection: Connection, now: datetime) -> Standing:
    """Whether a connection works, ends soon, or needs its owner."""
    if connection.state is State.RECONNECT:
        reason = connection.reason or "the platform no longer accepts it."
        return Standing("bad", "Needs reconnecting", reason)
    ends = consent_ends(connection)
    if ends is None or ends - now > SOON:
        return Standing("ok", "Works", "It worked when it was last used or tried.")
    days = max(0, (ends - now).days)
    when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return Standing(
        "warn", f"Expires {when}", "Its consent ends then. Reconnect it, and nothing stops."
    )


def consent_ends(connection: Connection) -> datetime | None:
    """When its owner has to agree again; None if nobody knows of an end."""
    if known := connection.account.get("consent_ends_at"):
        return datetime.fromisoformat(str(known))
    return None if provider_named(connection.provider).refreshes else connection.expires_at


def permission_words(connection: Connection) -> Sequence[str]:
    """What its owner has granted, in words."""
    granted: Sequence[Any] = connection.account.get("permissions") or ()
    words = [_permission(one) for one in granted]
    return sorted(dict.fromkeys(word for word in words if word))


def _permission(granted: Any) -> str:
    if isinstance(granted, int):
        return load().scope_title(granted) or f"permission {granted}"
    return SCOPES.get(str(granted), str(granted))


def secret_words(connection: Connection) -> Sequence[str]:
    """The labels of the secrets it keeps."""
    titles = {**GIVEN, **provider_named(connection.provider).secret_titles}
    return [titles.get(name, name) for name in connection.secrets]


def guide_of(provider: Provider, redirect: str) -> Sequence[str]:
    """How to get what a connection takes, step by step, for somebody in front of a form."""
    steps = provider.guide or GUIDES.get(provider.name, ())
    return [OPTION.sub("", step).replace("{redirect}", redirect) for step in steps]


assert {one.name for one in KINDS} == set(PROVIDERS)  # noqa: S101 - a kind that nobody could choose
