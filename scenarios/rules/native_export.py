"""A rule of ours as a native one, where it fits (`/optimizer/rule/create/`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from scenarios.rules.checking import MOST_CONDITIONS
from scenarios.rules.metrics import MetricKind
from scenarios.rules.model import Action, ApplyTo, Check, Condition, Email, Frequency, Rule
from scenarios.rules.native_words import theirs_of
from scenarios.rules.words import (
    ActionKind,
    FrequencyKind,
    How,
    Level,
    Raising,
    Which,
)
from scenarios.schedules import ACCOUNT

__all__ = ["Exported", "export_rule"]

HALF_HOUR: Final = 1800
_UNDER: Final = {"campaigns": Level.CAMPAIGN, "ad groups": Level.AD_GROUP}


@dataclass(frozen=True)
class Exported:
    """A native rule.

    Args:
        native: The rule as `rules[]` of the request holds it; None if it does not fit.
        misfits: What does not fit, and why. A rule with any is not exported: it would do
            something else there.
        notes: What does not go along, though the rule does the same without it.
    """

    native: dict[str, Any] | None
    misfits: Sequence[str] = ()
    notes: Sequence[str] = ()


def export_rule(rule: Rule) -> Exported:
    """Make a native rule of ours, or tell what does not fit."""
    export = _Export(rule)
    native = export.native()
    if export.misfits:
        return Exported(None, tuple(export.misfits), tuple(export.notes))
    return Exported(native, (), tuple(export.notes))


class _Export:
    def __init__(self, rule: Rule):
        self.rule = rule
        self.misfits: list[str] = []
        self.notes: list[str] = []

    def native(self) -> dict[str, Any]:
        rule = self.rule
        self._extras()
        found: dict[str, Any] = {
            "name": rule.name,
            "apply_objects": [self._group(one) for one in rule.apply_to],
            "conditions": [self._condition(one, i) for i, one in enumerate(rule.conditions, 1)],
            "actions": [self._action(one, i) for i, one in enumerate(rule.actions, 1)],
            "rule_exec_info": self._check(rule.check),
            "notification": self._notification(),
        }
        if rule.timezone != ACCOUNT:
            found["tzone"] = rule.timezone
        else:
            self.notes.append("timezone: TikTok decides which, as none is named.")
        return found

    def _extras(self) -> None:
        rule = self.rule
        if len(rule.conditions) > MOST_CONDITIONS:
            self.misfits.append(f"when: TikTok takes {MOST_CONDITIONS} conditions at most")
        if rule.min_spend:
            self.misfits.append(
                "min_spend: TikTok has none; write it as a condition (cost over …), and"
                " min_spend: none"
            )
        if rule.limits:
            self.misfits.append("limits: TikTok has none of them")
        raising = any(one.raises for one in rule.actions) and rule.raising is Raising.HOLD
        if raising:
            self.misfits.append("raising: TikTok asks nobody; write raising: allow")
        if rule.tell:
            self.notes.append("tell: TikTok tells by mail and in its own inbox.")

    def _word(self, field: str, ours: str, path: str) -> str:
        found = theirs_of(field, ours)
        if found is None:
            self.misfits.append(f"{path}: TikTok has no {str(ours)!r}")
        return found or ""

    def _group(self, group: ApplyTo) -> dict[str, Any]:
        level = _UNDER.get(group.under or "", group.level)
        found: dict[str, Any] = {
            "dimension": self._word("apply_objects.dimension", level, "apply_to")
        }
        if group.which is Which.SELECTED:
            found["pre_condition_type"] = "SELECTED"
        else:
            which = "ACTIVE" if group.which is Which.ACTIVE else "INACTIVE"
            suffix = "_UNDER_SELECTED" if group.under else ""
            of = group.level.value.upper().replace(" ", "_")
            found["pre_condition_type"] = f"ALL_{which}_{of}{suffix}"
        if group.ids:
            found["dimension_ids"] = list(group.ids)
        return found

    def _condition(self, condition: Condition, number: int) -> dict[str, Any]:
        path, metric = f"when[{number}]", condition.metric
        found: dict[str, Any] = {"subject_type": metric.native}
        if metric.kind is MetricKind.NOTHING:
            return found
        if condition.match is not None:
            found["match_type"] = self._word("conditions.match_type", condition.match, path)
        found["values"] = list(condition.values)
        if condition.over is not None:
            found["range_type"] = self._word("conditions.range_type", condition.over, path)
        if metric.has_window:
            word = self._word("conditions.calculation_type", condition.of, path)
            found["calculation_type"] = word
        return found

    def _action(self, action: Action, number: int) -> dict[str, Any]:
        path = f"then[{number}]"
        if action.kind is ActionKind.BUDGET:
            text = f"{path}: TikTok wants to know which budget: daily_budget or lifetime_budget"
            self.misfits.append(text)
            return {}
        if action.text is not None:
            self.misfits.append(f"{path}: a message of TikTok's has no text of yours")
        found: dict[str, Any] = {
            "subject_type": self._word("actions.subject_type", action.kind, path)
        }
        if action.how is not None and action.amount is not None:
            found["action_type"] = self._word("actions.action_type", action.how, path)
            found["value_type"] = "PERCENT" if action.is_percent else "EXACT"
            found["value"] = _value(action)
        if action.frequency is not None:
            found["frequency_info"] = self._frequency(action.frequency, path)
        return found

    def _frequency(self, frequency: Frequency, path: str) -> dict[str, Any]:
        if frequency.kind is not FrequencyKind.CUSTOM:
            return {"type": self._word("actions.frequency_info.type", frequency.kind, path)}
        field = "actions.frequency_info.custom_frequency_type"
        return {
            "type": "CUSTOM",
            "custom_frequency_type": self._word(field, frequency.unit, path),
            "time": frequency.amount,
            "count": frequency.times,
        }

    def _check(self, check: Check) -> dict[str, Any]:
        if check.every_seconds not in (None, HALF_HOUR):
            self.misfits.append("check: TikTok checks every half hour")
        at = {"exec_time": check.at} if check.at is not None else {}
        periods = [
            {
                "date_type": one.unit,
                "num": list(one.numbers),
                "start_time": one.start,
                "end_time": one.end,
            }
            for one in check.during
        ]
        if check.is_custom:
            return {"exec_time_type": "CUSTOM", **at, "time_period_info": periods}
        if check.every_seconds is None:
            return {"exec_time_type": "SPECIFIC_TIME_ACCURATE_ONCE", **at}
        if periods:
            kind = "HALF_HOUR_IN_SPECIFIC_TIME_PERIOD"
            return {"exec_time_type": kind, **at, "time_period_info": periods}
        return {"exec_time_type": "PER_HALF_HOUR"}

    def _notification(self) -> dict[str, Any]:
        word = self._word("notification.notification_type", self.rule.notify, "notify")
        email = self.rule.email
        return {
            "notification_type": word,
            **({"email_setting": _email(email)} if email is not None else {}),
        }


def _value(action: Action) -> dict[str, Any]:
    assert action.amount is not None  # noqa: S101 - where it is called
    found: dict[str, Any] = {"value": _number(action.amount), "use_limit": False}
    if action.bound is not None and action.how is not How.SET:
        found |= {"use_limit": True, "limit": _number(action.bound)}
    return found


def _number(amount: Decimal) -> int | float:
    """A number as JSON has them."""
    return int(amount) if amount == int(amount) else float(amount)


def _email(email: Email) -> dict[str, Any]:
    found = {
        "notification_period": email.period,
        "email_exec_time": list(email.times) if email.times is not None else None,
        "mute_option": email.mute,
        "no_result_notification": email.no_result,
    }
    return {name: value for name, value in found.items() if value is not None}
