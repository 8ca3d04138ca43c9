"""`/dmp/custom_audience/{list,get,create,delete,file/upload}/` (business_api.md §3.7)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.audience_store import Audience, Uploaded
from adloom.simulator.making.pages import paged
from adloom.simulator.making.uploads import attached
from adloom.simulator.state import Call
from adloom.simulator.world.rows import stamp

__all__ = ["ENDPOINTS"]

NOT_FOUND: Final = 40007
FILE_NOT_EXIST: Final = 40905
#: How long people are looked for before an audience can be used, in seconds (assumed).
CALCULATION: Final = 600
DAY: Final = 86_400
YEAR: Final = 365


def upload(call: Call) -> Reply:
    """Take a list of people, one on each line."""
    params = call.params
    file, _ = attached(call, "file", "file_signature")
    lines = len([line for line in file.content.splitlines() if line.strip()])
    path = call.state.audiences.keep(
        params["advertiser_id"], Uploaded(lines, params["calculate_type"])
    )
    call.state.effects.record(call.path, [path], [path], at=call.state.clock.now())
    return Reply({"file_path": path})


def create(call: Call) -> Reply:
    """Make an audience of lists that were uploaded."""
    params, state = call.params, call.state
    advertiser_id, now = params["advertiser_id"], state.world.now
    size = 0
    for path in params["file_paths"]:
        uploaded = state.audiences.uploaded(advertiser_id, path)
        if uploaded is None:
            raise Refusal(FILE_NOT_EXIST, f"file_paths: The file {path} does not exist.")
        size += uploaded.lines
    audience = Audience(
        state.audiences.next_id(advertiser_id),
        params["custom_audience_name"],
        "Customer File",
        params["calculate_type"],
        size,
        created=now,
        expires=now + params.get("retention_in_days", YEAR) * DAY,
        sub_type=params.get("audience_sub_type", "NORMAL"),
    )
    state.audiences.add(advertiser_id, audience)
    ids = [audience.audience_id]
    state.effects.record(call.path, ids, ids, at=state.clock.now())
    return Reply({"custom_audience_id": audience.audience_id})


def delete(call: Call) -> Reply:
    """Take audiences away: all of them, or none if one is not there."""
    advertiser_id = call.params["advertiser_id"]
    ids = list(dict.fromkeys(call.params["custom_audience_ids"]))
    for identity in ids:
        if call.state.audiences.find(advertiser_id, identity) is None:
            raise Refusal(NOT_FOUND, f"The audience {identity} does not exist. ")
    for identity in ids:
        call.state.audiences.delete(advertiser_id, identity)
    call.state.effects.record(call.path, ids, ids, at=call.state.clock.now())
    return Reply()


# --- reading ------------------------------------------------------------------------------------


def listed(call: Call) -> Reply:
    """An account's audiences, the newest first."""
    wanted = call.params.get("custom_audience_ids")
    rows = [
        # The list says custom_audience_id, a single one audience_id: here a row has both (assumed).
        _row(call, audience) | {"custom_audience_id": audience.audience_id}
        for audience in call.state.audiences.of(call.params["advertiser_id"])
        if wanted is None or audience.audience_id in wanted
    ]
    return paged(rows, call.params)


def details(call: Call) -> Reply:
    """Audiences by their ids, with what was done to them; unknown ones are left out (assumed)."""
    size = call.params.get("history_size", 100)
    found = [
        call.state.audiences.find(call.params["advertiser_id"], identity)
        for identity in dict.fromkeys(call.params["custom_audience_ids"])
    ]
    rows = [
        {
            "audience_details": _row(call, audience),
            "audience_history": [
                {"action": action, "action_detail": "", "editor": "", "opt_time": stamp(at)}
                for action, at in audience.history[:size]
            ],
        }
        for audience in found
        if audience is not None
    ]
    return Reply({"list": rows})


def _row(call: Call, audience: Audience) -> dict[str, Any]:
    now = call.state.world.now
    ready = now >= audience.created + CALCULATION
    return {
        "audience_id": audience.audience_id,
        "audience_sub_type": audience.sub_type,
        "audience_type": audience.kind,
        "calculate_type": audience.calculate_type,
        "cover_num": audience.size if ready else 0,
        "create_time": stamp(audience.created),
        "error_msg": "",
        "expired_time": stamp(audience.expires),
        "is_auto_refresh": False,
        "is_creator": True,
        "is_expiring": audience.expires - now < 7 * DAY,
        "is_valid": ready and now < audience.expires,
        "name": audience.name,
        "owner_id": call.params["advertiser_id"],
        "shared": False,
    }


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/dmp/custom_audience/get/"): details,
    ("GET", "/dmp/custom_audience/list/"): listed,
    ("POST", "/dmp/custom_audience/create/"): create,
    ("POST", "/dmp/custom_audience/delete/"): delete,
    ("POST", "/dmp/custom_audience/file/upload/"): upload,
}
