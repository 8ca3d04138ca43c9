"""Faults that change accounts or consents, or need them to make up an answer."""

import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from adloom.simulator.business import answer as business_answer
from adloom.simulator.business import short_path
from adloom.simulator.envelope import OK, PARTLY, Plain, Refusal, Reply
from adloom.simulator.faults import Rule
from adloom.simulator.meddling import MEDDLING
from adloom.simulator.state import Incoming, State

__all__ = ["intervened"]

BEARER: Final = "Bearer "
#: Ids that say where something is changed rather than what.
PLACES: Final = ("advertiser_ids", "bc_ids")
EVENTS: Final = "/event/track/"
FAILED: Final = "The item could not be changed this time."

Answering = Callable[[Incoming], Reply | Plain]


def intervened(rule: Rule, state: State, incoming: Incoming, answer: Answering) -> Reply | Plain:
    """The answer to a request that a rule of this kind strikes.

    Args:
        rule: What goes wrong.
        state: Of the simulator.
        incoming: The request.
        answer: Answers it honestly, with its effects.
    """
    if rule.kind in INSTEAD:
        return INSTEAD[rule.kind](rule, state, incoming, answer)
    state.advance()
    meddle = BETWEEN[rule.kind]
    short = short_path(incoming.path)
    if rule.strikes_first:
        meddle(rule, state, incoming, short)
        return answer(incoming)
    reply = answer(incoming)
    meddle(rule, state, incoming, short)
    return reply


# --- consent ------------------------------------------------------------------------------------


def _revoke(_rule: Rule, state: State, incoming: Incoming, _short: str) -> None:
    with suppress(Refusal):
        state.grants.revoke(incoming.headers.get("access-token", ""))
    state.creators.withdraw(incoming.headers.get("authorization", "").removeprefix(BEARER))


def _shrink(_rule: Rule, state: State, incoming: Incoming, _short: str) -> None:
    sent = incoming.form if incoming.form is not None else _body(incoming)
    given: dict[str, Any] = {**dict(parse_qsl(incoming.query)), **sent}
    several = given.get("advertiser_ids", [])
    with suppress(msgspec.DecodeError):
        several = msgspec.json.decode(several) if isinstance(several, str) else several
    named = [given.get("advertiser_id"), *(several if isinstance(several, list) else ())]
    with suppress(Refusal):
        state.grants.shrink(incoming.headers.get("access-token", ""), [str(one) for one in named])


def _body(incoming: Incoming) -> dict[str, Any]:
    """The body as a JSON object; empty where it is none."""
    try:
        body = msgspec.json.decode(incoming.body or b"{}")
    except (msgspec.DecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


# --- other answers than the honest one ----------------------------------------------------------


def _stale(_rule: Rule, state: State, incoming: Incoming, answer: Answering) -> Reply | Plain:
    """What a read says about the accounts as they were; changes are not struck."""
    if state.faults.replica is None or incoming.method != "GET":
        return answer(incoming)
    before = copy.copy(state)
    before.world = state.faults.replica
    return business_answer(before, incoming)


def _repeated(_rule: Rule, state: State, incoming: Incoming, answer: Answering) -> Reply | Plain:
    """Past the end, the last page once more under the number that was asked for."""
    reply = answer(incoming)
    info = reply.data.get("page_info") if isinstance(reply, Reply) and reply.data else None
    if not info or not 0 < info["total_page"] < info["page"]:
        return reply
    query = urlencode(dict(parse_qsl(incoming.query)) | {"page": info["total_page"]})
    again = business_answer(state, replace(incoming, query=query))
    if isinstance(again, Reply) and "page_info" in again.data:
        again.data["page_info"]["page"] = info["page"]
    return again


def _partly(rule: Rule, state: State, incoming: Incoming, answer: Answering) -> Reply | Plain:
    """Let some items of a change fail: they are taken out of the request."""
    body = _body(incoming)
    name = _items(incoming, body)
    if name is None:
        return answer(incoming)
    items = body[name]
    failing = range(len(items))[1::2] or range(1)
    if rule.number is not None:
        failing = range(len(items))[-rule.number :]
    kept = [item for place, item in enumerate(items) if place not in failing]
    reply: Reply | Plain = Reply({} if name == "data" else {name: []})
    if kept:
        reply = answer(replace(incoming, body=msgspec.json.encode(body | {name: kept})))
    if not isinstance(reply, Reply) or reply.code != OK:
        return reply
    told = dict(reply.data) | _failures(name, items, failing, state.events.first)
    return replace(reply, data=told, code=PARTLY, message="Partially successful")


def _items(incoming: Incoming, body: Mapping[str, Any]) -> str | None:
    """Where the items of a change are."""
    if incoming.method != "POST":
        return None
    if short_path(incoming.path) == EVENTS:
        return "data" if isinstance(body.get("data"), list) and body["data"] else None
    for name, value in body.items():
        if name.endswith("_ids") and name not in PLACES and isinstance(value, list) and value:
            return name
    return None


def _failures(name: str, items: list[Any], failing: range, first: int) -> dict[str, Any]:
    """Which items failed, as groups tell it or as events do (open_platform_and_events.md §II)."""
    if name == "data":
        failed = [{"order_in_batch": first + place, "error": FAILED} for place in failing]
        return {"partial_failure": True, "failed_events": failed}
    one = name.removesuffix("s")
    return {"error_list": [{one: items[place], "error_message": FAILED} for place in failing]}


INSTEAD: Final[Mapping[str, Callable[[Rule, State, Incoming, Answering], Reply | Plain]]] = {
    "partial_failure": _partly,
    "repeat_last_page": _repeated,
    "stale_replica": _stale,
}
#: What happens before or after an honest answer.
BETWEEN: Final[Mapping[str, Callable[[Rule, State, Incoming, str], Any]]] = {
    "revoke_consent": _revoke,
    "shrink_consent": _shrink,
    **MEDDLING,
}
