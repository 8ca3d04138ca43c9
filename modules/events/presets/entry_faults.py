"""What is wrong with the content of a mapping file, said so that a person can mend it."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from adloom.errors import Fault, MappingError
from modules.events.presets.entries import MAPPING_FAULT

__all__ = ["EntryFault", "entry_faults"]

_SAYINGS: Final[Mapping[str, str]] = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping of names to values",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "literal_error": "must be one of {expected}",
    "missing": "is required",
    "model_type": "must be a mapping of names to values",
    "string_too_short": "is empty",
    "string_type": "must be text",
    "too_short": "is empty",
    "value_error": "{error}",
}


@dataclass(frozen=True, slots=True)
class EntryFault:
    """One thing that is wrong with the content of a mapping file.

    Args:
        path: Where, as names and numbers from 0.
        reason: Why, in words that follow the place's name.
        hint: What to write instead.
        error: What the mapping language says, where it is an expression.
        is_key: Whether it is the name that is wrong, and not its value.
    """

    path: tuple[str | int, ...]
    reason: str
    hint: str | None = None
    error: MappingError | None = None
    is_key: bool = False

    def as_fault(self) -> Fault:
        """The same for those who know no places in a file."""
        path = ".".join(str(part) for part in self.path)
        return Fault(path, self.reason + (f" ({self.hint})" if self.hint else ""))


def entry_faults(
    error: ValidationError, known: Mapping[tuple[str, ...], Sequence[str]]
) -> list[EntryFault]:
    """Every fault, each once.

    Args:
        error: What pydantic says.
        known: The keys there are, by the path of what they stand in.
    """
    found: dict[tuple[tuple[str | int, ...], str], EntryFault] = {}
    for detail in error.errors(include_url=False):
        fault = _entry_fault(detail, known)
        found.setdefault((fault.path, fault.reason), fault)
    return list(found.values())


def _entry_fault(detail: Any, known: Mapping[tuple[str, ...], Sequence[str]]) -> EntryFault:
    kind, context = detail["type"], detail.get("ctx", {})
    path = tuple(part for part in detail["loc"] if part != "[key]")
    if kind == "extra_forbidden":
        return EntryFault(path, "there is no such key", _near(path, known), is_key=True)
    if kind == MAPPING_FAULT:
        return EntryFault(path, context["said"], context["error"].hint, context["error"])
    saying = _SAYINGS.get(kind)
    said: str = detail["msg"]
    said = saying.format(**context) if saying else said[:1].lower() + said[1:]
    return EntryFault(path, said, is_key="[key]" in detail["loc"])


def _near(
    path: tuple[str | int, ...], known: Mapping[tuple[str, ...], Sequence[str]]
) -> str | None:
    """The keys that look like the last one of a path, or all there are."""
    here = next((keys for place, keys in known.items() if place == path[:-1]), ())
    near = difflib.get_close_matches(str(path[-1])[:80], here, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known here: {', '.join(here)}" if here else None
