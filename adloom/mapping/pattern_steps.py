"""What a pattern's program is made of: steps, and the characters they take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["CLASSES", "CONTROLS", "Step", "Test", "in_word"]

#: Whether a character is one of those a step takes.
Test = Callable[[str], bool]


@dataclass(slots=True)
class Step:
    """One step of a program.

    Args:
        kind: `take` a character, `split` in two ways, `jump`, `save` a place, `check` the place,
            or `done`.
        test: Which characters are taken.
        to: Where to go on: the ways of a split, the first one preferred; the target of a jump.
        name: The number of the place that is saved, or what is checked.
    """

    kind: str
    test: Test | None = None
    to: tuple[int, ...] = ()
    name: int | str = 0


def _digit(character: str) -> bool:
    return "0" <= character <= "9"


def in_word(character: str) -> bool:
    """Whether a character is a letter, a digit or `_`, of ASCII."""
    return character == "_" or (character.isascii() and character.isalnum())


def _blank(character: str) -> bool:
    return character.isspace() or character == "\ufeff"


#: What `\d` and its like take.
CLASSES: Final[dict[str, Test]] = {
    "d": _digit,
    "w": in_word,
    "s": _blank,
    "D": lambda character: not _digit(character),
    "W": lambda character: not in_word(character),
    "S": lambda character: not _blank(character),
}
#: Characters that cannot be seen, after a backslash.
CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
