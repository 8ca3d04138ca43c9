"""Which connection events leave by, and as what: live ones, or tests."""

from typing import TYPE_CHECKING

from adloom.errors import UsageError
from connections.connection import Connection

if TYPE_CHECKING:
    from adloom.cli.events_input import Given
    from modules.events.mapping import EventMapping
    from modules.events.options import Options

__all__ = ["live_or_test", "source_of"]


def source_of(given: "Given", mapping: "EventMapping", connection: Connection) -> tuple[str, str]:
    """The event source and its id: what was typed, else the mapping's, else the connection's.

    Raises:
        UsageError: The id of another source than the connection's is missing.
    """
    own = connection.settings["source"]
    source = mapping.source or own
    source_id = given.source_id or mapping.options.source_ids.get(source)
    if source != own and not source_id:
        raise UsageError(
            f"{connection.name} sends {own} events to {connection.settings['source_id']}; "
            f"{source} events need the id of their own source.",
            hint="Give it: --source-id ID",
        )
    return source, source_id or connection.settings["source_id"]


def live_or_test(connection: Connection, options: "Options", typed: str | None) -> list[str]:
    """What to say about test event codes before anything is sent (AC-007).

    Raises:
        UsageError: Tests are wanted, and there is no code for them.
    """
    stored = connection.settings.get("test_event_code")
    if options.environment != "test" and not stored:
        return []
    if options.environment == "live":
        live = (
            f"{connection.name} has the test event code {stored}. It is left out: these are live."
        )
        return [f"{live} To send them as tests: --environment test"]
    code = typed or stored
    if not code:
        raise UsageError(
            f"These are to be tests, and {connection.name} has no test event code.",
            hint="Take it from Events Manager, Test Events: --test-event-code CODE",
        )
    return [f"These are tests: they carry the test event code {code} and do not count."]
