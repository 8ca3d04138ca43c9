"""What a post is made of, checked (open_platform_and_events.md §I.6).

Refusals carry the code `invalid_param`; a megabyte of 2^20 bytes is assumed.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from adloom.simulator.open_platform.envelope import OpenRefusal

__all__ = ["Source", "bad", "photo_source", "video_source"]

MEGABYTE: Final = 2**20
LARGEST_FILE: Final = 4 * 2**30
SMALLEST_CHUNK: Final = 5 * MEGABYTE
LARGEST_CHUNK: Final = 64 * MEGABYTE
MOST_CHUNKS: Final = 1000
MOST_PHOTOS: Final = 35
SIZES: Final = ("video_size", "chunk_size", "total_chunk_count")
#: Why what has to be fetched fails (assumed).
NOT_FETCHED: Final = {"VIDEO": "video_pull_failed", "PHOTO": "photo_pull_failed"}
NO_PICTURE: Final = "file_format_check_failed"
#: Stands for a host that the app does not own.
UNVERIFIED: Final = "unverified"

#: The size of a file, its chunks' size and number (0 if it is fetched), and why it will fail.
Source = tuple[int, int, int, str]


def bad(name: str, problem: str) -> OpenRefusal:
    """The refusal of one parameter."""
    return OpenRefusal("invalid_param", f"{name} {problem}")


def video_source(given: Any) -> Source:
    """A video's `source_info`."""
    info = _object(given)
    if info.get("source") == "FILE_UPLOAD":
        return _file(info)
    if info.get("source") != "PULL_FROM_URL":
        raise bad("source_info.source", "is FILE_UPLOAD or PULL_FROM_URL")
    address = info.get("video_url")
    if not isinstance(address, str) or not address:
        raise bad("source_info.video_url", "is missing")
    return 0, 0, 0, "" if _is_verified(address) else NOT_FETCHED["VIDEO"]


def photo_source(given: Any) -> Source:
    """The `source_info` of photos, which are always fetched."""
    info = _object(given)
    if info.get("source") != "PULL_FROM_URL":
        raise bad("source_info.source", "is PULL_FROM_URL")
    photos = _addresses(info.get("photo_images"))
    index = info.get("photo_cover_index", 0)
    if not _is_whole(index) or not 0 <= index < len(photos):
        raise bad("source_info.photo_cover_index", "names no photo")
    if not all(_is_verified(address) for address in photos):
        return 0, 0, 0, NOT_FETCHED["PHOTO"]
    no_picture = any(urlsplit(address).path.lower().endswith(".png") for address in photos)
    return 0, 0, 0, NO_PICTURE if no_picture else ""


def _addresses(given: Any) -> list[str]:
    listed = given if isinstance(given, list) else []
    if not 1 <= len(listed) <= MOST_PHOTOS or not all(isinstance(one, str) for one in listed):
        raise bad("source_info.photo_images", f"has 1 to {MOST_PHOTOS} addresses")
    return listed


def _object(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise bad("source_info", "is missing")
    return given


def _file(info: Mapping[str, Any]) -> Source:
    for name in SIZES:
        if not _is_whole(info.get(name)) or info[name] < 1:
            raise bad(f"source_info.{name}", "is no positive whole number")
    size, chunk, count = (info[name] for name in SIZES)
    if size > LARGEST_FILE:
        raise bad("source_info.video_size", "is more than 4 GB")
    if size < SMALLEST_CHUNK:
        if (chunk, count) != (size, 1):
            raise bad("source_info.chunk_size", "is video_size for less than 5 MB, in one chunk")
    elif not SMALLEST_CHUNK <= chunk <= LARGEST_CHUNK:
        raise bad("source_info.chunk_size", "is 5 to 64 MB")
    if count != size // chunk or count > MOST_CHUNKS:
        raise bad("source_info.total_chunk_count", "is video_size / chunk_size, rounded down")
    return size, chunk, count, ""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_verified(address: str) -> bool:
    """Whether an address looks like one that an app may own: https, and a name with a dot.

    Nothing is fetched. A host that begins with `unverified` counts as somebody else's.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme != "https" or "." not in host or parts.username is not None:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.startswith(UNVERIFIED)
    return False
