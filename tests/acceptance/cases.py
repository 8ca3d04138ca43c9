"""Cases of what becomes of an event: what somebody has, and what TikTok is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Literal

__all__ = ["CLOCK", "PAST", "PIXEL", "TIKTOK_APP", "Case", "digest"]

CLOCK: Final = 1_790_000_000
#: An hour earlier: 2026-09-21T13:13:20Z.
PAST: Final = CLOCK - 3_600
PIXEL: Final = "CSEEDPIXEL01"
TIKTOK_APP: Final = "7300000000000000042"


@dataclass(frozen=True)
class Case:
    """One thing a document says.

    Args:
        seed: Which document.
        name: What it says.
        given: A record, or the fields of `send_event`.
        sent: What the request has, by its path; a path is the event's unless the request has it.
        lacks: What it must not have.
        options: What the user has decided.
        fields: What the user has pointed elsewhere.
        code: The test event code of the connection.
        refused: What is told instead of sending anything.
        skipped: Why nothing is sent, and nothing is wrong.
        way: What reads it: the preset, a mapping without one, or the module `send_event`.
    """

    seed: str
    name: str
    given: Mapping[str, Any]
    sent: Mapping[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    refused: str | None = None
    skipped: str | None = None
    way: Literal["commanders_act", "mapping", "module"] = "module"


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return sha256(text.encode()).hexdigest()
