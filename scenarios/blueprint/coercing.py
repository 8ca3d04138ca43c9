"""Values as blueprints hold them: numbers as text with blanks, `{{true}}`, lists of pairs."""

import re
from decimal import Decimal
from typing import Any, Final

__all__ = ["as_flag", "as_pairs", "as_whole", "exact", "is_empty"]

_BRACED: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)


def exact(value: Any) -> Any:
    """JSON data with decimals instead of floats, so that 0.1 stays what was written."""
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {name: exact(one) for name, one in value.items()}
        case list():
            return [exact(one) for one in value]
        case _:
            return value


def _bare(value: Any) -> Any:
    """A text without blanks and braces around it: public files hold `"3 "` and `"{{true}}"`."""
    if not isinstance(value, str):
        return value
    found = _BRACED.fullmatch(value.strip())
    return found[1] if found else value.strip()


def as_whole(value: Any) -> int | None:
    """A whole number, also where it is written as text; None if it is none."""
    bare = _bare(value)
    if isinstance(bare, bool):
        return None
    if isinstance(bare, Decimal) and bare == bare.to_integral_value():
        return int(bare)
    if isinstance(bare, str) and _WHOLE.fullmatch(bare):
        return int(bare)
    return bare if isinstance(bare, int) else None


def as_flag(value: Any) -> bool | None:
    """Yes or no, also where it is written as text; None if it is neither."""
    bare = _bare(value)
    if isinstance(bare, bool):
        return bare
    return {"true": True, "1": True, "false": False, "0": False, "": False}.get(str(bare).lower())


def as_pairs(value: Any) -> list[tuple[str, Any]] | None:
    """Names with their values: an object, or a list of `{name, value}` or `{key, value}`.

    None if it is neither.
    """
    if isinstance(value, dict):
        return list(value.items())
    if not isinstance(value, list):
        return None
    pairs: list[tuple[str, Any]] = []
    for one in value:
        name = (one.get("name") or one.get("key")) if isinstance(one, dict) else None
        if not isinstance(name, str) or not set(one) <= {"name", "key", "value"}:
            return None
        pairs.append((name, one.get("value")))
    return pairs


def is_empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value in ("", [], {})
