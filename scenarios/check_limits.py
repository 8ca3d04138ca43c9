"""Checks limits before the first run: what makes no sense, what can never be, what is missing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.catalogue import load
from adloom.mapping import Reference
from scenarios.check_params import is_mapped
from scenarios.limits import BudgetLimits, Limits
from scenarios.model import AggregatorStep, ModuleStep, RouterStep, Scenario, Step
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.touches import NEW, Touch, touches_of

__all__ = ["check_limits", "is_conversion"]

#: Where figures of what people did after a click stand in the catalogue; they come in late.
LATE_GROUPS: Final = (
    "app_event", "attribution_cta_vta_evta_san", "native_growth", "offline_event",
    "tiktok_onsite_event", "tiktok_shop", "website_event",
)  # fmt: skip
#: The same among the figures of all groups.
LATE: Final = re.compile(r"conversion|result|roas|purchase|payment")
LAST_DAYS: Final = re.compile(r"last[ _-]?(\d+)[ _-]?days?")
#: How old the oldest day of a range is at least, in days.
OLDEST_DAY: Final = {"today": 0, "yesterday": 1}


@dataclass(frozen=True)
class _Note:
    """Notes what is wrong at a path of the document."""

    problems: Problems
    scenario: Scenario

    def error(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self.problems.error(self.scenario.place_of(path), path, text, hint)

    def warning(self, path: FieldPath, text: str, hint: str | None = None) -> None:
        self.problems.warning(self.scenario.place_of(path), path, text, hint)


def check_limits(problems: Problems, scenario: Scenario) -> None:
    """Note what is wrong with the limits of a scenario, or missing."""
    note = _Note(problems, scenario)
    touches = list(touches_of(scenario))
    _check_numbers(note, scenario.limits)
    _check_budget(note, scenario.limits.budget)
    _check_lists(note, scenario.limits, touches)
    for touch in touches:
        _check_deleting(note, scenario.limits, touch)
    _check_presence(note, scenario.limits, touches)
    for before, step in _with_those_before(scenario.steps, ()):
        if any(step is touch.step for touch in touches):
            _check_requirement(note, scenario.limits, step, before)
            _check_newest(note, scenario.limits, step, before)
    if scenario.limits.require is not None and not touches:
        note.warning(("limits", "require"), "has no effect: no step changes anything")


# --- what the limits say by themselves ----------------------------------------------------------


def _check_numbers(note: _Note, limits: Limits) -> None:
    for small, large in (
        ("changes_per_run", "changes_per_day"),
        ("changes_per_object_per_day", "changes_per_day"),
    ):
        one, other = getattr(limits, small), getattr(limits, large)
        if one is not None and other is not None and one > other:
            text = f"is more than {large} ({other:,}), so it is never reached"
            note.warning(("limits", small), text)
    mine, anybody = limits.own_cooldown_seconds, limits.cooldown_seconds
    if mine is not None and anybody is not None and mine <= anybody:
        text = "is not longer than cooldown, which counts these changes too"
        note.warning(("limits", "own_cooldown"), text)


def _check_budget(note: _Note, budget: BudgetLimits) -> None:
    path = ("limits", "budget")
    if budget.floor is not None and budget.ceiling is not None and budget.floor > budget.ceiling:
        text = f"is more than ceiling ({budget.ceiling}): no budget could be changed at all"
        note.error((*path, "floor"), text, "swap them")
    for small, large in (
        ("step", "per_day"),
        ("step_amount", "per_day_amount"),
        ("raise_per_run", "raise_per_day"),
    ):
        one, other = getattr(budget, small), getattr(budget, large)
        if one is not None and other is not None and one > other:
            note.warning((*path, small), f"is more than {large} ({other}), so it is never reached")


def _check_lists(note: _Note, limits: Limits, touches: Sequence[Touch]) -> None:
    only, never = limits.only, limits.never
    for name, kind in (("advertisers", "account"), ("ids", "object")):
        allowed = getattr(only, name) if only else frozenset()
        refused: frozenset[str] = getattr(never, name)
        if allowed and allowed <= refused:
            note.error(
                ("limits", "only", name), "all of it stands in never: nothing can be changed"
            )
        elif both := sorted(allowed & refused):
            note.warning(("limits", "only", name), f"{', '.join(both)} stands in never as well")
        for touch in touches:
            named = touch.advertisers if name == "advertisers" else touch.ids
            _check_named(note, touch, kind, named, allowed, refused)


def _check_named(
    note: _Note,
    touch: Touch,
    kind: str,
    named: frozenset[str] | None,
    allowed: frozenset[str],
    refused: frozenset[str],
) -> None:
    """What stands in the file can be held against the lists before any run."""
    path = (*touch.step.path, "params")
    if named and (barred := sorted(named & refused)):
        note.error(path, f"names the {kind} {', '.join(barred)}, which limits.never rules out")
    elif named and allowed and (barred := sorted(named - allowed)):
        note.error(path, f"names the {kind} {', '.join(barred)}, which is not in limits.only")


# --- what steps do ------------------------------------------------------------------------------


def _check_deleting(note: _Note, limits: Limits, touch: Touch) -> None:
    if touch.deletes and not limits.allow_delete:
        text = "deletes, which nothing can undo, and limits.allow_delete does not say so"
        hint = "DISABLE stops delivery as well; if it must be, write limits: {allow_delete: true}"
        note.error((*touch.step.path, "params"), text, hint)


def _check_presence(note: _Note, limits: Limits, touches: Sequence[Touch]) -> None:
    """Warn where nothing says how much may be changed, unless that stands in the file."""
    open_ended = [one for one in touches if one.ids is None]
    if limits.counts_changes or not open_ended:
        return
    step = open_ended[0].step
    text = "changes things, and no limit says how many at most"
    hint = "write for example limits: {changes_per_run: 20, share_of_active_ads: 30 %}"
    if all(one.field == NEW for one in open_ended):
        hint = "write for example limits: {changes_per_run: 20}"
    note.warning((*step.path, "module"), text, hint)


def _with_those_before(
    steps: Sequence[Step], before: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], Step]]:
    """Every step with those whose bundles it sees; an aggregator hides what it gathers."""
    for step in steps:
        yield before, step
        if isinstance(step, RouterStep):
            for route in step.routes:
                yield from _with_those_before(route.steps, (*before, step))
            yield from _with_those_before(step.fallback, (*before, step))
        if isinstance(step, AggregatorStep) and not step.disabled:
            names = [one.id for one in before]
            before = before[: names.index(step.source)] if step.source in names else before
        before = before if step.disabled else (*before, step)


def _check_requirement(note: _Note, limits: Limits, step: Step, before: Sequence[Step]) -> None:
    """The figures that are required have to be there for every change."""
    require = limits.require
    if require is None or not require.step:
        return
    path = ("limits", "require", "step")
    source = next((one for one in before if one.id == require.step), None)
    if source is None:
        names = [one.id for one in before if isinstance(one, ModuleStep)]
        text = f"{require.step!r} is no step whose bundles {step.id!r} sees"
        note.error(path, text, near(require.step, names) or f"it sees {', '.join(names) or 'none'}")
        return
    asked = source.given.get("metrics") if isinstance(source, ModuleStep) else None
    if not isinstance(asked, list) or is_mapped(asked):
        return
    for name, _ in require.at_least:
        if name not in asked:
            text = f"asks for {name}, which the step {source.id!r} does not read"
            note.error(("limits", "require", f"min_{name}"), text, f"add {name} to its metrics")


def _check_newest(note: _Note, limits: Limits, step: Step, before: Sequence[Step]) -> None:
    """Warn of decisions by conversions of days whose conversions are still coming in."""
    reports = {
        one.id: one
        for one in before
        if isinstance(one, ModuleStep) and _is_newest(one, limits.ignore_newest_days)
    }
    for reader in (*before, step):
        for reference in _references(reader, is_last=reader is step):
            metric = reference.path[0] if reference.path else None
            if reference.step in reports and metric and is_conversion(metric):
                days = reports[reference.step].given["date_range"]
                text = (
                    f"decides by {reference.text} of {days}: conversions of the last"
                    f" {limits.ignore_newest_days} days are still coming in"
                )
                hint = (
                    "read earlier days, for example last 7 days; if it is meant so, write"
                    " limits: {ignore_newest: 0 days}"
                )
                path = (*reader.path, "when" if reader.when is not None else "params")
                note.warning(path, text, hint)
                return


def _references(step: Step, *, is_last: bool) -> Iterator[Reference]:
    """What decides whether something is changed, and to what."""
    if step.when is not None:
        yield from step.when.compiled.references
    if is_last and isinstance(step, ModuleStep):
        yield from step.params.references


def _is_newest(step: ModuleStep, days: int) -> bool:
    """Whether a report has no day older than those whose conversions still come in."""
    module = known_module(step.module)
    written: Any = step.given.get("date_range")
    if module is None or module.name != "list_ad_reports" or not isinstance(written, str):
        return False
    words = re.sub(r"[\s_-]+", " ", written.strip().casefold())
    found = LAST_DAYS.fullmatch(words)
    oldest = int(found[1]) if found else OLDEST_DAY.get(words)
    return oldest is not None and oldest < days


def is_conversion(metric: str) -> bool:
    """Whether a figure counts what people did after a click, which is told days later."""
    known = load().metric(metric)
    if known is not None and known.group in LATE_GROUPS:
        return True
    return LATE.search(metric) is not None
