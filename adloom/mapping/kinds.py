"""What kinds of values there are, as far as can be told before any data is there."""

from enum import StrEnum

__all__ = ["Kind", "a", "common", "fits"]


class Kind(StrEnum):
    """The kind of a value."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"
    OBJECT = "object"
    ANY = "any"


#: What may be given where a kind is wanted; it is converted if its value allows. Anything can be
#: read as a text or as a boolean.
_GIVEN = {
    Kind.NUMBER: {Kind.NUMBER, Kind.TEXT},
    Kind.DATE: {Kind.DATE, Kind.TEXT},
    Kind.LIST: {Kind.LIST},
    Kind.OBJECT: {Kind.OBJECT},
}


def a(kind: Kind) -> str:
    """The kind with its article, for messages."""
    return f"an {kind}" if kind in (Kind.OBJECT, Kind.ANY) else f"a {kind}"


def fits(given: Kind, wanted: Kind) -> bool:
    """Whether a value of one kind may stand where another is wanted."""
    return given is Kind.ANY or wanted not in _GIVEN or given in _GIVEN[wanted]


def common(*kinds: Kind) -> Kind:
    """The kind of a value that is one of several."""
    return kinds[0] if len(set(kinds)) == 1 else Kind.ANY
