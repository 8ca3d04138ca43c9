"""`/file/{video,image}/ad/{info,search}/` (business_api.md §3.7), `/creative/asset/delete/`."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Reply
from adloom.simulator.making.library import Kind
from adloom.simulator.making.pages import paged
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS"]

#: How many ids a look-up takes; from memory, not from TikTok's pages.
MOST_IDS: Final[Mapping[Kind, int]] = {"video": 60, "image": 100}
PAGE_SIZE: Final = 20
#: How many files of a kind go at once.
MOST_DELETED: Final = 50
#: A ratio of width to height is the same within this.
NEARLY: Final = 0.01


def info(kind: Kind, call: Call) -> Reply:
    """Files by their ids; unknown ones are left out (assumed)."""
    ids, most = call.params[f"{kind}_ids"], MOST_IDS[kind]
    if not 1 <= len(ids) <= most:
        raise bad_param(f"{kind}_ids", f"Must have between 1 and {most} items.")
    library, account = call.state.library, call.account
    found = [library.find(account, kind, identity) for identity in dict.fromkeys(ids)]
    return Reply({"list": [each for each in found if each is not None]})


def search(kind: Kind, call: Call) -> Reply:
    """The files that were uploaded, the newest first; not those that came with the account."""
    filtering = call.params.get("filtering", {})
    advertiser_id = call.params.get("advertiser_id")
    if advertiser_id is None:
        raise bad_param("advertiser_id", "Missing.")
    rows = [
        row
        for row in call.state.library.uploaded(advertiser_id, kind)
        if all(_fits(kind, row, name, value) for name, value in filtering.items())
    ]
    return paged(rows, call.params, size=PAGE_SIZE)


def delete(call: Call) -> Reply:
    """Take uploads out of the library; what is no upload is told (assumed: ads keep what they use).

    Of the endpoint only the request and the names of the answer's fields are known.
    """
    account = call.account
    data: dict[str, Any] = {}
    kinds: tuple[Kind, ...] = ("video", "image")
    for kind in kinds:
        ids = call.params.get(f"{kind}_ids", [])
        if len(ids) > MOST_DELETED:
            raise bad_param(f"{kind}_ids", f"Must have at most {MOST_DELETED} items.")
        gone = call.state.library.remove
        failed = [one for one in ids if not gone(account.facts.advertiser_id, kind, one)]
        data |= {f"failed_{kind}_ids": failed} if failed else {}
    return Reply(data)


def _fits(kind: Kind, row: Mapping[str, Any], name: str, value: Any) -> bool:
    if name in ("displayable", "height", "width"):
        return bool(row[name] == value)
    if name in (f"{kind}_ids", "material_ids"):
        return row[name.removesuffix("s")] in value
    if name == "ratio" and row["height"]:
        return any(abs(row["width"] / row["height"] - ratio) < NEARLY for ratio in value)
    return True


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/creative/asset/delete/"): delete,
    ("GET", "/file/image/ad/info/"): partial(info, "image"),
    ("GET", "/file/image/ad/search/"): partial(search, "image"),
    ("GET", "/file/video/ad/info/"): partial(info, "video"),
    ("GET", "/file/video/ad/search/"): partial(search, "video"),
}
