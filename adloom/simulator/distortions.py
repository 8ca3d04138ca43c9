"""What faults do to an answer before it becomes bytes."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from adloom.simulator.envelope import Plain, Reply
from adloom.simulator.fault_kinds import OPEN_ERRORS
from adloom.simulator.faults import Rule
from adloom.simulator.open_platform.envelope import MESSAGES, OpenReply
from adloom.simulator.open_platform.injected import injected

__all__ = ["SURROGATE_MARK", "distorted", "instead"]

#: What a gateway in front of the API says.
PAGE: Final = (
    "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"
)
HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
BRACKETS: Final = 100_000
MEGABYTE: Final = 1 << 20
WRONG_BY: Final = 7
#: Stands for half of a surrogate pair until the answer is bytes.
SURROGATE_MARK: Final = "<lone surrogate>"
#: What a surrogate is put in if no field is named.
NAMED: Final = ("ad_name", "adgroup_name", "campaign_name", "title")


# --- instead of the answer ----------------------------------------------------------------------


def instead(rule: Rule, path: str) -> Reply | Plain:
    """The answer that a rule gives in place of the right one, in the envelope of the path."""
    if rule.kind in OPEN_ERRORS:
        return _open_error(rule)
    other = injected(rule, path) if rule.kind == "code" else None
    return INSTEAD[rule.kind](rule) if other is None else other


def _open_error(rule: Rule) -> OpenReply:
    message = rule.message or MESSAGES.get(rule.kind, rule.kind)
    return OpenReply({}, rule.kind, message, headers=_retry_after(rule))


def _code(rule: Rule) -> Reply:
    message = rule.message
    if message is None:
        message = f"{rule.field}: Not a valid value." if rule.field else "System error."
    return Reply({} if rule.data is None else rule.data, rule.code, message)


def _http(rule: Rule) -> Plain:
    return Plain(rule.status, _page(rule), HTML, _retry_after(rule))


def _retry_after(rule: Rule) -> dict[str, str]:
    return {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}


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
    return Plain(200, _bomb(rule.megabytes), JSON, {"Content-Encoding": "gzip"}, "oversize")


@lru_cache(maxsize=2)
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b'{"code":0,"message":"')]
    parts += [packer.compress(b" " * MEGABYTE) for _ in range(megabytes)]
    parts += [packer.compress(b'","data":{}}'), packer.flush()]
    return b"".join(parts)


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


def distorted(rule: Rule, answer: Reply | Plain) -> Reply | Plain:
    """An answer with other data than the right ones; the right ones are not touched."""
    change = DISTORTIONS[rule.kind]
    if isinstance(answer, Reply):
        return replace(answer, data=change(rule, answer.data))
    if answer.content_type != JSON:
        return answer
    told = change(rule, msgspec.json.decode(answer.body))
    return replace(answer, body=msgspec.json.encode(told))


def _wrong_total(rule: Rule, data: Any) -> Any:
    if not isinstance(data, dict) or "page_info" not in data:
        return data
    info = data["page_info"]
    off = WRONG_BY if rule.number is None else rule.number
    return data | {"page_info": info | {"total_number": info["total_number"] + off}}


def _empty_last_page(_rule: Rule, data: Any) -> Any:
    if not isinstance(data, dict) or _has_next_page(data):
        return data
    return {name: [] if isinstance(value, list) else value for name, value in data.items()}


def _has_next_page(data: Mapping[str, Any]) -> bool:
    """Whether more follows; what has no pages at all is treated the same."""
    if "page_info" in data:
        return bool(data["page_info"]["page"] < data["page_info"]["total_page"])
    return bool(data.get("has_more", True))


def _ids_as_numbers(_rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda name, value: _number(value) if _holds_ids(name) else value)


def _holds_ids(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids", "_id_v2"))


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
    names = (rule.field,) if rule.field else NAMED
    return _mapped(data, lambda field, value: SURROGATE_MARK if field in names else value)


def _list_as_object(_rule: Rule, data: Any) -> Any:
    return _mapped(data, lambda _name, value: _numbered(value) if _holds_objects(value) else value)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _numbered(rows: list[Any]) -> dict[str, Any]:
    """What some languages make of a list."""
    return {str(place): row for place, row in enumerate(rows)}


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
    "list_as_object": _list_as_object,
    "lone_surrogate": _lone_surrogate,
    "missing_field": _missing,
    "null_field": _null,
    "other_type": _other_type,
    "wrong_total": _wrong_total,
}
