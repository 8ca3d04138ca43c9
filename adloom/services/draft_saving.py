"""A draft that becomes the file of its scenario, or meets what somebody else wrote there."""

from pathlib import Path
from typing import Final

from adloom.errors import UsageError
from adloom.services.drafting import Drafted, drafts_of
from adloom.services.editing import ChangedOnDisk, Saved, Wrong, hash_of, save
from adloom.services.scenario_drafts import slug
from adloom.services.session import Session
from scenarios.loader import load_scenario, read_scenario_text
from scheduler.drafts import Conflict, Draft
from scheduler.workshop import Workshop

__all__ = ["GONE", "export_name", "on_disk", "save_draft", "say_saved", "take_theirs"]

#: What is said in the place of a hash where the file is gone.
GONE: Final = "gone"


def on_disk(session: Session, found: Drafted) -> ChangedOnDisk | None:
    """What the file says now, where that is not what the draft began from.

    Args:
        session: The open workspace.
        found: The draft.
    """
    return _standing(session, found, _theirs(found))


async def save_draft(
    session: Session, found: Drafted, over: str | None = None
) -> tuple[Saved | ChangedOnDisk | Wrong, Draft]:
    """Write a draft to its file, unless that says something nobody has seen here.

    Args:
        session: The open workspace.
        found: The draft.
        over: SHA-256 of what may be written over, or `GONE`; None is what the draft began from.

    Returns:
        What came of it, and the draft, which goes by its scenario's name from then on.

    Raises:
        UsageError: Another scenario, file or draft is called the same.
        WorkspaceError: The file cannot be read or written.
    """
    draft, drafts = found.draft, await drafts_of(session)
    theirs = _theirs(found)
    standing = _standing(session, found, theirs)
    if standing is not None and (standing.hash or GONE) != over:
        return standing, draft
    await _refuse_namesake(session, found)
    saved = save(
        session.workspace.scenarios,
        draft.text,
        file=found.file,
        expected=None if theirs is None else hash_of(theirs),
        environment=found.environment,
    )
    if isinstance(saved, Saved):
        draft = await drafts.rebase(draft.name, draft.text, saved.hash)
        draft = await drafts.rename(draft.name, saved.name)
    return saved, draft


async def take_theirs(
    session: Session, found: Drafted, seen: str, version: int, tab: str
) -> Draft | Conflict:
    """Go on with what the file says; the draft as it was is one step back.

    Args:
        session: The open workspace.
        found: The draft.
        seen: SHA-256 of what the file said when somebody chose it.
        version: The version of the draft that was shown.
        tab: The tab.

    Raises:
        UsageError: The file says something else by now, or is gone.
    """
    standing = on_disk(session, found)
    if standing is None or standing.theirs is None or standing.hash != seen:
        raise UsageError("The file was changed once more.", hint="Look at it as it is now.")
    drafts = await drafts_of(session)
    kept = await drafts.edit(found.draft.name, standing.theirs, version, tab)
    if isinstance(kept, Conflict):
        return kept
    return await drafts.rebase(found.draft.name, standing.theirs, standing.hash)


async def say_saved(workshop: Workshop, saved: Saved) -> str:
    """What saving means for what runs, in a sentence."""
    if saved.is_new:
        return "Saved. It is off until you switch it on."
    stored = await workshop.scenarios.load(saved.name)
    if stored.enabled:
        return "Saved. It is on, and runs as it says now from its next time on."
    return "Saved. It is off until you switch it on."


def export_name(found: Drafted) -> str:
    """What the file of a draft is called that somebody takes along."""
    if found.file is not None:
        return found.file.name
    try:
        return f"{slug(found.chain.name or found.draft.name)}.yaml"
    except UsageError:
        return "scenario.yaml"


# --- inside ---------------------------------------------------------------------------------------


def _theirs(found: Drafted) -> str | None:
    """What the file says now; None if there is none."""
    if found.file is None:
        return None
    try:
        return read_scenario_text(found.file)
    except FileNotFoundError:
        return None


def _standing(session: Session, found: Drafted, theirs: str | None) -> ChangedOnDisk | None:
    draft = found.draft
    if theirs is None:
        gone = ChangedOnDisk(found.file or _place(session, draft), None, None)
        return None if draft.base is None else gone
    now = hash_of(theirs)
    if found.file is None or now in (draft.base, hash_of(draft.text)):
        return None
    return ChangedOnDisk(found.file, theirs, now)


def _place(session: Session, draft: Draft) -> Path:
    """Where the file of a draft was, as far as anybody can tell."""
    return session.workspace.scenarios / f"{slug(draft.name)}.yaml"


async def _refuse_namesake(session: Session, found: Drafted) -> None:
    """Refuse a name by which another draft goes, before anything is written."""
    if any(one.is_error for one in found.chain.problems):
        return
    name = load_scenario(found.draft.text).name
    others = {one.name for one in await (await drafts_of(session)).all()} - {found.draft.name}
    if name in others:
        raise UsageError(
            f"Somebody has begun another scenario named {name!r} that is not saved yet.",
            hint="Give yours another name, or discard the other draft.",
        )
