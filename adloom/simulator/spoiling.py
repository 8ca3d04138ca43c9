"""What faults do to the bytes of an answer before they are sent."""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from adloom.simulator.distortions import SURROGATE_MARK
from adloom.simulator.faults import Rule

__all__ = ["Sent", "spoiled"]

SURROGATE: Final = rb"\ud83d"
DIGITS: Final = 5000
#: Checksum and length at the end of a gzip body.
TRAILER: Final = 8
FIRST_FIELD: Final = re.compile(rb'\{("[^"\\]*")\s*:')


@dataclass
class Sent:
    """An answer as it goes out.

    Args:
        status: The HTTP status.
        body: The bytes of the body.
        headers: Besides the usual ones.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def spoiled(rule: Rule, sent: Sent) -> Sent:
    """An answer with other bytes than the right ones, as far as HTTP still allows them."""
    if rule.kind in BYTES:
        sent.body = BYTES[rule.kind](rule, sent.body)
    elif rule.kind in PACKED:
        sent.body = PACKED[rule.kind](gzip.compress(sent.body))
        sent.headers["Content-Encoding"] = "gzip"
    return sent


def _with(value: bytes) -> Callable[[Rule, bytes], bytes]:
    """Put one more field in front of the others."""
    return lambda _rule, body: _in_front(b'"simulated":' + value, body)


def _in_front(field_and_value: bytes, body: bytes) -> bytes:
    """The body with one more field; one that is no JSON object stays as it is."""
    if not body.startswith(b"{"):
        return body
    comma = b"" if body.startswith(b"{}") else b","
    return b"{" + field_and_value + comma + body[1:]


def _twice(_rule: Rule, body: bytes) -> bytes:
    first = FIRST_FIELD.match(body)
    return body if first is None else _in_front(first[1] + b":50000", body)


def _huge(rule: Rule, body: bytes) -> bytes:
    return _in_front(b'"simulated":' + b"9" * (rule.number or DIGITS), body)


BYTES: Final[Mapping[str, Callable[[Rule, bytes], bytes]]] = {
    "bad_utf8": _with(b'"\xff\xfe\xc3("'),
    "bom": lambda _rule, body: b"\xef\xbb\xbf" + body,
    "duplicate_keys": _twice,
    "huge_integer": _huge,
    "infinite_number": _with(b"1e999"),
    "lone_surrogate": lambda _rule, body: body.replace(SURROGATE_MARK.encode(), SURROGATE),
    "nan": _with(b"NaN"),
}
#: Faults of bodies that are packed with gzip.
PACKED: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip_without_trailer": lambda packed: packed[:-TRAILER],
    "truncated_gzip": lambda packed: packed[: len(packed) // 2],
}
