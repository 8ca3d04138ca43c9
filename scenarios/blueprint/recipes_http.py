"""Nodes that call an API: any web API by address, and TikTok's by path."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from adloom.json_text import JsonError, parse_strict
from scenarios.blueprint.aliases import Alias, folded
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import as_flag, as_pairs, exact, is_empty
from scenarios.blueprint.credentials import is_telling, looks_secret
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.params import fill, said_value, translated
from scenarios.blueprint.wording import line
from scenarios.check_params import is_mapped

__all__ = ["api_call", "http"]

#: Scheme and host of an address that is known beforehand, and what follows.
_ADDRESS: Final = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)(?=[/?#]|$)(.*)", re.DOTALL)  # fmt: skip  # noqa: E501 - one pattern
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
#: TikTok's own host is called with its token, by the module for that.
TIKTOK: Final = "business-api.tiktok.com"
_HEADERS: Final = ("headers",)
_QUERY: Final = ("qs", "querystring", "queryparameters", "query")
_BODY: Final[tuple[str, ...]] = (
    "jsonstringbodycontent",
    "jsonbodycontent",
    "data",
    "body",
    "rawbodycontent",
)
_FORM: Final[tuple[str, ...]] = ("formdatafields", "urlencodedfields", "fields")
_LOGIN: Final = ("authenticationtype", "authenticationmethod", "authuser", "authpass", "auth")
_ERRORS: Final = ("stoponhttperror", "handleerrors", "evaluateallstatesaserrors")
_REDIRECTS: Final = ("allowredirects", "followredirect", "followallredirects", "sharecookies")
_OWN: Final = frozenset(
    {
        *("url", "method"),
        *_HEADERS,
        *_QUERY,
        *_BODY,
        *_FORM,
        *_LOGIN,
        *_ERRORS,
        *_REDIRECTS,
    }
)


def http(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """A call of a web API: the address is taken apart into connection, path and query."""
    draft = bench.draft(node, {"module": alias.module})
    found = {folded(name): value for name, value, _ in node.given() if not is_empty(value)}
    address = _address(found.get("url"), draft)
    if address is None:
        return [draft]
    host, rest = address
    is_tiktok = host == TIKTOK
    draft.data["module"] = "make_api_call" if is_tiktok else alias.module
    provider, hint = ("tiktok-business", "") if is_tiktok else ("web", _login(found, host))
    name = bench.connections.name_for(node, provider, host="" if is_tiktok else host, hint=hint)
    draft.data["connection"] = name
    params = fill(node, alias, view, bench, draft, besides=_OWN)
    _call(found, rest, params, (view, bench, draft))
    _tell_ways(found, draft)
    draft.data["params"] = params
    return [draft]


def api_call(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """Any call of TikTok's API, with the connection's token."""
    draft = bench.draft(node, {"module": alias.module})
    found = {folded(name): value for name, value, _ in node.given() if not is_empty(value)}
    draft.data["connection"] = bench.connections.name_for(node, "tiktok-business")
    params = fill(node, alias, view, bench, draft, besides=_OWN)
    url = found.get("url") or found.get("path")
    if not isinstance(url, str):
        draft.lose("url is missing")
        return [draft]
    if address := _ADDRESS.fullmatch(url):
        if address[2].lower() != TIKTOK:
            draft.lose(f"url leads to {line(address[2])}, not to TikTok's API for Business")
            return [draft]
        url = address[3]
    params.pop("path", None)
    _call(found, url, params, (view, bench, draft))
    draft.data["params"] = params
    return [draft]


def _address(url: Any, draft: Draft) -> tuple[str, str] | None:
    """Host and rest of an address; None, and a gap, if the host is not known beforehand."""
    if not isinstance(url, str):
        draft.lose("url is missing")
        return None
    found = _ADDRESS.fullmatch(url.strip())
    if found is None:
        said = "a connection is for one host, which has to stand in the address"
        draft.lose(f"url is {said_value(url)}: {said}")
        return None
    if found[1] == "http":
        draft.notes.append("the address is http; a connection takes https only, or this machine")
    return found[2].lower(), found[3]


def _login(found: dict[str, Any], host: str) -> str:
    hint = f"its base address is https://{host}"
    kind = str(found.get("authenticationtype") or found.get("authenticationmethod") or "")
    headers = as_pairs(found.get("headers")) or []
    secret = [name for name, value in headers if _is_secret(name, value)]
    if secret:
        return f"{hint}, and it holds the header {line(secret[0])}"
    if kind.lower() not in ("", "noauth", "none") or "authuser" in found:
        return f"{hint}, and it holds the secret ({line(kind) or 'user and password'} in Make)"
    return hint


def _is_secret(name: str, value: Any) -> bool:
    return is_telling(name) or looks_secret(value)


Context = tuple[View, Bench, Draft]


def _call(found: dict[str, Any], rest: str, params: dict[str, Any], context: Context) -> None:
    """Fill in path, method, query, headers and body."""
    _put_address(rest, params, context)
    method = found.get("method", "GET")
    params["method"] = method.upper() if isinstance(method, str) else method
    if is_mapped(method):
        params["method"] = _made("method", method, context)
    _put_pairs("query", _QUERY, found, params, context)
    _put_headers(found, params, context)
    _put_body(found, params, context)
    for name in [name for name, value in params.items() if value is None]:
        del params[name]


def _made(name: str, value: Any, context: Context) -> Any:
    view, bench, draft = context
    return translated(name, value, view, bench, draft)


def _put_address(rest: str, params: dict[str, Any], context: Context) -> None:
    """Path and query of what follows the host."""
    # Whatever stands in an expression is no part of the address's own signs.
    masked = _EXPRESSION.sub(lambda one: "\0" * len(one[0]), rest).partition("#")[0]
    mark = masked.find("?")
    path = rest[: mark if mark >= 0 else len(masked)]
    params["path"] = _made("url", path or "/", context)
    if mark < 0:
        return
    query: dict[str, Any] = {}
    start = mark + 1
    for part in masked[start:].split("&"):
        text = rest[start : start + len(part)]
        start += len(part) + 1
        name, _, value = text.partition("=")
        if not is_mapped(text):
            name, value = next(iter(parse_qsl(text, keep_blank_values=True)), ("", ""))
        if name in query or is_mapped(name):
            context[2].gaps.append(f"url: its parameter {line(name, 60)} cannot be told apart")
        elif name and (made := _made(name, value, context)) is not None:
            query[name] = made
    if query:
        params["query"] = query


def _put_pairs(
    ours: str,
    names: tuple[str, ...],
    found: dict[str, Any],
    params: dict[str, Any],
    context: Context,
) -> None:
    """An object of what Make has as a list of names and values."""
    for key in names:
        if key not in found:
            continue
        pairs = as_pairs(found[key])
        if pairs is None:
            said = said_value(found[key])
            context[2].gaps.append(f"{key} is no list of names and values: {said}")
            continue
        values = params.setdefault(ours, {})
        for name, value in pairs:
            if name in values:
                context[2].gaps.append(f"{key}: {line(name, 60)} is given twice")
            elif not is_empty(value) and (made := _made(name, value, context)) is not None:
                values[name] = made
        if not values:
            del params[ours]


def _put_headers(found: dict[str, Any], params: dict[str, Any], context: Context) -> None:
    """Headers, without those that the connection adds."""
    pairs = as_pairs(found.get("headers"))
    if pairs is None and "headers" in found:
        context[2].gaps.append(f"headers are no list: {said_value(found['headers'])}")
    left = []
    for name, value in pairs or ():
        if _is_secret(name, value) or is_telling(name):
            context[2].notes.append(f"the header {line(name, 60)} belongs into the connection")
        else:
            left.append({"name": name, "value": value})
    _put_pairs("headers", ("headers",), {"headers": left} if left else {}, params, context)


def _put_body(found: dict[str, Any], params: dict[str, Any], context: Context) -> None:
    """The body: a form, JSON where it is known beforehand, else the text as it stands."""
    forms = [name for name in _FORM if name in found]
    bodies = [name for name in _BODY if name in found]
    if len(forms) + len(bodies) > 1:
        context[2].gaps.append(f"more than one body: {', '.join(forms + bodies)}")
        return
    if forms:
        _put_pairs("form", (forms[0],), found, params, context)
        return
    if not bodies or params.get("method") in ("GET", "HEAD"):
        if bodies:
            context[2].notes.append("its body is not sent: a GET carries none")
        return
    value = found[bodies[0]]
    if not isinstance(value, str):
        params["body"] = _made(bodies[0], value, context)
    elif is_mapped(value) or (parsed := _parsed(value)) is None:
        params["text"] = _made(bodies[0], value, context)
        names = {name.lower() for name in params.get("headers", {})}
        if params["text"] is not None and "content-type" not in names:
            params.setdefault("headers", {})["content-type"] = _kind(found)
    else:
        params["body"] = _made(bodies[0], parsed, context)


def _kind(found: dict[str, Any]) -> str:
    given = str(found.get("contenttype") or "json").lower()
    return given if "/" in given else "application/json" if given == "json" else "text/plain"


def _parsed(text: str) -> Any:
    """JSON out of a text; None if it is none, or nothing but a single value."""
    try:
        value = exact(parse_strict(text.encode()))
    except (JsonError, UnicodeEncodeError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _tell_ways(found: dict[str, Any], draft: Draft) -> None:
    """Tell how calls differ from Make's."""
    for name in _ERRORS:
        if name in found and as_flag(found[name]) is not True:
            draft.notes.append("an answer of 400 and more stops the bundle here; see expect")
    for name in _REDIRECTS:
        if as_flag(found.get(name)):
            draft.notes.append(f"{name}: adloom follows no redirects and keeps no cookies")
