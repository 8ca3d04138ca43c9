"""What `/_simulator/` can do to the Open Platform."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.creator_tokens import open_id_of
from adloom.simulator.open_platform.creator import Creator
from adloom.simulator.open_platform.videos import Video
from adloom.simulator.options import PRACTICE_APP
from adloom.simulator.state import State

__all__ = ["ACTIONS", "CONTENTS"]

CONTENTS: Final = """\
GET    /_simulator/creators   who has videos: open ids, names, addresses
POST   /_simulator/creator_token  {"client_key": "...", "scopes": [...]}: tokens without consent
GET    /_simulator/videos     the newest 100 videos of each creator, hidden ones included
POST   /_simulator/videos     {"caption": "...", "public": true}: a new video, now; also "open_id"
POST   /_simulator/videos/hide    {"id": "..."}: make a video private; "public": true shows it
POST   /_simulator/videos/delete  {"id": "..."}
GET    /_simulator/posts      every post of the posting API, with bytes and their SHA-256
POST   /_simulator/posts/finish   {"publish_id": "..."}: the creator posts what is in the inbox
POST   /_simulator/posts/fail     {"publish_id": "...", "fail_reason": "..."}
"""
NEWEST: Final = 100
ENDED: Final = ("PUBLISH_COMPLETE", "FAILED")
SCOPES: Final = (
    "user.info.basic",
    "user.info.profile",
    "user.info.stats",
    "video.list",
    "video.upload",
    "video.publish",
    "share.sound.create",
)


def _creators(state: State, _asked: Any) -> Any:
    return [
        {
            "open_id": creator.open_id,
            "username": creator.username,
            "display_name": creator.display_name,
            "profile_url": creator.address,
            "short_url": creator.short_url(),
            "videos": len(creator.videos),
        }
        for creator in state.open_platform.creators.all()
    ]


def _token(state: State, asked: Mapping[str, Any]) -> Any:
    client_key = str(asked.get("client_key", PRACTICE_APP))
    scopes = tuple(str(scope) for scope in asked.get("scopes", SCOPES))
    state.effects.tokens += 1
    return state.creators.issue(client_key, scopes, asked.get("open_id"))


def _videos(state: State, _asked: Any) -> Any:
    return [
        _row(creator, video)
        for creator in state.open_platform.creators.all()
        for video in creator.before(None, NEWEST)[0]
    ]


def _row(creator: Creator, video: Video) -> Mapping[str, Any]:
    return {
        "id": video.id,
        "open_id": creator.open_id,
        "create_time": video.create_time,
        "video_description": video.description,
        "share_url": creator.share_url(video),
        "short_url": creator.short_url(video),
        "public": video.public,
        "deleted": video.deleted,
    }


def _post_video(state: State, asked: Mapping[str, Any]) -> Any:
    creator = state.open_platform.creators.of(asked.get("open_id") or open_id_of(PRACTICE_APP))
    caption, public = str(asked.get("caption", "Just now")), bool(asked.get("public", True))
    return _row(creator, creator.post(state.clock.now(), caption, public=public))


def _hide(state: State, asked: Mapping[str, Any]) -> Any:
    creator, video = _known(state, asked)
    video.public = bool(asked.get("public", False))
    return _row(creator, video)


def _delete(state: State, asked: Mapping[str, Any]) -> Any:
    creator, video = _known(state, asked)
    video.deleted = True
    return _row(creator, video)


def _known(state: State, asked: Mapping[str, Any]) -> tuple[Creator, Video]:
    found = state.open_platform.creators.by_video(str(asked.get("id", "")))
    if found is None:
        raise ValueError(f"there is no video {asked.get('id')}")
    return found


def _posts(state: State, _asked: Any) -> Any:
    return [post.as_json() for post in state.open_platform.posts.all()]


def _finish(state: State, asked: Mapping[str, Any]) -> Any:
    post = state.open_platform.posts.get(str(asked.get("publish_id")))
    if post is None or post.status != "SEND_TO_USER_INBOX":
        raise ValueError("there is no such post in the inbox")
    state.open_platform.posts.finish(post, state.clock.now())
    return post.as_json()


def _fail(state: State, asked: Mapping[str, Any]) -> Any:
    post = state.open_platform.posts.get(str(asked.get("publish_id")))
    if post is None or post.status in ENDED:
        raise ValueError("there is no such post on its way")
    post.fail(str(asked.get("fail_reason", "internal")))
    return post.as_json()


ACTIONS: Final[Mapping[tuple[str, str], Callable[[State, Any], Any]]] = {
    ("GET", "creators"): _creators,
    ("POST", "creator_token"): _token,
    ("GET", "videos"): _videos,
    ("POST", "videos"): _post_video,
    ("POST", "videos/hide"): _hide,
    ("POST", "videos/delete"): _delete,
    ("GET", "posts"): _posts,
    ("POST", "posts/finish"): _finish,
    ("POST", "posts/fail"): _fail,
}
