"""A client of the Open Platform, written from the sheets."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from adloom.simulator import Running
from tests.simulator.client import Answer, Client, Row

MIB = 2**20
VIDEO = "fields=id,create_time,share_url,view_count,cover_image_url"
INIT = "/v2/post/publish/video/init/"
INBOX = "/v2/post/publish/inbox/video/init/"
CONTENT = "/v2/post/publish/content/init/"
STATUS = "/v2/post/publish/status/fetch/"
CREATOR_INFO = "/v2/post/publish/creator_info/query/"
PULL = {"source": "PULL_FROM_URL", "video_url": "https://media.example.com/clip.mp4"}
PUBLIC = "PUBLIC_TO_EVERYONE"
PHOTOS: Row = {"source": "PULL_FROM_URL", "photo_images": ["https://media.example.com/1.webp"]}


class OpenClient(Client):
    """Somebody with a creator's token.

    Args:
        url: Of the simulator.
        scopes: What was granted; None is everything.
        open_id: Whose token it is; None is the usual creator's.
    """

    def __init__(self, url: str, scopes: Sequence[str] | None = None, open_id: str | None = None):
        super().__init__(url)
        asked: dict[str, Any] = {} if scopes is None else {"scopes": list(scopes)}
        if open_id:
            asked["open_id"] = open_id
        self.granted: Row = self.control("POST", "creator_token", asked)

    def call(
        self, method: str, path: str, query: str = "", body: Any = None, token: str | None = None
    ) -> Answer:
        """One call of API v2."""
        given = self.granted["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {given}", "Content-Type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        return self.send(method, path, query=query, body=sent, headers=headers)

    def user(self, fields: str) -> Answer:
        """`/v2/user/info/`."""
        return self.call("GET", "/v2/user/info/", f"fields={fields}")

    def videos(self, query: str = VIDEO, **body: Any) -> Row:
        """The data of one page of `/v2/video/list/`."""
        data: Row = self.call("POST", "/v2/video/list/", query, body).json["data"]
        return data

    def all_videos(self, **body: Any) -> list[Row]:
        """Every video, page by page."""
        data = self.videos(**body)
        found: list[Row] = data["videos"]
        while data["has_more"]:
            data = self.videos(**{**body, "cursor": data["cursor"]})
            found = [*found, *data["videos"]]
        return found

    def queried(self, *ids: Any) -> Answer:
        """`/v2/video/query/`."""
        return self.call("POST", "/v2/video/query/", VIDEO, {"filters": {"video_ids": ids}})

    def embed(self, address: str) -> Answer:
        """`/oembed`."""
        return self.send("GET", "/oembed", query=urlencode({"url": address}))

    def post_video(self, **asked: Any) -> Row:
        """Let the creator post a video now."""
        row: Row = self.control("POST", "videos", asked)
        return row

    def begin(self, source: Row = PULL, level: str = PUBLIC, **post_info: Any) -> Answer:
        """Begin a direct post."""
        info = {"title": "Fresh", "privacy_level": level, **post_info}
        return self.call("POST", INIT, body={"post_info": info, "source_info": source})

    def begin_inbox(self, source: Row = PULL) -> Answer:
        """Begin a draft."""
        return self.call("POST", INBOX, body={"source_info": source})

    def put(self, address: str, chunk: bytes, span: str, kind: str = "video/mp4") -> Answer:
        """Send a chunk; `span` is FIRST-LAST/TOTAL."""
        parts = urlsplit(address)
        headers = {"Content-Type": kind, "Content-Range": f"bytes {span}"}
        return self.send("PUT", parts.path, query=parts.query, body=chunk, headers=headers)

    def status(self, publish_id: str) -> Row:
        """How far a post has come."""
        data: Row = self.call("POST", STATUS, body={"publish_id": publish_id}).json["data"]
        return data


def whole_file(size: int) -> Row:
    """The source of a file that is sent in one piece."""
    return {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": size,
        "total_chunk_count": 1,
    }


def code(answer: Answer) -> tuple[int, str]:
    """The HTTP status and the code of an answer."""
    return answer.status, answer.json["error"]["code"]


def pass_minute(simulator: Running) -> None:
    """Empty every window of a minute."""
    simulator.clock.move(60)


def begun(answer: Answer) -> str:
    """The publish id of what was begun."""
    return str(answer.json["data"]["publish_id"])


def photos(creator: OpenClient, mode: str = "DIRECT_POST", **more: Any) -> Answer:
    """Begin a post of photos."""
    body = {
        "media_type": "PHOTO",
        "post_mode": mode,
        "source_info": PHOTOS,
        "post_info": {"title": "Three", "privacy_level": PUBLIC},
        **more,
    }
    return creator.call("POST", CONTENT, body=body)
