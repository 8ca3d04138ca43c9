"""Drafts: every text can be gone back to, tabs do not write over each other, nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adloom.clock import FrozenClock
from adloom.database import Database, open_database
from adloom.errors import UnknownNameError, UsageError
from scheduler.drafts import DRAFT_MIGRATIONS, MOST_TEXTS, Conflict, Draft, Drafts
from scheduler.schema import MIGRATIONS
from tests.scheduler.schedules import at
from tests.seams.postgres import Place, named

START = at(2026, 11, 21)


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    where = named(place, "journal")
    async with open_database(where, DRAFT_MIGRATIONS, set_name="journal") as opened:
        yield opened


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database, FrozenClock(START))


def done(edited: Draft | Conflict) -> Draft:
    assert isinstance(edited, Draft)
    return edited


async def typed(drafts: Drafts, *texts: str) -> Draft:
    """A draft that begins with the first text and went through the others."""
    draft = await drafts.open("one", texts[0], "hash")
    for text in texts[1:]:
        draft = done(await drafts.edit("one", text, draft.version, "a"))
    return draft


def test_the_journal_has_the_tables_of_drafts() -> None:
    assert list(DRAFT_MIGRATIONS) == [one for one in MIGRATIONS if one in DRAFT_MIGRATIONS]


async def test_a_draft_begins_with_what_it_is_given(drafts: Drafts) -> None:
    draft = await drafts.open("one", "name: x\n", "abc")
    new = await drafts.open("two", "name: y\n", None)

    assert ("name: x\n", "abc", "name: x\n") == (draft.text, draft.base, draft.base_text)
    assert ("name: y\n", None, None) == (new.text, new.base, new.base_text)
    assert (False, True) == (draft.is_changed, new.is_changed)
    assert START == draft.updated_at


async def test_opening_again_goes_on_with_the_draft_there_is(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b")

    assert draft == await drafts.open("one", "other", "other")
    assert draft == await drafts.load("one")


async def test_undo_and_redo_give_back_every_text_exactly(drafts: Drafts) -> None:
    texts = ["a", "a\r\n# ünï\n", "", "  \n", "a"]
    draft = await typed(drafts, *texts)
    back = [draft.text]
    while draft.undoable:
        draft = done(await drafts.undo("one", draft.version, "a"))
        back.append(draft.text)
    forth = [draft.text]
    while draft.redoable:
        draft = done(await drafts.redo("one", draft.version, "a"))
        forth.append(draft.text)

    assert texts[::-1] == back
    assert texts == forth


async def test_there_is_nothing_before_the_first_text_and_behind_the_last(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b")

    assert draft == await drafts.redo("one", draft.version, "a")
    draft = done(await drafts.undo("one", draft.version, "a"))
    assert draft == await drafts.undo("one", draft.version, "a")


async def test_an_edit_after_an_undo_forgets_what_was_undone(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b", "c")
    draft = done(await drafts.undo("one", draft.version, "a"))
    draft = done(await drafts.edit("one", "d", draft.version, "a"))

    assert (2, 0) == (draft.undoable, draft.redoable)
    assert "b" == done(await drafts.undo("one", draft.version, "a")).text


async def test_an_edit_that_changes_nothing_is_none(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b")

    assert draft == await drafts.edit("one", "b", draft.version, "a")


async def test_only_so_many_texts_are_kept(drafts: Drafts, database: Database) -> None:
    draft = await typed(drafts, *map(str, range(MOST_TEXTS + 30)))
    rows = await database.read(lambda work: work.run("SELECT number FROM draft_text"))

    assert (MOST_TEXTS, MOST_TEXTS - 1) == (len(rows), draft.undoable)
    assert str(MOST_TEXTS + 29) == draft.text


async def test_a_tab_that_has_not_seen_the_last_change_of_another_is_refused(
    drafts: Drafts,
) -> None:
    draft = await typed(drafts, "start", "by a")
    late = await drafts.edit("one", "by b", draft.version - 1, "b")

    assert isinstance(late, Conflict)
    assert draft == late.draft == await drafts.load("one")
    assert "another tab" in str(late)
    for step in (drafts.undo, drafts.redo):
        assert late == await step("one", draft.version - 1, "b")
    assert "by b" == done(await drafts.edit("one", "by b", draft.version, "b")).text


async def test_two_quick_saves_of_one_tab_are_no_conflict(drafts: Drafts) -> None:
    draft = await typed(drafts, "start", "by a")

    assert "again" == done(await drafts.edit("one", "again", draft.version - 1, "a")).text


async def test_a_tab_that_shows_a_discarded_draft_does_not_write_into_its_successor(
    database: Database,
) -> None:
    before = Drafts(database, FrozenClock(START))
    old = await before.open("one", "old", None)
    await before.discard("one")
    after = Drafts(database, FrozenClock(START + timedelta(seconds=1)))
    await after.open("one", "new", None)

    assert isinstance(await after.edit("one", "old and more", old.version, "a"), Conflict)


async def test_what_is_discarded_is_gone_with_all_its_texts(
    drafts: Drafts, database: Database
) -> None:
    await typed(drafts, "a", "b")

    assert [True, False] == [await drafts.discard("one") for _ in range(2)]
    assert [] == await database.read(lambda work: work.run("SELECT * FROM draft_text"))
    with pytest.raises(UnknownNameError):
        await drafts.load("one")


async def test_a_draft_keeps_its_texts_under_another_name(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b")
    renamed = await drafts.rename("one", "Zwei & more")

    assert ["Zwei & more"] == [one.name for one in await drafts.all()]
    assert "a" == done(await drafts.undo("Zwei & more", draft.version, "a")).text
    assert renamed.version == draft.version


async def test_a_name_that_is_taken_is_refused(drafts: Drafts) -> None:
    draft = await typed(drafts, "a")
    other = await drafts.open("two", "b", None)

    with pytest.raises(UsageError, match="already"):
        await drafts.rename("one", "two")
    assert draft == await drafts.rename("one", "one")
    assert [draft, other] == [await drafts.load(name) for name in ("one", "two")]


async def test_what_was_saved_is_what_the_draft_differs_from(drafts: Drafts) -> None:
    draft = await typed(drafts, "a", "b")
    saved = await drafts.rebase("one", "b", "hash of b")

    assert (True, False) == (draft.is_changed, saved.is_changed)
    assert ("hash of b", "b", 1) == (saved.base, saved.base_text, saved.undoable)


async def test_the_draft_that_was_changed_last_comes_first(database: Database) -> None:
    for number, name in enumerate(["old", "middle", "new"]):
        clock = FrozenClock(START + timedelta(minutes=number))
        await Drafts(database, clock).open(name, "text", None)

    assert ["new", "middle", "old"] == [
        one.name for one in await Drafts(database, FrozenClock(START)).all()
    ]


async def test_workspaces_do_not_see_each_other(database: Database, drafts: Drafts) -> None:
    other = Drafts(database, FrozenClock(START), workspace="other")
    await drafts.open("one", "here", None)
    await other.open("one", "there", None)
    await drafts.discard("one")

    assert [] == await drafts.all()
    assert "there" == (await other.load("one")).text


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 1_000_001])
async def test_a_text_that_cannot_be_kept_is_refused(drafts: Drafts, text: str) -> None:
    draft = await typed(drafts, "a")

    with pytest.raises(UsageError):
        await drafts.edit("one", text, draft.version, "a")
    with pytest.raises(UsageError):
        await drafts.open("two", text, None)
    assert draft == await drafts.load("one")


@pytest.mark.parametrize("name", ["", "  ", "a\0", "x" * 201])
async def test_a_name_that_cannot_be_kept_is_refused(drafts: Drafts, name: str) -> None:
    with pytest.raises(UsageError):
        await drafts.open(name, "text", None)


async def test_a_draft_that_is_not_there_is_said_to_be_missing(drafts: Drafts) -> None:
    await drafts.open("pause-ads", "text", None)

    with pytest.raises(UnknownNameError, match="pause-adz") as caught:
        await drafts.edit("pause-adz", "text", 1, "a")
    assert "Did you mean pause-ads?" == caught.value.hint


CHILD = """
import asyncio, os, signal, sys
from adloom.clock import SystemClock
from adloom.database import open_database
from scheduler.drafts import DRAFT_MIGRATIONS, Drafts

