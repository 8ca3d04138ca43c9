"""From a rule to an ordinary scenario: always the same text for the same rule.

Nothing is hidden in it: the scenario can be read, planned, tested and limited like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scenarios.cron import WEEKDAY_NAMES
from scenarios.loader import problems_of
from scenarios.problems import Problem, Problems, Severity
from scenarios.rules.checking import check_rule
from scenarios.rules.expand_acting import acting_steps
from scenarios.rules.expand_figures import conditions_of
from scenarios.rules.expand_objects import reading_steps
from scenarios.rules.layout import laid_out
from scenarios.rules.model import Check, Rule, Stretch
from scenarios.rules.words import FACTS, ActionKind, How, Raising, Which

__all__ = ["Expansion", "expand_rule"]

#: What a rule may do at most unless it says otherwise (platforms.md §4.3).
CHANGES_PER_RUN: Final = 50
SHARE: Final = "30 %"
PER_DAY: Final = "100 %"
ANEW: Final = (
    "Change the rule and make this anew: adloom scenarios from-rule. Once something is changed here"
    " by hand, it stays so, and is not made anew any more."
)
TWICE: Final = (
    "It may change things in your account, so enabling it asks you first. Where the same rule runs"
    " at TikTok too, switch one of the two off."
)


@dataclass(frozen=True)
class Expansion:
    """A scenario made of a rule.

    Args:
        name: What it is called.
        text: The file.
        warnings: What may be meant otherwise.
    """

    name: str
    text: str
    warnings: Sequence[Problem]


def expand_rule(rule: Rule, path: Path | None = None) -> Expansion:
    """Make a scenario of a rule.

    Args:
        rule: The rule.
        path: Its file, for messages.

    Raises:
        InvalidScenarioError: It cannot be run by adloom; tells every reason.
    """
    problems = Problems(path)
    check_rule(rule, problems)
    problems.raise_errors()
    top: dict[str, Any] = {
        "name": rule.name,
        "description": rule.description or _sentence(rule),
        "schedule": _schedule(rule),
        "limits": _limits(rule),
    }
    text = laid_out(_head(rule), top, [*reading_steps(rule), *acting_steps(rule)])
    found = [one for one in problems.in_order() if one.severity is Severity.WARNING]
    # What the scenario itself is warned of is told as well; it cannot have faults.
    found += problems_of(text, path)
    return Expansion(rule.name, text, found)


def _head(rule: Rule) -> list[str]:
    return [
        f"Made of the rule {rule.name}. {ANEW}",
        "",
        _sentence(rule),
        "",
        TWICE,
    ]


def _sentence(rule: Rule) -> str:
    """The rule in words."""
    group, plural = rule.apply_to[0], FACTS[rule.level].plural
    who = {
        Which.ACTIVE: f"Of all {plural} that are switched on",
        Which.INACTIVE: f"Of all {plural} that are switched off",
        Which.SELECTED: f"Of {len(group.ids)} {plural}",
    }[group.which]
    under = f" under {len(group.ids)} {group.under}" if group.under else ""
    wanted = ", ".join(one.said for one in conditions_of(rule))
    done = ", ".join(one.said for one in rule.actions)
    return f"{who}{under}, where {wanted}: {done}."[:2000]


# --- when -----------------------------------------------------------------------------------------


def _schedule(rule: Rule) -> dict[str, Any]:
    check = rule.check
    when: dict[str, Any] = {"every": _every(check.every_seconds or 1800)}
    if check.at is not None and not check.during and not check.is_custom:
        is_time = len(check.at) <= len("00:00:00")
        when = {"daily" if is_time else "once": check.at}
    when["timezone"] = rule.timezone
    windows = [_window(one) for one in check.during if one.unit != "MONTH"]
    if windows:
        when["only_during"] = windows
    if _has_misfires(check):
        # A check that was missed is not made up for: the next one sees fresher figures.
        when["misfire"] = "skip"
    return when


def _has_misfires(check: Check) -> bool:
    return check.every_seconds is not None


def _every(seconds: int) -> str:
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            amount = seconds // size
            return f"{amount} {unit}{'' if amount == 1 else 's'}"
    return f"{seconds} seconds"


def _window(stretch: Stretch) -> dict[str, Any]:
    days = [WEEKDAY_NAMES[number - 1] for number in stretch.numbers if 1 <= number <= 7]  # noqa: PLR2004 - days of a week
    window: dict[str, Any] = {"times": [{"from": stretch.start, "to": stretch.end}]}
    if stretch.unit == "WEEK" and len(days) < len(WEEKDAY_NAMES):
        window = {"days": days, **window}
    return window


# --- limits ---------------------------------------------------------------------------------------


def _limits(rule: Rule) -> dict[str, Any]:
    """What the rule says, over what is usual."""
    kinds = {one.kind for one in rule.actions}
    usual: dict[str, Any] = {"changes_per_run": CHANGES_PER_RUN}
    if ActionKind.TURN_OFF in kinds:
        usual["share_of_active_ads"] = SHARE
    moved = [one for one in rule.actions if one.kind.is_budget and one.how is not How.SET]
    if moved:
        usual["budget"] = {"per_day": PER_DAY}
    if any(one.raises for one in rule.actions):
        usual["spend_raising"] = "hold" if rule.raising is Raising.HOLD else "allow"
    return {**usual, **rule.limits}
