"""`/ad/create/` and `/ad/update/` (business_api.md §3.4, §8)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.catalogue import Param, load
from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Reply
from adloom.simulator.making.creatives import (
    DEFAULTS,
    PATCHABLE,
    check_media,
    check_room,
    missing,
    refuse_missing,
)
from adloom.simulator.making.given import check_name, check_words, nothing_to_change, stored
from adloom.simulator.making.targets import change, differs, find, switch_in, told
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS"]

#: Every other change of an ad sends it to review again (assumed).
UNREVIEWED: Final = frozenset({"ad_name"})


def _fields(params: tuple[Param, ...]) -> tuple[Param, ...]:
    """What is declared for each of the creatives of a request or an answer."""
    return next((each.fields for each in params if each.name == "creatives"), ())


def _answered() -> tuple[Param, ...]:
    created = load().endpoint("POST", "/ad/create/")
    return _fields(created.response) if created is not None else ()


def create(call: Call) -> Reply:
    """Create ads in a group: all of them, or none if one cannot be created."""
    params, account, state = call.params, call.account, call.state
    group = find(account, "adgroup", params["adgroup_id"])
    for place, creative in enumerate(params["creatives"]):
        path = f"creatives.{place}"
        check_words(creative, _answered(), f"{path}.")
        refuse_missing(path, missing(account, group, creative))
        check_media(creative, path, is_video=_known_video(call))
        check_name(f"{path}.ad_name", creative["ad_name"])
    check_room(account, group, len(params["creatives"]))
    event = told(account, "adgroup", group)["optimization_event"]
    rows = [
        state.world.add_ad(
            account,
            group=group,
            switch=switch_in(creative),
            values={**DEFAULTS, "optimization_event": event, **stored("ad", creative)},
            due=state.visible_at(),
        )
        for creative in params["creatives"]
    ]
    creatives = [told(account, "ad", row) for row in rows]
    ids = [creative["ad_id"] for creative in creatives]
    state.effects.record(call.path, ids, ids, at=state.clock.now())
    return Reply({"ad_ids": ids, "creatives": creatives, "need_audit": True})


def _known_video(call: Call) -> Callable[[str], bool]:
    return lambda video_id: call.state.library.has_video(call.account, video_id)


# --- updates ------------------------------------------------------------------------------------


def update(call: Call) -> Reply:
    """Replace ads, or patch a few fields of them; all of them, or none if one cannot be."""
    params, account = call.params, call.account
    find(account, "adgroup", params["adgroup_id"])
    if not params["creatives"]:
        raise bad_param("creatives", "Must have at least one item.")
    wanted = [
        (_row(call, creative["ad_id"], place), creative, f"creatives.{place}")
        for place, creative in enumerate(params["creatives"])
    ]
    changes = [(row, _changes(call, row, creative, path)) for row, creative, path in wanted]
    effective = [
        creative["ad_id"]
        for (row, values), (_, creative, _) in zip(changes, wanted, strict=True)
        if _apply(call, row, values)
    ]
    ids = [creative["ad_id"] for _, creative, _ in wanted]
    call.state.effects.record(
        call.path, ids, effective, at=call.state.clock.now(), took_effect=bool(effective)
    )
    creatives = [told(account, "ad", row) for row, _ in changes]
    return Reply({"ad_ids": ids, "creatives": creatives, "need_audit": bool(effective)})


def _row(call: Call, identity: str, place: int) -> int:
    account = call.account
    row = find(account, "ad", identity)
    if str(account.groups.ids[account.ads.group[row]]) != call.params["adgroup_id"]:
        text = f"The ad {identity} is not in the ad group {call.params['adgroup_id']}."
        raise bad_param(f"creatives.{place}.ad_id", text)
    return row


def _changes(call: Call, row: int, creative: Mapping[str, Any], path: str) -> dict[str, Any]:
    """What an ad is to be changed to, checked."""
    account, patch = call.account, call.params.get("patch_update", False)
    given = {name: value for name, value in creative.items() if name != "ad_id"}
    if patch:
        # What a patch does not cover is ignored, like a wrong name (assumed).
        given = {name: value for name, value in given.items() if name in PATCHABLE}
    if not given:
        raise nothing_to_change()
    now, group = told(account, "ad", row), account.ads.group[row]
    values = given if patch else _replaced(call.endpoint.params, given)
    # What an ad is or lacks already, it may go on to be and to lack.
    fresh = {name: value for name, value in values.items() if differs(now.get(name), value)}
    lacked = missing(account, group, now)
    lacking = missing(account, group, now | values)
    refuse_missing(path, [name for name in lacking if name not in lacked])
    check_words(fresh, _answered(), f"{path}.")
    if "ad_name" in fresh:
        check_name(f"{path}.ad_name", fresh["ad_name"])
    if fresh.keys() & {"ad_format", "image_ids", "video_id"}:
        check_media(now | values, path, is_video=_known_video(call))
    return stored("ad", fresh)


def _replaced(params: tuple[Param, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of an ad that an update sets: as sent, or lost."""
    names = [each.name for each in _fields(params)]
    return {name: DEFAULTS.get(name) for name in names} | dict(given)


def _apply(call: Call, row: int, values: Mapping[str, Any]) -> bool:
    content = values.keys() - UNREVIEWED
    return change(call, "ad", row, {**values, "review": True} if content else values)


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/ad/create/"): create,
    ("POST", "/ad/update/"): update,
}
