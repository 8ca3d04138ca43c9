"""Where a value stands in a record: `context.traits.email`, `items[1].price`, `` `odd.name` ``."""

import re
from collections.abc import Callable
from typing import Any, Final

__all__ = ["Get", "Path", "getter", "parse_path", "say_path"]

#: Names lead into objects, numbers (from 0) into lists; an empty path is the record itself.
Path = tuple[str | int, ...]
#: Reads one value out of a record; None where there is none.
Get = Callable[[Any], Any]

#: The record itself.
WHOLE: Final = "."
LONGEST: Final = 300
_PART: Final = re.compile(r"`([^`]+)`|\[([1-9][0-9]{0,3})\]|([^.`\[\]{}]+)")


def parse_path(text: str) -> Path:
    """Read a path: names with dots between them, `[1]` for the first item of a list.

    Raises:
        ValueError: It is none; the message follows the path's name.
    """
    if text == WHOLE:
        return ()
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    path: list[str | int] = []
    here = 0
    while here < len(text):
        found = _PART.match(text, here)
        if found is None or (path and (text[here] == "[") is (text[here - 1] == ".")):
            raise ValueError(
                "is no path: write names with dots between them, [1] for the first item of a "
                "list, and names with dots in them in back-ticks"
            )
        quoted, number, name = found.groups()
        path.append(int(number) - 1 if number else quoted or name.strip())
        here = found.end()
        if text[here : here + 1] == "." and here + 1 < len(text):
            here += 1
    if not path or "" in path or isinstance(path[0], int):
        raise ValueError("is no path: begin with a name")
    return tuple(path)


def say_path(path: Path) -> str:
    """Write a path as `parse_path` reads it."""
    said = ""
    for part in path:
        if isinstance(part, int):
            said += f"[{part + 1}]"
        else:
            plain = _PART.fullmatch(part) and part == part.strip() and "`" not in part
            said += ("." if said else "") + (part if plain else f"`{part}`")
    return said or WHOLE


def getter(path: Path) -> Get:
    """A closure that reads what stands at a path; the commonest lengths take the fewest steps."""
    match path:
        case ():
            return lambda record: record
        case (str(name),):
            return _name(name)
        case (str(outer), str(name)):
            return _two_names(outer, name)
        case _:
            return _walk(path)


def _name(name: str) -> Get:
    return lambda record: record.get(name) if isinstance(record, dict) else None


def _two_names(outer: str, name: str) -> Get:
    def get(record: Any) -> Any:
        inner = record.get(outer) if isinstance(record, dict) else None
        return inner.get(name) if isinstance(inner, dict) else None

    return get


def _walk(path: Path) -> Get:
    def get(record: Any) -> Any:
        for part in path:
            if isinstance(part, str):
                record = record.get(part) if isinstance(record, dict) else None
            elif isinstance(record, list) and part < len(record):
                record = record[part]
            else:
                return None
        return record

    return get
