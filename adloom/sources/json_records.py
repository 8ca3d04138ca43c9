r"""One record from its JSON: as strict as `parse_strict`, and several times as fast.

A quick reader keeps the last of two equal keys and says nothing. But then fewer quotation marks
come out of it than went in: writing the value again shows whether all keys are there. Quotation
marks inside texts are `\"` on both sides; only where one was written as `\u0022` the count says
nothing, and the strict reader decides, as it does about all the quick one refuses.
"""

from typing import Any, Final

import msgspec

from adloom.json_text import JsonError, parse_strict

__all__ = ["DEEPEST", "reason_of", "record_of"]

#: Records have objects and lists in each other this deep at most.
DEEPEST: Final = 64
HIDDEN_MARK: Final = b"\\u0022"

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode


def record_of(text: bytes) -> dict[str, Any]:
    """Read a record.

    Raises:
        JsonError: It is not JSON that can be trusted, or no object.
    """
    try:
        value = _decode(text)
        if text.count(b'"') != _encode(value).count(b'"') or _hides_marks(text):
            value = parse_strict(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        value = parse_strict(text)
    if type(value) is not dict:
        raise JsonError("it is no object with fields")
    if text.count(b"{") + text.count(b"[") > DEEPEST and not _is_shallow(value, DEEPEST):
        raise JsonError("it is nested too deeply")
    return value


def reason_of(error: JsonError) -> str:
    """Why something is no record, as a clause."""
    text = str(error)
    return f"it is not JSON: {text}" if text[:1].isupper() else text


def _hides_marks(text: bytes) -> bool:
    return b"\\" in text and HIDDEN_MARK in text  # one byte is found sooner than six


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(one, levels - 1) for one in inner)
