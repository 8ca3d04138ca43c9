"""An event that is ready to go out: a `data[]` item of the Events API 2.0 with what names it."""

from typing import Any

import msgspec

from modules.events.problems import Problem

__all__ = ["Composed", "Prepared", "Reading"]


class Composed(msgspec.Struct, frozen=True, gc=False):
    """One plain event turned into a `data[]` item (open_platform_and_events.md §II.1).

    Args:
        item: The item: normalised, hashed, without what is empty; None if it must not be sent.
        problems: What is wrong with it, errors and warnings.
        source: The event source it asks for: web, app, offline or crm; None leaves it to the
            connection.
        source_id: The source's id it asks for; None leaves it to the connection.
        test_event_code: The test event code it asks for.
    """

    item: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()
    source: str | None = None
    source_id: str | None = None
    test_event_code: str | None = None


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """One event as it goes out.

    Args:
        event: Its name.
        event_id: What TikTok tells it from others by, together with source and name (§II.6).
        event_time: When it happened, in seconds since 1970 (UTC).
        source: web, app, offline or crm.
        source_id: The source's id.
        test_event_code: The test event code, if it is a test.
        key: Sixteen bytes, the same for the same source, source id, name and event id.
        person: The same number for events of the same person, whose order is kept.
        content: The `data[]` item as JSON.
    """

    event: str
    event_id: str
    event_time: int
    source: str
    source_id: str
    test_event_code: str | None
    key: bytes
    person: int
    content: bytes


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What came of one record of the user's: no event, one, or several.

    Args:
        events: Those that can go out.
        problems: What is wrong; an error means that an event of the record cannot go out.
        skipped: Why nothing was made of the record, where that is as wished: its name is not
            mapped, its person has not consented.
    """

    events: tuple[Prepared, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: str | None = None
