"""Rules brought over from TikTok or written by hand, and the scenarios they become."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from adloom.errors import UsageError
from adloom.files import open_private
from adloom.json_text import JsonError, parse_strict
from adloom.services.editing_saving import Saved
from adloom.services.importing import save_new
from adloom.services.scenario_drafts import slug
from adloom.services.session import Session
from modules import find_module
from scenarios.rules.expanding import Expansion, expand_rule
from scenarios.rules.native_import import Imported, Wishes, import_rules
from scenarios.rules.reading import load_rule

__all__ = [
    "RULES_FOLDER",
    "expansion_of",
    "keep_rule",
    "read_native_rules",
    "rules_in",
    "save_rule",
]

#: Where the rules of a workspace lie.
RULES_FOLDER: Final = "rules"
ENDING: Final = ".yaml"


async def read_native_rules(
    session: Session, connection: str | None, advertiser_id: str
) -> tuple[list[Any], str]:
    """TikTok's own rules of an account as they are listed, and by which connection."""
    module = find_module("list_rules")
    name = await session.choose(connection, module.providers)
    values: Mapping[str, Any] = {"advertiser_id": advertiser_id, "limit": 0}
    rows: list[Any] = []
    async for page in session.reader.read(module, values, name):
        # What the listing adds is not TikTok's.
        rows += [
            {key: one for key, one in row.items() if key != "advertiser_id"} for row in page.records
        ]
    return rows, name


def rules_in(content: bytes, wishes: Wishes) -> Sequence[Imported]:
    """The rules of a listing that was saved as JSON.

    Raises:
        UsageError: It is no such listing.
    """
    try:
        return import_rules(parse_strict(content), wishes)
    except (JsonError, RecursionError) as error:
        raise UsageError(f"This is not JSON: {error}.") from None
    except ValueError as error:
        raise UsageError(
            f"This {error}.", hint="It should be what a call of /optimizer/rule/list/ answered."
        ) from None


def keep_rule(name: str, text: str, folder: Path) -> Path:
    """Write a rule into the folder of rules under a name that is free, unless it is there."""
    stem, number = slug(name), 1
    while (path := folder / f"{stem}{f'-{number}' if number > 1 else ''}{ENDING}").exists():
        if path.read_text(encoding="utf-8") == text:
            return path
        number += 1
    open_private(path, text.encode())
    return path


def expansion_of(text: str) -> Expansion:
    """The scenario that a rule becomes.

    Raises:
        InvalidScenarioError: It is no rule; tells every fault with its line.
    """
    return expand_rule(load_rule(text))


def save_rule(session: Session, text: str) -> Saved:
    """Write the scenario of a rule, and keep the rule; nothing is enabled.

    Raises:
        InvalidScenarioError: It is no rule; tells every fault with its line.
        UsageError: There is a scenario of its name.
    """
    expansion = expansion_of(text)
    saved = save_new(session.workspace.scenarios, expansion.text)
    keep_rule(expansion.name, text, session.workspace.path / RULES_FOLDER)
    return saved
