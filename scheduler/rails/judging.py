"""Judges what is asked against limits: pure, told everything, counting nothing itself."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from scenarios.directions import Direction
from scenarios.limits import Limits, OnLimit, SpendRaising
from scheduler.rails.active import ActiveAds
from scheduler.rails.asking import STATUS, Asked
from scheduler.rails.money import Moves, judge_budgets
from scheduler.rails.refusals import Refusal, fate_of, many, said

__all__ = ["Facts", "judge"]

HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class Facts:
    """What has been changed, or is about to be, before what is asked now.

    Args:
        now: The present.
        run: How many changes this run has.
        day: How many this scenario has had in 24 hours.
        of_object: How many of them each object has had, by id.
        changed_at: When a value of an object was last changed by somebody this scenario waits for,
            by id and field.
        own_changed_at: The same, by this scenario.
        moves: How budgets have been moved.
        switched_off: What this run has switched off in each account: ids of objects.
        active: The ads that were being delivered when the run began to change things, by account.
        tried: How many changes of this run have come to their end.
        failed: How many of them failed.
        figures: The bundle that has to have certain figures; None if there is none.
    """

    now: datetime
    run: int = 0
    day: int = 0
    of_object: Mapping[str, int] = field(default_factory=dict)
    changed_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    own_changed_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    moves: Moves = field(default_factory=Moves)
    switched_off: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    active: Mapping[str, ActiveAds] = field(default_factory=dict)
    tried: int = 0
    failed: int = 0
    figures: Mapping[str, Any] | None = None

    def with_figures(self, bundle: Any) -> "Facts":
        """The same, with the bundle whose figures are looked at."""
        return replace(self, figures=bundle if isinstance(bundle, Mapping) else None)


def judge(
    limits: Limits, asked: Sequence[Asked], facts: Facts, *, released: bool = False
) -> Refusal | None:
    """Say why something may not be changed; None if it may. It passes as a whole or not at all.

    Args:
        limits: What may be changed at most.
        asked: What is to be changed.
        facts: What was changed before.
        released: Whether a person has let it through: then only what nobody can let through stands
            against it.
    """
    for refusal in _refusals(limits, asked, facts):
        if refusal.is_final or not released:
            return refusal
    return None


def _refusals(limits: Limits, asked: Sequence[Asked], facts: Facts) -> Iterator[Refusal]:
    yield from _breaker(limits, facts)
    yield from _listed(limits, asked)
    yield from _deleting(limits, asked)
    if limits.spend_raising is SpendRaising.REFUSE:
        yield from _raising(limits, asked)
    yield from _figures(limits, facts)
    yield from judge_budgets(limits, asked, facts.moves)
    yield from _counts(limits, asked, facts)
    yield from _cooldowns(limits, asked, facts)
    yield from _shares(limits, asked, facts)
    if limits.spend_raising is SpendRaising.HOLD:
        yield from _raising(limits, asked)


# --- what nobody can let through ----------------------------------------------------------------


def _breaker(limits: Limits, facts: Facts) -> Iterator[Refusal]:
    breaker = limits.breaker
    share = breaker.errors * facts.tried / HUNDRED
    if facts.tried >= breaker.of and facts.failed >= share:
        text = f"{facts.failed} of {facts.tried} changes of this run failed"
        yield Refusal("circuit_breaker", text, OnLimit.STOP, is_final=True, disables=True)


def _listed(limits: Limits, asked: Sequence[Asked]) -> Iterator[Refusal]:
    fate = fate_of(limits, is_final=True)
    for one in asked:
        for name, value in (("advertisers", one.account), ("ids", one.id)):
            allowed = getattr(limits.only, name) if limits.only else frozenset()
            kind = "account" if name == "advertisers" else one.kind
            who = f"the {kind} {value}" if value else f"{kind}s that are not named"
            if value in getattr(limits.never, name):
                yield Refusal(f"never.{name}", f"{who} is never to be changed", fate, is_final=True)
            elif allowed and value not in allowed:
                yield Refusal(f"only.{name}", f"{who} is not on the list", fate, is_final=True)


def _deleting(limits: Limits, asked: Sequence[Asked]) -> Iterator[Refusal]:
    gone = [one for one in asked if one.deletes]
    if gone and not limits.allow_delete:
        text = f"{said(gone[0])} would be deleted, which nothing can undo"
        yield Refusal("allow_delete", text, fate_of(limits, is_final=True), is_final=True)


def _raising(limits: Limits, asked: Sequence[Asked]) -> Iterator[Refusal]:
    raising = [one for one in asked if one.direction in (Direction.RAISES, Direction.UNKNOWN)]
    if not raising:
        return
    first = raising[0]
    sure = "raises" if first.direction is Direction.RAISES else "may raise"
    text = f"it {sure} spending ({first.field} of {said(first)})"
    if limits.spend_raising is SpendRaising.HOLD:
        yield Refusal("spend_raising", text, OnLimit.HOLD)
    else:
        yield Refusal("spend_raising", text, fate_of(limits, is_final=True), is_final=True)


# --- figures ------------------------------------------------------------------------------------


def _figures(limits: Limits, facts: Facts) -> Iterator[Refusal]:
    """Too little has been seen of it yet: that is no reason to bother a person."""
    if limits.require is None:
        return
    bundle = facts.figures or {}
    for name, least in limits.require.at_least:
        value: Any = bundle.get(name)
        known = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not known or value < least:
            shown = value if known else "not known"
            text = f"{name} of {limits.require.step} is {shown}, and {least} is required"
            yield Refusal(f"require.min_{name}", text, OnLimit.SKIP, is_final=True)


# --- how many -----------------------------------------------------------------------------------


def _counts(limits: Limits, asked: Sequence[Asked], facts: Facts) -> Iterator[Refusal]:
    wanted = sum(one.counts for one in asked)
    for name, most, had, when in (
        ("changes_per_run", limits.changes_per_run, facts.run, "in this run"),
        ("changes_per_day", limits.changes_per_day, facts.day, "in the last 24 hours"),
    ):
        if most is not None and had + wanted > most:
            text = f"{many(had, 'change')} {when}, {wanted} more asked for, {most} allowed"
            yield Refusal(name, text, fate_of(limits))
    most = limits.changes_per_object_per_day
    for one in asked if most is not None else ():
        had = facts.of_object.get(one.id, 0)
        if most is not None and one.id and one.counts and had + 1 > most:
            text = f"{said(one)} had {many(had, 'change')} in the last 24 hours, {most} allowed"
            yield Refusal("changes_per_object_per_day", text, fate_of(limits))


def _cooldowns(limits: Limits, asked: Sequence[Asked], facts: Facts) -> Iterator[Refusal]:
    for name, seconds, changed in (
        ("cooldown", limits.cooldown_seconds, facts.changed_at),
        ("own_cooldown", limits.own_cooldown_seconds, facts.own_changed_at),
    ):
        for one in asked if seconds is not None else ():
            last = changed.get((one.id, one.field)) if one.id else None
            if seconds is not None and last and facts.now - last < timedelta(seconds=seconds):
                until = last + timedelta(seconds=seconds)
                text = (
                    f"{one.field} of {said(one)} was changed at {last:%Y-%m-%d %H:%M:%S} UTC and is"
                    f" left alone until {until:%Y-%m-%d %H:%M:%S} UTC"
                )
                yield Refusal(name, text, fate_of(limits))


def _shares(limits: Limits, asked: Sequence[Asked], facts: Facts) -> Iterator[Refusal]:
    share = limits.share_of_active_ads
    off = [one for one in asked if one.field == STATUS and one.direction is Direction.LOWERS]
    if share is None:
        return
    for account in dict.fromkeys(one.account for one in off):
        active = facts.active.get(account, ActiveAds())
        before = active.among(facts.switched_off.get(account, frozenset()))
        after = before | active.among({one.id for one in off if one.account == account})
        allowed = int(len(active) * share / HUNDRED)
        if len(after) > allowed and after != before:
            text = (
                f"{many(len(active), 'ad')} of account {account or 'nobody knows which'} were being"
                f" delivered, {len(before)} of them were switched off in this run,"
                f" {len(after - before)} more asked for, {allowed} allowed ({share} %)"
            )
            yield Refusal("share_of_active_ads", text, fate_of(limits))
