"""Calls: changes declared, shown, sent by the engine alone, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adloom.wire import Request

__all__ = ["Call", "Change", "Done", "OnDoubt", "Outcome"]


class OnDoubt(StrEnum):
    """What the engine does when nobody knows whether a change happened."""

    LOOK_UP = "look up"
    REPEAT = "repeat"
    PARK = "park"


class Outcome(StrEnum):
    """What a look at the platform says about a change."""

    HAPPENED = "happened"
    NOT_HAPPENED = "not happened"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One value of one object, before and after: a line of a diff.

    Args:
        kind: What it is, for example `ad`.
        id: Which one.
        name: What people call it.
        field: Which value.
        old: As it is; None if it is not known.
        new: As it will be.
        unit: What both are counted in, for example a currency.
    """

    kind: str
    id: str
    name: str
    field: str
    old: Any
    new: Any
    unit: str = ""


@dataclass(frozen=True)
class Call:
    """One request that changes something, declared and not yet sent.

    Args:
        key: Names the call within its operation; the same call never has two.
        request: What is sent.
        changes: What it changes.
        known: For a creation, ids of those that look like what it makes but were there before it;
            a look then tells a new one from them.
        queued: Whether it is handed to the outbox, which sends it when it can.
        personal: Whether its body belongs to persons: it is kept sealed, and no longer than until
            it has happened.
    """

    key: str
    request: Request
    changes: tuple[Change, ...] = ()
    known: tuple[str, ...] = ()
    queued: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Done:
    """A call and what came of it.

    Args:
        call: The call.
        outcome: Whether it happened, as far as anybody knows.
        status: The HTTP status of the answer, if one came.
        headers: The answer's headers.
        body: The whole answer; what a look found in its place, where the answer was lost.
        error: Why it did not happen.
    """

    call: Call
    outcome: Outcome
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    error: str | None = None
