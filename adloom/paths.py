"""Paths of an API, and nothing that could lead elsewhere (reliability.md §4.3)."""

import re
from typing import Final

from adloom.errors import Fault, InvalidParamsError

__all__ = ["check_path", "split_version"]

PATH: Final = re.compile(r"(?:/[a-z0-9_]{1,64})+/")
LONGEST: Final = 300
_VERSIONED: Final = re.compile(r"/?(?:open_api/)?(v[0-9]+\.[0-9]+)/(.*)", re.DOTALL)


def check_path(path: str) -> str:
    """Return a path that is segments of lower-case letters, digits and underscores between slashes.

    No dots, no percent signs, no second slash, no host: whatever is put behind the root of an API
    stays behind it.

    Raises:
        InvalidParamsError: It is anything else.
    """
    if len(path) > LONGEST or not PATH.fullmatch(path):
        fault = Fault(
            "path",
            f"{path[:60]!r} is not a path adloom will call: it takes words of lower-case letters, "
            "digits and underscores between slashes, like /ad/get/. Parameters go into the query.",
        )
        raise InvalidParamsError([fault])
    return path


def split_version(path: str) -> tuple[str | None, str]:
    """Split `/open_api/v1.2/ad/get` into `v1.2` and `/ad/get/`, adding missing outer slashes."""
    match = _VERSIONED.fullmatch(path.strip())
    version, rest = (match[1], match[2]) if match else (None, path.strip())
    rest = rest if rest.startswith("/") else "/" + rest
    return version, rest if rest.endswith("/") else rest + "/"
