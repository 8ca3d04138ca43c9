"""Writes a rule as the file it is read from: only what differs from what is usual."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any, Final

from scenarios.cron import WEEKDAY_NAMES
from scenarios.rules.metrics import MetricKind
from scenarios.rules.model import Action, ApplyTo, Check, Condition, Email, Rule, Stretch
from scenarios.rules.read_check import UNITS
from scenarios.rules.read_conditions import compared
from scenarios.rules.reading import PERIODS
from scenarios.rules.words import Calculation, How, Match, NotifyWhen, Raising
from scenarios.yaml_writing import write_block, write_inline

__all__ = ["write_rule"]

WIDTH: Final = 96
HALF_HOUR: Final = 1800


def write_rule(rule: Rule, comments: Sequence[str] = ()) -> str:
    """The file of a rule.

    Args:
        rule: The rule.
        comments: What is said at its top.
    """
    lines = [f"# {one}".rstrip() for text in comments for one in wrap(text, WIDTH - 2) or [""]]
    lines += [""] if lines else []
    for name, value in _data(rule).items():
        if name in ("when", "then") and isinstance(value, list):
            lines += [f"{name}:", *(f"  - {write_inline(one)}" for one in value)]
        else:
            lines += write_block({name: value}, 0).split("\n")
    return "\n".join(lines) + "\n"


def _data(rule: Rule) -> dict[str, Any]:
    groups = [_group(one) for one in rule.apply_to]
    often = {one.frequency for one in rule.actions}
    usual = next(iter(often)) if len(often) == 1 else None
    conditions = [_condition(one) for one in rule.conditions]
    is_always = [one.metric.kind for one in rule.conditions] == [MetricKind.NOTHING]
    wanted: dict[str, Any] = {
        "rule": rule.name,
        "description": rule.description,
        "account": rule.account,
        "connection": rule.connection,
        "apply_to": groups[0] if len(groups) == 1 else groups,
        "when": "always" if is_always else conditions,
        "then": [_action(one, with_frequency=usual is None) for one in rule.actions],
        "frequency": str(usual) if usual else None,
        "check": _check(rule.check),
        "timezone": rule.timezone if rule.timezone != "account" else None,
        "notify": str(rule.notify) if rule.notify is not NotifyWhen.ANY_CHANGE else None,
        "tell": rule.tell,
        "email": _email(rule.email) if rule.email else None,
        "min_spend": _min_spend(rule.min_spend),
        "raising": str(rule.raising) if rule.raising is not Raising.HOLD else None,
        "limits": dict(rule.limits),
        "native_id": rule.native_id,
    }
    return {name: value for name, value in wanted.items() if value not in (None, "", {})}


def _min_spend(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    return str(amount) if amount else "none"


def _group(group: ApplyTo) -> dict[str, Any]:
    found: dict[str, Any] = {"level": str(group.level), "which": str(group.which)}
    if group.under:
        found["under"] = {group.under.replace(" ", "_"): list(group.ids)}
    elif group.ids:
        found["ids"] = list(group.ids)
    return found


def _condition(condition: Condition) -> dict[str, Any]:
    found: dict[str, Any] = {"metric": condition.metric.name}
    if condition.match is not None:
        found["is"] = _compared(condition.match, condition.values)
    if condition.over is not None:
        found["over"] = str(condition.over)
    if condition.of is not Calculation.EACH:
        found["of"] = str(condition.of)
    return found


def _compared(match: Match, values: tuple[str, ...]) -> str | Mapping[str, Any]:
    """In words, where that is read back as the same; otherwise at length."""
    joiner = " and " if match is Match.BETWEEN else ", "
    text = f"{match} {joiner.join(values)}"
    return text if compared(text) == (match, values) else {str(match): list(values)}


def _action(action: Action, *, with_frequency: bool) -> str | dict[str, Any]:
    often = str(action.frequency) if with_frequency and action.frequency else None
    if with_frequency and action.frequency is None:
        often = None
    name = action.kind.value.replace(" ", "_")
    if action.how is not None:
        inner: dict[str, Any] = {
            str(action.how): f"{action.amount}{' %' if action.is_percent else ''}"
        }
        if action.bound is not None:
            bound = "at_most" if action.how is How.INCREASE else "at_least"
            inner[bound] = str(action.bound)
        return {name: inner, **({"frequency": often} if often else {})}
    inner = {"text": action.text} if action.text is not None else {}
    inner |= {"frequency": often} if often else {}
    return {name: inner} if inner else action.kind.value


def _check(check: Check) -> Any:
    at = {"at": check.at} if check.at is not None else {}
    stretches = [_stretch(one) for one in check.during]
    if check.is_custom:
        return {**at, "custom": stretches}
    if check.every_seconds is None:
        return f"at {check.at}"
    every = _every(check.every_seconds)
    if stretches or at:
        return {"every": every, **at, **({"during": stretches} if stretches else {})}
    return f"every {every}" if check.every_seconds != HALF_HOUR else "every 30 minutes"


def _every(seconds: int) -> str:
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"


def _stretch(stretch: Stretch) -> dict[str, Any]:
    name = next(ours for ours, theirs in UNITS.items() if theirs == stretch.unit)
    days: list[Any] = list(stretch.numbers)
    if stretch.unit == "WEEK":
        days = [WEEKDAY_NAMES[number - 1] for number in stretch.numbers]
    return {name: days, "from": stretch.start, "to": stretch.end}


def _email(email: Email) -> dict[str, Any]:
    period = next((ours for ours, theirs in PERIODS.items() if theirs == email.period), None)
    found = {
        "period": period,
        "times": list(email.times) if email.times is not None else None,
        "mute": email.mute == "MUTE" if email.mute else None,
        "no_result": email.no_result,
    }
    return {name: value for name, value in found.items() if value is not None}
