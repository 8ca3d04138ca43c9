"""The Content Posting API, but for the bytes themselves (open_platform_and_events.md §I.6)."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.simulator.open_platform.asked import Asked
from adloom.simulator.open_platform.captions import caption_of
from adloom.simulator.open_platform.display import Endpoint
from adloom.simulator.open_platform.envelope import OpenRefusal, OpenReply
from adloom.simulator.open_platform.fields import USER_FIELDS
from adloom.simulator.open_platform.paths import UPLOAD
from adloom.simulator.open_platform.post import Plan, Post
from adloom.simulator.open_platform.privacy import checked_level, levels_of
from adloom.simulator.open_platform.sources import Source, bad, photo_source, video_source

__all__ = ["ENDPOINTS"]

PUBLISH: Final = "video.publish"
INBOX: Final = "video.upload"
#: Direct posts of a creator within a day, over all apps, and shares that wait in the inbox.
MOST_POSTS: Final = 15
MOST_PENDING: Final = 5
LONGEST_VIDEO: Final = 600


def _creator_info(asked: Asked) -> OpenReply:
    """What a creator may post; the fields that name the creator are assumed."""
    asked.need(PUBLISH)
    creator, moment = asked.creator, asked.moment()
    return OpenReply(
        {
            "creator_avatar_url": USER_FIELDS["avatar_url"][1](creator, moment),
            "creator_username": creator.username,
            "creator_nickname": creator.display_name,
            "privacy_level_options": list(levels_of(asked.state.options)),
            "comment_disabled": False,
            "duet_disabled": bool(creator.bits & 2),
            "stitch_disabled": bool(creator.bits & 4),
            "max_video_post_duration_sec": LONGEST_VIDEO,
        }
    )


# --- beginnings ---------------------------------------------------------------------------------


def _direct(asked: Asked) -> OpenReply:
    asked.need(PUBLISH)
    body = asked.body("invalid_param")
    source = video_source(body.get("source_info"))
    caption, level = _post_info(asked, body.get("post_info"), photos=False)
    return _begin(asked, source, caption=caption, privacy=level)


def _to_inbox(asked: Asked) -> OpenReply:
    asked.need(INBOX)
    source = video_source(asked.body("invalid_param").get("source_info"))
    return _begin(asked, source, direct=False)


def _photos(asked: Asked) -> OpenReply:
    body = asked.body("invalid_param")
    if body.get("media_type") != "PHOTO":
        raise bad("media_type", "is PHOTO")
    mode = body.get("post_mode")
    if mode not in ("DIRECT_POST", "MEDIA_UPLOAD"):
        raise bad("post_mode", "is DIRECT_POST or MEDIA_UPLOAD")
    direct = mode == "DIRECT_POST"
    asked.need(PUBLISH if direct else INBOX)
    source = photo_source(body.get("source_info"))
    if not direct:
        caption, _ = caption_of(body.get("post_info", {}), photos=True)
        return _begin(asked, source, media="PHOTO", direct=False, caption=caption)
    caption, level = _post_info(asked, body.get("post_info"), photos=True)
    return _begin(asked, source, media="PHOTO", caption=caption, privacy=level)


def _post_info(asked: Asked, given: Any, *, photos: bool) -> tuple[str, str]:
    """The caption and the privacy level of a direct post."""
    caption, level = caption_of(given, photos=photos)
    return caption, checked_level(asked.state.options, level)


def _begin(
    asked: Asked,
    source: Source,
    *,
    media: str = "VIDEO",
    direct: bool = True,
    caption: str = "",
    privacy: str = "",
) -> OpenReply:
    _check_caps(asked, direct=direct)
    plan = Plan(asked.holder.open_id, media, direct, caption, privacy, *source)
    post = asked.state.open_platform.posts.begin(plan, asked.now)
    asked.record(post.publish_id)
    told = {"publish_id": post.publish_id}
    return OpenReply(told | ({"upload_url": _address(asked, post)} if plan.size else {}))


def _check_caps(asked: Asked, *, direct: bool) -> None:
    posts, open_id = asked.state.open_platform.posts, asked.holder.open_id
    if direct and posts.direct_today(open_id, asked.now) >= MOST_POSTS:
        raise OpenRefusal("spam_risk_too_many_posts")
    if not direct and posts.pending(open_id, asked.now) >= MOST_PENDING:
        raise OpenRefusal("spam_risk_too_many_pending_share")


def _address(asked: Asked, post: Post) -> str:
    """Where the bytes go: to the very host and port that was asked."""
    host = asked.incoming.headers.get("host", "127.0.0.1")
    return f"http://{host}{UPLOAD}?upload_id={post.publish_id}&upload_token={post.token}"


# --- what became of it --------------------------------------------------------------------------


def _status(asked: Asked) -> OpenReply:
    """How far a post has come; all but `status` and `fail_reason` is assumed."""
    asked.need(PUBLISH, INBOX)
    post = asked.state.open_platform.posts.get(str(asked.body("invalid_param").get("publish_id")))
    if post is None or post.plan.open_id != asked.holder.open_id:
        raise bad("publish_id", "is unknown")
    told: dict[str, Any] = {"status": post.status}
    if post.fail_reason:
        told["fail_reason"] = post.fail_reason
    if post.plan.size:
        told["uploaded_bytes"] = post.received
    shown = post.video is not None and post.video.is_shown
    told["publicaly_available_post_id"] = [int(post.video.id)] if post.video and shown else []
    return OpenReply(told)


ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    "/v2/post/publish/creator_info/query/": ("POST", 20, _creator_info),
    "/v2/post/publish/video/init/": ("POST", 6, _direct),
    "/v2/post/publish/inbox/video/init/": ("POST", 6, _to_inbox),
    "/v2/post/publish/content/init/": ("POST", 6, _photos),
    "/v2/post/publish/status/fetch/": ("POST", 30, _status),
}
