"""Random scenarios over a small platform, and random troubles: for properties that hold for all."""

from random import Random
from typing import Any

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    LimitExceededError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from scenarios.yaml_writing import write_block
from tests.scheduler.world import ADVERTISER

__all__ = ["CALLED", "random_scenario", "random_troubles"]

#: A scenario that others call.
CALLED = f"""\
name: called
steps:
  - id: kept
    store: {{name: calls, operation: put, key: "{{{{input.id}}}}", value: "{{{{now}}}}"}}
  - id: off
    module: update_ad_status
    connection: acme
    when: '{{{{input.name != "Ad 2"}}}}'
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{input.id}}}}", status: DISABLE}}
  - id: back
    return: {{done: "{{{{off.changed}}}}", mark: "{{{{uuid}}}}"}}
"""
TROUBLES: tuple[AdloomError, ...] = (
    RejectedError("No."),
    RetryableError("Later."),
    RetryableError("Later.", retry_after=1),
    UnknownOutcomeError("Silence."),
    AuthorizationError("Who are you?"),
    LimitExceededError("Too much."),
)
HANDLERS: tuple[Any, ...] = (
    "ignore",
    "commit",
    "rollback",
    {"resume": {"changed": "resumed"}},
    {"retry": {"count": 2, "interval": "5 seconds"}},
    {"break": {"count": 1, "interval": "1 minute"}},
)


def random_troubles(chance: Random) -> list[AdloomError | None]:
    """What goes wrong with the next calls."""
    return [chance.choice(TROUBLES) if chance.random() < 0.25 else None for _ in range(20)]


def random_scenario(chance: Random, name: str = "s") -> str:
    """A scenario that begins with a search."""
    making = _Making(chance)
    search = {"advertiser_id": ADVERTISER, "limit": chance.choice([0, 2])}
    first = {"id": "ads", "module": "search_ads", "connection": "acme", "params": search}
    return write_block({"name": name, "steps": [first, *making.steps(chance.randint(1, 6))]}, 0)


class _Making:
    """Makes steps with names of their own."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.count = 0
        self.depth = 0

    def steps(self, count: int) -> list[dict[str, Any]]:
        """Steps one after the other; nothing follows a router."""
        made = []
        for _ in range(count):
            made.append(self.step())
            if "router" in made[-1]:
                break
        gathers = self.depth == 0 and "router" not in made[-1] and self.chance.random() < 0.3
        return [*made, *self.gathering()] if gathers else made

    def gathering(self) -> list[dict[str, Any]]:
        """An aggregator of all ads, and something behind it."""
        total = self.name()
        taken = {"source": "ads", "kind": "text", "value": "{{ads.ad_id}}"}
        told = {"id": self.name(), "set": {"variables": {"all": f"{{{{{total}.text}}}}"}}}
        return [{"id": total, "aggregator": taken}, told]

    def name(self) -> str:
        """A new one."""
        self.count += 1
        return f"s{self.count}"

    def step(self) -> dict[str, Any]:
        """Any step."""
        kinds = [self.computed, self.store, self.change, self.change, self.memory, self.others]
        if self.depth == 0:
            kinds.append(self.router)
        step = {"id": self.name(), **self.chance.choice(kinds)()}
        if self.chance.random() < 0.3:
            step["when"] = self.chance.choice(
                ['{{ads.ad_name != "Ad 1"}}', "{{random < 0.5}}", "{{ads.nothing = null}}"]
            )
        return step

    def computed(self) -> dict[str, Any]:
        """Values of every kind, also such as chance and the clock decide."""
        values = ["{{ads.ad_name}}!", "{{now}}", "{{uuid}}", "{{random}}", "{{ads.budget * 1.1}}"]
        return {"set": {"variables": {"value": self.chance.choice(values)}}}

    def store(self) -> dict[str, Any]:
        """Any use of a data store."""
        operation = self.chance.choice(["put", "add", "get", "exists", "count", "list", "delete"])
        store: dict[str, Any] = {"name": "seen", "operation": operation}
        if operation not in ("count", "list"):
            store["key"] = self.chance.choice(["{{ads.ad_id}}", "one"])
        if operation in ("put", "add"):
            store["value"] = self.chance.choice(["{{ads.ad_name}}", "{{now}}", {"a": 1.5}])
        return {"store": store}

    def change(self) -> dict[str, Any]:
        """A switch of an ad, with or without a handler."""
        params = {
            "advertiser_id": ADVERTISER,
            "ad_id": "{{ads.ad_id}}",
            "status": self.chance.choice(["DISABLE", "ENABLE"]),
        }
        made: dict[str, Any] = {"module": "update_ad_status", "connection": "acme"}
        made["params"] = params
        if self.chance.random() < 0.6:
            made["on_error"] = self.chance.choice(HANDLERS)
        return made

    def memory(self) -> dict[str, Any]:
        """A variable."""
        if self.chance.random() < 0.5:
            return {"set": {"variables": {"last": "{{ads.ad_id}}"}, "scope": "execution"}}
        return {"get": {"variables": ["last"], "scope": "execution"}}

    def others(self) -> dict[str, Any]:
        """A look at one ad, a pause, a list taken apart, a call, a return."""
        one = {"advertiser_id": ADVERTISER, "ad_id": "{{ads.ad_id}}"}
        return self.chance.choice(
            [
                {"module": "get_ad", "connection": "acme", "params": one},
                {"sleep": "1 second"},
                {"iterator": {"items": "{{ads.labels}}"}},
                {"scenario": "called", "input": {"id": "{{ads.ad_id}}", "name": "{{ads.ad_name}}"}},
                {"return": {"id": "{{ads.ad_id}}"}},
            ]
        )

    def router(self) -> dict[str, Any]:
        """Ways that part."""
        self.depth += 1
        routes: list[dict[str, Any]] = [
            {"when": '{{ads.ad_name = "Ad 1"}}', "steps": self.steps(self.chance.randint(1, 2))},
            {"when": "{{random < 0.5}}", "steps": self.steps(1)},
        ]
        router = {"routes": routes, "first_match": self.chance.random() < 0.5}
        self.depth -= 1
        return {"router": router}
