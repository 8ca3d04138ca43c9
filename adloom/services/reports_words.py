"""Figures, days and breakdowns in words."""

from decimal import Decimal
from typing import Any, Final

from adloom.services.figures import Delta
from adloom.services.figures_measures import Kind, Measure

__all__ = ["NOTHING", "breakdown_word", "change_told", "day_told", "figure_told"]

#: What stands where there is no figure.
NOTHING: Final = "-"
#: Currencies that have no smaller coin (ISO 4217), so amounts are whole.
WHOLE: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "TWD", "UGX", "VND", "XAF", "XOF"})
PERCENT: Final = 100
#: From so many times what it was on, a share says less than the two figures.
MANY_TIMES: Final = 10


def figure_told(measure: Measure, value: Any, currency: str = "") -> str:
    """A figure for people; money with its currency."""
    if value is None or value == "":
        return NOTHING
    if not isinstance(value, Decimal | int | float) or isinstance(value, bool):
        return str(value)
    match measure.kind:
        case Kind.MONEY:
            digits = 0 if currency in WHOLE else 2
            return f"{value:,.{digits}f} {currency}".strip()
        case Kind.COUNT:
            return f"{value:,.0f}"
        case Kind.PERCENT:
            return f"{value:,.2f} %"
        case _:
            return f"{value:,.2f}"


def change_told(delta: Delta) -> str:
    """A change for people: as a share where there was something before."""
    if delta.change is None:
        return NOTHING
    if not delta.change:
        return "unchanged"
    sign = "+" if delta.change > 0 else "\N{MINUS SIGN}"
    if delta.share is None:
        return f"{sign} from nothing"
    if abs(delta.share) >= MANY_TIMES:
        return f"{abs(delta.share) + (1 if delta.change > 0 else 0):,.0f} times"
    return f"{sign}{abs(delta.share) * PERCENT:.1f} %"


def breakdown_word(value: Any) -> str:
    """What a breakdown's value means: `AGE_25_34` is 25 to 34."""
    text = str(value if value is not None else "")
    if text in ("", "NONE", "-"):
        return "Unknown"
    if text.startswith("AGE_"):
        low, _, high = text.removeprefix("AGE_").partition("_")
        return f"{low}+" if high in ("100", "") else f"{low}\N{EN DASH}{high}"
    return text.capitalize() if text in ("FEMALE", "MALE", "OTHERS") else text


def day_told(first: object, last: object) -> str:
    """Some days, both ends included."""
    return str(first) if first == last else f"{first} to {last}"
