"""The endpoints of the sheets, merged and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.catalogue.sheets.corrections import (
    EVENT_PATHS,
    LIST_KEYS,
    NOT_LISTINGS,
    REFINED,
    RESPONSES,
)
from adloom.catalogue.sheets.shapes import Shapes, compact, merged_all, shape, shapes

__all__ = ["endpoints_table", "only_reads"]

ROOT: Final = "/open_api/v1.3"
#: A POST is a read if its path ends in one of these. Everything else counts as a change: better
#: one intent too many in the journal than a change repeated.
READING_VERBS: Final = frozenset(
    {
        "check",
        "discover",
        "download",
        "estimate",
        "get",
        "info",
        "list",
        "recommend",
        "search",
    }
)
#: Posts that order a computation, or call it off: nothing of an account is different afterwards,
#: and one order too many costs only its share of a quota (business_api.md §5.4).
READING_PATHS: Final = frozenset({"/report/task/cancel/", "/report/task/create/"})
#: Sent by the connection, never a parameter.
HEADERS: Final = frozenset({"access-token", "content-type"})
PAGED_REQUEST: Final = frozenset({"page", "page_size", "cursor"})
PAGED_ANSWER: Final = frozenset({"page_info", "has_more", "cursor"})
FORM: Final = "multipart/form-data"


@dataclass(frozen=True)
class _Operation:
    """One operation on its way from the sheets into the table."""

    method: str
    path: str
    params: Shapes
    response: Shapes
    told: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def changes(self) -> bool:
        return self.method != "GET" and not only_reads(self.path)


def only_reads(path: str) -> bool:
    """Whether a POST to this path changes nothing, judged by the verb at its end."""
    return path in READING_PATHS or path.rstrip("/").rpartition("/")[2] in READING_VERBS


def endpoints_table(facts: Mapping[str, Any], sheet: Mapping[str, Any]) -> dict[str, Any]:
    """Merge what both sheets know about each operation.

    Args:
        facts: The sheet of facts; it refines the core endpoints.
        sheet: The sheet of all endpoints.
    """
    found = [
        _operation(facts, method, f"{path.removeprefix(ROOT).rstrip('/')}/", told)
        for path, told_by_method in sheet["endpoints"].items()
        for method, told in told_by_method.items()
    ]
    # A client posts it; the sheet of facts says GET, on the word of four others.
    who_am_i = facts["oauth"]["marketing_api"]["who_am_i"]
    if all(operation.key != f"{who_am_i['method']} {who_am_i['path']}" for operation in found):
        told = {
            "response_fields": {
                name: str(word).split()[0] for name, word in who_am_i["data"].items()
            }
        }
        found.append(_operation(facts, who_am_i["method"], who_am_i["path"], told))
    return {operation.key: _written(facts, operation) for operation in found}


def _operation(
    facts: Mapping[str, Any], method: str, path: str, told: Mapping[str, Any]
) -> _Operation:
    body = told.get("body") or {}
    params: Shapes = {}
    for fields in (
        told.get("params"),
        told.get("request_fields"),
        body.get("fields"),
        told.get("extra_request_fields_peer"),
    ):
        params |= shapes(fields or {}, asked=True)
    for finer in _finer(facts, method, path):
        params = merged_all(params, finer)
    params = _corrected(params, REFINED.get(f"{method} {path}", {}))
    params = {name: made for name, made in params.items() if name.lower() not in HEADERS}
    answer = shapes(told.get("response_fields") or {}, asked=False)
    if wrapper := RESPONSES.get(f"{method} {path}"):
        answer = answer[wrapper]["fields"]
    return _Operation(method, path, params, _answer(facts, path, answer), told)


def _finer(facts: Mapping[str, Any], method: str, path: str) -> list[Shapes]:
    """What else is known about the parameters, later knowledge last."""
    core = facts["core_endpoints"].get(path) or {}
    if core.get("method") != method:
        core = {}
    known = [core.get("params"), core.get("body")]
    if f"{method} {path}" == facts["reports"]["endpoint"]:
        known.append(facts["reports"]["params"])
    required = {name: {"required": True} for name in core.get("body_required", ())}
    return [*(_described(fields) for fields in known if fields), required]


def _corrected(params: Shapes, corrections: Mapping[str, Any]) -> Shapes:
    """Parameters with their corrections; one that corrects nothing is a slip of the pen."""
    for name, made in corrections.items():
        if name not in params:
            raise ValueError(f"unknown parameter {name!r} in corrections.py")
        _corrected(params[name].get("fields", {}), made.get("fields", {}))
    return merged_all(params, {name: dict(made) for name, made in corrections.items()})


def _described(fields: Mapping[str, Any]) -> Shapes:
    """Only what is described as data; words about a parameter are in `corrections`."""
    return shapes(
        {name: told for name, told in fields.items() if isinstance(told, Mapping)}, asked=True
    )


def _answer(facts: Mapping[str, Any], path: str, answer: Shapes) -> Shapes:
    """The fields of `data`, as the core endpoints name them."""
    core = facts["core_endpoints"].get(path) or {}
    data = (core.get("response") or {}).get("data")
    if isinstance(data, str):
        return merged_all(answer, _entity(facts, data))
    if not isinstance(data, Mapping) or not data:
        return answer
    named: Shapes = {}
    for name, word in data.items():
        known = answer.get(name) or {"type": "object[]"}
        if isinstance(word, str) and word.startswith("entity_ref "):
            known = known | {"fields": merged_all(known.get("fields", {}), _entity(facts, word))}
        elif name not in answer:
            known = shape(word, asked=False) or {}
        named[name] = known
    if "advertiser_fields" in core:
        rows = shapes(core["advertiser_fields"], asked=False)
        named["list"]["fields"] = merged_all(named["list"]["fields"], rows)
    return named


def _entity(facts: Mapping[str, Any], word: str) -> Shapes:
    """The fields of what `entity_ref ad` or `entity_ref ad[]` names."""
    name = word.removeprefix("entity_ref ").removesuffix("[]")
    return shapes(facts["entities"][name], asked=False)


def _written(facts: Mapping[str, Any], operation: _Operation) -> dict[str, Any]:
    content_type = _content_type(operation)
    params = _with_files(operation.params) if content_type == FORM else operation.params
    largest = _page_size_max(facts, operation)
    if largest and "page_size" in params:
        params = merged_all(params, {"page_size": {"maximum": largest}})
    written = {
        "params": {name: compact(made) for name, made in params.items()},
        "content_type": content_type,
        "response": {name: compact(made) for name, made in operation.response.items()},
        "data_type": "array" if operation.told.get("response_data_type") == "object[]" else "",
        "list_key": None if operation.changes else _list_key(facts, operation),
        "page_size_max": largest,
        "changes": operation.changes,
        "per_second": _per_second(facts, operation.path),
    }
    return {name: value for name, value in written.items() if value}


def _content_type(operation: _Operation) -> str:
    if operation.method == "GET":
        return ""
    told = operation.told
    found = told.get("content_type") or (told.get("body") or {}).get("content_type")
    return str(found or "application/json")


def _with_files(params: Shapes) -> Shapes:
    """Parts of a form that hold a file; some are described as text."""
    files = {name: {"type": "file"} for name in params if name.endswith("_file")}
    return merged_all(params, files)


def _page_size_max(facts: Mapping[str, Any], operation: _Operation) -> int | None:
    """The smallest of the limits that are told: it is accepted wherever the larger one is."""
    told = facts["pagination"]["page_size_max"].get(operation.path)
    if isinstance(told, Mapping):
        told = told["default"]
    limits = [told, operation.params.get("page_size", {}).get("maximum")]
    return min((int(limit) for limit in limits if limit), default=None)


def _list_key(facts: Mapping[str, Any], operation: _Operation) -> str | None:
    """Where the rows are (business_api.md §1.3)."""
    if operation.key in NOT_LISTINGS:
        return None
    if operation.key in LIST_KEYS:
        return LIST_KEYS[operation.key]
    told = str(facts["pagination"]["list_key_exceptions"].get(operation.path, ""))
    if told.startswith("data."):
        return told.removeprefix("data.")
    answer = operation.response
    types = {name: made.get("type", "string") for name, made in answer.items()}
    objects = [name for name, kind in types.items() if kind == "object[]"]
    if "list" in objects:
        return "list"
    if not (PAGED_ANSWER & answer.keys() or PAGED_REQUEST & operation.params.keys()):
        return objects[0] if len(objects) == len(answer) == 1 else None
    lists = objects or [name for name, kind in types.items() if kind.endswith("[]")]
    if len(lists) > 1 or (answer and not lists):
        raise ValueError(f"{operation.key}: where are the rows? {sorted(answer)}")
    return lists[0] if lists else "list"


def _per_second(facts: Mapping[str, Any], path: str) -> int | None:
    """What a Basic app may do, where an endpoint has its own limit (business_api.md §1.5)."""
    for told, limits in facts["rate_limits"]["endpoint_specific_basic"].items():
        paths = EVENT_PATHS if told.startswith("/event/track/ and ") else (told,)
        if path in paths:
            return int(limits["qps"])
    return None
