"""`adloom scenarios show`: what a scenario does, when, where its watches stand, what waits."""

import sys
from typing import Any

import click

from adloom.cli.execution_words import show_troubles
from adloom.cli.output import plain, show_table
from adloom.cli.scenario_shop import Shop, open_shop
from adloom.cli.session import Session, in_session
from adloom.cli.words import json_option
from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.services.scenario_words import ago, say_moment, say_schedule, say_steps
from scenarios.model import Scenario
from scheduler.occurrences import Occurrence, next_occurrence
from scheduler.scenario_store import StoredScenario

__all__ = ["show"]

#: How many occurrences are told beforehand, and afterwards.
NEXT = 5


@click.command()
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show what a scenario does and how it fares.

    Its steps, its next five times, where each of its watches stands, and what waits.
    """

    async def work(session: Session) -> None:
        shop = await open_shop(session)
        stored = await shop.workshop.scenarios.load(name)
        try:
            scenario = await shop.workshop.version(stored.hash)
        except AdloomError as error:
            raise type(error)(f"{name} cannot be read: {error}") from None
        told = await _gathered(shop, stored, scenario)
        if as_json or not sys.stdout.isatty():
            sys.stdout.buffer.write(dump(told) + b"\n")
            return
        _tell(stored, scenario)
        for moment in _next(shop, stored):
            click.echo(f"Next: {say_moment(moment.at, stored.place)}")
        _tell_watches(shop, told["watches"])
        if told["waiting"]:
            click.echo(f"{told['waiting']:,} bundles wait for the next run.")
        _tell_last(stored, told["last"])
        show_troubles(told["incomplete"], {})

    in_session(work)


async def _gathered(shop: Shop, stored: StoredScenario, scenario: Scenario) -> dict[str, Any]:
    workshop = shop.workshop
    watches = [
        {
            "step": source.step,
            "source": source.source,
            "settled": watch.position.settled,
            "polls": watch.position.polls,
            "begun_at": watch.begun_at,
            "polled_at": watch.polled_at,
            "found_at": watch.found_at,
            "error": watch.error,
        }
        for source, watch in await workshop.watches.all(stored.name)
    ]
    last = await workshop.dues.occurrences(stored.name, limit=NEXT)
    return {
        "name": stored.name,
        "description": scenario.description,
        "enabled": stored.enabled,
        "disabled_reason": stored.disabled_reason,
        "fault": stored.fault,
        "schedule": say_schedule(stored.schedule),
        "next": [one.at.astimezone(stored.place) for one in _next(shop, stored)],
        "steps": [{"id": step, "what": what} for step, what in say_steps(scenario.steps)],
        "watches": watches,
        "waiting": await workshop.inbox.waiting(stored.name),
        "last": [
            {"at": one.due.at, "status": one.status, "error": one.error, "ended_at": one.ended_at}
            for one in last
        ],
        "incomplete": await workshop.incompletes.open(stored.name),
    }


def _next(shop: Shop, stored: StoredScenario) -> list[Occurrence]:
    found: list[Occurrence] = []
    after = shop.session.wiring.clock.now()
    while stored.schedule and len(found) < NEXT:
        one = next_occurrence(stored.schedule, after, stored.place)
        if one is None:
            break
        found.append(one)
        after = one.at
    return found


def _tell(stored: StoredScenario, scenario: Scenario) -> None:
    state = "enabled" if stored.enabled else "disabled"
    click.secho(f"{stored.name}: {state}", bold=True)
    for text in (stored.fault, stored.disabled_reason):
        if text:
            click.secho(plain(text), fg="yellow")
    if scenario.description:
        click.echo(scenario.description.strip())
    click.echo(f"Runs {say_schedule(stored.schedule)}.")
    show_table(["Step", "Does"], list(say_steps(scenario.steps)))


def _tell_watches(shop: Shop, watches: list[dict[str, Any]]) -> None:
    now = shop.session.wiring.clock.now()
    rows = [
        [
            one["source"] or one["step"],
            f"{one['settled']:%Y-%m-%d %H:%M:%S}" if one["settled"] else "",
            ago(one["polled_at"], now),
            ago(one["found_at"], now) if one["found_at"] != one["begun_at"] else "none yet",
            one["error"] or "",
        ]
        for one in watches
    ]
    if rows:
        show_table(["Watched", "Settled up to (UTC)", "Read", "Last news", "Error"], rows)


def _tell_last(stored: StoredScenario, last: list[dict[str, Any]]) -> None:
    rows = [[say_moment(one["at"], stored.place), one["status"], one["error"]] for one in last]
    if rows:
        show_table(["Ran", "Result", "Why"], rows)
