"""Scenarios brought over from Make: what became of each part, and the file they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.errors import UsageError
from adloom.services.editing_problems import DraftProblem, problems_of_draft
from adloom.services.editing_saving import Saved, save
from adloom.services.scenario_drafts import slug
from adloom.services.scenario_files import environment_of, texts
from adloom.services.session import Session
from scenarios.blueprint import Entry, Imported, Verdict, What, Wishes, import_blueprint
from scenarios.blueprint.reading import LARGEST

__all__ = [
    "LARGEST",
    "Coverage",
    "coverage_of",
    "free_path",
    "pairs_of",
    "problems_here",
    "save_new",
    "title_of",
]

#: What each verdict means, in the words of a report.
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.TRANSLATED: "as it is",
    Verdict.WARNED: "with a difference",
    Verdict.LEFT_OUT: "left out",
}


@dataclass(frozen=True)
class Coverage:
    """What became of a blueprint, for people.

    Args:
        imported: The scenario.
        modules: What became of each module.
        others: What became of everything else.
        counts: How many modules, by what became of them.
    """

    imported: Imported
    modules: Sequence[Entry]
    others: Sequence[Entry]
    counts: Mapping[str, int]

    @property
    def gaps(self) -> int:
        """How many places a person has to fill in."""
        return len(self.imported.gaps)


def coverage_of(content: bytes, wishes: Wishes) -> Coverage:
    """Read a blueprint; nothing of it is carried out.

    Raises:
        UsageError: It is no blueprint, or contradicts itself; tells every fault with its place.
    """
    imported = import_blueprint(content, wishes)
    modules = [one for one in imported.entries if one.what is What.NODE]
    others = [one for one in imported.entries if one.what is not What.NODE]
    counts = {
        word: sum(one.verdict is verdict for one in modules) for verdict, word in VERDICTS.items()
    }
    return Coverage(imported, modules, others, counts)


def title_of(entry: Entry) -> str:
    """What became of a part, in a word."""
    return VERDICTS[entry.verdict]


def pairs_of(given: Sequence[str]) -> dict[str, str]:
    """Which of our connections stands for which of Make's: `MAKES=OURS`.

    Raises:
        UsageError: One of them does not say that, or one is named twice.
    """
    pairs: dict[str, str] = {}
    for one in given:
        theirs, sign, ours = one.rpartition("=")
        if not sign or not theirs.strip() or not ours.strip():
            raise UsageError(
                f"{one!r} does not say which connection is which.",
                hint="Write for example --connection 'My TikTok=acme'.",
            )
        if theirs.strip() in pairs:
            raise UsageError(f"--connection names {theirs.strip()!r} twice.")
        pairs[theirs.strip()] = ours.strip()
    return pairs


def free_path(folder: Path, name: str) -> Path:
    """Where a new scenario is to lie.

    Raises:
        UsageError: There is one of this name, or of this file name.
    """
    hint = "Choose another name: --name NAME"
    path = folder / f"{slug(name)}.yaml"
    if path.exists():
        raise UsageError(f"{path} is already there; nothing was overwritten.", hint=hint)
    if any(one.scenario is not None and one.scenario.name == name for one in texts(folder)):
        raise UsageError(f"There is a scenario named {name!r} already.", hint=hint)
    return path


async def problems_here(session: Session, text: str) -> list[DraftProblem]:
    """What is wrong with a new scenario where it is to run, each with its line."""
    known = [one.scenario for one in texts(session.workspace.scenarios) if one.scenario]
    clock = session.wiring.clock
    environment = await environment_of(session.wiring.store, known, clock.now())
    return problems_of_draft(text, environment)


def save_new(folder: Path, text: str) -> Saved:
    """Write a new scenario; it is not enabled.

    Raises:
        UsageError: Its name is taken, or it is no scenario.
    """
    outcome = save(folder, text, file=None, expected=None)
    if isinstance(outcome, Saved):
        return outcome
    raise UsageError(
        "This is no scenario that could be saved; nothing was written.",
        hint="Read the blueprint or the rule once more, and save what comes of it.",
    )