async def main(where):
    async with open_database(where, DRAFT_MIGRATIONS, set_name="journal") as database:
        drafts = Drafts(database, SystemClock())
        draft = await drafts.open("one", "a", None)
        draft = await drafts.edit("one", "b", draft.version, "tab")
        await drafts.undo("one", draft.version, "tab")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(sys.argv[1]))
"""


async def test_what_was_typed_outlives_a_killed_process(place: Place) -> None:
    where = named(place, "journal")
    ended = subprocess.run(  # noqa: ASYNC221 - nothing else waits
        [sys.executable, "-c", CHILD, str(where)],
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    async with open_database(where, DRAFT_MIGRATIONS, set_name="journal") as database:
        drafts = Drafts(database, FrozenClock(START))
        draft = await drafts.load("one")
        again = done(await drafts.redo("one", draft.version, "tab"))

    assert -signal.SIGKILL == ended.returncode
    assert ("a", 0, 1) == (draft.text, draft.undoable, draft.redoable)
    assert "b" == again.text


MOVES = st.lists(
    st.sampled_from([("edit", "a"), ("edit", "b"), ("edit", "c"), ("undo", ""), ("redo", "")]),
    max_size=30,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
async def test_a_draft_behaves_like_a_list_and_a_place_in_it(
    drafts: Drafts, moves: list[tuple[str, str]]
) -> None:
    texts, place = ["start"], 0
    await drafts.discard("one")
    draft = await drafts.open("one", "start", None)
    for verb, text in moves:
        if verb == "edit" and text != texts[place]:
            texts, place = [*texts[: place + 1], text], place + 1
        elif verb != "edit":
            place = max(0, place - 1) if verb == "undo" else min(place + 1, len(texts) - 1)
        said = (text,) if verb == "edit" else ()
        draft = done(await getattr(drafts, verb)("one", *said, draft.version, "a"))

        assert (texts[place], place) == (draft.text, draft.undoable)
        assert len(texts) - 1 - place == draft.redoable
