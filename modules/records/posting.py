"""Sending a video to TikTok: what it may be, and how it gets there in chunks.

Facts are from open_platform_and_events.md §I.6.
"""

from collections.abc import Mapping
from typing import Any, Final

from adloom.errors import Fault, InvalidParamsError
from adloom.wire import Record, Request, SliceBody
from modules.base import Call, Change, Done, FileFacts

__all__ = ["CHUNK", "MEGABYTE", "arrived_by", "chunk_call", "content_type_of", "source_of"]

MEGABYTE: Final = 1 << 20
#: Bytes of every chunk but the last; TikTok takes 5 to 64 MB, and a smaller file in one piece.
CHUNK: Final = 10 * MEGABYTE
LARGEST_FILE: Final = 4 << 30
#: Kinds of video by their ending, with what TikTok wants them called.
CONTENT_TYPES: Final = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
}
#: What MP4 and MOV files hold first, after four bytes of length; and what WebM begins with.
FIRST_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
EBML: Final = b"\x1a\x45\xdf\xa3"
#: Bytes a second that even a slow line manages, and what an answer may take besides.
SLOWEST: Final = 500_000
ALWAYS: Final = 30.0


def content_type_of(facts: FileFacts) -> str:
    """What a video is, by its name and its first bytes.

    Raises:
        InvalidParamsError: TikTok would not take it.
    """
    ending = facts.name.lower().rpartition(".")[2]
    kind = CONTENT_TYPES.get(ending) if "." in facts.name else None
    fits = facts.head.startswith(EBML) if ending == "webm" else facts.head[4:8] in FIRST_BOXES
    if not facts.size:
        fault = "is empty"
    elif facts.size > LARGEST_FILE:
        fault = f"is larger than 4 GB ({facts.size / LARGEST_FILE * 4:,.1f} GB)"
    elif kind is None:
        fault = f"{facts.name} does not end as MP4, MOV and WebM files do"
    elif not fits:
        fault = "holds no video; TikTok takes MP4, MOV and WebM"
    else:
        return kind
    raise InvalidParamsError([Fault("file", fault)])


def source_of(found: Mapping[str, Any] | None, address: str | None) -> Record:
    """Where TikTok gets a video from: chunks of a file, or an address."""
    if found is None:
        return {"source": "PULL_FROM_URL", "video_url": address}
    return {
        "source": "FILE_UPLOAD",
        "video_size": found["size"],
        "chunk_size": found["slices"][0]["length"],
        "total_chunk_count": len(found["slices"]),
    }


def chunk_call(file: Mapping[str, Any], number: int, publish_id: str, address: str) -> Call:
    """A chunk on its way to the address that was named for it.

    Args:
        file: `path`, `name`, `size`, `content_type` and `slices`.
        number: Which of the slices, counted from 0.
        publish_id: What it is a part of.
        address: Where it goes; it holds a token and is good for an hour.
    """
    part = file["slices"][number]
    first, last = part["offset"], part["offset"] + part["length"] - 1
    request = Request(
        "PUT",
        address,
        body=SliceBody(file["path"], **part, content_type=file["content_type"]),
        headers={"content-range": f"bytes {first}-{last}/{file['size']}"},
        patience=ALWAYS + part["length"] / SLOWEST,
    )
    name = f"chunk {number + 1} of {len(file['slices'])}"
    size = f"{part['length'] / MEGABYTE:,.1f} MB"
    return Call(name, request, (Change("upload", publish_id, file["name"], name, None, size),))


def arrived_by(done: Done) -> int:
    """How many bytes of a file a call has brought there."""
    body = done.call.request.body
    return body.length if isinstance(body, SliceBody) else 0
