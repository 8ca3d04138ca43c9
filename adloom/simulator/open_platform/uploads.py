"""The bytes of posts, chunk by chunk (open_platform_and_events.md §I.6).

HTTP 206 for a chunk that is not the last, 201 for the last one, 416 for one that does not go on
where the bytes so far end, 403 and 404 for wrong addresses: the sheet leaves all of it open.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

from adloom.simulator.envelope import Plain, Reply
from adloom.simulator.open_platform.envelope import OpenRefusal
from adloom.simulator.open_platform.paths import UPLOAD
from adloom.simulator.open_platform.post import Post
from adloom.simulator.state import Incoming, State

__all__ = ["upload_chunk"]

KINDS: Final = ("video/mp4", "video/quicktime", "video/webm")
RANGE: Final = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19})")
CREATED, PARTIAL = 201, 206
WAITS: Final = "PROCESSING_UPLOAD"


def upload_chunk(state: State, incoming: Incoming) -> Reply | Plain:
    """`PUT` of one chunk to the address that the beginning of a post named."""
    try:
        post = _post(state, dict(parse_qsl(incoming.query)))
    except OpenRefusal as refusal:
        return refusal.reply()
    try:
        _check(post, incoming)
    except OpenRefusal as refusal:
        state.effects.record(
            UPLOAD, (post.publish_id,), (), at=state.clock.now(), took_effect=False
        )
        reply = refusal.reply()
        reply.headers = _so_far(post)
        return reply
    now = state.clock.now()
    last = post.receive(incoming.body, now)
    state.effects.record(UPLOAD, (post.publish_id,), (post.publish_id,), at=now)
    status = CREATED if last else PARTIAL
    return Plain(status, b"", headers=_so_far(post))


def _post(state: State, given: dict[str, str]) -> Post:
    post = state.open_platform.posts.get(given.get("upload_id", ""))
    if post is None or not post.plan.size:
        raise OpenRefusal("upload_not_found", "There is nothing to upload at this address.")
    if post.token != given.get("upload_token") or post.status == "FAILED":
        raise OpenRefusal("upload_url_expired", "The address is wrong or older than an hour.")
    return post


def _check(post: Post, incoming: Incoming) -> None:
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise OpenRefusal("invalid_file_upload", f"Content-Type is one of {', '.join(KINDS)}.")
    given = RANGE.fullmatch(incoming.headers.get("content-range", ""))
    if given is None:
        raise OpenRefusal("invalid_params", "Content-Range is bytes FIRST-LAST/TOTAL.")
    first, last, total = (int(number) for number in given.groups())
    if len(incoming.body) != last - first + 1:
        raise OpenRefusal("invalid_params", "Content-Range does not fit the body.")
    if (first, total) != (post.received, post.plan.size) or post.status != WAITS:
        raise OpenRefusal("upload_range_mismatch", f"{post.received} bytes have arrived.")
    if len(incoming.body) != _expected(post):
        raise OpenRefusal("invalid_params", f"This chunk has {_expected(post)} bytes.")


def _expected(post: Post) -> int:
    """The size of the next chunk; the last one takes the remainder along."""
    plan = post.plan
    place = post.received // plan.chunk_size
    return plan.size - post.received if place == plan.chunks - 1 else plan.chunk_size


def _so_far(post: Post) -> dict[str, str]:
    if not post.received:
        return {}
    return {"Content-Range": f"bytes 0-{post.received - 1}/{post.plan.size}"}
