"""What can be read of creators and videos, field by field (open_platform_and_events.md §I.3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from adloom.simulator.open_platform.creator import Creator
from adloom.simulator.open_platform.videos import Video, counts_of, stirred

__all__ = ["USER_FIELDS", "VIDEO_FIELDS", "Moment", "cover", "player", "quote"]

#: How long a cover can be looked at.
COVER_LIFE: Final = 6 * 3600
IMAGES: Final = "https://images.example.com"
#: Followers are a story of their own; a creator wins one about every quarter of an hour.
PER_FOLLOWER: Final = 900


@dataclass(frozen=True)
class Moment:
    """When something is read, and by which request.

    Args:
        now: Simulated UNIX seconds.
        name: Never the same for two requests.
    """

    now: int
    name: str


def _avatar(size: int) -> Callable[[Creator, Moment], str]:
    return lambda creator, moment: _signed(f"avatar/{size}/{creator.username}", moment)


def _signed(path: str, moment: Moment) -> str:
    """An address that dies after six hours and is another one every time."""
    expires = moment.now + COVER_LIFE
    signature = f"{stirred(f'{path} {expires} {moment.name}'):016x}"
    return f"{IMAGES}/{path}.jpeg?x-expires={expires}&x-signature={signature}"


def _shown(creator: Creator) -> Sequence[Video]:
    return [video for video in creator.videos if video.is_shown]


def _followers(creator: Creator, moment: Moment) -> int:
    return 500 + creator.bits % 90_000 + (moment.now - creator.start) // PER_FOLLOWER


def _likes(creator: Creator, moment: Moment) -> int:
    return sum(counts_of(video, moment.now).likes for video in _shown(creator))


def _union_id(creator: Creator, _moment: Moment) -> str:
    return f"u{stirred(f'union {creator.open_id}'):016x}"


#: Each field of `/v2/user/info/`: the scope that it takes, and how it is told.
USER_FIELDS: Final[Mapping[str, tuple[str, Callable[[Creator, Moment], Any]]]] = {
    "open_id": ("user.info.basic", lambda creator, _: creator.open_id),
    "union_id": ("user.info.basic", _union_id),
    "avatar_url": ("user.info.basic", _avatar(720)),
    "avatar_url_100": ("user.info.basic", _avatar(100)),
    "avatar_large_url": ("user.info.basic", _avatar(1080)),
    "display_name": ("user.info.basic", lambda creator, _: creator.display_name),
    "bio_description": ("user.info.profile", lambda one, _: f"{one.display_name}, every day."),
    "profile_deep_link": ("user.info.profile", lambda creator, _: creator.short_url()),
    "is_verified": ("user.info.profile", lambda creator, _: bool(creator.bits & 1)),
    "username": ("user.info.profile", lambda creator, _: creator.username),
    "follower_count": ("user.info.stats", _followers),
    "following_count": ("user.info.stats", lambda creator, _: 20 + creator.bits % 400),
    "likes_count": ("user.info.stats", _likes),
    "video_count": ("user.info.stats", lambda creator, _: len(_shown(creator))),
}


def cover(video: Video, moment: Moment) -> str:
    """Where the cover is, for six hours."""
    return _signed(f"cover/{video.id}", moment)


def player(video: Video) -> str:
    """Where a video plays outside of TikTok."""
    return f"https://www.tiktok.com/player/v1/{video.id}"


def quote(creator: Creator, video: Video) -> str:
    """A video for a web page: a quotation, and the script that makes a player of it."""
    address = creator.share_url(video)
    return (
        f'<blockquote class="tiktok-embed" cite="{address}" data-video-id="{video.id}" '
        'style="max-width: 605px;min-width: 325px;" > <section> '
        f'<a target="_blank" href="{creator.address}">@{creator.username}</a> '
        f"<p>{escape(video.description)}</p> </section> </blockquote> "
        '<script async src="https://www.tiktok.com/embed.js"></script>'
    )


#: Each field of a video, and how it is told.
VIDEO_FIELDS: Final[Mapping[str, Callable[[Creator, Video, Moment], Any]]] = {
    "id": lambda _, video, __: video.id,
    "create_time": lambda _, video, __: video.create_time,
    "cover_image_url": lambda _, video, moment: cover(video, moment),
    "share_url": lambda creator, video, _: creator.share_url(video),
    "video_description": lambda _, video, __: video.description,
    "duration": lambda _, video, __: video.duration,
    "height": lambda _, video, __: video.size[1],
    "width": lambda _, video, __: video.size[0],
    "title": lambda _, video, __: video.title,
    "embed_html": lambda creator, video, _: quote(creator, video),
    "embed_link": lambda _, video, __: player(video),
    "like_count": lambda _, video, moment: counts_of(video, moment.now).likes,
    "comment_count": lambda _, video, moment: counts_of(video, moment.now).comments,
    "share_count": lambda _, video, moment: counts_of(video, moment.now).shares,
    "view_count": lambda _, video, moment: counts_of(video, moment.now).views,
    "is_aigc": lambda _, video, __: video.is_aigc,
}
