"""`adloom events status` and `show`: what lies in the outbox, and why."""

import sys
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from adloom.cli.output import plain, show_table
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option
from adloom.json_text import dump
from adloom.services.event_outbox import find_held, held_data, lane_data, shown_item
from adloom.services.events_words import examples
from scheduler.outbox.entries import EventState, Held, Lane, LaneCounts

__all__ = ["lane_words", "show", "status"]


@click.command(
    epilog=examples(
        "adloom events status",
        "adloom events status --dead --json",
    )
)
@click.option("--waiting", is_flag=True, help="List the events that wait.")
@click.option("--dead", is_flag=True, help="List the events that could not be sent, with reasons.")
@click.option("--refused", is_flag=True, help="List the records that never became events.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    default=50,
    show_default=True,
    help="List so many at most.",
)
@json_option
def status(*, waiting: bool, dead: bool, refused: bool, limit: int, as_json: bool) -> None:
    """Tell how events stand: for each connection and source what waits, is sent, is dead.

    Dead events could not be sent and wait for you: adloom events retry, or adloom events drop.
    Refused records never became events; of them only number, offset, digest and reason are kept.
    """
    as_json = as_json or not sys.stdout.isatty()
    wanted = [EventState.WAITING] * waiting + [EventState.DEAD] * dead

    async def work(session: Session) -> None:
        outbox = await session.outbox()
        if not (wanted or refused):
            _tell_lanes(await outbox.counts(), as_json=as_json)
        for state in wanted:
            _tell_held(await outbox.held(state=state, limit=limit), state, as_json=as_json)
        if refused:
            _tell_refused(await outbox.refusals(limit=limit), as_json=as_json)

    in_session(work)


@click.command(
    epilog=examples(
        "adloom events show 17",
    )
)
@click.argument("event_id", metavar="ID", type=click.IntRange(1))
@json_option
def show(*, event_id: int, as_json: bool) -> None:
    """Show one event of the outbox as it goes out, by its number; IP and user agent as dots."""

    async def work(session: Session) -> None:
        outbox = await session.outbox()
        held = await find_held(outbox, event_id)
        item = await shown_item(outbox, event_id)
        if as_json or not sys.stdout.isatty():
            sys.stdout.buffer.write(dump({**held_data(held), "item": item}) + b"\n")
            return
        click.secho(f"{held.id}: {held.event} is {held.state}", bold=True)
        if held.reason:
            click.echo(plain(held.reason))
        click.echo(f"By {lane_words(held.lane)}, from {plain(held.origin.name)} {held.place}")
        click.echo(msgspec.json.format(dump(item), indent=2).decode())

    in_session(work)


def lane_words(lane: Lane) -> str:
    """A lane for people: `shop · web C4E…` or `shop · web C4E… (test TEST1)`."""
    test = f" (test {lane.test_event_code})" if lane.test_event_code else ""
    return f"{lane.connection} · {lane.source} {plain(lane.source_id)}{test}"


def _write(records: Sequence[Any]) -> None:
    for record in records:
        sys.stdout.buffer.write(dump(record) + b"\n")
    sys.stdout.buffer.flush()


def _tell_lanes(lanes: Sequence[LaneCounts], *, as_json: bool) -> None:
    if as_json:
        figures = ("waiting", "sent", "dead", "oldest", "paused")
        _write([lane_data(one.lane) | {key: getattr(one, key) for key in figures} for one in lanes])
        return
    if not lanes:
        say("The outbox is empty. Send a file: adloom events send FILE")
        return
    rows = [
        [lane_words(one.lane), f"{one.waiting:,}", f"{one.sent:,}", f"{one.dead:,}", one.oldest]
        for one in lanes
    ]
    show_table(["Goes out by", "Waiting", "Sent", "Dead", "Oldest waits since"], rows)
    for one in lanes:
        if one.paused:
            say(f"{lane_words(one.lane)} is paused: {one.paused}")
    if any(one.dead for one in lanes):
        say("Why events are dead: adloom events status --dead")


def _tell_held(found: Sequence[Held], state: EventState, *, as_json: bool) -> None:
    if as_json:
        _write([held_data(one) for one in found])
        return
    if not found:
        say(f"No event is {state}.")
        return
    rows = [
        [one.id, one.event, lane_words(one.lane), _from(one), one.attempts, one.reason]
        for one in found
    ]
    show_table(["ID", "Event", "Goes out by", "From", "Attempts", "Reason"], rows)


def _from(held: Held) -> str:
    return f"{held.origin.name.rpartition('/')[2]} {held.place}"


def _tell_refused(found: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        _write(
            [
                {
                    "origin": one.origin.name,
                    "place": one.refusal.place,
                    "offset": one.refusal.offset,
                    "sha256": one.refusal.sha256,
                    "reason": one.refusal.reason,
                }
                for one in found
            ]
        )
        return
    if not found:
        say("Nothing was refused.")
        return
    rows = [
        [
            one.origin.name.rpartition("/")[2],
            one.refusal.place,
            one.refusal.offset,
            f"{one.refusal.sha256[:12]}…",
            one.refusal.reason,
        ]
        for one in found
    ]
    show_table(["From", "Place", "Offset", "SHA-256", "Reason"], rows)
