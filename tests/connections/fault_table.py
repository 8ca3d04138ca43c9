"""How each kind of call ends after each fault, from a few rules in reliability.md's terms (§2.3).

Reads are `retry_now_safe`: after trouble that may pass they are sent again (`retry_later`). A
change without a whole answer is `outcome_unknown`. A refused token is `auth`: renewed once where it
can be, else its owner has to reconnect. What is refused or cannot be read is `permanent_item`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connections.api import ATTEMPTS
from tests.connections.fault_calls import Call
from tests.connections.fault_natures import Fault, Nature, faults, strikes
from tests.connections.fault_twists import twisted

__all__ = ["RULES", "Ending", "Expected", "expected", "faults_of"]


class Ending(StrEnum):
    """How a call ends: it is answered, or raises this class of error."""

    ANSWERED = "answered"
    PARTLY = "answered in part"
    RETRY = "RetryableError"
    SLOWER = "RateLimitedError"
    RECONNECT = "AuthorizationError"
    NOT_COVERED = "MissingPermissionError"
    REJECTED = "RejectedError"
    UNUSABLE = "UnusableAnswerError"
    UNKNOWN = "UnknownOutcomeError"


@dataclass(frozen=True)
class Expected:
    """What a call comes to.

    Args:
        ending: How it ends.
        sent: How many requests arrive; None where a listing is read as often as it takes.
        effects: How many of them change something.
    """

    ending: Ending
    sent: int | None
    effects: int


#: How a read and a change end.
RULES: Final[Mapping[Nature, tuple[Ending, Ending]]] = {
    Nature.HARMLESS: (Ending.ANSWERED, Ending.ANSWERED),
    Nature.LOST: (Ending.RETRY, Ending.UNKNOWN),
    Nature.FAILED: (Ending.RETRY, Ending.UNKNOWN),
    Nature.UNREADABLE: (Ending.UNUSABLE, Ending.UNKNOWN),
    Nature.USELESS: (Ending.UNUSABLE, Ending.UNUSABLE),
    Nature.NOT_NOW: (Ending.RETRY, Ending.RETRY),
    Nature.THROTTLED: (Ending.SLOWER, Ending.SLOWER),
    Nature.REFUSED: (Ending.REJECTED, Ending.REJECTED),
    Nature.DEAD_TOKEN: (Ending.RECONNECT, Ending.RECONNECT),
    Nature.NOT_COVERED: (Ending.NOT_COVERED, Ending.NOT_COVERED),
    Nature.PARTLY: (Ending.PARTLY, Ending.PARTLY),
}
#: Endings after which a read is sent again.
AGAIN: Final = (Ending.RETRY, Ending.SLOWER)


def faults_of(call: Call) -> list[Fault]:
    """The faults that can strike a call."""
    return [fault for fault in faults() if strikes(fault, call)]


def expected(call: Call, fault: Fault) -> Expected:
    """What a call comes to after a fault."""
    nature = twisted(fault, call)
    ending = _ending(nature, call, fault)
    return Expected(ending, _sent(ending, call, fault), _effects(nature, call, fault))


def _ending(nature: Nature, call: Call, fault: Fault) -> Ending:
    reading, changing = RULES[nature]
    ending = changing if call.changes else reading
    if call.name == "renew token" and ending in (Ending.UNKNOWN, Ending.UNUSABLE):
        return Ending.RETRY  # nothing was done with the connection yet
    if not fault.once:
        return ending
    passes = ending in AGAIN and not call.changes
    return Ending.ANSWERED if passes or _renews(nature, call, fault) else ending


def _sent(ending: Ending, call: Call, fault: Fault) -> int | None:
    if ending is Ending.ANSWERED and call.listing:
        return None
    if _renews(twisted(fault, call), call, fault):
        return 2
    if not call.changes and ending in AGAIN:
        return ATTEMPTS
    if not call.changes and ending is Ending.ANSWERED and fault.once:
        return 1 if twisted(fault, call) is Nature.HARMLESS else 2
    # What a token loses after the first page is missed by the second.
    late = call.listing and (fault.part, fault.when) == ("world", "after")
    return 2 if late else 1


def _effects(nature: Nature, call: Call, fault: Fault) -> int:
    """A request takes effect unless it is struck before; slow ones take effect all the same."""
    if not call.changes:
        return 0
    takes = fault.when == "after" or fault.kind == "slow" or _misses(nature, call, fault)
    if _renews(nature, call, fault):
        # Whoever refuses a token after the deed lies, and nobody can tell.
        return 2 if takes else int(fault.once)
    return int(takes)


def _renews(nature: Nature, call: Call, fault: Fault) -> bool:
    """Whether a refused token is renewed and the request repeated; consents end with a token."""
    return nature is Nature.DEAD_TOKEN and call.renews and fault.kind != "revoke_consent"


def _misses(nature: Nature, call: Call, fault: Fault) -> bool:
    """Whether a fault of accounts meets a request that names none."""
    return fault.kind == "shrink_consent" and nature is Nature.HARMLESS and call.family != "web"
