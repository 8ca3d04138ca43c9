"""The status updates: on, off, deleted (business_api.md §3.3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import PARTLY, Refusal, Reply
from adloom.simulator.state import Call
from adloom.simulator.world import Account
from adloom.simulator.world.kinds import CAMPAIGN_KINDS, GROUP_KINDS
from adloom.simulator.world.tables import DELETE, FROZEN, SWITCHES, Level

__all__ = ["ENDPOINTS"]

PARAM_ERROR: Final = 40002
NOT_FOUND: Final = 40007
SMART_ADS: Final = "smart_plus_ad_ids"
TITLES: Final[Mapping[Level, str]] = {
    "campaign": "campaign",
    "adgroup": "ad group",
    "ad": "ad",
}


@dataclass(frozen=True)
class _Target:
    """One id of a request and the rows behind it; several for an Upgraded Smart+ ad."""

    identity: str
    rows: Sequence[int]


@dataclass(frozen=True)
class _Kind:
    """One of the endpoints.

    Args:
        level: What it switches.
        param: Where the ids are.
        smart: Whether it is for Upgraded Smart+ objects, or for all others.
    """

    level: Level
    param: str
    smart: bool = False


def update(kind: _Kind, call: Call) -> Reply:
    """Switch up to twenty objects: all of them, or none if one cannot be switched."""
    if kind.param == SMART_ADS:
        call.state.smart_ads.check(call.params[SMART_ADS])
    done, failed = _switched(kind, call, partly=False)
    if failed:
        code, message = next(iter(failed.values()))
        raise Refusal(code, message)
    if kind.param == SMART_ADS:
        call.state.smart_ads.begin(done)
    return Reply(_told(kind, call, done))


def update_groups(kind: _Kind, call: Call) -> Reply:
    """Switch ad groups; with `allow_partial_success` those that can be."""
    if not call.params.get("allow_partial_success"):
        return update(kind, call)
    done, failed = _switched(kind, call, partly=True)
    data = _told(kind, call, done)
    if not failed:
        return Reply(data)
    data["error_list"] = [
        {"adgroup_id": identity, "error_message": message}
        for identity, (_, message) in failed.items()
    ]
    return Reply(data, PARTLY, "Partially successful")


def update_ads(call: Call) -> Reply:
    """Switch ads, or the automated creative ads of old, which cannot be deleted here."""
    given = [name for name in ("ad_ids", "aco_ad_ids") if call.params.get(name)]
    if len(given) != 1:
        raise Refusal(PARAM_ERROR, "Give either ad_ids or aco_ad_ids.")
    if given == ["aco_ad_ids"] and call.params["operation_status"] == "DELETE":
        raise bad_param("operation_status", "aco_ad_ids can only be enabled or disabled.")
    return update(_Kind("ad", given[0]), call)


# --- what may be switched -----------------------------------------------------------------------


def _switched(
    kind: _Kind, call: Call, *, partly: bool
) -> tuple[list[str], dict[str, tuple[int, str]]]:
    """Switch what can be switched.

    Returns:
        The ids that are now as asked for, and by id why the others are not.
    """
    account = call.account
    wanted = SWITCHES.index(call.params["operation_status"])
    targets = [
        _target(kind, account, identity) for identity in dict.fromkeys(call.params[kind.param])
    ]
    failed = {
        target.identity: fault
        for target in targets
        if (fault := _fault(kind, account, target, wanted)) is not None
    }
    possible = [target for target in targets if target.identity not in failed]
    if failed and not partly:
        possible = []
    effective = [target.identity for target in possible if _apply(kind, call, target, wanted)]
    call.state.effects.record(
        call.path,
        [target.identity for target in targets],
        effective,
        at=call.state.clock.now(),
        operation_status=call.params["operation_status"],
        took_effect=bool(effective),
    )
    return [target.identity for target in possible], failed


def _target(kind: _Kind, account: Account, identity: str) -> _Target:
    if kind.param == SMART_ADS:
        return _Target(identity, account.creatives_of(identity))
    row = account.table(kind.level).find(identity)
    return _Target(identity, () if row is None else (row,))


def _fault(kind: _Kind, account: Account, target: _Target, wanted: int) -> tuple[int, str] | None:
    """Why an object cannot be switched: a code and a text."""
    title = TITLES[kind.level]
    if not target.rows:
        return NOT_FOUND, f"The {title} {target.identity} does not exist. "
    if any(account.is_gone(kind.level, row) for row in target.rows):
        text = f"The {title} {target.identity} or a parent of it is deleted and cannot be changed."
        return PARAM_ERROR, text
    problem = _wrong_endpoint(kind, account, target.rows[0])
    if problem is None and kind.level == "adgroup":
        problem = _group_problem(account, target.rows[0], wanted)
    if problem is None:
        return None
    return PARAM_ERROR, f"{kind.param}: The {title} {target.identity} {problem}."


def _wrong_endpoint(kind: _Kind, account: Account, row: int) -> str | None:
    if account.is_upgraded(kind.level, row) != kind.smart:
        return "is not Upgraded Smart+" if kind.smart else "is Upgraded Smart+"
    if kind.param == "aco_ad_ids":
        mode = GROUP_KINDS[account.ads.group_kind[row]].creative_material_mode
        return None if mode == "DYNAMIC" else "is no automated creative ad"
    return None


def _group_problem(account: Account, row: int, wanted: int) -> str | None:
    kind = CAMPAIGN_KINDS[account.groups.campaign_kind[row]]
    if kind.buying_type == "RESERVATION_RF" and wanted != DELETE:
        return "is Reach & Frequency and cannot be enabled or disabled"
    if kind.campaign_type == "IOS14_CAMPAIGN" and wanted == DELETE:
        return "is part of an iOS 14 Dedicated Campaign and cannot be deleted alone"
    if account.groups.switch_of(row) == FROZEN and wanted != DELETE:
        return "is frozen"
    return None


def _apply(kind: _Kind, call: Call, target: _Target, wanted: int) -> bool:
    """Switch one object; whether that changed anything."""
    account, state = call.account, call.state
    table = account.table(kind.level)
    changing = [row for row in target.rows if table.switch_of(row) != wanted]
    for row in changing:
        state.world.switch(account, kind.level, row, wanted, due=state.visible_at())
    return bool(changing)


# --- what is told -------------------------------------------------------------------------------


def _told(kind: _Kind, call: Call, done: Sequence[str]) -> dict[str, Any]:
    status = call.params["operation_status"]
    data: dict[str, Any] = {kind.param: list(done), "status": status}
    if kind.level == "campaign":
        window = call.params.get("postback_window_mode") or "UNSET"
        data["campaign_list"] = [
            {"campaign_id": identity, "status": status, "postback_window_mode": window}
            for identity in done
        ]
    if kind.level == "adgroup" and kind.smart:
        data["adgroup_list"] = [{"adgroup_id": identity, "status": status} for identity in done]
    return data


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("POST", "/ad/status/update/"): update_ads,
    ("POST", "/adgroup/status/update/"): partial(update_groups, _Kind("adgroup", "adgroup_ids")),
    ("POST", "/campaign/status/update/"): partial(update, _Kind("campaign", "campaign_ids")),
    ("POST", "/smart_plus/ad/status/update/"): partial(update, _Kind("ad", SMART_ADS, smart=True)),
    ("POST", "/smart_plus/adgroup/status/update/"): partial(
        update, _Kind("adgroup", "adgroup_ids", smart=True)
    ),
    ("POST", "/smart_plus/campaign/status/update/"): partial(
        update, _Kind("campaign", "campaign_ids", smart=True)
    ),
}
