"""What a check-up found: well, worth a look, or broken; and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "fail", "ok", "warn"]


class Level(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        level: How it is.
        subject: What was looked at.
        text: What was found.
        advice: What to do about it.
    """

    level: Level
    subject: str
    text: str
    advice: str | None = None


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, subject, text)


def warn(subject: str, text: str, advice: str | None = None) -> Finding:
    """Somebody should look at it."""
    return Finding(Level.WARN, subject, text, advice)


def fail(subject: str, text: str, advice: str | None = None) -> Finding:
    """It is broken."""
    return Finding(Level.FAIL, subject, text, advice)
