"""Texts of strangers made fit for a comment, a title or a terminal, and ids made of names."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from adloom.mapping.words import WORDS
from scenarios.blueprint.credentials import blanked

__all__ = ["LONGEST_ID", "LONGEST_TITLE", "free_id", "line", "slug", "title"]

LONGEST_TITLE: Final = 120
LONGEST_LINE: Final = 300
LONGEST_ID: Final = 40
#: What mappings call otherwise; a step cannot have such a name.
_TAKEN: Final = frozenset({"input", *WORDS})
_SPACE: Final = re.compile(r"\s+")


def line(text: str, longest: int = LONGEST_LINE) -> str:
    """A text on one line: printable, without what looks like a credential, not too long."""
    # Cut first: what is cut away later need not be looked at.
    shown = blanked(text[: longest * 4])
    said = "".join(one if _is_visible(one) else " " for one in shown)
    said = _SPACE.sub(" ", said).strip()
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


def _is_visible(character: str) -> bool:
    """Whether it can be seen, and does nothing to its neighbours or to a terminal."""
    return unicodedata.category(character)[0] not in "CZ" or character == " "


def title(text: str) -> str:
    """A name as a step's title."""
    return line(text, LONGEST_TITLE)


def slug(text: str) -> str:
    """A name as the id of a step: a word of letters, digits and underscores; may be empty."""
    said = unicodedata.normalize("NFKC", blanked(text[:500])).lower()
    word = re.sub(r"_+", "_", re.sub(r"\W", "_", said)).strip("_")[:LONGEST_ID].strip("_")
    return word if not word or re.match(r"[^\W\d]", word) else f"step_{word}"[:LONGEST_ID]


def free_id(names: Iterable[str], taken: set[str]) -> str:
    """The first of some names that can be a step's id, numbered if it is taken; it then is."""
    word = next((found for name in names if (found := slug(name))), "step")
    chosen, number = word, 2
    while chosen in taken or chosen in _TAKEN:
        chosen, number = f"{word}_{number}", number + 1
    taken.add(chosen)
    return chosen
