"""Edits the settings file by program: every comment and every other byte stays as it is.

An edit writes single lines anew; then the file is read again, and has to say exactly what was
intended. So an edit is made, or refused with the line to write by hand.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

import tomli_w

from adloom.errors import UsageError

__all__ = ["edited_section"]

_HEADER: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]\s*(?:#.*)?")
_ANY_HEADER: Final = re.compile(r"\s*\[")
_LINE: Final = re.compile(r"(\s*)([A-Za-z0-9_-]+)(\s*=\s*)(.*)")


def edited_section(text: str, section: str, changes: Mapping[str, Any]) -> str:
    """Set or remove some keys of a section.

    Args:
        text: The file.
        section: Its name, as between the brackets.
        changes: The new values; None removes the key, and leaves its line as a comment.

    Raises:
        UsageError: The file is written in a way that forbids it; nothing was changed.
    """
    intended = tomllib.loads(text)
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    for name, value in changes.items():
        part = intended.setdefault(section, {})
        if value is None:
            part.pop(name, None)
        else:
            part[name] = value
        lines = _edited(lines, section, name, value, newline)
        _check("".join(lines), intended, section, name, value)
    return "".join(lines)


def _check(text: str, intended: Mapping[str, Any], section: str, name: str, value: Any) -> None:
    try:
        if _filled(tomllib.loads(text)) == _filled(intended):
            return
    except tomllib.TOMLDecodeError:
        pass
    todo = f"remove the line of {name}" if value is None else f"write the line {_line(name, value)}"
    raise UsageError(
        "The settings file is written in a way that this page cannot change line by line.",
        hint=f"Open it in an editor, and {todo} in its section [{section}].",
    )


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty sections, which say nothing."""
    return {name: value for name, value in data.items() if value != {}}


def _line(name: str, value: Any) -> str:
    return tomli_w.dumps({name: value}).rstrip("\n")


def _edited(lines: list[str], section: str, name: str, value: Any, newline: str) -> list[str]:
    start, end = _place_of(lines, section)
    if start is None:
        added = [] if value is None else [f"[{section}]{newline}", _line(name, value) + newline]
        gap = [newline] if lines and added and lines[-1].strip() else []
        return [*_ended(lines, newline), *gap, *added]
    for number in range(start, end):
        found = _LINE.fullmatch(lines[number].rstrip("\r\n"))
        if found and found[2] == name:
            return [*lines[:number], _anew(lines[number], found, value), *lines[number + 1 :]]
    if value is None:
        return lines
    place = _best_place(lines, start, end, name)
    whole = _ended(lines[:place], newline)
    return [*whole, _line(name, value) + newline, *lines[place:]]


def _ended(lines: list[str], newline: str) -> list[str]:
    """The lines, the last of them with its end."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + newline]
    return lines


def _place_of(lines: list[str], section: str) -> tuple[int | None, int]:
    """From which line to before which a section's keys stand."""
    start: int | None = None
    for number, line in enumerate(lines):
        found = _HEADER.fullmatch(line.rstrip("\r\n"))
        if start is not None and _ANY_HEADER.match(line):
            return start, number
        if found and found[1] == section:
            start = number + 1
    return start, len(lines)


def _anew(line: str, found: re.Match[str], value: Any) -> str:
    """A line with another value; the comment behind it stays in its column where there is room."""
    end = line[len(line.rstrip("\r\n")) :]
    if value is None:
        return f"{found[1]}# {found[2]}{found[3]}{found[4]}{end}"
    old, rest = _split(found[4])
    new = _line(found[2], value).partition(" = ")[2]
    if rest:
        comment = rest.lstrip()
        room = len(old) + len(rest) - len(comment) - len(new)
        rest = " " * max(room, 1) + comment
    return f"{found[1]}{found[2]}{found[3]}{new}{rest}{end}"


def _split(text: str) -> tuple[str, str]:
    """A value, and the comment behind it with the blanks before."""
    places = [number for number, sign in enumerate(text) if sign == "#"]
    for place in [*places, len(text)]:
        value = text[:place].rstrip()
        try:
            tomllib.loads(f"x = {value}")
        except tomllib.TOMLDecodeError:
            continue
        return value, text[len(value) :].rstrip()
    return text, ""


def _best_place(lines: list[str], start: int, end: int, name: str) -> int:
    """Behind the line where the key stands as a comment, else behind the last key."""
    place = start
    for number in range(start, end):
        line = lines[number].strip()
        if re.match(rf"#\s*{re.escape(name)}\s*=", line):
            return number + 1
        if line and not line.startswith("#"):
            place = number + 1
    return place
