"""Why events could not be sent, in words: what a reason means, and what to do about it."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from scheduler.outbox.verdicts import Nature, nature_of

__all__ = ["Explained", "explained", "key_of_reason", "kind_of_reason"]

CODE: Final = re.compile(r"\b[456]\d{4}\b")
#: What differs from event to event: figures, and what TikTok calls requests.
CHANGING: Final = re.compile(r"[0-9A-Fa-f]{16,}|\d+(?:\.\d+)?")
#: The codes that mean that a token may not use a source (business_api.md §1.4).
NOT_ALLOWED: Final = (40001, 40100, 40102, 40104, 40105)


@dataclass(frozen=True)
class Explained:
    """A reason for people.

    Args:
        title: What happened, in a few words.
        means: What that means.
        todo: What to do next.
        button: Where that is done: label and address.
        risk: What may come of sending it again, where a person should think first.
    """

    title: str
    means: str
    todo: str
    button: tuple[str, str] | None = None
    risk: str = ""


TOO_OLD: Final = Explained(
    "Too old to be sent",
    "It happened longer ago than events may have happened, so TikTok could not use it for ads.",
    "Drop these. If you are sure that TikTok takes older ones, raise oldest_days in the section "
    "[events] of adloom.toml, and send them again.",
)
IN_DOUBT: Final = Explained(
    "Nobody knows whether TikTok has it",
    "The connection broke while it was sent. TikTok knows an event again for two days; sent again "
    "now, it might count twice.",
    "Look in Events Manager whether TikTok has it: if so, drop it, otherwise send it again.",
    risk="What TikTok has already is counted twice. Look in Events Manager first.",
)
FAULT: Final = Explained(
    "TikTok had a fault of its own",
    "Nothing is wrong with the event.",
    "Send it again.",
)
NO_RIGHT: Final = Explained(
    "The token may not use this source",
    "TikTok knows the token, but not for the pixel, app or event set the event is for.",
    "Check whether the source id of the connection is the one the token was made for; then send "
    "them again.",
    ("Check the connection", "/events/verify"),
)
WRONG_FIELD: Final = Explained(
    "TikTok does not accept what is in it",
    "A field is missing, or holds something TikTok does not take; its words say which.",
    "Put the mapping right, so that the next events are right. These can be put right one by one, "
    "or dropped.",
    ("Try it in the playground", "/events/playground"),
)
OTHER: Final = Explained(
    "TikTok did not take it",
    "TikTok refused this event and took others.",
    "Read the details. If it was a passing trouble, send it again; otherwise put it "
    "right, or drop it.",
)


def explained(reason: str | None) -> Explained:
    """What a reason means.

    Args:
        reason: As the outbox keeps it.
    """
    text = reason or ""
    if text.startswith("too old:"):
        return TOO_OLD
    if text.startswith("Nobody knows whether TikTok took it"):
        return IN_DOUBT
    found = CODE.search(text)
    if found and int(found[0]) in NOT_ALLOWED:
        return NO_RIGHT
    natures = {Nature.PASSING: FAULT, Nature.LASTING: WRONG_FIELD}
    return natures.get(nature_of(text), OTHER)


def kind_of_reason(reason: str | None) -> str:
    """A reason without what differs from event to event; those of a kind are mended alike."""
    text = reason or ""
    return CHANGING.sub(lambda found: found[0] if CODE.fullmatch(found[0]) else "…", text)


def key_of_reason(reason: str | None) -> str:
    """A short name of a reason's kind, for addresses of pages."""
    return blake2b(kind_of_reason(reason).encode(), digest_size=8).hexdigest()
