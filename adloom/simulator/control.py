"""`/_simulator/`: what tests and demonstrations may do to the simulator, from this machine only."""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from adloom.simulator.description import describe
from adloom.simulator.envelope import Plain, Refusal
from adloom.simulator.making import acting as making
from adloom.simulator.open_platform import acting
from adloom.simulator.options import PRACTICE_APP
from adloom.simulator.reports import acting as reports
from adloom.simulator.state import Incoming, State
from adloom.simulator.webhooks import acting as webhooks

__all__ = ["ROOT", "control"]

ROOT: Final = "/_simulator/"
JSON: Final = "application/json; charset=utf-8"
CONTENTS: Final = """\
GET    /_simulator/           this list
GET    /_simulator/describe   what is modelled, what is generic, what is assumed
GET    /_simulator/faults     the rules in force, and how often they struck
POST   /_simulator/faults     [{"kind": "code", "code": 40100, "path": "/ad/get/", "times": 3}, ...]
DELETE /_simulator/faults     no more faults
GET    /_simulator/effects    requests, codes, changes, and how often each object changed
POST   /_simulator/reset      counters back to nothing
GET    /_simulator/clock      simulated time
POST   /_simulator/clock      {"move": seconds} or {"speed": simulated seconds per real second}
POST   /_simulator/token      {"app_id": "...", "advertiser_ids": [...]}: a token without consent
POST   /_simulator/revoke     {"token": "..."} or {"all": true}; with "advertiser_ids" only those
"""


def control(state: State, incoming: Incoming, client: str) -> Plain:
    """Do what is asked.

    Args:
        state: Of the simulator.
        incoming: The request.
        client: The address it comes from.
    """
    # A web page that a browser has open is on this machine too, and says where it is from.
    if not _is_here(client) or "origin" in incoming.headers:
        return Plain(403, b"only from this machine, and not from a web page")
    name = incoming.path.removeprefix(ROOT).rstrip("/")
    doing = ACTIONS.get((incoming.method, name))
    if doing is None:
        return Plain(404, b"there is nothing of that kind; see GET /_simulator/")
    try:
        asked = msgspec.json.decode(incoming.body) if incoming.body else {}
        if name != "faults" and not isinstance(asked, dict):
            return _json({"error": "give a JSON object"}, 400)
        told = doing(state, asked)
    except (Refusal, msgspec.MsgspecError, ValueError, TypeError) as error:
        return _json({"error": str(error)}, 400)
    return _text(told) if isinstance(told, str) else _json(told)


def _is_here(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False


def _json(data: Any, status: int = 200) -> Plain:
    return Plain(status, msgspec.json.encode(data), JSON)


def _text(text: str) -> Plain:
    return Plain(200, text.encode())


# --- what can be done ---------------------------------------------------------------------------


def _faults(state: State, _asked: Any) -> Any:
    return state.faults.as_json()


def _add_faults(state: State, asked: Any) -> Any:
    state.faults.add(asked if isinstance(asked, list) else [asked])
    return state.faults.as_json()


def _clear_faults(state: State, _asked: Any) -> Any:
    state.faults.clear()
    return []


def _effects(state: State, _asked: Any) -> Any:
    return state.effects.as_json()


def _reset(state: State, _asked: Any) -> Any:
    state.effects.reset()
    return state.effects.as_json()


def _clock(state: State, _asked: Any) -> Any:
    return {"now": state.clock.now(), "speed": state.clock.speed}


def _set_clock(state: State, asked: Mapping[str, Any]) -> Any:
    if not {"move", "speed"} & asked.keys():
        raise ValueError("give move or speed")
    if "speed" in asked:
        state.clock.set_speed(float(asked["speed"]))
    state.clock.move(float(asked.get("move", 0)))
    state.advance()
    return _clock(state, asked)


def _token(state: State, asked: Mapping[str, Any]) -> Any:
    advertiser_ids = asked.get("advertiser_ids") or list(state.world.accounts)
    if unknown := [known for known in advertiser_ids if known not in state.world.accounts]:
        raise ValueError(f"there is no advertiser {unknown[0]}")
    app_id = str(asked.get("app_id", PRACTICE_APP))
    return {
        "access_token": state.grants.issue(app_id, advertiser_ids),
        "advertiser_ids": advertiser_ids,
        "app_id": app_id,
    }


def _revoke(state: State, asked: Mapping[str, Any]) -> Any:
    if asked.get("all"):
        return {"revoked": state.grants.revoke_all()}
    token = str(asked.get("token") or "")
    if not token:
        raise ValueError("give token or all")
    if token.startswith("act."):
        state.creators.withdraw(token)
        return {"revoked": 1}
    if advertiser_ids := asked.get("advertiser_ids"):
        return {"advertiser_ids": state.grants.shrink(token, advertiser_ids).advertiser_ids}
    state.grants.revoke(token)
    return {"revoked": 1}


ACTIONS: Final[Mapping[tuple[str, str], Callable[[State, Any], Any]]] = {
    ("GET", ""): lambda _state, _asked: (
        CONTENTS + making.CONTENTS + reports.CONTENTS + acting.CONTENTS + webhooks.CONTENTS
    ),
    ("GET", "describe"): lambda _state, _asked: describe(),
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "effects"): _effects,
    ("POST", "reset"): _reset,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("POST", "token"): _token,
    ("POST", "revoke"): _revoke,
    **acting.ACTIONS,
    **making.ACTIONS,
    **reports.ACTIONS,
    **webhooks.ACTIONS,
}
