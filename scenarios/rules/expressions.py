"""Expressions of the mapping language that conditions, figures and frequencies become."""

from collections.abc import Callable, Iterable
from typing import Final

from scenarios.rules.metrics import Metric, MetricKind
from scenarios.rules.model import Condition, Frequency
from scenarios.rules.words import Match

__all__ = [
    "figure_names",
    "holds",
    "kept_times",
    "literal",
    "may_act",
    "rate",
    "whole",
]

_TEXTUAL: Final = {
    Match.CONTAINS: "contains({value}; {text}; true)",
    Match.NOT_CONTAINS: "not(contains({value}; {text}; true))",
    Match.STARTS_WITH: "startsWith(lower({value}); lower({text}))",
    Match.ENDS_WITH: "endsWith(lower({value}); lower({text}))",
    Match.EQUALS: "{value} = {text}",
    Match.ONE_OF: "{value} = {text}",
}


def whole(expression: str) -> str:
    """A text that is one expression and nothing else."""
    return f"{{{{{expression}}}}}"


def literal(text: str) -> str:
    """A text as it stands in an expression."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(sign, sign) for sign in text) + '"'


def figure_names(metrics: Iterable[Metric]) -> list[str]:
    """The figures of reports that metrics take, each once."""
    return list(dict.fromkeys(name for one in metrics for name in one.figures))


def rate(metric: Metric, figure: Callable[[str], str]) -> str:
    """The value of a figure of reports; nothing where there is nothing to divide by.

    Args:
        metric: What it is.
        figure: The expression for one of its figures.
    """
    if metric.kind is MetricKind.COUNT:
        return figure(metric.figure)
    if metric.kind is MetricKind.OWN:
        return f"if({figure(metric.by)} > 0; {figure(metric.figure)})"
    scale = f"{metric.scale} * " if metric.scale != 1 else ""
    by = figure(metric.by)
    return f"if({by} > 0; {scale}{figure(metric.figure)} / {by})"


def holds(condition: Condition, value: str) -> str:
    """Whether a value is as a condition wants it."""
    match, values = condition.match, condition.values
    if match is None:
        return "true"
    if match is Match.BETWEEN:
        return f"{value} >= {values[0]} & {value} <= {values[1]}"
    if match not in _TEXTUAL:
        return f"{value} {match} {values[0]}"
    joiner = " & " if match is Match.NOT_CONTAINS else " | "
    parts = [_TEXTUAL[match].format(value=value, text=literal(one)) for one in values]
    return parts[0] if len(parts) == 1 else f"({joiner.join(parts)})"


def may_act(frequency: Frequency, memory: str) -> str:
    """Whether an action may be done again.

    Args:
        frequency: How often it may be.
        memory: The step that has read when it was done, the last times only.
    """
    if frequency.seconds is None:
        return f"not({memory}.exists)"
    first = f"toDate({memory}.value[1]) <= addSeconds(now; -{frequency.seconds})"
    few = f"length({memory}.value) < {frequency.times}"
    return f"{few} | {first}"


def kept_times(frequency: Frequency, memory: str) -> str | list[str]:
    """What is kept once it is done: as many of the last times as matter, the oldest first."""
    if frequency.times == 1:
        return [whole("toString(now)")]
    value = f"{memory}.value"
    few = f"length({value}) < {frequency.times}"
    more = f"add(ifempty({value}; emptyarray); toString(now))"
    return whole(f"if({few}; {more}; add(slice({value}; 1); toString(now)))")
