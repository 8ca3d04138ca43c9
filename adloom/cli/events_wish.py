"""What somebody wants sent, and what follows from it: a job, and the same command once more."""

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adloom.cli.events_input import Given
from adloom.cli.events_portions import Job
from adloom.cli.events_source import source_of
from adloom.cli.session import Session
from connections.connection import Connection

if TYPE_CHECKING:
    from modules.events.mapping import EventMapping

__all__ = ["Wish", "command_of", "job_of"]


@dataclass(frozen=True)
class Wish:
    """What is to be sent, and how.

    Args:
        given: The input.
        mapping: How its records are read.
        connection: The connection's name, if it was typed.
        test_event_code: The test event code, if it was typed.
        again: Whether to read from the first record.
        wait: Whether to send, and to wait for it.
    """

    given: Given
    mapping: "EventMapping"
    connection: str | None
    test_event_code: str | None
    again: bool
    wait: bool


def job_of(session: Session, wish: Wish, connection: Connection) -> Job:
    """How the records are read.

    Raises:
        UsageError: The id of another source than the connection's is missing.
    """
    given, practice = wish.given, session.workspace.settings.practice
    source, source_id = source_of(given, wish.mapping, connection)
    return Job(
        file=given.file,
        mapping=wish.mapping.model_dump_json(exclude_unset=True, by_alias=True),
        source=source,
        source_id=source_id,
        test_event_code=wish.test_event_code or connection.settings.get("test_event_code"),
        format=given.format,
        table=given.table,
        records=given.records,
        limit=given.limit,
        fast_since=practice.since,
        fast_speed=practice.speed,
    )


def command_of(wish: Wish, connection: str) -> str:
    """The same command once more, as somebody would type it."""
    given = wish.given
    options = dict(given.options)
    if wish.test_event_code:
        options.pop("environment", None)
    typed: dict[str, Any] = {
        "connection": connection,
        "preset": given.preset,
        "mapping": given.mapping,
        "source": given.source,
        "source_id": given.source_id,
        "format": given.format,
        "table": given.table,
        "records": given.records,
        **options,
        "test_event_code": wish.test_event_code,
    }
    words = [word for name, value in typed.items() for word in _option(name, value)]
    return shlex.join(["adloom", "events", "send", given.file, *words])


def _option(name: str, value: Any) -> list[str]:
    """An option with its value, as it is typed."""
    option = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return []
    if value is True:
        return [option]
    values = value if isinstance(value, list) else [value]
    return [word for one in values for word in (option, str(one))]
