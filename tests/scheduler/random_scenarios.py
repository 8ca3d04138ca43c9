"""Scenarios at random: searches, switches, budgets, routes, loops, gatherings and data stores."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from adloom.wire import Record

__all__ = ["Lottery"]

KINDS: Final = ("campaign", "adgroup", "ad")
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
STEPS: Final = ("+20 %", "+10", "+5 %", "+12.50")
MOST: Final = 9


@dataclass
class Lottery:
    """Draws scenarios about some objects of an account.

    Args:
        random: Draws.
        advertiser_id: The account.
        objects: Ids that may be named, by level.
        connection: What the connection is called.
    """

    random: Random
    advertiser_id: str
    objects: Mapping[str, Sequence[str]]
    connection: str = "acme"
    _count: int = 0
    _stores: list[str] = field(default_factory=list)

    def draw(self, name: str = "s") -> str:
        """A scenario's text; a JSON document, which is YAML as well."""
        self._count = 0
        steps: list[Record] = []
        scope: dict[str, str] = {}
        level = self.random.choice(KINDS)
        steps.append(self._search(level, scope))
        self._flow(steps, scope, self.random.randint(1, 5))
        return f"name: {name}\nsteps:\n" + "".join(
            f"  - {json.dumps(step, ensure_ascii=False)}\n" for step in steps
        )

    # --- a way of steps -------------------------------------------------------------------------

    def _flow(self, steps: list[Record], scope: dict[str, str], length: int) -> None:
        """Add steps; what they hand on may be used by those behind."""
        for _ in range(length):
            if self._count > MOST:
                return
            kind = self.random.choices(
                ["switch", "budget", "read", "search", "store", "set", "loop", "route", "gather"],
                weights=[6, 5, 4, 3, 4, 1, 2, 3, 2],
            )[0]
            if kind == "route":
                steps.append(self._route(scope))
                return
            getattr(self, f"_add_{kind}")(steps, scope)

    def _add_switch(self, steps: list[Record], scope: dict[str, str]) -> None:
        level = self.random.choice(KINDS)
        status = self.random.choice(["DISABLE", "DISABLE", "ENABLE"])
        params = {f"{level}_id": self._id(level, scope), "status": status}
        steps.append(self._module(SWITCHES[level], params, scope))

    def _add_budget(self, steps: list[Record], scope: dict[str, str]) -> None:
        level = self.random.choice(["campaign", "adgroup"])
        params = {f"{level}_id": self._id(level, scope), "budget": self.random.choice(STEPS)}
        step = self._module(BUDGETS[level], params, scope)
        if self.random.random() < 0.3:
            step["on_error"] = self.random.choice(["ignore", {"resume": {"changed": False}}])
        steps.append(step)

    def _add_read(self, steps: list[Record], scope: dict[str, str]) -> None:
        step = self._module("get_ad", {"ad_id": self._id("ad", scope)}, scope)
        steps.append(step)
        scope[step["id"]] = "ad"

    def _add_search(self, steps: list[Record], scope: dict[str, str]) -> None:
        level = self.random.choice(KINDS)
        steps.append(self._search(level, scope))

    def _add_store(self, steps: list[Record], scope: dict[str, str]) -> None:
        operation = self.random.choice(["put", "put", "add", "get", "delete", "count", "list"])
        store: Record = {"name": "gate", "operation": operation}
        if operation not in ("count", "list"):
            store["key"] = self._text(scope)
        if operation in ("put", "add"):
            store["value"] = self._text(scope)
        steps.append({"id": self._new(), "store": store})

    def _add_set(self, steps: list[Record], scope: dict[str, str]) -> None:
        steps.append({"id": self._new(), "set": {"variables": {"x": self._text(scope)}}})

    def _add_loop(self, steps: list[Record], scope: dict[str, str]) -> None:
        items = [self.random.choice(self.objects["ad"]) for _ in range(2)]
        step = {"id": self._new(), "iterator": {"items": items}}
        steps.append(step)
        scope[step["id"]] = "item"

    def _add_gather(self, steps: list[Record], scope: dict[str, str]) -> None:
        """Gather what the last step that hands several on has handed on."""
        sources = [one for one in scope if any(step["id"] == one for step in steps)]
        if not sources or any("aggregator" in step for step in steps):
            return
        source = sources[-1]
        fields = {"name": self._text({source: scope[source]})}
        step = {"id": self._new(), "aggregator": {"source": source, "fields": fields}}
        steps.append(step)
        behind = [one for one in scope if one in sources[sources.index(source) :]]
        for one in behind:
            del scope[one]
        scope[step["id"]] = "count"

    def _route(self, scope: dict[str, str]) -> Record:
        routes = []
        for _ in range(self.random.randint(1, 2)):
            own: list[Record] = []
            self._flow(own, dict(scope), self.random.randint(1, 2))
            if not own:
                self._add_store(own, dict(scope))
            routes.append({"when": self._condition(scope), "steps": own})
        fallback: list[Record] = []
        if self.random.random() < 0.5:
            self._add_store(fallback, dict(scope))
        router: Record = {"routes": routes, "first_match": self.random.random() < 0.5}
        if fallback:
            router["fallback"] = fallback
        return {"id": self._new(), "router": router}

    # --- parts of steps -------------------------------------------------------------------------

    def _search(self, level: str, scope: dict[str, str]) -> Record:
        params: Record = {"limit": self.random.choice([1, 2, 3])}
        if self.random.random() < 0.6:
            params["primary_status"] = self.random.choice(STATES)
        if self.random.random() < 0.7:
            above = KINDS[: KINDS.index(level) + 1]
            column = self.random.choice(above)
            count = min(len(self.objects[column]), 3)
            params[f"{column}_ids"] = self.random.sample(list(self.objects[column]), count)
        step = self._module(LISTINGS[level], params, scope)
        scope[step["id"]] = level
        return step

    def _module(self, name: str, params: Record, scope: dict[str, str]) -> Record:
        step: Record = {
            "id": self._new(),
            "module": name,
            "connection": self.connection,
            "params": {"advertiser_id": self.advertiser_id, **params},
        }
        if scope and self.random.random() < 0.25:
            step["when"] = self._condition(scope)
        return step

    def _id(self, level: str, scope: dict[str, str]) -> str:
        """An id of an object: of a bundle on the way, or just one of the account."""
        fitting = [
            f"{{{{{step}.{level}_id}}}}"
            for step, kind in scope.items()
            if kind in KINDS and KINDS.index(kind) >= KINDS.index(level)
        ]
        if level == "ad":
            fitting += [f"{{{{{step}.value}}}}" for step, kind in scope.items() if kind == "item"]
        if fitting and self.random.random() < 0.7:
            return self.random.choice(fitting)
        return self.random.choice(list(self.objects[level]))

    def _field(self, scope: dict[str, str]) -> str:
        step, kind = self.random.choice(list(scope.items()))
        if kind not in KINDS:
            return f"{step}.{'value' if kind == 'item' else 'count'}"
        names = [f"{kind}_id", f"{kind}_name", "operation_status", "operation_status"]
        if kind != "ad":
            names.append("budget")
        return f"{step}.{self.random.choice(names)}"

    def _text(self, scope: dict[str, str]) -> str:
        return f"{{{{{self._field(scope)}}}}}" if scope else "constant"

    def _condition(self, scope: dict[str, str]) -> str:
        if not scope:
            return "{{true}}"
        fields: dict[str, Any] = {step: kind for step, kind in scope.items() if kind in KINDS}
        if fields and self.random.random() < 0.7:
            step = self.random.choice(list(fields))
            status = self.random.choice(["ENABLE", "DISABLE"])
            return f"{{{{{step}.operation_status = '{status}'}}}}"
        return f"{{{{length(toString({self._field(scope)})) > {self.random.randint(1, 6)}}}}}"

    def _new(self) -> str:
        self._count += 1
        return f"s{self._count}"
