"""Judges how far budgets are moved: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from scenarios.limits import BudgetLimits, Limits
from scheduler.rails.asking import BUDGET, Asked
from scheduler.rails.refusals import Refusal, fate_of, said

__all__ = ["Moves", "judge_budgets"]

HUNDRED: Final = Decimal(100)
NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class Moves:
    """How budgets have been moved before.

    Args:
        of_object: By how much in 24 hours, ups and downs together, by id.
        raised_in_run: By how much this run has raised budgets, by currency.
        raised_in_day: By how much this scenario has raised budgets in 24 hours, by currency.
    """

    of_object: Mapping[str, Decimal] = field(default_factory=dict)
    raised_in_run: Mapping[str, Decimal] = field(default_factory=dict)
    raised_in_day: Mapping[str, Decimal] = field(default_factory=dict)


def judge_budgets(limits: Limits, asked: Sequence[Asked], moves: Moves) -> Iterator[Refusal]:
    """Say which budgets would be moved too far."""
    budgets = [one for one in asked if one.field == BUDGET]
    if not limits.budget.is_set or not budgets:
        return
    for one in budgets:
        for rail, text in _one(limits.budget, one, moves):
            yield Refusal(f"budget.{rail}", text, fate_of(limits))
    known = [one for one in budgets if one.old is not None and isinstance(one.new, Decimal)]
    for rail, text in _together(limits.budget, known, moves):
        yield Refusal(f"budget.{rail}", text, fate_of(limits))


def _one(limits: BudgetLimits, one: Asked, moves: Moves) -> Iterator[tuple[str, str]]:
    """What stands against moving one budget."""
    old, new = one.old, one.new
    if old is None or not isinstance(new, Decimal):
        text = f"nobody knows what the budget of {said(one)} was, so nobody can tell how far it is"
        yield "step", f"{text} moved; use update_campaign_budget or update_ad_group_budget"
        return
    move, unit = new - old, f" {one.unit}".rstrip()
    what = f"the budget of {said(one)} would go from {old} to {new}{unit}"
    if limits.floor is not None and move < 0 and new < limits.floor:
        yield "floor", f"{what}, below {limits.floor}"
    if limits.ceiling is not None and move > 0 and new > limits.ceiling:
        yield "ceiling", f"{what}, above {limits.ceiling}"
    if limits.step_amount is not None and abs(move) > limits.step_amount:
        yield "step_amount", f"{what}, by {abs(move)}; {limits.step_amount} is allowed"
    if limits.step is not None and _is_beyond(abs(move), old, limits.step):
        yield "step", f"{what}, by {_share(move, old)} %; {limits.step} % is allowed"
    before = moves.of_object.get(one.id, NOTHING) if one.id else NOTHING
    whole, began = before + move, old - before
    if limits.per_day_amount is not None and abs(whole) > limits.per_day_amount:
        text = f"{what}, {abs(whole)} from {began} in 24 hours"
        yield "per_day_amount", f"{text}; {limits.per_day_amount} is allowed"
    if limits.per_day is not None and _is_beyond(abs(whole), began, limits.per_day):
        text = f"{what}, {_share(whole, began)} % from {began} in 24 hours"
        yield "per_day", f"{text}; {limits.per_day} % is allowed"


def _together(
    limits: BudgetLimits, budgets: Sequence[Asked], moves: Moves
) -> Iterator[tuple[str, str]]:
    """What stands against all raises together; each currency counts for itself."""
    wanted: dict[str, Decimal] = {}
    for one in budgets:
        assert one.old is not None  # noqa: S101 - the others were left out
        assert isinstance(one.new, Decimal)  # noqa: S101 - the same
        wanted[one.unit] = wanted.get(one.unit, NOTHING) + max(one.new - one.old, NOTHING)
    for rail, most, had in (
        ("raise_per_run", limits.raise_per_run, moves.raised_in_run),
        ("raise_per_day", limits.raise_per_day, moves.raised_in_day),
    ):
        for unit, more in wanted.items():
            before = had.get(unit, NOTHING)
            if most is not None and more and before + more > most:
                text = f"budgets were raised by {before} {unit}".rstrip()
                yield rail, f"{text}, {more} more asked for, {most} allowed"


def _is_beyond(move: Decimal, base: Decimal, percent: Decimal) -> bool:
    """Whether a move is more than a share of a base; of nothing, every move is."""
    return move * HUNDRED > max(base, NOTHING) * percent


def _share(move: Decimal, base: Decimal) -> str:
    if base <= 0:
        return "more than 100"
    return str((abs(move) * HUNDRED / base).quantize(Decimal("0.1"), ROUND_HALF_UP))
