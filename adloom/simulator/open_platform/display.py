"""The Display API: a creator and their videos (open_platform_and_events.md §I.3)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.open_platform.asked import Asked
from adloom.simulator.open_platform.envelope import OpenRefusal, OpenReply
from adloom.simulator.open_platform.fields import USER_FIELDS, VIDEO_FIELDS
from adloom.simulator.open_platform.videos import Video

__all__ = ["ENDPOINTS", "Endpoint"]

MOST: Final = 20
USUAL: Final = 10
A_MINUTE: Final = 600

#: The method, how often a minute, and what is done.
Endpoint = tuple[str, int, Callable[[Asked], OpenReply]]


def _user_info(asked: Asked) -> OpenReply:
    fields = asked.fields(USER_FIELDS)
    for name in fields:
        asked.need(USER_FIELDS[name][0])
    moment = asked.moment()
    return OpenReply(
        {"user": {name: USER_FIELDS[name][1](asked.creator, moment) for name in fields}}
    )


def _video_list(asked: Asked) -> OpenReply:
    """A page is cut first; what is private or deleted leaves it afterwards, so it may be short."""
    asked.need("video.list")
    fields, body = asked.fields(VIDEO_FIELDS), asked.body()
    count = _whole(body, "max_count", USUAL, 1, MOST)
    cursor = _whole(body, "cursor", 0, 0, None)
    videos, more = asked.creator.before(cursor or None, count)
    shown = [video for video in videos if video.is_shown]
    return OpenReply(
        {
            "videos": _rows(asked, fields, shown),
            "cursor": videos[-1].at_ms if videos else cursor,
            "has_more": more,
        }
    )


def _video_query(asked: Asked) -> OpenReply:
    asked.need("video.list")
    fields, filters = asked.fields(VIDEO_FIELDS), asked.body().get("filters")
    ids = filters.get("video_ids") if isinstance(filters, dict) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST:
        raise OpenRefusal("invalid_params", f"filters.video_ids takes 1 to {MOST} ids.")
    if not all(isinstance(video_id, str) for video_id in ids):
        raise OpenRefusal("invalid_params", "filters.video_ids takes texts.")
    found = (asked.creator.find(video_id) for video_id in dict.fromkeys(ids))
    shown = [video for video in found if video is not None and video.is_shown]
    return OpenReply({"videos": _rows(asked, fields, shown)})


def _rows(asked: Asked, fields: list[str], videos: list[Video]) -> list[dict[str, Any]]:
    creator, moment = asked.creator, asked.moment()
    return [
        {name: VIDEO_FIELDS[name](creator, video, moment) for name in fields} for video in videos
    ]


def _whole(body: Mapping[str, Any], name: str, usual: int, low: int, high: int | None) -> int:
    value = body.get(name)
    if value is None:
        return usual
    if not isinstance(value, int) or isinstance(value, bool):
        raise OpenRefusal("invalid_params", f"{name} is not a whole number.")
    if value < low or (high is not None and value > high):
        raise OpenRefusal("invalid_params", f"{name} is out of range.")
    return value


ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    "/v2/user/info/": ("GET", A_MINUTE, _user_info),
    "/v2/video/list/": ("POST", A_MINUTE, _video_list),
    "/v2/video/query/": ("POST", A_MINUTE, _video_query),
}
