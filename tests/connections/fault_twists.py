"""Where a fault is something else to some calls than to the others, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.connections.fault_calls import Call
from tests.connections.fault_natures import Fault, Nature

__all__ = ["TWISTS", "Twist", "twisted"]


@dataclass(frozen=True)
class Twist:
    """Why a fault is something else to some calls.

    Args:
        reason: In a sentence, for the page.
        meets: Whether this fault at this call is meant.
        nature: What it is there.
    """

    reason: str
    meets: Callable[[Fault, Call], bool]
    nature: Nature


def _is(fault: Fault, *kinds: str) -> bool:
    return fault.kind in kinds


def _early(fault: Fault) -> bool:
    """Whether bytes are spoilt before the effect: those of an empty envelope of TikTok ads."""
    return (fault.part, fault.when) == ("bytes", "before")


def _readable(fault: Fault, call: Call) -> bool:
    """Whether spoilt bytes can be read all the same."""
    lenient = not call.strict and fault.kind == "duplicate_keys"
    return fault.nature is Nature.HARMLESS or lenient


#: The first one that meets a cell counts.
TWISTS: Final = (
    Twist(
        "A web API says everything by its HTTP status; what stands below HTTP 200 is its answer.",
        lambda fault, call: (
            call.family == "web" and _is(fault, "code", "empty_body", "html", "partial_failure")
        ),
        Nature.HARMLESS,
    ),
    Twist(
        "What a web API thinks of a token, it would say by its HTTP status.",
        lambda fault, call: call.family == "web" and _is(fault, "revoke_consent", "shrink_consent"),
        Nature.HARMLESS,
    ),
    Twist(
        "What a web API was asked to change is judged by the status alone; the answer is kept as "
        "it came.",
        lambda fault, call: (
            (call.family == "web" and call.changes)
            and (_is(fault, "nested") or fault.part == "bytes")
            and fault.nature is Nature.UNREADABLE
        ),
        Nature.HARMLESS,
    ),
    Twist(
        "What a token loses after an answer, the next request misses.",
        lambda fault, call: (
            _is(fault, "revoke_consent", "shrink_consent")
            and fault.when == "after"
            and not call.listing
        ),
        Nature.HARMLESS,
    ),
    Twist(
        "Events name a source, not an account.",
        lambda fault, call: _is(fault, "shrink_consent") and call.name == "send events",
        Nature.HARMLESS,
    ),
    Twist(
        "A TikTok account is one account; a token for it has none to lose.",
        lambda fault, call: _is(fault, "shrink_consent") and call.family == "open",
        Nature.HARMLESS,
    ),
    Twist(
        "An upload says everything by its HTTP status; its answer has no body to look at.",
        lambda fault, call: call.family == "upload" and _is(fault, "empty_body", "nested"),
        Nature.HARMLESS,
    ),
    Twist(
        "The answer to an upload has no body that could be cut or drip.",
        lambda fault, call: (
            call.family == "upload"
            and fault.when == "after"
            and fault.name in ("cut_chunked", "drip body", "truncate")
        ),
        Nature.HARMLESS,
    ),
    Twist(
        "No token goes along with an upload, so none can be refused.",
        lambda fault, call: call.family == "upload" and fault.nature is Nature.DEAD_TOKEN,
        Nature.REFUSED,
    ),
    Twist(
        "Which codes a refused sound has is not documented any more: each is a refusal.",
        lambda fault, call: call.family == "sound" and _is(fault, "code"),
        Nature.REFUSED,
    ),
    Twist(
        "Public pages have one word for everything that is wrong: HTTP 400.",
        lambda fault, call: call.family == "page" and _is(fault, "code"),
        Nature.REFUSED,
    ),
    Twist(
        "The token endpoints do not say that somebody is too fast, only that they cannot now.",
        lambda fault, call: call.family == "oauth" and fault.name == "code 40100",
        Nature.NOT_NOW,
    ),
    Twist(
        "A listing whose list is an object is none.",
        lambda fault, call: _is(fault, "list_as_object") and call.listing,
        Nature.UNREADABLE,
    ),
    Twist(
        "Rows of a large listing pass through unread, and what nobody asks for is skipped.",
        lambda fault, call: (
            call.name == "list ads"
            and _is(fault, "huge_integer", "infinite_number")
            and fault.when == "after"
        ),
        Nature.HARMLESS,
    ),
    Twist(
        "An empty envelope of somebody else is no answer of this platform.",
        lambda fault, call: (
            _early(fault) and _readable(fault, call) and call.family in ("open", "sound")
        ),
        Nature.FAILED,
    ),
    Twist(
        "An answer without a token is of no use to whoever asked for one.",
        lambda fault, call: (
            (_early(fault) and _readable(fault, call))
            and (call.family == "oauth" or call.name == "trade code")
        ),
        Nature.USELESS,
    ),
    Twist(
        "Where tokens are, an empty body is an answer: one without a token.",
        lambda fault, call: _is(fault, "empty_body") and call.family == "oauth",
        Nature.USELESS,
    ),
    Twist(
        "A key that stands twice is refused where tokens and changes are concerned; elsewhere the "
        "last one counts.",
        lambda fault, call: _is(fault, "duplicate_keys") and not call.strict,
        Nature.HARMLESS,
    ),
)


def twisted(fault: Fault, call: Call) -> Nature:
    """What a fault is to a call."""
    for twist in TWISTS:
        if twist.meets(fault, call):
            return twist.nature
    return fault.nature
