"""A request as a command line for curl, its token left to the reader."""

import shlex

from connections.outgoing import WireRequest

__all__ = ["as_curl"]


def as_curl(request: WireRequest) -> str:
    """Write a request so that it can be repeated elsewhere; the token stays a variable."""
    parts = ["curl", "--request", request.method, shlex.quote(request.url)]
    if request.credential:
        parts += ["--header", f'"{request.credential.header}: $ACCESS_TOKEN"']
    for name, value in request.headers.items():
        parts += ["--header", shlex.quote(f"{name}: {value}")]
    if request.file:
        for name, value in request.file.fields.items():
            parts += ["--form-string", shlex.quote(f"{name}={value}")]
        parts += ["--form", shlex.quote(f"{request.file.part}=@{request.file.path}")]
    elif request.content:
        parts += ["--data-raw", shlex.quote(request.content.decode(errors="replace"))]
    return " ".join(parts)
