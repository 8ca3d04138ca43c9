"""Paths of an API, and nothing that could lead elsewhere (reliability.md §4.3)."""

import re
from typing import Final
from urllib.parse import unquote

from adloom.errors import Fault, InvalidParamsError

__all__ = ["check_data_path", "check_path", "check_web_path", "split_version"]

PATH: Final = re.compile(r"(?:/[a-z0-9_]{1,64})+/")
LONGEST: Final = 300
#: The same for any web API, whose paths hold more than words.
WEB_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+")
LONGEST_WEB: Final = 2_000
#: A name of a file or folder: nothing hidden, nothing that Windows takes for something else.
DATA_NAME: Final = re.compile(r"(?!\.)[\w .()+,=@-]{1,100}(?<![ .])")
RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
DEEPEST: Final = 8
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


def check_web_path(path: str) -> str:
    """Return a path of a web API that stays below whatever is put in front of it.

    It may hold what RFC 3986 allows, but no steps upwards, however they are written, no second
    slash in front, and no query.

    Raises:
        InvalidParamsError: It is anything else.
    """
    parts = [unquote(part) for part in path.split("/")]
    astray = any(part in (".", "..") or "/" in part or "\\" in part for part in parts)
    if len(path) > LONGEST_WEB or not WEB_PATH.fullmatch(path) or path.startswith("//") or astray:
        fault = Fault(
            "path",
            f"{path[:60]!r} is not a path adloom will call: it begins with a slash, stays below "
            "the base address, and leaves parameters to the query.",
        )
        raise InvalidParamsError([fault])
    return path


def check_data_path(path: str) -> str:
    """Return the path of a file below a folder for data: names between single slashes.

    Raises:
        InvalidParamsError: It is absolute, leads upwards, or holds a name not every disk takes.
    """
    names = path.split("/")
    fits = all(DATA_NAME.fullmatch(name) and not RESERVED.fullmatch(name) for name in names)
    if not fits or len(names) > DEEPEST:
        fault = Fault(
            "file",
            f"{path[:60]!r} is not a file adloom will write: name one below the data folder, such "
            "as reports/daily.csv, without steps upwards and without hidden names.",
        )
        raise InvalidParamsError([fault])
    return path


def split_version(path: str) -> tuple[str | None, str]:
    """Split `/open_api/v1.2/ad/get` into `v1.2` and `/ad/get/`, adding missing outer slashes."""
    match = _VERSIONED.fullmatch(path.strip())
    version, rest = (match[1], match[2]) if match else (None, path.strip())
    rest = rest if rest.startswith("/") else "/" + rest
    return version, rest if rest.endswith("/") else rest + "/"
