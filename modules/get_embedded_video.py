"""Read what it takes to show a TikTok video elsewhere."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from adloom.wire import Page, Record
from modules.base import Context, Params, module
from modules.bundles import Bundle
from modules.records.open_platform import data_in

__all__ = ["EmbeddedVideo", "GetEmbeddedVideoParams", "get_embedded_video"]

OEMBED: Final = "/oembed"
#: Full addresses, and the short ones that the app's *Share* gives.
HOSTS: Final = ("www.tiktok.com", "tiktok.com", "m.tiktok.com", "vm.tiktok.com", "vt.tiktok.com")
PLAYER: Final = "https://www.tiktok.com/player/v1/"
VIDEO_ID: Final = re.compile(r'data-video-id="(\d{1,20})"')
LONGEST_ADDRESS: Final = 2000


def _tiktoks(address: str) -> str:
    """An address of TikTok's; `https://` may be left out."""
    address = address.strip()
    whole = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        raise ValueError("is no address") from None
    if parts.scheme not in ("http", "https") or parts.hostname not in HOSTS or port is not None:
        raise ValueError(
            "is no address of a TikTok video: write https://www.tiktok.com/@name/video/…, "
            "or a short link such as https://vm.tiktok.com/…"
        )
    return whole


class GetEmbeddedVideoParams(Params):
    """Which video to read about."""

    url: Annotated[str, AfterValidator(_tiktoks)] = Field(
        max_length=LONGEST_ADDRESS,
        title="Video address",
        description="Address of a public video or profile; short links will do.",
        json_schema_extra={"aliases": ["video_url", "address"]},
    )


class EmbeddedVideo(Bundle):
    """A video, or a profile, for other people's pages."""

    html: str | None = Field(
        default=None, title="Embed code", description="HTML that shows it on a web page."
    )
    player_url: str | None = Field(
        default=None,
        title="Player",
        description="Where the video plays alone; TikTok recommends it over the embed code.",
    )
    title: str | None = Field(default=None, title="Caption", description="Caption of the video.")
    author_name: str | None = Field(
        default=None, title="Author", description="Name of its creator."
    )
    author_unique_id: str | None = Field(
        default=None, title="User name", description="User name of its creator; may be left out."
    )
    author_url: str | None = Field(
        default=None, title="Profile", description="Address of its creator's profile."
    )
    thumbnail_url: str | None = Field(
        default=None, title="Picture", description="A picture from it; the address expires."
    )
    thumbnail_width: int | None = Field(
        default=None, title="Picture's width", description="Width of the picture in pixels."
    )
    thumbnail_height: int | None = Field(
        default=None, title="Picture's height", description="Height of the picture in pixels."
    )
    width: str | None = Field(
        default=None, title="Width", description="Width it is to be shown in, such as 100%."
    )
    height: str | None = Field(
        default=None, title="Height", description="Height it is to be shown in, such as 100%."
    )
    embed_product_id: str | None = Field(
        default=None, title="Video", description="Id of the video, or user name of the profile."
    )
    embed_type: str | None = Field(
        default=None, title="Kind", description="What is embedded: video or profile."
    )
    type: str | None = Field(
        default=None, title="oEmbed type", description="What oEmbed calls it: video or rich."
    )
    version: str | None = Field(
        default=None, title="oEmbed version", description="Version of oEmbed."
    )
    provider_name: str | None = Field(
        default=None, title="Site", description="Name of the site it is from."
    )
    provider_url: str | None = Field(
        default=None, title="Site's address", description="Address of the site it is from."
    )


@module(kind="search", title="Get an embedded video", provider="tiktok-public", permission=None)
async def get_embedded_video(
    params: GetEmbeddedVideoParams, context: Context
) -> AsyncIterator[Page[EmbeddedVideo]]:
    """Read the embed code and other facts of any public video; no account is needed."""
    told = data_in(await context.api.get(OEMBED, {"url": params.url}))
    record = EmbeddedVideo.normalise(dict(told))
    video_id = _video_id(record)
    yield Page([{**record, "player_url": PLAYER + video_id if video_id else None}], total=1)


def _video_id(record: Record) -> str | None:
    """The id of a video; older answers hold it in the embed code only, profiles hold none."""
    given = str(record.get("embed_product_id") or "")
    if given.isascii() and given.isdigit() and record.get("embed_type") != "profile":
        return given
    found = VIDEO_ID.search(str(record.get("html") or ""))
    return found[1] if found else None
