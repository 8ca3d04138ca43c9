"""What a plan knows of what does not exist yet: placeholders, and bundles with blanks in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import UnforeseenError
from adloom.wire import Record

__all__ = ["PLACEHOLDER", "Foreseen", "Placeholders", "has_placeholder", "show"]

#: Twenty digits that are more than 2^64: no platform gives an id like that, and every module takes
#: it for one. It is higher than every real one, as what is new has to be.
PLACEHOLDER: Final = re.compile(r"99999999999999(\d{6})")
MOST: Final = 999_999


class Foreseen(dict[str, Any]):
    """A bundle of which something is not known before it is done; asking for that is refused.

    Args:
        values: What is known.
        what: Whose bundle it is, for people.
        unknown: What is not known; None is everything that is not among the values.
    """

    def __init__(
        self, values: Mapping[str, Any], what: str, unknown: frozenset[str] | None = None
    ) -> None:
        super().__init__(
            (name, value) for name, value in values.items() if name not in (unknown or ())
        )
        self._what = what
        self._unknown = unknown

    def __missing__(self, name: str) -> Any:
        """Refuse what nobody knows; what is simply not there is not."""
        if self._unknown is None or name in self._unknown:
            raise UnforeseenError(f"Nobody knows {name} of {self._what} before that is done.")
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """A value, or the default where there is none."""
        try:
            return self[name]
        except KeyError:
            return default


@dataclass
class Placeholders:
    """Gives out placeholders for what a plan would create.

    Args:
        names: What each stands for: `new ad 1`.
    """

    names: dict[str, str] = field(default_factory=dict)

    def new(self, kind: str) -> str:
        """A placeholder for one more thing of a kind.

        Raises:
            UnforeseenError: There are too many.
        """
        if len(self.names) >= MOST:
            raise UnforeseenError("A plan foresees a million new things at most.")
        count = sum(name.startswith(f"new {kind} ") for name in self.names.values()) + 1
        mark = f"99999999999999{len(self.names) + 1:06}"
        self.names[mark] = f"new {kind} {count}"
        return mark


def has_placeholder(value: Any) -> bool:
    """Whether a placeholder stands anywhere in JSON data."""
    match value:
        case str():
            return PLACEHOLDER.search(value) is not None
        case dict():
            return any(has_placeholder(one) for pair in value.items() for one in pair)
        case list() | tuple():
            return any(has_placeholder(one) for one in value)
        case _:
            return False


def show(value: Any, names: Mapping[str, str]) -> Any:
    """The same value with its placeholders as people read them."""
    match value:
        case str():
            return PLACEHOLDER.sub(lambda found: f"⟨{names.get(found[0], 'new')}⟩", value)
        case dict():
            shown: Record = {key: show(one, names) for key, one in value.items()}
            return shown
        case list() | tuple():
            return [show(one, names) for one in value]
        case _:
            return value
