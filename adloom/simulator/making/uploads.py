"""`/file/video/ad/upload/` and `/file/image/ad/upload/` (business_api.md §3.7)."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.library import Kind, image_facts, video_facts
from adloom.simulator.making.pictures import picture, video_format
from adloom.simulator.state import Attached, Call

__all__ = ["ENDPOINTS", "attached"]

SIGNATURE_ERROR: Final = 40900
URL_UNAVAILABLE: Final = 40903
FILE_NOT_EXIST: Final = 40905
FILE_EMPTY: Final = 40906
FILE_TOO_LARGE: Final = 40907
FILE_TYPE_ERROR: Final = 40908
DUPLICATED_NAME: Final = 40911
URL_FETCH_ERROR: Final = 40914
MEGABYTE: Final = 1 << 20
#: The largest files in bytes; that of images is assumed.
LARGEST: Final[dict[Kind, int]] = {"video": 500 * MEGABYTE, "image": 10 * MEGABYTE}


def attached(call: Call, part: str, signature: str) -> tuple[Attached, str]:
    """The file in a form and its MD5, if that is what the form says, where it says any (assumed).

    Args:
        call: The request.
        part: What the file's part is called.
        signature: What the part with its MD5 is called.
    """
    file, told = call.files.get(part), call.params.get(signature)
    if file is None:
        raise Refusal(40002, f"Missing required field(s): {part}.")
    if not file.content:
        raise Refusal(FILE_EMPTY, f"{part}: The file is empty.")
    # TikTok's own choice of a checksum; it protects nothing.
    found = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
    if told and told.lower() != found:
        raise Refusal(SIGNATURE_ERROR, f"{signature}: The signature does not match the file.")
    return file, found


def upload(kind: Kind, call: Call) -> Reply:
    """Add a file to an account's library."""
    params, library = call.params, call.state.library
    name = params.get("file_name")
    if name is not None and library.is_named(params["advertiser_id"], kind, name):
        raise Refusal(DUPLICATED_NAME, f"file_name: Another {kind} is called {name}.")
    known = SOURCES[params.get("upload_type", "UPLOAD_BY_FILE")](kind, call)
    number = library.next_number()
    at = call.state.world.now
    mixed = f"{call.state.options.seed} {kind} {number}".encode()
    word = hashlib.blake2b(mixed, digest_size=16).hexdigest()
    make, identity = (
        (video_facts, f"v10057g50000{word[:20]}")
        if kind == "video"
        else (image_facts, f"ad-site-i18n-sg/{word}")
    )
    facts = make(identity, at, number=int(word[:8], 16), **known)
    facts["file_name"] = name or f"{word[:12]}.{facts['format']}"
    library.keep(params["advertiser_id"], kind, facts)
    ids = [facts[f"{kind}_id"]]
    call.state.effects.record(call.path, ids, ids, at=call.state.clock.now())
    return Reply([facts] if kind == "video" else facts)


# --- where a file comes from --------------------------------------------------------------------


def _by_file(kind: Kind, call: Call) -> Mapping[str, Any]:
    file, signature = attached(call, f"{kind}_file", f"{kind}_signature")
    size = len(file.content)
    if size > LARGEST[kind]:
        most = LARGEST[kind] // MEGABYTE
        raise Refusal(FILE_TOO_LARGE, f"{kind}_file: The file is larger than {most} MB.")
    told = {"size": size, "signature": signature}
    if kind == "video":
        return told | {"format": video_format(file.content, file.name)}
    found = picture(file.content)
    if found is None:
        raise Refusal(FILE_TYPE_ERROR, "image_file: Only JPG and PNG are supported.")
    format_, width, height = found
    return told | {"format": format_, "width": width, "height": height}


def _by_url(kind: Kind, call: Call) -> Mapping[str, Any]:
    """Nothing is fetched: what lies behind an address is invented."""
    url = call.params.get(f"{kind}_url")
    if not url:
        raise Refusal(40002, f"Missing required field(s): {kind}_url.")
    where = urlsplit(url)
    if where.scheme not in ("http", "https") or not where.hostname:
        raise Refusal(URL_FETCH_ERROR, f"{kind}_url: Not an address that can be fetched.")
    if where.hostname.endswith(".invalid"):
        raise Refusal(URL_UNAVAILABLE, f"{kind}_url: The address cannot be reached.")
    return {"signature": hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()}


def _by_file_id(_kind: Kind, call: Call) -> Mapping[str, Any]:
    """A file that was sent in pieces; the pieces are not modelled, so every id is one (assumed)."""
    if not call.params.get("file_id"):
        raise Refusal(40002, "Missing required field(s): file_id.")
    return {}


def _by_video_id(kind: Kind, call: Call) -> Mapping[str, Any]:
    """A video that an account the token covers has already; it keeps its id (assumed)."""
    video_id = call.params.get("video_id")
    if kind != "video" or not video_id:
        raise bad_param("video_id", "Missing.")
    for advertiser_id in call.grant.advertiser_ids if call.grant is not None else ():
        account = call.account_of(advertiser_id)
        if (found := call.state.library.find(account, kind, video_id)) is not None:
            return found
    raise Refusal(FILE_NOT_EXIST, f"video_id: The video {video_id} does not exist.")


SOURCES: Final[Mapping[str, Callable[[Kind, Call], Mapping[str, Any]]]] = {
    "UPLOAD_BY_FILE": _by_file,
    "UPLOAD_BY_FILE_ID": _by_file_id,
    "UPLOAD_BY_URL": _by_url,
    "UPLOAD_BY_VIDEO_ID": _by_video_id,
}
ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/file/image/ad/upload/"): partial(upload, "image"),
    ("POST", "/file/video/ad/upload/"): partial(upload, "video"),
}
