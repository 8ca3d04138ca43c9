"""Drafts of a workspace's scenarios: begun from their files, judged where they are to run."""

from dataclasses import dataclass
from pathlib import Path

from adloom.errors import UnknownNameError
from adloom.services.editing import Chain, chain_of, hash_of, problems_of_draft
from adloom.services.scenario_drafts import slug
from adloom.services.scenario_files import environment_of, texts
from adloom.services.session import Session
from scenarios.environment import Environment
from scenarios.loader import read_scenario_text
from scenarios.yaml_writing import write_block
from scheduler.drafts import Conflict, Draft, Drafts

__all__ = ["Drafted", "begin_draft", "drafted", "drafts_of", "environment_for", "file_of"]

EMPTY = "New scenario"
#: The tab of what came from the file: every tab that is open is behind it.
FILE = "file"


@dataclass(frozen=True)
class Drafted:
    """A draft with what can be said about it.

    Args:
        draft: The draft.
        chain: Its steps as they are drawn, with everything that is wrong.
        environment: Where it is to run.
        file: The file it began from; None if it is new.
    """

    draft: Draft
    chain: Chain
    environment: Environment
    file: Path | None


async def drafts_of(session: Session) -> Drafts:
    """The drafts of a workspace."""
    return Drafts(await session.journal_database(), session.wiring.clock)


async def drafted(session: Session, name: str) -> Drafted:
    """The draft of this name; begun from the scenario's file if nobody has begun one.

    A draft in which nothing waits to be saved follows its file: a schedule set on its own page, or
    a hand at the file, is what the editor shows next, and not what it said the last time.

    Raises:
        UnknownNameError: There is neither a draft nor a file.
    """
    drafts, file = await drafts_of(session), file_of(session, name)
    try:
        draft = await drafts.load(name)
    except UnknownNameError:
        if file is None:
            raise UnknownNameError("scenario", name, _names(session)) from None
        text = read_scenario_text(file)
        draft = await drafts.open(name, text, hash_of(text))
    else:
        if file is not None and draft.base is not None and not draft.is_changed:
            draft = await _followed(drafts, draft, read_scenario_text(file))
    return await looked_at(session, draft, file)


async def _followed(drafts: Drafts, draft: Draft, text: str) -> Draft:
    """A draft that says what its file says now; what it said before is one step back."""
    if draft.base == hash_of(text):
        return draft
    kept = await drafts.edit(draft.name, text, draft.version, FILE)
    if isinstance(kept, Conflict):  # somebody was faster, and what they wrote stands
        return kept.draft
    return await drafts.rebase(draft.name, text, hash_of(text))


async def looked_at(session: Session, draft: Draft, file: Path | None) -> Drafted:
    """A draft with what can be said about it now."""
    environment = await environment_for(session)
    chain = chain_of(draft.text, problems_of_draft(draft.text, environment))
    return Drafted(draft, chain, environment, file)


async def begin_draft(session: Session, text: str | None = None, *, name: str = EMPTY) -> Draft:
    """Begin a new scenario under a name nobody has yet.

    Args:
        session: The open workspace.
        text: What it begins with; an empty scenario if it is left out.
        name: What it is to be called.
    """
    drafts = await drafts_of(session)
    taken = {*_names(session), *(one.name for one in await drafts.all())}
    free, number = slug(name), 1
    while free in taken:
        number += 1
        free = f"{slug(name)}-{number}"
    written = text or write_block({"name": free, "schedule": "on demand", "steps": []}, 0) + "\n"
    return await drafts.open(free, written, None)


async def environment_for(session: Session) -> Environment:
    """Where the scenarios of a workspace run: its connections, and each other."""
    known = [one.scenario for one in texts(session.workspace.scenarios) if one.scenario]
    wiring = session.wiring
    return await environment_of(wiring.store, known, wiring.clock.now())


def file_of(session: Session, name: str) -> Path | None:
    """The file of a scenario, by the scenario's name or the file's; None if there is none."""
    for text in texts(session.workspace.scenarios):
        if name == text.path.stem or (text.scenario is not None and text.scenario.name == name):
            return text.path
    return None


def _names(session: Session) -> list[str]:
    found = texts(session.workspace.scenarios)
    return [
        name
        for one in found
        for name in {one.path.stem, one.scenario and one.scenario.name}
        if name
    ]
