"""`/optimizer/rule/create/`, `get/` and `list/`: rules are kept and told, and never act.

What these endpoints answer is assumed, for the sheets tell only what they are asked: a listed rule
is as it was created, with a `rule_id`; a creation answers `rule_ids`. That names may repeat, and
that nothing but the declared fields is checked, is assumed as well.
"""

from collections.abc import Callable, Mapping
from typing import Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Reply
from adloom.simulator.making.pages import paged
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS"]

MOST_CONDITIONS: Final = 5


def create(call: Call) -> Reply:
    """Keep rules."""
    advertiser_id, rules = call.params["advertiser_id"], call.params["rules"]
    for place, rule in enumerate(rules):
        if len(rule["conditions"]) > MOST_CONDITIONS:
            raise bad_param(f"rules.{place}.conditions", f"At most {MOST_CONDITIONS} are allowed.")
        if not rule["name"].strip():
            raise bad_param(f"rules.{place}.name", "Must not be empty.")
    ids = [call.state.rules.add(advertiser_id, rule) for rule in rules]
    call.state.effects.record(call.path, ids, ids, at=call.state.clock.now())
    return Reply({"rule_ids": ids})


def listed(call: Call) -> Reply:
    """An account's rules."""
    return paged(call.state.rules.of(call.params["advertiser_id"]), call.params)


def named(call: Call) -> Reply:
    """Some of them; ids that do not exist are left out (assumed)."""
    wanted = set(call.params["rule_ids"])
    rules = call.state.rules.of(call.params["advertiser_id"])
    return Reply({"list": [one for one in rules if one["rule_id"] in wanted]})


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/optimizer/rule/get/"): named,
    ("GET", "/optimizer/rule/list/"): listed,
    ("POST", "/optimizer/rule/create/"): create,
}
