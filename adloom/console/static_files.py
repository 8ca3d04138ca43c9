"""What browsers fetch once: styles, scripts, icons, under an address that tells their version."""

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["static_file", "static_path", "version"]

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".LICENSE": "text/plain; charset=utf-8",
}
YEAR: Final = "public, max-age=31536000, immutable"


@cache
def version() -> str:
    """A mark of everything that is served; it changes when anything of it does."""
    digest = hashlib.sha256()
    for name, content in sorted(_contents().items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def static_path(name: str) -> str:
    """The address of a file."""
    return f"/static/{version()}/{name}"


async def static_file(request: Request) -> Response:
    """Answer with a file; small if the browser understands gzip."""
    name = request.path_params["name"]
    found = _contents().get(name)
    ending = "." + name.rpartition(".")[2]
    if found is None or ending not in TYPES:
        raise HTTPException(404)
    headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        found = _small(name)
    return Response(found, headers=headers, media_type=TYPES[ending])


@cache
def _contents() -> dict[str, bytes]:
    return dict(_walk(files("adloom.console") / "static", ""))


def _walk(folder: Traversable, at: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for one in folder.iterdir():
        if one.is_dir():
            found += _walk(one, f"{at}{one.name}/")
        else:
            found.append((at + one.name, one.read_bytes()))
    return found


@cache
def _small(name: str) -> bytes:
    return gzip.compress(_contents()[name], mtime=0)
