"""The audit: every change once, nothing personal, and no row that can be touched unseen."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from dataclasses import astuple, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from adloom.database import Database, open_database
from adloom.errors import UnknownOutcomeError, UsageError
from modules.base import Change
from scheduler import audit_check
from scheduler.audit import Audit, append
from scheduler.audit_check import verify, verify_in
from scheduler.audit_rows import covers
from scheduler.journal import LostClaimError
from scheduler.records import CallState
from scheduler.schema import MIGRATIONS
from scheduler.stages.kinds import EFFECTS, OBJECTS
from tests.modules.fake_api import ad_row
from tests.scheduler.audit_rows import ROWS, entry, filled, flaws
from tests.scheduler.world import NOW, Bench, PlainSealer, World, bench
from tests.seams.postgres import Place, named, spot

TOLD: Final = {"image", "sound", "upload", "video"}


@pytest.fixture
async def table(tmp_path: Path, place: Place) -> AsyncIterator[Bench]:
    async with bench(tmp_path, place=place) as made:
        yield made


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    async with open_database(named(place, "journal"), MIGRATIONS, set_name="journal") as made:
        yield made


# --- what is written ----------------------------------------------------------------------------


async def test_every_change_of_a_call_becomes_a_row(table: Bench) -> None:
    result = await table.engine.apply(await table.plan())

    rows = await Audit(table.journal._database).changes()
    assert [(one.number, one.entry.object_id) for one in rows] == [
        (number, ad["ad_id"]) for number, ad in enumerate(table.world.ads, start=1)
    ]
    one = rows[0].entry
    assert (one.actor, one.execution_id, one.module) == (
        "command",
        result.execution.id,
        "update_ad_status",
    )
    assert (one.connection, one.account) == ("acme", "7100000000000000001")
    assert (one.kind, one.field, one.old, one.new) == (
        "ad",
        "operation_status",
        '"ENABLE"',
        '"DISABLE"',
    )
    assert (await verify(table.journal._database)).whole


async def test_a_change_that_was_looked_up_is_a_row_and_one_that_failed_is_none(
    table: Bench,
) -> None:
    table.world.after = [UnknownOutcomeError("No answer.")]
    await table.engine.apply(await table.plan())
    table.world.before = [UnknownOutcomeError("No answer.")]
    table.world.blind = True
    await table.engine.apply(await table.plan_call())

    rows = await Audit(table.journal._database).changes()
    assert [one.entry.module for one in rows] == ["update_ad_status"] * 2


async def test_what_was_done_in_part_says_so(table: Bench) -> None:
    table.world.partial = table.world.blind = True

    await table.engine.apply(await table.plan())

    assert [one.entry.part for one in await Audit(table.journal._database).changes()] == [1, 1]


async def test_who_lost_the_execution_writes_no_row(table: Bench) -> None:
    plan = await table.plan()
    await table.journal.begin(plan.execution)
    await table.journal.take_over(plan.execution, "another")

    with pytest.raises(LostClaimError):
        await table.journal.outcome(
            plan.execution, plan.operation, plan.operation.calls[0], CallState.DONE
        )

    assert await Audit(table.journal._database).changes() == []


async def test_what_others_wrote_is_covered_by_a_digest_and_not_told(table: Bench) -> None:
    plan = await table.plan_call("/audience/create/", email="ada@example.com")
    await table.engine.apply(plan)

    [one] = await Audit(table.journal._database).changes()
    whole = plan.changes[0]
    assert "ada@example.com" not in str(astuple(one.entry))
    assert one.entry.new == '"•••"'
    assert covers(one.entry, [whole.old, whole.new], PlainSealer())
    assert not covers(one.entry, [whole.old, "else"], PlainSealer())


async def test_secrets_and_persons_are_not_told_of_objects_either(table: Bench) -> None:
    plan = await table.plan()
    [call] = plan.operation.calls
    change = Change(
        "campaign", "1", "c", "link", "https://a.example.com/?access_token=abcdef", None
    )
    secret = replace(call, call=replace(call.call, changes=(change,)))
    personal = replace(call, call=replace(call.call, changes=(change,), personal=True))
    operation = replace(plan.operation, calls=(secret, replace(personal, seq=1)))
    personal = replace(personal, seq=1, call=replace(personal.call, key="2"))
    operation = replace(plan.operation, calls=(secret, personal))
    execution = replace(plan.execution, operations=(operation,))
    await table.journal.begin(execution)
    for one in operation.calls:
        await table.journal.outcome(execution, operation, one, CallState.DONE)

    rows = await Audit(table.journal._database).changes()
    assert [one.entry.old for one in rows] == [
        '"https://a.example.com/?access_token=•••"',
        '"•••"',
    ]
    assert all(one.entry.digest for one in rows)


async def test_a_long_value_is_cut_and_covered(table: Bench) -> None:
    plan = await table.plan()
    [call] = plan.operation.calls
    change = Change("ad", "1", "c", "ad_text", None, "x" * 100_000)
    long = replace(call, call=replace(call.call, changes=(change,)))
    operation = replace(plan.operation, calls=(long,))
    execution = replace(plan.execution, operations=(operation,))
    await table.journal.begin(execution)

    await table.journal.outcome(execution, operation, long, CallState.DONE)

    [one] = await Audit(table.journal._database).changes()
    assert len(one.entry.new) < 3_000
    assert covers(one.entry, [None, "x" * 100_000], PlainSealer())


def test_every_kind_of_change_is_either_told_or_hidden_on_purpose() -> None:
    from scheduler.audit_rows import TOLD as CLEAR

    assert set(OBJECTS) | TOLD == CLEAR
    assert {"call", "event", "file", "notification"} <= set(EFFECTS) - CLEAR


# --- listing ------------------------------------------------------------------------------------


async def test_changes_are_found_by_object_execution_and_time(database: Database) -> None:
    await filled(database)
    audit = Audit(database)

    since = NOW + timedelta(minutes=10)

    assert [one.number for one in await audit.changes(kind="ad", object_id="4")] == [4]
    assert [one.number for one in await audit.changes(execution_id="e1")] == [3, 4, 5]
    assert [one.number for one in await audit.changes(since=since)] == [10, 11, 12]
    assert [one.number for one in await audit.changes(limit=2)] == [11, 12]
    assert await audit.changes(kind="campaign", object_id="4") == []


# --- pruning ------------------------------------------------------------------------------------


async def test_pruning_leaves_a_checkpoint_and_the_chain_goes_on(database: Database) -> None:
    await filled(database)
    audit = Audit(database)
    noted = await database.read(lambda work: work.run("SELECT hash FROM audit WHERE number = 5")[0])
    before, now = NOW + timedelta(minutes=6), NOW + timedelta(hours=1)

    count = await audit.prune(before, now, lambda work: verify_in(work, "local").whole)
    await database.write(lambda work: append(work, "local", [entry(20)]))

    verdict = await verify(database, noted=f"5:{noted['hash']}")
    assert (count, verdict.first, verdict.rows, verdict.flaws) == (5, 6, 9, [])
    assert verdict.noted
    checkpoint = (await audit.changes(kind="audit"))[0].entry
    assert '"through": 5' in checkpoint.new
    again = await audit.prune(before, now, lambda work: verify_in(work, "local").whole)
    assert again == 0


async def test_everything_may_be_pruned_but_the_checkpoint(database: Database) -> None:
    await filled(database)
    audit = Audit(database)
    later = NOW + timedelta(days=1)

    first = await audit.prune(later, later, lambda work: verify_in(work, "local").whole)
    second = await audit.prune(
        later + timedelta(days=1), later, lambda work: verify_in(work, "local").whole
    )

    assert (first, second) == (ROWS, 1)
    assert (await verify(database)).whole


async def test_rows_removed_at_the_beginning_are_no_pruning(database: Database) -> None:
    await filled(database)
    await database.write(lambda work: work.run("DELETE FROM audit WHERE number <= 3"))

    assert await flaws(database) == ["rows 1 to 3 are missing, and no checkpoint tells of them"]


async def test_a_broken_chain_is_evidence_and_is_not_pruned(database: Database) -> None:
    await filled(database)
    await database.write(lambda work: work.run("UPDATE audit SET new = '0' WHERE number = 2"))
    later = NOW + timedelta(days=1)

    with pytest.raises(UsageError, match="not whole"):
        await Audit(database).prune(later, later, lambda work: verify_in(work, "local").whole)

    assert (await verify(database)).rows == ROWS


# --- several at once ----------------------------------------------------------------------------


def write_many(place: str, process: int, rows: int) -> None:
    """One of several processes that write."""

    async def work() -> None:
        where = named(spot(place), "journal")
        async with open_database(where, MIGRATIONS, set_name="journal") as database:
            for number in range(rows):
                one = replace(entry(number), operation_id=f"p{process}-{number}")
                await database.write(partial(append, workspace="local", entries=[one, one]))

    asyncio.run(work())


async def test_several_processes_write_one_chain(place: Place) -> None:
    async with open_database(named(place, "journal"), MIGRATIONS, set_name="journal") as database:
        start = multiprocessing.get_context("spawn")
        writers = [start.Process(target=write_many, args=(str(place), one, 25)) for one in range(3)]
        for one in writers:
            one.start()
        for one in writers:
            await asyncio.to_thread(one.join)

        verdict = await verify(database)
        rows = await Audit(database).changes()

    assert [one.exitcode for one in writers] == [0, 0, 0]
    assert (verdict.rows, verdict.head.number, verdict.flaws) == (150, 150, [])
    assert len({one.entry.operation_id for one in rows}) == 75


async def test_a_long_chain_is_read_in_portions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_check, "PORTION", 5)
    await filled(database)

    assert (await verify(database)).rows == ROWS


async def test_a_world_of_its_own_needs_no_module_to_be_known(tmp_path: Path) -> None:
    """Calls of modules that are gone are told all the same."""
    async with bench(tmp_path, World(ads=[ad_row(1)])) as table:
        plan = await table.plan()
        operation = replace(plan.operation, module="gone_module")
        execution = replace(plan.execution, operations=(operation,))
        await table.journal.begin(execution)
        await table.journal.outcome(execution, operation, operation.calls[0], CallState.DONE)

        [one] = await Audit(table.journal._database).changes()

    assert one.entry.module == "gone_module"
