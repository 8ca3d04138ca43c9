"""One module, run once by somebody who watches: what it is run with, and what it reads."""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from adloom.fields import validate
from adloom.secret import scrub
from adloom.services.module_runs_rows import KeptRows
from adloom.services.onboarding import note_module_ran
from adloom.services.session import Session
from connections.connection import Connection
from connections.providers import provider_named
from modules.base import Module
from scheduler.reading import Reader

if TYPE_CHECKING:
    from scheduler.engine import Engine
    from scheduler.outbox.handing_over import OutboxQueue

__all__ = [
    "Bench",
    "Reading",
    "bench_of",
    "changes_something",
    "needs_connection",
    "read_all",
    "usable_connections",
]

#: Bytes of rows that are kept; whoever needs more has them written into a file.
LARGEST: Final = 200_000_000


@dataclass(frozen=True)
class Bench:
    """What one run is carried out with; what it has to say, it says to whoever watches.

    Args:
        session: The open workspace.
        reader: Reads.
        engine: Changes.
        queue: Takes the events it queues.
        tell: Told what the user should know.
    """

    session: Session
    reader: Reader
    engine: "Engine"
    queue: "OutboxQueue"
    tell: Callable[[str], None]


async def bench_of(session: Session, tell: Callable[[str], None]) -> Bench:
    """Lay out what one run needs."""
    from scheduler.engine import Engine
    from scheduler.outbox.handing_over import OutboxQueue

    reader = replace(session.reader, say=lambda text: tell(scrub(text)))
    queue = OutboxQueue(session.outbox)
    engine = Engine(
        reader,
        await session.journal(),
        session.node(),
        stopped=lambda: session.workspace.stopped,
        queue=queue,
    )
    return Bench(session, reader, engine, queue, tell)


async def usable_connections(session: Session, module: Module) -> list[Connection]:
    """The connections a module works with, those of its own kind first."""
    known = await session.wiring.store.all()
    return [one for kind in module.providers for one in known if one.provider == kind]


def needs_connection(module: Module) -> bool:
    """Whether a connection has to be made before it can be used."""
    return module.instant is None and not provider_named(module.provider).anonymous


def changes_something(module: Module, values: Mapping[str, Any]) -> bool:
    """Whether this use of a module would change anything.

    Raises:
        InvalidParamsError: The parameters are wrong.
    """
    params = validate(module.params, values)
    return module.action is not None and module.action.changes(params)


# --- reading --------------------------------------------------------------------------------------


@dataclass
class Reading:
    """What a run that changes nothing has found so far.

    Args:
        module: What runs.
        connection: With which connection.
        rows: What it found.
        pages: How many pages came.
        total: How many rows there are, if anybody knows.
        is_cut: Whether there would have been more than can be kept.
    """

    module: Module
    connection: str
    rows: KeptRows
    pages: int = 0
    total: int | None = None
    is_cut: bool = False


async def read_all(
    bench: Bench,
    reading: Reading,
    values: Mapping[str, Any],
    *,
    since: datetime | None = None,
    watched: Callable[[Reading], None] = lambda _: None,
    largest: int = LARGEST,
) -> None:
    """Read page by page until the limit, and keep what comes.

    Args:
        bench: What it is carried out with.
        reading: Takes what is found.
        values: The parameters.
        since: For a trigger, the moment it starts from.
        watched: Told after every page.
        largest: Bytes of rows after which it stops.
    """
    module = reading.module
    pages = bench.reader.read(module, values, reading.connection, since=since)
    async with aclosing(pages) as found:  # type: ignore[type-var] # an async generator, as declared
        async for page in found:
            # An API call yields one bundle a page, whatever number of rows its page announces.
            if not module.action and page.total is not None:
                reading.total = page.total
            reading.rows.add(page.records)
            reading.pages += 1
            watched(reading)
            if reading.rows.size > largest:
                reading.is_cut = True
                return
    note_module_ran(bench.session.workspace)
