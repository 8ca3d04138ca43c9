"""Scenarios at random: searches, switches, budgets, routes, loops, gatherings and data stores."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from adloom.wire import Record

__all__ = ["LISTINGS", "Lottery"]

LEVELS: Final = ("campaign", "adgroup", "ad")
LISTINGS: Final = {
    "campaign": "list_campaigns",
    "adgroup": "list_ad_groups",
    "ad": "search_ads",
}
SWITCHES: Final = {
    "campaign": "update_campaign_status",
    "adgroup": "update_ad_group_status",
    "ad": "update_ad_status",
}
BUDGETS: Final = {"campaign": "update_campaign_budget", "adgroup": "update_ad_group_budget"}
STATES: Final = ("STATUS_DELIVERY_OK", "STATUS_DISABLE", "STATUS_NOT_DELETE", "STATUS_ALL")
MORE: Final = ("+20 %", "+10", "+5 %", "+12.50")
#: What a way of steps may have, and how likely each is.
PARTS: Final = {
    "echo": 8,
    "switch": 6,
    "budget": 5,
    "read": 4,
    "search": 3,
    "store": 4,
    "set": 1,
    "loop": 2,
    "route": 3,
    "gather": 2,
}
MOST: Final = 9

#: What the steps before hand on: a level of object, `item` or `count`, by step.
Scope = dict[str, str]


@dataclass
class Lottery:
    """Draws scenarios about some objects of an account.

    Args:
        random: Draws.
        advertiser_id: The account.
        objects: Ids that may be named, by level.
        connection: What the connection is called.
        only_these: Whether searches look for nothing but these objects.
    """

    random: Random
    advertiser_id: str
    objects: Mapping[str, Sequence[str]]
    connection: str = "acme"
    only_these: bool = False
    _count: int = 0

    def draw(self, name: str = "s") -> str:
        """A scenario's text; each step is a JSON object, which is YAML as well."""
        self._count = 0
        steps: list[Record] = []
        scope: Scope = {}
        steps.append(self._search(self.random.choice(LEVELS), scope))
        self._flow(steps, scope, self.random.randint(1, 5))
        lines = [f"  - {json.dumps(step, ensure_ascii=False)}\n" for step in steps]
        return f"name: {name}\nsteps:\n{''.join(lines)}"

    # --- a way of steps -------------------------------------------------------------------------

    def _flow(self, steps: list[Record], scope: Scope, length: int) -> None:
        """Add steps; what they hand on may be used by those behind."""
        for _ in range(length):
            if self._count > MOST:
                return
            [part] = self.random.choices(list(PARTS), weights=list(PARTS.values()))
            if part == "route":
                steps.append(self._route(scope))
                return
            getattr(self, f"_add_{part}")(steps, scope)

    def _add_switch(self, steps: list[Record], scope: Scope) -> None:
        level = self.random.choice(LEVELS)
        status = self.random.choice(["DISABLE", "DISABLE", "ENABLE"])
        params = {f"{level}_id": self._id(level, scope), "status": status}
        steps.append(self._module(SWITCHES[level], params, scope))

    def _add_echo(self, steps: list[Record], scope: Scope) -> None:
        """Switch something, look for what is on or off, and do something with what is found."""
        self._add_switch(steps, scope)
        search = self._search(self.random.choice(LEVELS), scope)
        search["params"]["primary_status"] = self.random.choice(STATES[:2])
        search.pop("when", None)
        steps.append(search)
        self.random.choice([self._add_store, self._add_switch, self._add_budget])(steps, scope)

    def _add_budget(self, steps: list[Record], scope: Scope) -> None:
        level = self.random.choice(list(BUDGETS))
        params = {f"{level}_id": self._id(level, scope), "budget": self.random.choice(MORE)}
        step = self._module(BUDGETS[level], params, scope)
        if self.random.random() < 0.3:
            step["on_error"] = self.random.choice(["ignore", {"resume": {"changed": False}}])
        steps.append(step)

    def _add_read(self, steps: list[Record], scope: Scope) -> None:
        step = self._module("get_ad", {"ad_id": self._id("ad", scope)}, scope)
        steps.append(step)
        scope[step["id"]] = "ad"

    def _add_search(self, steps: list[Record], scope: Scope) -> None:
        steps.append(self._search(self.random.choice(LEVELS), scope))

    def _add_store(self, steps: list[Record], scope: Scope) -> None:
        operation = self.random.choice(["put", "put", "add", "get", "delete", "count", "list"])
        store: Record = {"name": "gate", "operation": operation}
        if operation not in ("count", "list"):
            store["key"] = self._text(scope)
        if operation in ("put", "add"):
            store["value"] = self._text(scope)
        steps.append({"id": self._new(), "store": store})

    def _add_set(self, steps: list[Record], scope: Scope) -> None:
        steps.append({"id": self._new(), "set": {"variables": {"x": self._text(scope)}}})

    def _add_loop(self, steps: list[Record], scope: Scope) -> None:
        items = [self.random.choice(self.objects["ad"]) for _ in range(2)]
        step = {"id": self._new(), "iterator": {"items": items}}
        steps.append(step)
        scope[str(step["id"])] = "item"

    def _add_gather(self, steps: list[Record], scope: Scope) -> None:
        """Gather what the last step that hands several on has handed on."""
        mine = {step["id"] for step in steps}
        sources = [one for one in scope if one in mine]
        if not sources or any("aggregator" in step for step in steps):
            return
        source = sources[-1]
        fields = {"name": self._text({source: scope[source]})}
        step = {"id": self._new(), "aggregator": {"source": source, "fields": fields}}
        steps.append(step)
        del scope[source]
        scope[str(step["id"])] = "count"

    def _route(self, scope: Scope) -> Record:
        routes = []
        for _ in range(self.random.randint(1, 2)):
            own: list[Record] = []
            self._flow(own, dict(scope), self.random.randint(1, 2))
            if not own:
                self._add_store(own, dict(scope))
            routes.append({"when": self._condition(scope), "steps": own})
        router: Record = {"routes": routes, "first_match": self.random.random() < 0.5}
        if self.random.random() < 0.5:
            fallback: list[Record] = []
            self._add_store(fallback, dict(scope))
            router["fallback"] = fallback
        return {"id": self._new(), "router": router}

    # --- parts of steps -------------------------------------------------------------------------

    def _search(self, level: str, scope: Scope) -> Record:
        params: Record = {"limit": self.random.choice([1, 2, 3])}
        if self.random.random() < 0.6:
            params["primary_status"] = self.random.choice(STATES)
        if self.only_these or self.random.random() < 0.7:
            column = self.random.choice(LEVELS[: LEVELS.index(level) + 1])
            count = min(len(self.objects[column]), 3)
            params[f"{column}_ids"] = self.random.sample(list(self.objects[column]), count)
        step = self._module(LISTINGS[level], params, scope)
        scope[step["id"]] = level
        return step

    def _module(self, name: str, params: Record, scope: Scope) -> Record:
        step: Record = {
            "id": self._new(),
            "module": name,
            "connection": self.connection,
            "params": {"advertiser_id": self.advertiser_id, **params},
        }
        if scope and self.random.random() < 0.25:
            step["when"] = self._condition(scope)
        return step

    def _id(self, level: str, scope: Scope) -> str:
        """An id of an object: of a bundle on the way, or just one of the account."""
        fitting = [
            f"{{{{{step}.{level}_id}}}}"
            for step, kind in scope.items()
            if kind in LEVELS and LEVELS.index(kind) >= LEVELS.index(level)
        ]
        if level == "ad":
            fitting += [f"{{{{{step}.value}}}}" for step, kind in scope.items() if kind == "item"]
        if fitting and self.random.random() < 0.7:
            return self.random.choice(fitting)
        return self.random.choice(list(self.objects[level]))

    def _field(self, scope: Scope) -> str:
        step, kind = self.random.choice(list(scope.items()))
        if kind not in LEVELS:
            return f"{step}.{'value' if kind == 'item' else 'count'}"
        names = [f"{kind}_id", f"{kind}_name", "operation_status", "operation_status"]
        if kind != "ad":
            names.append("budget")
        return f"{step}.{self.random.choice(names)}"

    def _text(self, scope: Scope) -> str:
        return f"{{{{{self._field(scope)}}}}}" if scope else "constant"

    def _condition(self, scope: Scope) -> str:
        if not scope:
            return "{{true}}"
        objects = [step for step, kind in scope.items() if kind in LEVELS]
        if objects and self.random.random() < 0.7:
            status = self.random.choice(["ENABLE", "DISABLE"])
            return f"{{{{{self.random.choice(objects)}.operation_status = '{status}'}}}}"
        return f"{{{{length(toString({self._field(scope)})) > {self.random.randint(1, 6)}}}}}"

    def _new(self) -> str:
        self._count += 1
        return f"s{self._count}"
