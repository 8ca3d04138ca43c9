"""Blueprints for tests, put together piece by piece; all of it invented."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.blueprint import Entry, Imported, What, Wishes, import_blueprint
from scenarios.check import check_scenario
from scenarios.environment import Environment
from scenarios.loader import load_scenario
from scenarios.model import Scenario, Step
from scenarios.problems import Severity

__all__ = [
    "ACCOUNT",
    "SEARCH",
    "blueprint",
    "condition",
    "content",
    "entries_of",
    "entry",
    "filtered",
    "imported",
    "node",
    "nodes_in",
    "refused_where_it_runs",
    "scenario_of",
    "step_of",
    "tell",
]

ACCOUNT = "7100000000000000001"


def node(number: int, module: str, /, **told: Any) -> dict[str, Any]:
    """A module; `name` becomes what the designer calls it."""
    designer = {"x": 300 * number, "y": 0}
    if name := told.pop("name", None):
        designer["name"] = name
    return {
        "id": number,
        "module": module,
        "version": 1,
        **told,
        "metadata": {"designer": designer},
    }


def tell(number: int, text: str = "hello", **told: Any) -> dict[str, Any]:
    """A message to a chat."""
    return node(number, "slack:CreateMessage", mapper={"text": text}, **told)


def condition(a: str = "{{1.ad_name}}", o: str = "exist", b: str | None = None) -> dict[str, Any]:
    """One condition of a filter."""
    return {"a": a, "o": o} | ({} if b is None else {"b": b})


def filtered(name: str, *groups: list[Any], **more: Any) -> dict[str, Any]:
    """A filter: one of the groups, all of a group."""
    return {"name": name, "conditions": list(groups), **more}


#: A search to begin with.
SEARCH = node(1, "tiktok:searchAds", parameters={"__IMTCONN__": 1, "advertiser_id": ACCOUNT})


def blueprint(*flow: Mapping[str, Any], **top: Any) -> dict[str, Any]:
    """A whole file."""
    return {"name": "A scenario", "flow": list(flow), "metadata": {"version": 1}, **top}


def content(data: Any) -> bytes:
    """A file as bytes."""
    return json.dumps(data, ensure_ascii=False).encode()


def imported(*flow: Mapping[str, Any], wishes: Wishes | None = None, **top: Any) -> Imported:
    """What a blueprint becomes; its text always loads."""
    made = import_blueprint(content(blueprint(*flow, **top)), wishes)
    load_scenario(made.text)
    return made


def scenario_of(*flow: Mapping[str, Any], **top: Any) -> Scenario:
    """The scenario a blueprint becomes."""
    return load_scenario(imported(*flow, **top).text)


def step_of(made: Imported, name: str) -> Step:
    """One of its steps."""
    [found] = [step for step in load_scenario(made.text).all_steps() if step.id == name]
    return found


def entry(made: Imported, number: int) -> Entry:
    """What was said of a module."""
    [found] = [one for one in made.entries if one.what is What.NODE and one.id == number]
    return found


def entries_of(made: Imported, what: What) -> dict[str, Entry]:
    """What was said of things of one kind, by name."""
    return {one.name: one for one in made.entries if one.what is what}


def refused_where_it_runs(made: Imported) -> list[str]:
    """What `scenarios check` says of scenarios that are not there."""
    scenario = load_scenario(made.text)
    problems = check_scenario(scenario, Environment({}, {scenario.name: scenario}))
    return [
        one.text
        for one in problems
        if one.severity is Severity.ERROR and "there is no scenario" in one.text
    ]


def nodes_in(data: Any) -> list[int]:
    """The ids of all modules of a file, found without knowing the format: by what they hold."""
    found: list[int] = []
    left: list[Any] = [data]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "id" in one and "module" in one:
                found.append(one["id"])
            inner: Sequence[Any] = [
                value for key, value in one.items() if key not in ("mapper", "parameters")
            ]
            left += inner
        elif isinstance(one, list):
            left += one
    return found
