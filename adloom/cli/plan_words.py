"""Plans as people read them in a terminal."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import click

from adloom.cli.output import plain
from adloom.json_text import dump
from adloom.services.planning_words import Line, changes_of, count_of, plan_data, say_totals
from adloom.wire import Record
from scheduler.plan_records import PlannedUse, PlannedValue, ScenarioPlan, Stop
from scheduler.stages.foreseen import show
from scheduler.stages.kinds import OBJECTS

__all__ = ["say_plan", "write_plan"]

WIDEST: Final = 200
VERBS: Final[Mapping[str, str]] = {
    "notification": "would tell {name}:",
    "file": "would append to {name}:",
    "event": "would send the event {name}",
    "call": "would call {id}:",
    "video": "would upload or post the video {name}:",
    "image": "would upload the image {name}:",
    "sound": "would upload the sound {name}:",
}


def write_plan(plan: ScenarioPlan, *, as_json: bool) -> None:
    """Write a plan on stdout: as JSON for programs, as a diff for people."""
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(plan_data(plan)) + b"\n")
        sys.stdout.buffer.flush()
        return
    for line in say_plan(plan):
        click.echo(line)


def say_plan(plan: ScenarioPlan) -> Iterator[str]:
    """A plan, line by line."""
    lines = changes_of(plan)
    objects = [one for one in lines if one[1]["kind"] in OBJECTS]
    carried = "" if plan.batches and plan.batches[0].items is None else f", {_bundles(plan)}"
    yield click.style(f"Plan {plan.id} of {plan.scenario}{carried}", bold=True)
    yield from _objects(objects)
    others = [_effect(*one) for one in lines if one[1]["kind"] not in OBJECTS]
    values = [_value(one, plan) for one in plan.values]
    yield from _section("Besides", [*others, *values])
    yield from _section("What would go wrong", _stops(plan.troubles, plan))
    yield from _section("What nobody can know before", _stops(plan.unforeseen, plan))
    for source in plan.begun:
        yield f"{source}: its watch would begin now, and hand nothing on yet."
    yield from _section("To be known", [show(one, plan.names) for one in plan.notes])
    yield from say_totals(plan)


def _objects(lines: Sequence[Line]) -> Iterator[str]:
    """Changes, object by object."""
    found: dict[tuple[str, str, str], list[Line]] = {}
    for use, change in lines:
        called = f" “{change['name']}”" if change["name"] else ""
        head = " ".join(filter(None, (change["kind"], plain(change["id"])))) + plain(called)
        # What is new has no id: each is one of its own.
        own = "" if change["id"] else use.path
        found.setdefault((head, own, use.connection), []).append((use, change))
    for (head, _, _), own_lines in found.items():
        yield head
        for use, change in own_lines:
            led_by = "" if not use.led_by or use.led_by in head else f", for {use.led_by}"
            yield f"  {_said(change)}  ({use.step}{led_by})"


def _said(change: Record) -> str:
    old = "" if change["old"] is None else f"{_cut(change['old'])} → "
    unit = f" {change['unit']}" if change["unit"] else ""
    return f"{plain(change['field'])}: {old}{_cut(change['new'])}{unit}"


def _effect(use: PlannedUse, change: Record) -> str:
    verb = VERBS.get(change["kind"], "would change {name}:").format(
        name=plain(change["name"]), id=f"{change['field']} {plain(change['id'])}"
    )
    return f"{verb} {_cut(change['new'])}  ({use.step} with {use.connection})"


def _value(one: PlannedValue, plan: ScenarioPlan) -> str:
    key = plain(show(one.key, plan.names))
    if one.operation == "delete":
        return f"would delete {key} from the data store {one.store}"
    return f"would write {key} into the data store {one.store}: {_cut(show(one.after, plan.names))}"


def _stops(stops: Iterable[Stop], plan: ScenarioPlan) -> list[str]:
    counted: dict[tuple[str, str], int] = {}
    for one in stops:
        place = (one.step, show(one.reason, plan.names))
        counted[place] = counted.get(place, 0) + 1
    return [
        f"{step or plan.scenario}: {plain(reason)}" + (f" ({count} times)" if count > 1 else "")
        for (step, reason), count in counted.items()
    ]


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield click.style(title, bold=True)
        yield from (f"  {line}" for line in lines)


def _cut(value: Any) -> str:
    text = plain(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _bundles(plan: ScenarioPlan) -> str:
    return count_of(plan.bundles, "bundle")
