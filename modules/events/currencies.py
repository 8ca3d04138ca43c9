"""The currencies TikTok takes, and what becomes of others (open_platform_and_events.md §II.4)."""

from typing import Any, Final

from modules.events.checks import TOO_MUCH, Unfit, read_text
from modules.events.problems import Problem, Severity

__all__ = ["CURRENCIES", "fall_back", "read_any_currency", "read_currency", "total_of"]

_CODES: Final = """
    AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL
    HUF IDR ILS INR ISK JPY KES KHR KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR
    PLN PYG QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD VES VND ZAR
"""
#: ISO 4217 codes TikTok knows; any other is refused, or sent as USD if the user wants that.
CURRENCIES: Final = frozenset(_CODES.split())
#: Prices may have parts of a cent; their sum has no more digits than this after the point.
_DECIMALS: Final = 6
_NOT_CONVERTED: Final = Problem(
    "properties.currency",
    "is not one of TikTok's and value_usd is missing; sent without a value",
    Severity.WARNING,
)


def read_currency(value: Any) -> str | None:
    """The code of a currency TikTok takes, in capitals."""
    code = read_any_currency(value)
    if code is not None and code not in CURRENCIES:
        raise Unfit("is not one of the currencies TikTok takes (ISO 4217, for example EUR)")
    return code


def read_any_currency(value: Any) -> str | None:
    """The code of any currency, in capitals."""
    code = read_text(value)
    return code.upper() if code else None


def fall_back(done: dict[str, Any], problems: list[Problem]) -> None:
    """Dollars instead of a currency TikTok does not know; never its amounts as dollars."""
    value = done.pop("value_usd", None)
    done.pop("value", None)
    done.pop("currency")
    for one in done.get("contents", ()):
        one.pop("price", None)
    if value is None:
        problems.append(_NOT_CONVERTED)
    else:
        done |= {"currency": "USD", "value": value}


def total_of(contents: list[dict[str, Any]]) -> int | float | None:
    """Sum of price times quantity; None if an item has no price, for it would be too low."""
    total: int | float = 0
    for one in contents:
        price = one.get("price")
        if price is None:
            return None
        total += price * one.get("quantity", 1)
    if total >= TOO_MUCH:
        return None
    return total if isinstance(total, int) else round(total, _DECIMALS)
