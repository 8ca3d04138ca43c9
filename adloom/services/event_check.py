"""Whether a connection can send events: its token, a test, and what TikTok has counted."""

from typing import Any, Final

from adloom.errors import AdloomError, AuthorizationError, MissingPermissionError
from adloom.services.event_pixels import Look, look_at_pixels
from adloom.services.session import Session
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi
from connections.authorise import examine
from connections.connection import Connection
from scheduler.findings import Finding, Level, fail, ok, warn

__all__ = ["CHECK_EVENT", "check_connection"]

#: A custom event, so that nothing that counts is ever sent to find out whether sending works.
CHECK_EVENT: Final = "AdloomCredentialCheck"
CHECK_PAGE: Final = "https://example.com/adloom-credential-check"


async def check_connection(
    session: Session, connection: Connection, code: str | None, look: Look | None
) -> list[Finding]:
    """Find out whether a connection can send events, without sending any that counts.

    Args:
        session: The open workspace.
        connection: Which, with its secrets.
        code: The test event code to send one custom event with; None sends none.
        look: What to look at besides: pixels, and what has arrived.
    """
    found = [await _token(session, connection)]
    if found[0].level is not Level.FAIL:
        found += await _test(session, connection, code)
        if look is not None:
            found += await look_at_pixels(session, connection, look)
    return found


async def _token(session: Session, connection: Connection) -> Finding:
    """Whether TikTok knows the token; nothing is sent (open_platform_and_events.md §II.7)."""
    try:
        found = await examine(connection, session.wiring)
    except AuthorizationError as error:
        return fail("token", str(error), error.hint)
    except AdloomError as error:
        return fail("token", f"It could not be tried: {error}", error.hint)
    known = found.account.get("display_name") or ""
    return ok("token", f"TikTok knows the token of {connection.name} ({known}). No event was sent.")


async def _test(session: Session, connection: Connection, typed: str | None) -> list[Finding]:
    """Send the one event that is safe to send, if a code for it was given (AC-018, AC-136)."""
    stored = connection.settings.get("test_event_code")
    found = [await _sent(session, connection, typed)] if typed else []
    if stored:
        said = f"{connection.name} has the test event code {stored}, so what it sends are tests."
        advice = f'Go live: adloom connections reconnect {connection.name} --test-event-code ""'
        return [*found, warn("test code", said, advice)]
    if typed and found[0].level is Level.OK:
        said = f"{typed} was used this once; {connection.name} has no test event code."
        return [*found, ok("test code", said)]
    return found


async def _sent(session: Session, connection: Connection, code: str) -> Finding:
    settings = connection.settings
    body = {
        "event_source": settings["source"],
        "event_source_id": settings["source_id"],
        "test_event_code": code,
        "data": [_check_item(settings["source"], int(session.wiring.clock.now().timestamp()))],
    }
    api = ConnectionApi(connection, session.wiring)
    try:
        await api.change(Request("POST", "/event/track/", body=JsonBody(body)))
    except AdloomError as error:
        return fail("test event", f"{CHECK_EVENT} did not arrive: {error}", _why(error, connection))
    said = f"TikTok took {CHECK_EVENT} with the test event code {code}."
    return ok("test event", f"{said} See it in Events Manager, Test Events.")


def _why(error: AdloomError, connection: Connection) -> str | None:
    """What to do about a refusal, where the source is likely to be wrong rather than the token."""
    if not isinstance(error, MissingPermissionError):
        return error.hint
    source = connection.settings["source_id"]
    return f"Is {source} the source the token was made for? See: adloom events verify --pixels"


def _check_item(source: str, now: int) -> dict[str, Any]:
    """An event that says nothing about anybody, with what its source must have (§II.1)."""
    item: dict[str, Any] = {
        "event": CHECK_EVENT,
        "event_time": now,
        "event_id": f"adloom-check-{now}",
        "properties": {"description": "Sent by adloom events verify"},
    }
    match source:
        case "web":
            item["page"] = {"url": CHECK_PAGE}
        case "app":
            item["app"] = {"app_id": "adloom.credential.check"}
        case "offline":
            pass
        case _:
            item["lead"] = {"lead_id": "adloom-credential-check", "lead_event_source": "adloom"}
    return item
