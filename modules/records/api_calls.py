"""Arbitrary calls: what people write, turned into requests TikTok understands, with doubts told."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.catalogue import Catalogue, Endpoint, Param
from adloom.errors import Fault, InvalidParamsError
from adloom.paths import check_path, split_version

__all__ = ["Target", "check_headers", "check_web_headers", "doubts", "find_target"]

VERSION: Final = "v1.3"
#: Headers a call may set. The rest is adloom's business: the token above all (reliability.md §4.3).
ALLOWED_HEADERS: Final = ("accept", "accept-language", "content-type", "x-lead-region")
SHOWN_CHOICES: Final = 12
#: Headers that belong to the wire, or carry secrets, which belong to the connection.
NOT_FOR_CALLS: Final = re.compile(
    r"host|connection|keep-alive|cookie2?|content-(?:length|encoding)|transfer-encoding|te|trailer|"
    r"upgrade|expect|proxy-.*|accept-encoding|x-forwarded-.*|forwarded|(?:.*-)?auth(?:orization|entication)?(?:-.*)?|.*(?:api-?key|"
    r"token|secret|password|passphrase|credential).*"
)
UNFIT: Final = "holds characters a header cannot carry"
HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
MOST_HEADERS: Final = 40


@dataclass(frozen=True)
class Target:
    """Where a call goes.

    Args:
        path: Below the API's root, with its closing slash.
        renames: Old parameter names to replace, where an old version was named.
        endpoint: What the catalogue knows about it.
        notes: What was changed on the way, to be told.
    """

    path: str
    renames: Mapping[str, str]
    endpoint: Endpoint | None
    notes: tuple[str, ...]


def find_target(catalogue: Catalogue, method: str, written: str) -> Target:
    """Read a path as people write it: with or without version, root and closing slash.

    Raises:
        InvalidParamsError: It could lead somewhere else.
    """
    version, path = split_version(written)
    check_path(path)
    notes = []
    renames: Mapping[str, str] = {}
    if version not in (None, VERSION):
        renames = catalogue.renamed_params()
        new = catalogue.renamed_path(method, path) or path
        notes.append(
            f"TikTok has closed {version}; calling /{VERSION}{new} instead of /{version}{path}."
        )
        path = new
    endpoint = catalogue.endpoint(method, path)
    if endpoint is None:
        notes.append(_unknown(catalogue, method, path))
    return Target(path, renames, endpoint, tuple(notes))


def _unknown(catalogue: Catalogue, method: str, path: str) -> str:
    others = [known for known in ("GET", "POST") if catalogue.endpoint(known, path)]
    if others:
        return f"TikTok knows {path} with {' and '.join(others)}, not with {method}."
    near = catalogue.near(path)
    also = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"The catalogue does not know {path}; it is called all the same.{also}"


def check_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers in lower case.

    Raises:
        InvalidParamsError: One of them is not for a call to set, or could break out of its line.
    """
    faults = []
    for name, value in headers.items():
        if name.lower() not in ALLOWED_HEADERS:
            allowed = ", ".join(ALLOWED_HEADERS)
            faults.append(Fault(f"headers.{name[:40]}", f"may not be set here; only {allowed} may"))
        elif not _fits_a_line(value):
            faults.append(Fault(f"headers.{name}", UNFIT))
    return _lower(headers, faults)


def check_web_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a call to any web API in lower case: most of them are its own affair.

    Raises:
        InvalidParamsError: One of them is the connection's to set, or could break out of its line.
    """
    faults = []
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name):
            faults.append(Fault(f"headers.{name[:40]!r}", "is no name of a header"))
        elif NOT_FOR_CALLS.fullmatch(name.lower()):
            faults.append(
                Fault(f"headers.{name}", "may not be set here; secrets belong into the connection")
            )
        elif not _fits_a_line(value):
            faults.append(Fault(f"headers.{name}", UNFIT))
    if len({name.lower() for name in headers}) != len(headers):
        faults.append(Fault("headers", "names one header twice"))
    if len(headers) > MOST_HEADERS:
        faults.append(Fault("headers", f"has {len(headers)} headers; {MOST_HEADERS} will do"))
    return _lower(headers, faults)


def _fits_a_line(value: str) -> bool:
    return value.isprintable() and value.isascii()


def _lower(headers: Mapping[str, str], faults: Sequence[Fault]) -> dict[str, str]:
    if faults:
        raise InvalidParamsError(faults)
    return {name.lower(): value for name, value in headers.items()}


def doubts(params: Sequence[Param], values: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield what looks wrong about parameters; they are sent all the same."""
    known = {param.name: param for param in params}
    for name in known.keys() - values.keys():
        if known[name].required:
            yield f"{where}{name} is missing; TikTok requires it."
    for name, value in values.items():
        if name in known:
            yield from _doubt(known[name], value, f"{where}{name}")
        elif known:
            near = difflib.get_close_matches(name, known, n=1)
            also = f" Did you mean {near[0]}?" if near else ""
            yield f"{where}{name} is not a parameter TikTok is known to read.{also}"


def _doubt(param: Param, value: Any, where: str) -> Iterator[str]:
    many = param.type.endswith("[]")
    if value is None:
        return
    if many != isinstance(value, list) and param.type not in ("any", "object"):
        yield f"{where} should be {'a list' if many else 'one value, not a list'}."
        return
    items = value if isinstance(value, list) else [value]
    if many and param.max_items is not None and len(items) > param.max_items:
        yield f"{where} holds {len(items)} values; TikTok takes {param.max_items} at most."
    for item in items:
        if param.choices and isinstance(item, str) and item not in param.choices:
            yield f"{where} is {item[:60]!r}; TikTok is known to take {_shown(param.choices)}."
        if isinstance(item, dict) and param.fields:
            yield from doubts(param.fields, item, f"{where}.")
        if isinstance(item, int | float) and param.maximum is not None and item > param.maximum:
            yield f"{where} is {item}; TikTok takes {param.maximum:g} at most."


def _shown(choices: Sequence[str]) -> str:
    more = f" and {len(choices) - SHOWN_CHOICES} more" if len(choices) > SHOWN_CHOICES else ""
    return ", ".join(choices[:SHOWN_CHOICES]) + more
