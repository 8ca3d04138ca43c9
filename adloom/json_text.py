"""JSON read strictly where a mistake costs money, and fast where there is much of it.

Both readers keep whole numbers exact, however long, and refuse what JSON does not know. Only the
strict one also refuses keys that stand twice (reliability.md §2.3).
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import msgspec

from adloom.secret import Secret

__all__ = ["JsonError", "dump", "dump_lines", "parse_fast", "parse_strict"]

LONGEST_NUMBER: Final = 4_000
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class JsonError(ValueError):
    """The text is not JSON, or not JSON that can be trusted. The message never quotes it."""


def parse_strict(text: bytes) -> Any:
    """Read JSON, refusing keys that stand twice, NaN, infinities and bottomless nesting.

    Half of a surrogate pair becomes the replacement character: it could not be stored.

    Raises:
        JsonError: The text is not such JSON.
    """
    try:
        decoded = text.removeprefix(BYTE_ORDER_MARK).decode()
        value = json.loads(
            decoded,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        return _without_surrogates(value) if "\\u" in decoded else value
    except UnicodeDecodeError:
        raise JsonError("it is not UTF-8") from None
    except RecursionError:
        raise JsonError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise JsonError(f"{error.msg} at character {error.pos}") from None


def parse_fast(text: bytes) -> Any:
    """Read JSON quickly; what the quick reader refuses is left to the strict one to judge.

    Raises:
        JsonError: The text is not JSON.
    """
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return parse_strict(text)


def dump(value: Any) -> bytes:
    """Write JSON: UTF-8, money as numbers, moments in ISO 8601, secrets as dots."""
    return _ENCODER.encode(value)


def dump_lines(values: Sequence[Any]) -> bytes:
    """Write JSON lines."""
    return _ENCODER.encode_lines(values)


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=_plain)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise JsonError("a key stands twice in one object")
    return read


def _refuse_constant(_: str) -> NoReturn:
    raise JsonError("it holds NaN or an infinity")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise JsonError("it holds a number beyond all bounds")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise JsonError("it holds a number with thousands of digits")
    return int(text)


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return LONE_SURROGATE.sub("\ufffd", value)
        case dict():
            pairs = [(_without_surrogates(key), item) for key, item in value.items()]
            return {key: _without_surrogates(item) for key, item in _unique(pairs).items()}
        case list():
            return [_without_surrogates(item) for item in value]
        case _:
            return value
