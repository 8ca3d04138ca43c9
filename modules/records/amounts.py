"""Amounts of money as people write them: an amount, or a step up or down from what is there."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema

__all__ = [
    "Amount",
    "AtLeast",
    "AtMost",
    "Step",
    "as_shown",
    "clamped",
    "decimal",
    "rounded",
    "step_of",
]

WRITTEN: Final = re.compile(r"([+-]?)\s*([0-9]{1,12}(?:\.[0-9]{1,4})?)\s*(%?)")
#: Currencies without a smaller unit (ISO 4217); the others are taken to have hundredths. The sheets
#: do not say how TikTok rounds: an assumption.
WHOLE: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"})


@dataclass(frozen=True)
class Step:
    """What is to become of an amount.

    Args:
        sign: `+` or `-` where it is relative to what is there; empty where it is absolute.
        amount: How much.
        percent: Whether that is a share of what is there.
    """

    sign: str
    amount: Decimal
    percent: bool

    def taken_from(self, old: Decimal) -> Decimal:
        """The amount it leads to."""
        by = old * self.amount / 100 if self.percent else self.amount
        if not self.sign:
            return self.amount
        return old + by if self.sign == "+" else old - by


def step_of(text: str) -> Step:
    """Read an amount or a step.

    Raises:
        ValueError: It is neither.
    """
    found = WRITTEN.fullmatch(text.strip().replace("\N{MINUS SIGN}", "-"))
    if found is None:
        raise ValueError(f"is no amount: {text[:40]!r}; write 50, 49.90, +10, -5, +20 % or -20 %")
    step = Step(found[1], Decimal(found[2]), bool(found[3]))
    if step.percent and not step.sign:
        raise ValueError(f"could mean two things: write +{text.strip()} or -{text.strip()}")
    if not step.amount:
        raise ValueError("must be more than 0")
    return step


def decimal(value: Any) -> Decimal:
    """An amount as TikTok or the journal holds it, exactly."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round to what the currency can express."""
    unit = Decimal(1) if currency in WHOLE else Decimal("0.01")
    return amount.quantize(unit, ROUND_HALF_UP)


def as_shown(amount: Decimal, currency: str) -> Decimal:
    """The same amount with the places its currency has, unless it has more."""
    shown = rounded(amount, currency)
    return shown if shown == amount else amount


def clamped(
    step: Step, old: Decimal, wanted: Decimal, bounds: tuple[Decimal | None, Decimal | None]
) -> Decimal:
    """Keep an amount within bounds; a step up never ends lower, nor a step down higher."""
    at_least, at_most = bounds
    if at_most is not None and wanted > at_most:
        wanted = max(at_most, old) if step.sign == "+" else at_most
    if at_least is not None and wanted < at_least:
        wanted = min(at_least, old) if step.sign == "-" else at_least
    return wanted


def _text(value: Any) -> Any:
    """Accept numbers where YAML or JSON has made one of what was written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("must be an amount, such as 50, or a step, such as +20 %")  # noqa: TRY004 - pydantic reports ValueError
    text = value.strip() if isinstance(value, str) else format(Decimal(str(value)), "f")
    step_of(text)
    return text


#: An amount, or a step from what is there; kept as it was written.
Amount = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
AtLeast = Annotated[
    Decimal | None,
    Field(
        gt=0,
        title="At least",
        description="Never go below this amount; what would, stops here.",
    ),
]
AtMost = Annotated[
    Decimal | None,
    Field(
        gt=0,
        title="At most",
        description="Never go above this amount; what would, stops here.",
    ),
]
