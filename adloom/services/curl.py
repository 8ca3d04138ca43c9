"""Calls as others would make them: for curl, for Python, for `adloom call`; never with a secret."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pprint import pformat
from typing import Any, Final, cast

from adloom.json_text import dump
from adloom.secret import redact
from adloom.services.module_pages_command import shell_line
from adloom.services.session import Session
from adloom.wire import FileBody, JsonBody, Record, Request
from connections.outgoing import WireRequest
from connections.providers import provider_named
from modules import find_module
from scheduler.engine import Engine

__all__ = ["as_call", "as_python", "redacted", "wire_of"]

TOKEN: Final = 'os.environ["ACCESS_TOKEN"]'  # noqa: S105 - where it is, not what it is


async def wire_of(
    session: Session, engine: Engine, values: Mapping[str, Any], connection: str
) -> WireRequest:
    """What a call would send, without anything a screen should not show.

    Args:
        session: The open workspace.
        engine: Works out what the call is.
        values: The parameters of `make_api_call`.
        connection: With which connection.

    Raises:
        UsageError: The parameters are wrong.
    """
    plan = await engine.plan(find_module("make_api_call"), values, connection)
    loaded = await session.wiring.store.load(connection)
    request = redacted(plan.operation.calls[0].call.request)
    return provider_named(loaded.provider).wire(loaded, request, deadline=1)


def redacted(request: Request) -> Request:
    """The same request without what a screen should not show."""
    body = request.body
    if isinstance(body, JsonBody):
        body = JsonBody(redact(body.value))
    elif isinstance(body, FileBody):
        body = replace(body, fields=cast("dict[str, str]", redact(dict(body.fields))))
    return replace(request, query=cast("Record", redact(dict(request.query))), body=body)


def as_python(request: WireRequest) -> str:
    """A request as a Python script with httpx; the token stays in the environment."""
    lines = ["import os", "", "import httpx", "", "answer = httpx.request("]
    lines += [f"    {request.method!r},", f"    {request.url!r},"]
    headers = [f"        {name!r}: {value!r}," for name, value in request.headers.items()]
    if request.credential and request.credential.header:
        scheme = f'f"{request.credential.scheme} {{{TOKEN}}}"' if request.credential.scheme else ""
        headers.append(f"        {request.credential.header!r}: {scheme or TOKEN},")
    if headers:
        lines += ["    headers={", *headers, "    },"]
    lines += [f"    {line}" for line in _body(request)]
    lines += [")", "print(answer.json())"]
    return "\n".join(lines)


def _body(request: WireRequest) -> list[str]:
    if isinstance(request.file, FileBody):
        fields = {str(name): value for name, value in request.file.fields.items()}
        sent = f"{{{request.file.part!r}: open({request.file.path!r}, 'rb')}}"
        return [*([f"data={fields!r},"] if fields else []), f"files={sent},"]
    if not request.content:
        return []
    if request.headers.get("content-type") == "application/json":
        value = pformat(json.loads(request.content), sort_dicts=False, width=90)
        return f"json={value},".replace("\n", "\n     ").splitlines()
    return [f"content={request.content.decode(errors='replace')!r},"]


def as_call(values: Mapping[str, Any], connection: str | None) -> str:
    """`adloom call …` with the parameters of `make_api_call`; secrets are dots."""
    safe = cast("dict[str, Any]", redact(dict(values)))
    words = ["adloom", "call", str(safe.get("method") or "GET"), str(safe.get("path") or "")]
    for name, value in (safe.get("query") or {}).items():
        words += ["-q", f"{name}={value if isinstance(value, str) else dump(value).decode()}"]
    for name, value in (safe.get("headers") or {}).items():
        words += ["-H", f"{name}: {value}"]
    if safe.get("body") is not None:
        words += ["-d", dump(safe["body"]).decode()]
    if safe.get("text") is not None:
        words += ["--text", str(safe["text"])]
    if safe.get("file"):
        words += ["--file", f"{safe.get('file_part') or 'file'}={safe['file']}"]
    if safe.get("all_pages"):
        words.append("--all")
    if connection:
        words += ["--connection", connection]
    return shell_line(words)
