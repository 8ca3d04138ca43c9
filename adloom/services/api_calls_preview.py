"""A call to the API before it is sent: what it would send, for whoever looks, and for others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adloom.secret import scrub
from adloom.services.curl import as_call, as_python, wire_of
from adloom.services.module_runs import Bench
from connections.curl import as_curl
from connections.outgoing import WireRequest

__all__ = ["Preview", "preview"]


@dataclass(frozen=True)
class Preview:
    """What a call would send; nothing in it is secret.

    Args:
        method: The HTTP method.
        url: The whole address.
        headers: Every header of our own, the token as dots.
        body: What is sent along, as text.
        changes: Whether it may change something, so that it is confirmed and journalled.
        curl: The same for curl.
        python: The same in Python.
        command: The same for `adloom call`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    changes: bool
    curl: str
    python: str
    command: str


async def preview(bench: Bench, values: Mapping[str, Any], connection: str) -> Preview:
    """Work out what a call would send, and send nothing.

    Raises:
        UsageError: The parameters are wrong.
    """
    wire = await wire_of(bench.session, bench.engine, values, connection)
    headers = dict(wire.headers)
    if wire.credential and wire.credential.header:
        headers = {wire.credential.header: "••••", **headers}
    return Preview(
        wire.method,
        scrub(wire.url),
        {name: scrub(value) for name, value in headers.items()},
        _body(wire),
        wire.changes,
        scrub(as_curl(wire)),
        scrub(as_python(wire)),
        as_call(values, connection),
    )


def _body(wire: WireRequest) -> str:
    if wire.file is not None:
        return f"The file {wire.file.path}, as part of a form."
    return scrub(wire.content.decode(errors="replace"))
