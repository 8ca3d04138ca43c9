"""What faults do to an answer before it is sent."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from adloom.simulator.envelope import Plain, Reply
from adloom.simulator.faults import Rule

__all__ = ["Sent", "distorted", "instead", "spoiled"]

#: What a gateway in front of the API says.
PAGE: Final = (
    "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"
)
HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
BRACKETS: Final = 100_000
DIGITS: Final = 5000
MEGABYTE: Final = 1 << 20
WRONG_BY: Final = 7
#: Stands for half of a surrogate pair until the answer is bytes.
SURROGATE_MARK: Final = "<lone surrogate>"
SURROGATE: Final = rb"\ud83d"


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


# --- instead of the answer ----------------------------------------------------------------------


def instead(rule: Rule) -> Reply | Plain:
    """The answer that a rule gives in place of the right one."""
    return INSTEAD[rule.kind](rule)


def _code(rule: Rule) -> Reply:
    message = rule.message
    if message is None:
        message = f"{rule.field}: Not a valid value." if rule.field else "System error."
    return Reply({} if rule.data is None else rule.data, rule.code, message)


def _http(rule: Rule) -> Plain:
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Plain(rule.status, _page(rule), HTML, headers)


def _html(rule: Rule) -> Plain:
    return Plain(200, _page(rule), HTML, label="html")


def _page(rule: Rule) -> bytes:
    if rule.body is not None:
        return rule.body.encode()
    return PAGE.format(f"{rule.status} {HTTPStatus(rule.status).phrase}").encode()


def _redirect(rule: Rule) -> Plain:
    status = rule.status if rule.status in range(300, 400) else 302
    return Plain(status, b"", HTML, {"Location": rule.location})


def _nested(rule: Rule) -> Plain:
    depth = rule.number or BRACKETS
    return Plain(200, b"[" * depth + b"]" * depth, JSON, label="nested")


def _oversize(rule: Rule) -> Plain:
    """A small body that unpacks into a large one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"code":0,"message":"')]
    parts += [packer.compress(b" " * MEGABYTE) for _ in range(rule.megabytes)]
    parts += [packer.compress(b'","data":{}}'), packer.flush()]
    return Plain(200, b"".join(parts), JSON, {"Content-Encoding": "gzip"}, "oversize")


def _empty(_rule: Rule) -> Plain:
    return Plain(200, b"", JSON, label="empty_body")


INSTEAD: Final[Mapping[str, Callable[[Rule], Reply | Plain]]] = {
    "code": _code,
    "empty_body": _empty,
    "html": _html,
    "http": _http,
    "nested": _nested,
    "oversize": _oversize,
    "redirect": _redirect,
}


# --- other data ---------------------------------------------------------------------------------


def distorted(rule: Rule, reply: Reply) -> Reply:
    """An answer with other data than the right ones; the right ones are not touched."""
    data = DISTORTIONS[rule.kind](rule, reply.data)
    return Reply(data, reply.code, reply.message, reply.beside)


def _wrong_total(rule: Rule, data: Any) -> Any:
    if not isinstance(data, dict) or "page_info" not in data:
        return data
    info = data["page_info"]
    off = WRONG_BY if rule.number is None else rule.number
    return data | {"page_info": info | {"total_number": info["total_number"] + off}}


def _empty_last_page(_rule: Rule, data: Any) -> Any:
    if not isinstance(data, dict) or "page_info" not in data:
        return data
    info = data["page_info"]
    if info["page"] < info["total_page"]:
        return data
    return {name: [] if isinstance(value, list) else value for name, value in data.items()}


def _ids_as_numbers(_rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda name, value: _number(value) if _holds_ids(name) else value)


def _holds_ids(name: str) -> bool:
    return name.endswith(("_id", "_ids", "_id_v2"))


def _number(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_number(item) for item in value]
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _missing(rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda name, value: DROPPED if name == _field(rule) else value)


def _null(rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda name, value: None if name == _field(rule) else value)


def _other_type(rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda name, value: {"value": value} if name == _field(rule) else value)


def _extra_enum(rule: Rule, data: Any) -> Any:
    name = rule.field or "secondary_status"
    return _mapped(data, lambda field, value: f"{value}_NEWER" if field == name else value)


def _lone_surrogate(rule: Rule, data: Any) -> Any:
    name = rule.field or "ad_name"
    return _mapped(data, lambda field, value: SURROGATE_MARK if field == name else value)


def _field(rule: Rule) -> str:
    return rule.field or "modify_time"


DROPPED: Final = object()


def _mapped(value: Any, change: Callable[[str, Any], Any]) -> Any:
    """A copy of JSON data in which each field went through `change`."""
    if isinstance(value, list | tuple):
        return [_mapped(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {name: change(name, _mapped(item, change)) for name, item in value.items()}
    return {name: item for name, item in changed.items() if item is not DROPPED}


DISTORTIONS: Final[Mapping[str, Callable[[Rule, Any], Any]]] = {
    "empty_last_page": _empty_last_page,
    "extra_enum": _extra_enum,
    "ids_as_numbers": _ids_as_numbers,
    "lone_surrogate": _lone_surrogate,
    "missing_field": _missing,
    "null_field": _null,
    "other_type": _other_type,
    "wrong_total": _wrong_total,
}


# --- other bytes --------------------------------------------------------------------------------


def spoiled(rule: Rule, sent: Sent) -> Sent:
    """An answer with other bytes than the right ones, as far as HTTP still allows them."""
    if rule.kind in BYTES:
        sent.body = BYTES[rule.kind](rule, sent.body)
    elif rule.kind == "truncated_gzip":
        packed = gzip.compress(sent.body)
        sent.body = packed[: len(packed) // 2]
        sent.headers["Content-Encoding"] = "gzip"
    return sent


def _with(field_and_value: bytes) -> Callable[[Rule, bytes], bytes]:
    """Put one more field in front of the others."""
    return lambda _rule, body: b"{" + field_and_value + b"," + body[1:]


def _huge(rule: Rule, body: bytes) -> bytes:
    return b'{"simulated":' + b"9" * (rule.number or DIGITS) + b"," + body[1:]


BYTES: Final[Mapping[str, Callable[[Rule, bytes], bytes]]] = {
    "bad_utf8": _with(b'"simulated":"\xff\xfe\xc3("'),
    "bom": lambda _rule, body: b"\xef\xbb\xbf" + body,
    "duplicate_keys": _with(b'"code":50000'),
    "huge_integer": _huge,
    "lone_surrogate": lambda _rule, body: body.replace(SURROGATE_MARK.encode(), SURROGATE),
    "nan": _with(b'"simulated":NaN'),
}
