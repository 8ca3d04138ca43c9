"""Why something may not be changed, and what becomes of it then."""

from dataclasses import dataclass

from adloom.errors import LimitExceededError
from scenarios.limits import Limits, OnLimit
from scheduler.rails.asking import Asked

__all__ = ["Refusal", "fate_of", "many", "refused", "said"]


@dataclass(frozen=True)
class Refusal:
    """A limit that stands against a change.

    Args:
        rail: Which, as it is called in the file below `limits`.
        text: What was counted, and what is allowed.
        fate: What becomes of it.
        is_final: Whether no person can let it through but by changing the file.
        disables: Whether the scenario is switched off for it.
    """

    rail: str
    text: str
    fate: OnLimit
    is_final: bool = False
    disables: bool = False


def fate_of(limits: Limits, *, is_final: bool = False) -> OnLimit:
    """What becomes of a change; what nobody can let through is not parked for anybody."""
    if is_final and limits.on_limit is OnLimit.HOLD:
        return OnLimit.SKIP
    return limits.on_limit


def refused(scenario: str, refusal: Refusal, seconds: float) -> LimitExceededError:
    """The refusal as the error that the engine reads.

    Args:
        scenario: Whose limit it is.
        refusal: The refusal.
        seconds: For how long a parked change still waits for a person.
    """
    text = f"limits.{refusal.rail} of {scenario} says no: {refusal.text}. It was not changed."
    match refusal.fate:
        case OnLimit.SKIP:
            return LimitExceededError(text, hint=_by_file(refusal), alone=True, is_dropped=True)
        case OnLimit.HOLD:
            hint = "See what is parked: adloom executions holds. Then release it, or dismiss it."
            return LimitExceededError(text, hint=hint, alone=True, expires_after=seconds)
        case OnLimit.STOP:
            return LimitExceededError(text, hint=_by_file(refusal))


def _by_file(refusal: Refusal) -> str:
    if refusal.disables:
        return "See what failed: adloom executions list. Mend it, then enable the scenario again."
    if refusal.rail.startswith("require"):
        return "It is asked again as soon as there are more figures."
    return f"If it should be allowed, change limits.{refusal.rail} in the scenario's file."


def said(one: Asked) -> str:
    """An object, in words."""
    return f"{one.kind} {one.id}" if one.id else f"a new {one.kind}"


def many(count: int, what: str) -> str:
    """A count of things, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
