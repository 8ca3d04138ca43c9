"""A request as a command line for curl, its token left to the reader."""

import shlex

from adloom.wire import SliceBody
from connections.outgoing import WireRequest

__all__ = ["as_curl"]


def as_curl(request: WireRequest) -> str:
    """Write a request so that it can be repeated elsewhere; the token stays a variable."""
    parts = ["curl", "--request", request.method, shlex.quote(request.url) + _variables(request)]
    if request.credential and request.credential.header:
        scheme = f"{request.credential.scheme} " if request.credential.scheme else ""
        parts += ["--header", f'"{request.credential.header}: {scheme}$ACCESS_TOKEN"']
    for name, value in request.headers.items():
        parts += ["--header", shlex.quote(f"{name}: {value}")]
    if isinstance(request.file, SliceBody):  # whoever repeats it cuts the file
        parts += ["--data-binary", "@-"]
    elif request.file:
        for name, value in request.file.fields.items():
            parts += ["--form-string", shlex.quote(f"{name}={value}")]
        parts += ["--form", shlex.quote(f"{request.file.part}=@{request.file.path}")]
    elif request.content:
        parts += ["--data-raw", shlex.quote(request.content.decode(errors="replace"))]
    return " ".join(parts)


def _variables(request: WireRequest) -> str:
    """What stands in the address besides, each secret as a variable of its own name."""
    if not request.credential or not request.credential.query:
        return ""
    names = (f"{name}=${name.upper()}" for name in request.credential.query)
    return f'"{"&" if "?" in request.url else "?"}{"&".join(names)}"'
