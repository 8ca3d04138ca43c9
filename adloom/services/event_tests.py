"""Test events: sent to Events Manager's Test Events tab, never live, and kept nowhere here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.errors import UsageError
from adloom.json_text import parse_strict
from adloom.services.session import Session
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi
from connections.connection import Connection
from modules.events.prepared import Prepared
from scheduler.outbox.isolating import Refused, Reported, Taken
from scheduler.outbox.verdicts import reply_of

__all__ = ["MOST_TESTS", "TestAnswer", "code_for", "send_tests"]

#: Nobody looks at more of them in the Test Events tab.
MOST_TESTS: Final = 20
TRACK: Final = "/event/track/"


@dataclass(frozen=True)
class TestAnswer:
    """What TikTok said of test events of one source.

    Args:
        source: The event source.
        source_id: Its id.
        events: Their names and ids.
        failed: Why TikTok did not take some, by their places; None where it did not say which.
        said: TikTok's own words, where it did not take all.
        request_id: What TikTok calls the request.
    """

    source: str
    source_id: str
    events: Sequence[tuple[str, str]]
    failed: dict[int, str] | None
    said: str = ""
    request_id: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether TikTok took all of them."""
        return not self.said


def code_for(connection: Connection, typed: str) -> str:
    """The test event code: what was typed, else the connection's.

    Raises:
        UsageError: There is none.
    """
    code = typed.strip() or connection.settings.get("test_event_code")
    if not code:
        raise UsageError(
            "A test event needs a test event code; without one it would be live.",
            hint="Copy it from TikTok's Events Manager: your source, Test Events.",
        )
    return str(code)


async def send_tests(
    session: Session, connection: Connection, code: str, events: Sequence[Prepared]
) -> list[TestAnswer]:
    """Send events as tests, one request for each source.

    Nothing of them is written down: neither in the journal nor in the outbox.

    Args:
        session: The open workspace.
        connection: Which sends, with its secrets.
        code: The test event code; it is sent whatever the events say.
        events: What is sent.

    Raises:
        UsageError: There is nothing to send, or too much of it, or everything is stopped.
        ApiError: TikTok took none of it, or could not be reached.
    """
    if session.workspace.stopped:
        raise UsageError("Everything is stopped, so nothing was sent.", hint="See the settings.")
    if not 0 < len(events) <= MOST_TESTS:
        number = "no event" if not events else f"{len(events)} events"
        raise UsageError(
            f"There is {number} to send." if not events else f"There are {number} to send.",
            hint=f"Send 1 to {MOST_TESTS} at a time as tests.",
        )
    ways: dict[tuple[str, str], list[Prepared]] = {}
    for one in events:
        ways.setdefault((one.source, one.source_id), []).append(one)
    api = ConnectionApi(connection, session.wiring)
    return [await _sent(api, code, way, several) for way, several in ways.items()]


async def _sent(
    api: ConnectionApi, code: str, way: tuple[str, str], events: Sequence[Prepared]
) -> TestAnswer:
    body: dict[str, Any] = {
        "event_source": way[0],
        "event_source_id": way[1],
        "test_event_code": code,
        "data": [parse_strict(one.content) for one in events],
    }
    answer = await api.change(Request("POST", TRACK, body=JsonBody(body)))
    told = answer.body if isinstance(answer.body, dict) else {}
    request_id = str(told.get("request_id") or "")
    names = [(one.event, one.event_id) for one in events]
    match reply_of(answer, 0):
        case Taken():
            return TestAnswer(*way, names, {}, request_id=request_id)
        case Reported(reason, failed):
            return TestAnswer(*way, names, dict(failed) or None, reason, request_id)
        case Refused(reason):
            return TestAnswer(*way, names, None, reason, request_id)
