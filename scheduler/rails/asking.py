"""What a call asks to change, in the terms limits are written in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from adloom.json_text import parse_strict
from adloom.wire import FileBody, JsonBody, Request, TextBody
from modules.base import Call, Change
from scenarios.directions import COUNTED, Direction, deletes, direction_of

__all__ = ["BUDGET", "STATUS", "Asked", "asked_of"]

#: A call that only its sender understands; its body is looked into.
CALL: Final = "call"
STATUS: Final = "operation_status"
BUDGET: Final = "budget"
#: What a body calls the objects it is about (business_api.md §3.3, §3.4).
LEVELS: Final[Mapping[str, str]] = {
    "ad_id": "ad",
    "ad_ids": "ad",
    "aco_ad_ids": "ad",
    "smart_plus_ad_ids": "Smart+ ad",
    "adgroup_id": "ad group",
    "adgroup_ids": "ad group",
    "campaign_id": "campaign",
    "campaign_ids": "campaign",
}
#: Platforms whose arbitrary calls may move money.
WITH_MONEY: Final = frozenset({"tiktok-business"})
_DELETION: Final = re.compile(r"/(?:delete|remove)/?$")
DEEPEST: Final = 20


@dataclass(frozen=True)
class Asked:
    """One value of one object that is to be changed.

    Args:
        account: Id of the account; empty where the call does not say.
        kind: What kind of object.
        id: Which one; empty for what comes into being, and where nobody can tell.
        field: Which value.
        direction: Which way it moves spending.
        old: The amount it has, for budgets; None if it is not known.
        new: The amount it gets, for budgets; otherwise how the new value is written.
        unit: What amounts are counted in.
        counts: Whether it counts as a change: the first value of each object of a call does.
        deletes: Whether nothing could bring back what it takes away.
    """

    account: str
    kind: str
    id: str
    field: str
    direction: Direction
    old: Decimal | None = None
    new: Decimal | str | None = None
    unit: str = ""
    counts: bool = True
    deletes: bool = False


def asked_of(call: Call, provider: str) -> tuple[Asked, ...]:
    """What a call asks to change, as far as limits look at it.

    Args:
        call: The call.
        provider: The platform it goes to.
    """
    account = _account(call.request)
    found: list[Asked] = []
    seen: set[tuple[str, str]] = set()
    for change in call.changes:
        if change.kind not in COUNTED or (change.kind == CALL and provider not in WITH_MONEY):
            continue
        for one in _looked_into(call.request, change):
            place = (one.kind, one.id)
            found.append(_asked(account, one, counts=place not in seen, request=call.request))
            seen.add(place)
    return tuple(found)


def _asked(account: str, change: Change, *, counts: bool, request: Request) -> Asked:
    is_budget = change.field == BUDGET
    is_gone = deletes(change) or (change.kind == CALL and _says_delete(request))
    return Asked(
        account,
        change.kind,
        change.id,
        change.field,
        Direction.LOWERS if is_gone else direction_of(change),
        _amount(change.old) if is_budget else None,
        _amount(change.new) if is_budget else _written(change.new),
        change.unit,
        counts,
        is_gone,
    )


def _account(request: Request) -> str:
    body = _fields(request)
    return str(body.get("advertiser_id") or request.query.get("advertiser_id") or "")


def _fields(request: Request) -> Mapping[str, Any]:
    match request.body:
        case JsonBody(value) if isinstance(value, Mapping):
            return value
        case TextBody(text):
            return _parsed(text)
        case FileBody() as file:
            return file.fields
        case _:
            return {}


def _parsed(text: str) -> Mapping[str, Any]:
    """What a body says that was written by hand; nothing if that is no JSON."""
    try:
        value = parse_strict(text.encode())
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}


# --- arbitrary calls ----------------------------------------------------------------------------


def _looked_into(request: Request, change: Change) -> Sequence[Change]:
    """An arbitrary call as the changes its body names, if it names any."""
    if change.kind != CALL:
        return [change]
    return list(_named(_fields(request), DEEPEST)) or [change]


def _named(value: Any, depth: int) -> Iterator[Change]:
    """The switches and budgets that a body names, with their objects."""
    if depth and isinstance(value, list):
        for one in value:
            yield from _named(one, depth - 1)
    if not depth or not isinstance(value, Mapping):
        return
    for field in (STATUS, BUDGET):
        if field in value and not isinstance(value[field], list | Mapping):
            for kind, identity in _objects(value):
                yield Change(kind, identity, "", field, None, value[field])
    for inner in value.values():
        yield from _named(inner, depth - 1)


def _objects(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, kind in LEVELS.items():
        found = body.get(name)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, str | int):
                yield kind, str(one)


def _says_delete(request: Request) -> bool:
    """Whether a call deletes, as far as anybody can tell by looking at it."""
    if request.method == "DELETE" or _DELETION.search(request.path):
        return True
    return _holds_delete(_fields(request), DEEPEST)


def _holds_delete(value: Any, depth: int) -> bool:
    if depth and isinstance(value, Mapping):
        if value.get(STATUS) == "DELETE":
            return True
        return any(_holds_delete(one, depth - 1) for one in value.values())
    return (
        bool(depth)
        and isinstance(value, list)
        and any(_holds_delete(one, depth - 1) for one in value)
    )


def _amount(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _written(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) else None
