"""What Make's modules are called here: the table `aliases.json`, looked up by app and verb words.

No public blueprint with TikTok's modules is known, so that function names are compared by their
words (platforms.md §0.10, §1.9): `ActionSearchAds`, `searchAds` and `SearchAd` are all "search
ads". What the table does not hold is unknown; nothing is ever taken for the nearest thing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from adloom.json_text import parse_strict
from scenarios.blueprint.nodes import Node

__all__ = ["UNKNOWN", "Alias", "alias_of", "all_aliases", "folded", "verb_words", "words_of"]

_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: Words that say nothing about what a function does.
_NOISE: Final = frozenset({"a", "action", "an", "new", "the", "trigger"})


@dataclass(frozen=True)
class Alias:
    """One row of the table.

    Args:
        recipe: How such a node is translated; see `scenarios.blueprint.recipes`.
        source: Whether the reference sheets tell of it, or it is assumed.
        apps: Names of the app.
        verbs: What its function is called, as words.
        module: Our module, if it becomes one.
        kind: Which of several ways of a recipe.
        fields: Make's names of parameters, folded, and ours.
        values: Make's values of our parameters, in small letters, and ours.
        ignored: Parameters that are left out on purpose, with what is to be told, if anything.
        refused: Parameters that cannot be translated, with the reason.
        addresses: Parameters that say who is told.
        outputs: Make's names of fields of its bundles, folded, and ours; `*` puts all others
            below a field.
        others: Whether fields that are not among these are `same` as here or `unknown`.
        loose: Whether parameters nobody knows are only told of.
        told: What is to be told of some values of our parameters; `{{` is a mapped one.
        note: What is always to be told.
        reason: Why it is not translated.
    """

    recipe: str
    source: str
    apps: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    module: str = ""
    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    outputs: Mapping[str, str] = field(default_factory=dict)
    others: str = "same"
    loose: bool = False
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    note: str = ""
    reason: str = ""


#: What no row tells of.
UNKNOWN: Final = Alias("refused", "", reason="adloom has no module for it")


def folded(name: str) -> str:
    """A name without capitals, blanks and signs: `advertiserId` and `advertiser_id` are one."""
    return re.sub(r"[\W_]+", "", name).lower()


def verb_words(function: str) -> str:
    """A function's name as words, without noise and plurals: `ActionSearchAds` → `search ad`."""
    return " ".join(map(_singular, words_of(function)))


def words_of(function: str) -> list[str]:
    """The words of a function's name in small letters, without noise."""
    parts = (part.lower() for part in _PART.findall(function))
    return [part for part in parts if part not in _NOISE]


def _singular(word: str) -> str:
    is_plural = word.endswith("s") and len(word) > 2 and word[-2] not in "su"  # noqa: PLR2004 - no word is shorter
    return word[:-1] if is_plural else word


def alias_of(node: Node) -> Alias:
    """The row for a node; `UNKNOWN` if there is none."""
    return _table().get((node.app, verb_words(node.function)), UNKNOWN)


@cache
def _table() -> Mapping[tuple[str, str], Alias]:
    found: dict[tuple[str, str], Alias] = {}
    for alias in all_aliases():
        for app in alias.apps:
            for verb in alias.verbs:
                found[app, " ".join(filter(None, (verb_words(one) for one in verb.split())))] = (
                    alias
                )
    return found


@cache
def all_aliases() -> tuple[Alias, ...]:
    """Every row, in the order of the file."""
    text = (files("scenarios.blueprint") / "aliases.json").read_bytes()
    return tuple(_rows(parse_strict(text)))


def _rows(data: Mapping[str, Any]) -> Iterator[Alias]:
    groups: Mapping[str, list[str]] = data["apps"]
    for row in data["rows"]:
        apps = tuple(app for name in row["apps"] for app in groups.get(name, [name]))
        folding = ("fields", "ignored", "refused", "outputs")
        yield Alias(
            **{
                **row,
                **{name: _folded(row[name]) for name in folding if name in row},
                "apps": apps,
                "verbs": tuple(row["verbs"]),
                "addresses": frozenset(folded(one) for one in row.get("addresses", [])),
            }
        )


def _folded(values: Mapping[str, str]) -> dict[str, str]:
    return {folded(name) or name: value for name, value in values.items()}
