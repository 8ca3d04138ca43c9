"""The objects of a rule: listed, with their figures, and which of them fulfil the conditions."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from scenarios.rules.expand_figures import Figures, ids_of
from scenarios.rules.expressions import holds, rate, whole
from scenarios.rules.layout import Piece, opening
from scenarios.rules.metrics import MetricKind
from scenarios.rules.model import Condition, Rule, Stretch
from scenarios.rules.words import FACTS, ActionKind, Calculation, Which

__all__ = ["MATCHES", "reading_steps"]

#: The id of the step that gathers what matches.
MATCHES: Final = "matches"
_SWITCH: Final = {Which.ACTIVE: "ENABLE", Which.INACTIVE: "DISABLE"}
NEWEST: Final = "TikTok's own rules look at the newest 500 at most; here all of them count."


def reading_steps(rule: Rule) -> Iterator[Piece]:
    """Everything up to the list of objects that match."""
    return _Objects(rule).pieces()


class _Objects:
    """Puts the steps together."""

    def __init__(self, rule: Rule):
        self.rule = rule
        self.known = Figures(rule)
        self.group, self.facts = self.known.group, self.known.facts
        self.objects, self.id = self.known.objects, self.known.id
        self.conditions = self.known.conditions
        self.together = [one for one in self.conditions if one.of is Calculation.ALL]

    def pieces(self) -> Iterator[Piece]:
        yield from self.known.pieces()
        comment = f"All {self.facts.plural} {self._which()} that are not deleted. {NEWEST}"
        yield opening("to_look_at", comment, level=str(self.rule.level))
        yield self._listing()
        yield self._found()
        if self.together:
            yield from self._totals()
        yield self._matching()
        yield self._matches()

    # --- objects --------------------------------------------------------------------------------

    def _listing(self) -> Piece:
        params: dict[str, Any] = {"advertiser_id": self.rule.account}
        if self.group.ids:
            params[ids_of(self.group)] = list(self.group.ids)
        params |= {"fields": self._columns(), "limit": 0}
        return Piece(
            {
                "id": self.objects,
                "title": f"List the {self.facts.plural}",
                "module": self.facts.listing,
                "connection": self.rule.connection,
                "params": params,
            },
        )

    def _which(self) -> str:
        if self.group.under:
            return "of these"
        return "that are named" if self.group.which is Which.SELECTED else "of the account"

    def _columns(self) -> list[str]:
        """Only what is used, so that the answers are small."""
        found = [self.facts.key, self.facts.name, "operation_status"]
        kinds = {one.kind for one in self.rule.actions}
        metrics = [one.metric for one in self.conditions]
        if any(kind.is_budget for kind in kinds) or any(
            one.kind is MetricKind.SPENT for one in metrics
        ):
            found += ["budget", "budget_mode"]
        if ActionKind.BID in kinds:
            found += ["bid_price", "conversion_bid_price"]
        if any(one.kind is MetricKind.AGE for one in metrics):
            found.append("create_time")
        for one in metrics:
            if one.told_by is self.rule.level:
                found.append(one.column)
            elif one.told_by is not None:
                found.append(FACTS[one.told_by].key)
        return list(dict.fromkeys(found))

    def _found(self) -> Piece:
        """The figures of one object, by the names of the conditions."""
        values: dict[str, str] = {}
        for one in self.conditions:
            if one.of is Calculation.ALL:
                values |= self.known.parts(one)
            elif one.metric.kind is not MetricKind.NOTHING and one.metric.name != "name":
                values[one.key] = whole(self.known.value(one))
        step: dict[str, Any] = {"id": "figures"}
        comment = "Its own figures, by its id; where there is nothing to divide by, there is none."
        if switch := _SWITCH.get(self.group.which):
            step["when"] = whole(f'{self.objects}.operation_status = "{switch}"')
            on = "on" if switch == "ENABLE" else "off"
            comment = f"Those that are switched {on}. {comment}"
        named = {"name": whole(f"{self.objects}.{self.facts.name}")}
        return Piece({**step, "set": {"variables": {**named, **values}}}, (comment,))

    # --- all together ---------------------------------------------------------------------------

    def _totals(self) -> Iterator[Piece]:
        names = [name for one in self.together for name in self.known.parts(one)]
        own = [one.key for one in self.conditions if one.of is Calculation.EACH and _told(one)]
        fields = {name: whole(f"figures.{name}") for name in dict.fromkeys(["name", *own, *names])}
        kept = {name: whole(f"{self.objects}.{name}") for name in self._kept()}
        yield Piece(
            {
                "id": "objects",
                "aggregator": {
                    "source": "to_look_at",
                    "kind": "array",
                    "fields": {"id": whole(self.id), **fields, **kept},
                },
            },
            ("All of them together.",),
        )
        totals = {one.key: whole(self._total(one)) for one in self.together}
        yield Piece({"id": "totals", "set": {"variables": totals}})
        yield Piece({"id": "each", "iterator": {"items": whole("objects.array")}})

    def _total(self, condition: Condition) -> str:
        metric, over = condition.metric, condition.over
        assert over is not None  # noqa: S101 - reading insists

        def total(name: str) -> str:
            return f"sum(map(objects.array; {name}_{over.word}))"

        if metric.kind is MetricKind.OWN:
            weighted = total(f"{metric.figure}_by_{metric.by}")
            return f"if({total(metric.by)} > 0; {weighted} / {total(metric.by)})"
        return rate(metric, total)

    # --- who matches ----------------------------------------------------------------------------

    def _matching(self) -> Piece:
        parts = [
            holds(one, self._reference(one))
            for one in self.conditions
            if one.metric.kind is not MetricKind.NOTHING
        ]
        guard = _guard(self.rule.check.during)
        step: dict[str, Any] = {"id": "matching"}
        if parts or guard:
            step["when"] = whole(" & ".join([*guard, *parts]))
        return Piece(
            {**step, "set": {"variables": {"because": self._because()}}},
            ("What the rule asks for.",) if parts else ("Nothing is asked of them.",),
        )

    def _reference(self, condition: Condition) -> str:
        if condition.of is Calculation.ALL:
            return f"totals.{condition.key}"
        return f"{'each' if self.together else 'figures'}.{condition.key}"

    def _because(self) -> str:
        said = []
        for one in self.conditions:
            if one.metric.kind is MetricKind.NOTHING:
                continue
            value = self._reference(one)
            shown = f"round({value}; 2)" if one.metric.is_number else value
            over = f" {one.over}" if one.over else ""
            of = " of all together" if one.of is Calculation.ALL else ""
            said.append(f"{one.metric.name}{over}{of} {whole(shown)} ({_plain(one.compared)})")
        return ", ".join(said) or "always"

    def _kept(self) -> list[str]:
        """Columns that actions need."""
        left_out = (self.facts.key, self.facts.name, "operation_status", "create_time")
        return [
            name
            for name in self._columns()
            if name not in left_out and ("budget" in name or "bid" in name)
        ]

    def _matches(self) -> Piece:
        source = "each" if self.together else self.objects
        name = "each.name" if self.together else "figures.name"
        fields = {
            "id": whole("each.id" if self.together else self.id),
            "name": whole(name),
            "because": whole("matching.because"),
            **{one: whole(f"{source}.{one}") for one in self._kept()},
        }
        return Piece(
            {
                "id": MATCHES,
                "aggregator": {
                    "source": "totals" if self.together else "to_look_at",
                    "kind": "array",
                    "fields": fields,
                },
            },
            ("Everything is decided before anything is changed.",),
        )


def _told(condition: Condition) -> bool:
    return condition.metric.kind is not MetricKind.NOTHING


def _plain(text: str) -> str:
    """A text that holds no mapping, whatever it holds."""
    return text.strip().replace("{{", "{ {")


def _guard(stretches: Sequence[Stretch]) -> list[str]:
    """Days of the month, which a schedule cannot say together with times of the day."""
    parts = []
    for one in stretches:
        if one.unit != "MONTH":
            continue
        day = " | ".join(f'formatDate(now; "D") = "{number}"' for number in one.numbers)
        time = f'toTime(formatDate(now; "HH:mm")) >= toTime("{one.start}")'
        if one.end not in ("24:00", "00:00"):
            time += f' & toTime(formatDate(now; "HH:mm")) < toTime("{one.end}")'
        parts.append(f"({day}) & {time}")
    return [f"({' | '.join(f'({one})' for one in parts)})"] if parts else []
