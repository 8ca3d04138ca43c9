"""oEmbed: videos and profiles for other people's pages (open_platform_and_events.md §I.4)."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from adloom.simulator.open_platform.creator import Creator
from adloom.simulator.open_platform.creators import Creators
from adloom.simulator.open_platform.envelope import BareReply
from adloom.simulator.open_platform.fields import Moment, cover, quote
from adloom.simulator.open_platform.injected import EMBED_FAULT
from adloom.simulator.open_platform.videos import Video
from adloom.simulator.state import Incoming, State

__all__ = ["embedded"]

SITES: Final = ("www.tiktok.com", "tiktok.com", "m.tiktok.com")
SHORT_SITES: Final = ("vm.tiktok.com", "vt.tiktok.com")
VIDEO: Final = re.compile(r"/@[^/]+/video/(\d+)/?")
PROFILE: Final = re.compile(r"/@([^/]+)/?")
SHORT_LINK: Final = re.compile(r"/(?:t/)?(\w+)/?")
ANY_SITE: Final = {"Access-Control-Allow-Origin": "*"}

#: A video and whose it is, or a creator alone.
Found = tuple[Creator, Video | None]


def embedded(state: State, incoming: Incoming) -> BareReply:
    """`GET /oembed?url=`; whatever is wrong, the answer is the same HTTP 400."""
    address = dict(parse_qsl(incoming.query)).get("url", "")
    found = _found(state.open_platform.creators, address)
    if found is None:
        return BareReply(dict(EMBED_FAULT), "HTTP 400", http=400)
    creator, video = found
    moment = Moment(int(state.clock.now()), state.next_request_id())
    told = _profile(creator) if video is None else _video(creator, video, moment)
    return BareReply(told, headers=ANY_SITE)


def _found(creators: Creators, address: str) -> Found | None:
    """What an address leads to, if anybody may see it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    found: Found | None = None
    if host in SHORT_SITES or (host in SITES and parts.path.startswith("/t/")):
        link = SHORT_LINK.fullmatch(parts.path)
        found = creators.by_short(link[1]) if link else None
    elif host in SITES and (video := VIDEO.fullmatch(parts.path)):
        # The name in front of the id is not compared (assumed).
        found = creators.by_video(video[1])
    elif host in SITES and (profile := PROFILE.fullmatch(parts.path)):
        creator = creators.by_name(profile[1])
        found = (creator, None) if creator else None
    return None if found and found[1] and not found[1].is_shown else found


def _video(creator: Creator, video: Video, moment: Moment) -> dict[str, Any]:
    width, height = video.size
    return {
        "version": "1.0",
        "type": "video",
        "title": video.description,
        "author_url": creator.address,
        "author_name": creator.display_name,
        "author_unique_id": creator.username,
        "width": "100%",
        "height": "100%",
        "html": quote(creator, video),
        "thumbnail_width": width,
        "thumbnail_height": height,
        "thumbnail_url": cover(video, moment),
        "provider_url": "https://www.tiktok.com",
        "provider_name": "TikTok",
        "embed_product_id": video.id,
        "embed_type": "video",
    }


def _profile(creator: Creator) -> dict[str, Any]:
    html = (
        f'<blockquote class="tiktok-embed" cite="{creator.address}" '
        f'data-unique-id="{creator.username}" data-embed-type="creator" > <section> '
        f'<a target="_blank" href="{creator.address}">@{creator.username}</a> </section> '
        '</blockquote> <script async src="https://www.tiktok.com/embed.js"></script>'
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": f"{creator.display_name}'s Creator Profile",
        "author_url": creator.address,
        "author_name": creator.display_name,
        "width": "100%",
        "height": "100%",
        "html": html,
        "provider_url": "https://www.tiktok.com",
        "provider_name": "TikTok",
        "embed_product_id": creator.username,
        "embed_type": "profile",
    }
