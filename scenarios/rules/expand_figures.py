"""What a rule needs to know of its objects: figures of reports, and rows of what they belong to.

Figures are read once for all objects, with one call for a hundred or a thousand of them instead of
one call each; the objects then find theirs by id.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from scenarios.rules.expressions import figure_names, rate, whole
from scenarios.rules.layout import Piece, opening
from scenarios.rules.metrics import METRICS, Metric, MetricKind
from scenarios.rules.model import ApplyTo, Condition, Rule
from scenarios.rules.words import FACTS, Level, Match, Window

__all__ = ["OBJECTS", "Figures", "conditions_of", "ids_of"]

#: Ids of the steps that list objects, by level.
OBJECTS: Final = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "ad_groups", Level.AD: "ads"}
_DAYS: Final[dict[Window, dict[str, Any]]] = {
    Window.TODAY: {"date_range": "today"},
    Window.YESTERDAY: {"date_range": "yesterday"},
    Window.PAST_3_DAYS: {"date_range": "last 3 days"},
    Window.PAST_5_DAYS: {"date_range": "last 5 days"},
    Window.PAST_7_DAYS: {"date_range": "last 7 days"},
    Window.LIFETIME: {"lifetime": True},
}
_HOUR_AGO: Final = "addHours(now; -1)"
_BUDGETS: Final = {
    "daily budget spent": (Window.TODAY, ("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET")),
    "lifetime budget spent": (Window.LIFETIME, ("BUDGET_MODE_TOTAL",)),
}
_CURRENCY: Final = "in the account's currency"


def conditions_of(rule: Rule) -> tuple[Condition, ...]:
    """The conditions, and those that `min_spend` adds: one for each time rates are about."""
    if not rule.min_spend:
        return rule.conditions
    noisy = [
        one
        for one in rule.conditions
        if one.over and (one.metric.kind is not MetricKind.COUNT or one.metric.is_late)
    ]
    asked = {
        (one.over, one.of)
        for one in rule.conditions
        if one.metric.name == "cost" and one.match in (Match.ABOVE, Match.AT_LEAST, Match.BETWEEN)
    }
    times = dict.fromkeys((one.over, one.of) for one in noisy)
    least = (str(rule.min_spend),)
    added = [
        Condition(METRICS["cost"], Match.AT_LEAST, least, over, of)
        for over, of in times
        if (over, of) not in asked
    ]
    return (*added, *rule.conditions)


class Figures:
    """What one rule needs to know, and the steps that read it.

    Args:
        rule: The rule.
    """

    def __init__(self, rule: Rule):
        self.rule = rule
        self.group = rule.apply_to[0]
        self.facts = FACTS[rule.level]
        self.objects = OBJECTS[rule.level]
        self.conditions = conditions_of(rule)
        self.id = f"{self.objects}.{self.facts.key}"

    def pieces(self) -> Iterator[Piece]:
        """The steps that read it."""
        for over, metrics in self._windows().items():
            yield from self._figures(over, figure_names(metrics))
        for level in self._told_by():
            yield from self._rows_of(level)

    def _windows(self) -> dict[Window, list[Metric]]:
        """What is to be read, by the time it is about; in the order of the words."""
        asked: dict[Window, list[Metric]] = {}
        for one in self.conditions:
            over = one.over or _BUDGETS.get(one.metric.name, (None,))[0]
            if over is not None:
                asked.setdefault(over, []).append(one.metric)
        return {over: asked[over] for over in Window if over in asked}

    def _figures(self, over: Window, names: Sequence[str]) -> Iterator[Piece]:
        word, key = over.word, self.facts.key
        report, rows = f"report_{word}", f"rows_{word}"
        dimensions = [key]
        params: dict[str, Any] = {
            "advertiser_id": self.rule.account,
            "data_level": self.facts.data_level,
            "dimensions": dimensions,
            "metrics": list(names),
        }
        if over is Window.LAST_HOUR:
            # Just after midnight the last hour was yesterday's.
            dimensions.append("stat_time_hour")
            day = whole(f"formatDate({_HOUR_AGO}; YYYY-MM-DD)")
            params |= {"start_date": day, "end_date": day}
        else:
            params |= _DAYS[over]
        if filters := self._filters():
            params["filtering"] = filters
        comment = (
            f"What each of the {self.facts.plural} did {_said(over)}, {_CURRENCY}; all at once."
        )
        yield opening(f"to_read_{word}", comment, over=str(over))
        yield Piece(
            {
                "id": report,
                "title": f"Read the figures of {over}",
                "module": "list_ad_reports",
                "connection": self.rule.connection,
                "params": {**params, "limit": 0},
            },
        )
        source = report
        if over is Window.LAST_HOUR:
            source = "that_hour"
            hour = f'formatDate({_HOUR_AGO}; "YYYY-MM-DD HH:00:00")'
            values = {name: whole(f"{report}.{name}") for name in (key, *names)}
            yield Piece(
                {
                    "id": source,
                    "when": whole(f"{report}.stat_time_hour = {hour}"),
                    "set": {"variables": values},
                }
            )
        fields = {name: whole(f"{source}.{name}") for name in (key, *names)}
        yield Piece(
            {
                "id": rows,
                "aggregator": {
                    "source": f"to_read_{word}",
                    "kind": "array",
                    "fields": fields,
                },
            }
        )
        by_id = {name: whole(f"toCollection({rows}.array; {key}; {name})") for name in names}
        yield Piece({"id": word, "set": {"variables": by_id}})

    def _filters(self) -> dict[str, Any]:
        """The same objects, as far as reports can tell them."""
        group = self.group
        if not group.ids:
            return {}
        return {ids_of(group): list(group.ids)}

    # --- what stands in the rows of what the objects belong to ----------------------------------

    def _told_by(self) -> list[Level]:
        levels = [one.metric.told_by for one in self.conditions]
        return [one for one in Level if one in levels and one is not self.rule.level]

    def _rows_of(self, level: Level) -> Iterator[Piece]:
        facts, objects = FACTS[level], OBJECTS[level]
        columns = [one.metric.column for one in self.conditions if one.metric.told_by is level]
        columns = list(dict.fromkeys(columns))
        comment = f"What the {facts.plural} say of the {self.facts.plural} in them."
        yield opening(f"to_read_{objects}", comment, level=str(level))
        yield Piece(
            {
                "id": objects,
                "module": facts.listing,
                "connection": self.rule.connection,
                "params": {
                    "advertiser_id": self.rule.account,
                    "fields": [facts.key, *columns],
                    "limit": 0,
                },
            },
        )
        fields = {name: whole(f"{objects}.{name}") for name in (facts.key, *columns)}
        rows = f"{objects}_rows"
        yield Piece(
            {
                "id": rows,
                "aggregator": {
                    "source": f"to_read_{objects}",
                    "kind": "array",
                    "fields": fields,
                },
            }
        )
        by_id = {
            name: whole(f"toCollection({rows}.array; {facts.key}; {name})") for name in columns
        }
        yield Piece({"id": f"of_{objects}", "set": {"variables": by_id}})

    # --- values of one object -------------------------------------------------------------------

    def value(self, condition: Condition) -> str:
        """The expression for what a condition looks at, of one object."""
        metric = condition.metric
        match metric.kind:
            case MetricKind.SPENT:
                over, modes = _BUDGETS[metric.name]
                fits = " | ".join(f'{self.objects}.budget_mode = "{mode}"' for mode in modes)
                spent = self._figure(over, "spend")
                return (
                    f"if(({fits}) & {self.objects}.budget > 0;"
                    f" 100 * {spent} / {self.objects}.budget)"
                )
            case MetricKind.AGE:
                return f'dateDifference(now; toDate({self.objects}.create_time); "days")'
            case MetricKind.TEXT if metric.told_by in (None, self.rule.level):
                return f"{self.objects}.{metric.column}"
            case MetricKind.TEXT:
                assert metric.told_by is not None  # noqa: S101 - the case above
                parent = OBJECTS[metric.told_by]
                key = FACTS[metric.told_by].key
                return f"get(of_{parent}.{metric.column}; {self.objects}.{key})"
            case _:
                assert condition.over is not None  # noqa: S101 - reading insists
                over = condition.over
                return rate(metric, lambda name: self._figure(over, name))

    def _figure(self, over: Window, name: str) -> str:
        """One figure of the object; an object without a row did nothing."""
        return f"ifempty(get({over.word}.{name}; {self.id}); 0)"

    def parts(self, condition: Condition) -> dict[str, str]:
        """What has to be added up of all objects for a figure of all of them."""
        metric, over = condition.metric, condition.over
        assert over is not None  # noqa: S101 - reading insists
        by = {name: self._figure(over, name) for name in metric.figures}
        if metric.kind is MetricKind.OWN:
            own = f"{by[metric.figure]} * {by[metric.by]}"
            return {
                f"{metric.by}_{over.word}": whole(by[metric.by]),
                f"{metric.figure}_by_{metric.by}_{over.word}": whole(own),
            }
        return {f"{name}_{over.word}": whole(one) for name, one in by.items()}


def _said(over: Window) -> str:
    return "in the last full hour" if over is Window.LAST_HOUR else f"({over})"


def ids_of(group: ApplyTo) -> str:
    """The parameter that the ids of a group are given to."""
    parents = {"campaigns": Level.CAMPAIGN, "ad groups": Level.AD_GROUP}
    return FACTS[parents.get(group.under or "", group.level)].ids
