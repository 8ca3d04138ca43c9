"""`adloom events retry` and `drop`: what to do with events that could not be sent."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from adloom.cli.events_status import lane_words
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.services.event_outbox import find_held
from adloom.services.events_words import count, examples
from adloom.settings import STOP_FILE
from scheduler.outbox.entries import EventState, Lane, LaneCounts

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["drop", "retry"]

EXIT_FAILED = 1

Command = Callable[..., Any]

numbers = click.argument("ids", metavar="[ID]...", nargs=-1, type=click.IntRange(1))


def by_connection(options: str) -> Callable[[Command], Command]:
    """The option that narrows what is meant by others."""
    only = f"With {options}: only what goes out by this connection."
    return click.option("-c", "--connection", metavar="NAME", help=only)


@click.command(
    epilog=examples(
        "adloom events retry 17 --set properties.currency=EUR",
        "adloom events retry --all --connection shop",
    )
)
@numbers
@click.option("--all", "everything", is_flag=True, help="Every dead event.")
@by_connection("--all")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="Put something right in one event first, such as properties.currency=EUR.",
)
@click.option("--no-wait", is_flag=True, help="Do not send now; adloom serve does.")
@json_option
def retry(
    *,
    ids: tuple[int, ...],
    everything: bool,
    connection: str | None,
    changes: tuple[str, ...],
    no_wait: bool,
    as_json: bool,
) -> None:
    """Send dead events again, by their numbers or all of them, and whatever else waits.

    Paused connections are tried again too. With --set an event is put right first: it is checked as
    if it were new, and an e-mail address, a phone number or a name is hashed.
    """
    _refuse_unclear(ids, "--all", everything=everything, connection=connection)
    if changes and len(ids) != 1:
        raise UsageError("--set puts one event right at a time: name it by its number.")

    async def work(session: Session) -> bool:
        # Imported here: asking for help needs no pipeline.
        from adloom.services.event_mending import mend

        outbox = await session.outbox()
        for number in ids:
            await find_held(outbox, number)
        if changes:
            await mend(session, outbox, ids[0], changes, tell=say)
        lanes = await _lanes(outbox, connection)
        revived = await _revived(outbox, ids, lanes)
        say(f"{count(revived, 'event')} will be tried again.")
        await _delivered(session, outbox, lanes, wait=not no_wait, as_json=as_json)
        return await _is_settled(outbox, ids, lanes)

    if not in_session(work):
        click.get_current_context().exit(EXIT_FAILED)


@click.command(
    epilog=examples(
        "adloom events drop 17 18",
        "adloom events drop --all-dead --yes",
        "adloom events drop --all-waiting --connection old-shop",
    )
)
@numbers
@click.option("--all-dead", is_flag=True, help="Every dead event.")
@click.option("--all-waiting", is_flag=True, help="Every event that waits.")
@by_connection("--all-dead or --all-waiting")
@yes_option
def drop(
    *, ids: tuple[int, ...], all_dead: bool, all_waiting: bool, connection: str | None, yes: bool
) -> None:
    """Give events up for good, by their numbers or all that are dead; they are never sent.

    What waits can be given up too, such as what went to the wrong pixel.
    """
    if all_dead and all_waiting:
        raise UsageError("--all-dead and --all-waiting do not go together.")
    everything = all_dead or all_waiting
    option = "--all-waiting" if all_waiting else "--all-dead"
    _refuse_unclear(ids, option, everything=everything, connection=connection)
    state = EventState.WAITING if all_waiting else EventState.DEAD

    async def work(session: Session) -> None:
        outbox = await session.outbox()
        for number in ids:
            await find_held(outbox, number)
        lanes = await _lanes(outbox, connection)
        there = sum(getattr(one, state) for one in await _counts(outbox, lanes))
        number = len(ids) or there
        if not number:
            what = "waits" if all_waiting else "is dead"
            say(f"No event {what}; there is nothing to drop.")
            return
        _agree(number, yes=yes)
        dropped = await _dropped(outbox, ids, lanes, state)
        click.echo(f"{count(dropped, 'event')} dropped.")

    in_session(work)


def _refuse_unclear(
    ids: Sequence[int], option: str, *, everything: bool, connection: str | None
) -> None:
    if bool(ids) == everything:
        raise UsageError(
            f"Which events? Give their numbers, or {option}.",
            hint="See them: adloom events status --dead",
        )
    if connection and ids:
        raise UsageError(f"--connection goes with {option}, not with numbers.")


async def _lanes(outbox: "Outbox", connection: str | None) -> list[Lane] | None:
    """The lanes of a connection; None stands for all."""
    if connection is None:
        return None
    found = [one.lane for one in await outbox.counts() if one.lane.connection == connection]
    if not found:
        raise UsageError(
            f"No event goes out by {connection!r}.", hint="See which do: adloom events status"
        )
    return found


async def _revived(outbox: "Outbox", ids: Sequence[int], lanes: list[Lane] | None) -> int:
    if ids or lanes is None:
        return await outbox.retry(list(ids) or None)
    return sum([await outbox.retry(lane=lane) for lane in lanes])


async def _dropped(
    outbox: "Outbox", ids: Sequence[int], lanes: list[Lane] | None, state: EventState
) -> int:
    if ids:
        held = [await find_held(outbox, number) for number in ids]
        by_state = {
            one.state: [other.id for other in held if other.state is one.state] for one in held
        }
        return sum([await outbox.drop(some, state=one) for one, some in by_state.items()])
    if lanes is None:
        return await outbox.drop(state=state)
    return sum([await outbox.drop(lane=lane, state=state) for lane in lanes])


def _agree(number: int, *, yes: bool) -> None:
    """Ask before something is given up for good."""
    if yes:
        return
    text = f"Drop {count(number, 'event')} for good?"
    if not sys.stdin.isatty():
        raise UsageError(f"{text} Nobody is here to answer.", hint="If that is meant: --yes")
    if not click.confirm(text, err=True):
        raise click.Abort


async def _delivered(
    session: Session, outbox: "Outbox", lanes: list[Lane] | None, *, wait: bool, as_json: bool
) -> None:
    """Send what waits, unless somebody else does, and tell how things stand then."""
    from adloom.cli.events_delivering import deliverer_of
    from scheduler.sole_runner import runner_of

    runner = runner_of(session.workspace.locks)
    if runner is not None or not wait:
        say(f"adloom serve sends them{f' ({runner})' if runner else ''}.")
        return

    if session.workspace.stopped:
        say(f"They wait: there is a file {STOP_FILE} in the workspace.")
        return

    async def is_over() -> bool:
        counts = await _counts(outbox, lanes)
        return session.workspace.stopped or all(not one.waiting or one.paused for one in counts)

    await (await deliverer_of(session)).run(is_over)
    left = await _counts(outbox, lanes)
    told = {name: sum(getattr(one, name) for one in left) for name in ("sent", "waiting", "dead")}
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(dump(told) + b"\n")
        sys.stdout.buffer.flush()
    else:
        click.echo(", ".join(f"{number:,} {name}" for name, number in told.items()) + ".")
    for one in left:
        if one.paused:
            say(f"{lane_words(one.lane)} is paused: {one.paused}")


async def _is_settled(outbox: "Outbox", ids: Sequence[int], lanes: list[Lane] | None) -> bool:
    """Whether what was to be tried again is not dead once more."""
    if ids:
        dead = [await outbox.held(state=EventState.DEAD, after_id=one - 1, limit=1) for one in ids]
        return not any(
            held.id == one for one, found in zip(ids, dead, strict=True) for held in found
        )
    return not any(one.dead for one in await _counts(outbox, lanes))


async def _counts(outbox: "Outbox", lanes: list[Lane] | None) -> list[LaneCounts]:
    return [one for one in await outbox.counts() if lanes is None or one.lane in lanes]
