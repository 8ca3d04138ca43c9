"""Files and rows: what is new, changed, broken, gone, back; on and off; every version kept."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adloom.errors import UnknownNameError
from scheduler.scenario_rows import RunEnd, RunStatus
from scheduler.scenario_store import Changes
from tests.scheduler.schedules import at
from tests.scheduler.timetable import NOON, Timetable, scenario_text, timetable
from tests.seams.postgres import Place

DAY = timedelta(days=1)


@pytest.fixture
async def table(tmp_path: Path, place: Place) -> AsyncIterator[Timetable]:
    async with timetable(tmp_path, place) as made:
        yield made


async def test_a_new_scenario_is_disabled_until_somebody_enables_it(table: Timetable) -> None:
    table.write("nightly", "{daily: '09:00'}")
    changes = await table.synchronise()
    [found] = await table.scenarios.all()

    assert changes == Changes(new=["nightly"])
    assert (found.enabled, found.next_at, found.file) == (False, None, "nightly.yaml")

    enabled = await table.scenarios.enable("nightly")

    assert (enabled.enabled, enabled.next_at) == (True, at(2026, 11, 22, 9))
    assert enabled.next_slot == "2026-11-22T09:00:00[UTC]"


async def test_what_has_not_changed_is_not_understood_again(table: Timetable) -> None:
    table.write("nightly")
    await table.synchronise()
    again = table.files.read(await table.scenarios.known())

    assert again.changed == {}
    assert again.unchanged == {"nightly.yaml": "nightly"}
    assert await table.synchronise() == Changes()


async def test_another_text_leaves_the_next_time_alone(table: Timetable) -> None:
    before = await table.enabled("nightly")
    table.clock.move(20 * 60)
    table.write("nightly", seconds=2)
    changes = await table.synchronise()
    after = await table.scenarios.load("nightly")

    assert changes == Changes(changed=["nightly"])
    assert (after.enabled, after.next_at) == (True, before.next_at)
    assert after.hash != before.hash


async def test_another_schedule_is_reckoned_anew_from_now(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(20 * 60)
    table.write("nightly", "{every: 1 hour}")
    changes = await table.synchronise()

    assert changes == Changes(changed=["nightly"], rescheduled=["nightly"])
    assert await table.next_at("nightly") == at(2026, 11, 21, 13)


async def test_another_schedule_does_not_enable_a_scenario(table: Timetable) -> None:
    table.write("nightly")
    await table.synchronise()
    table.write("nightly", "{every: 1 hour}")
    await table.synchronise()

    assert await table.next_at("nightly") is None


async def test_a_broken_file_stops_its_scenario_until_it_is_mended(table: Timetable) -> None:
    path = table.write("nightly")
    await table.enabled("nightly")
    path.write_text("name: nightly\nsteps: what?\n")
    changes = await table.synchronise()
    broken = await table.scenarios.load("nightly")
    table.clock.move(3600)
    claimed = await table.claim()

    assert (changes.broken, list(changes.faults)) == (["nightly"], ["nightly.yaml"])
    assert broken.fault is not None
    assert broken.fault.startswith("nightly.yaml cannot be used: ")
    assert claimed == []

    table.write("nightly", seconds=3)
    changes = await table.synchronise()

    assert (changes.changed, changes.back) == (["nightly"], ["nightly"])
    assert await table.slots() == ["2026-11-21T13:00:00Z"]


async def test_a_scenario_whose_file_comes_back_goes_on(table: Timetable) -> None:
    await table.enabled("nightly")
    path = table.folder / "nightly.yaml"
    path.rename(table.folder / "nightly.bak")
    gone = await table.synchronise()
    again = await table.synchronise()
    (table.folder / "nightly.bak").rename(path)
    back = await table.synchronise()

    assert (gone, again, back) == (Changes(gone=["nightly"]), Changes(), Changes(back=["nightly"]))
    assert await table.next_at("nightly") == at(2026, 11, 21, 12, 15)


async def test_who_comes_back_after_days_has_to_be_enabled_again(table: Timetable) -> None:
    await table.enabled("nightly")
    (table.folder / "nightly.yaml").unlink()
    await table.synchronise()
    table.clock.move(2 * 86_400)
    table.write("nightly", "{every: 1 hour}")
    await table.synchronise()
    found = await table.scenarios.load("nightly")

    assert (found.enabled, found.due_at) == (False, None)
    assert found.disabled_reason == "It could not run for more than a day."


async def test_a_name_stands_for_one_file_only(table: Timetable) -> None:
    table.write("nightly", file="a.yaml")
    table.write("nightly", seconds=2, file="b.yaml")
    changes = await table.synchronise()

    assert changes.new == ["nightly"]
    assert changes.faults == {"b.yaml": "a.yaml also has a scenario named 'nightly'."}


async def test_a_file_may_be_renamed(table: Timetable) -> None:
    await table.enabled("nightly")
    (table.folder / "nightly.yaml").rename(table.folder / "night.yml")
    changes = await table.synchronise()

    assert changes == Changes()
    assert (await table.scenarios.load("nightly")).file == "night.yml"


async def test_the_zone_of_an_account_is_asked_for_until_it_is_known(table: Timetable) -> None:
    table.write("nightly", "{daily: '09:00', timezone: account}")
    await table.synchronise()
    waiting = await table.scenarios.enable("nightly")
    await table.synchronise(lambda scenario: {"nightly": "Asia/Tokyo"}[scenario.name])
    known = await table.scenarios.load("nightly")

    assert waiting.fault == "The time zone of its account is not known yet."
    assert waiting.due_at is None
    assert (known.fault, known.due_at) == (None, at(2026, 11, 22, 0))


async def test_every_version_is_kept_as_long_as_something_names_it(table: Timetable) -> None:
    hashes = []
    for seconds in (1, 2, 3):
        stored = await table.enabled("nightly", seconds=seconds)
        hashes.append(stored.hash)
        table.clock.move(15 * 60)
        [due] = await table.claim()
        await table.dues.ended(due, RunEnd())

    assert [await table.scenarios.load_text(one) for one in hashes] == [
        scenario_text("nightly", seconds=seconds) for seconds in (1, 2, 3)
    ]
    assert await table.scenarios.prune(NOON) == (0, 0)
    assert await table.scenarios.prune(table.clock.now() + DAY, keep={hashes[0]}) == (3, 1)
    assert await table.scenarios.load_text(hashes[0])
    assert await table.scenarios.load_text(hashes[2])
    with pytest.raises(UnknownNameError):
        await table.scenarios.load_text(hashes[1])


async def test_what_still_runs_is_not_pruned(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(15 * 60)
    await table.claim()

    assert await table.scenarios.prune(table.clock.now() + DAY) == (0, 0)


async def test_disabled_means_not_due_and_enabled_means_from_now_on(table: Timetable) -> None:
    await table.enabled("nightly")
    was_enabled = await table.scenarios.disable("nightly", "Its account wants to be reconnected.")
    table.clock.move(86_400)
    claimed = await table.claim()
    found = await table.scenarios.load("nightly")

    assert (was_enabled, claimed) == (True, [])
    assert found.disabled_reason == "Its account wants to be reconnected."
    assert not await table.scenarios.disable("nightly")

    again = await table.scenarios.enable("nightly")

    assert (again.disabled_reason, again.errors_in_row) == (None, 0)
    assert again.next_at == NOON + DAY + timedelta(minutes=15)


async def test_enabling_what_is_enabled_changes_nothing(table: Timetable) -> None:
    before = await table.enabled("nightly")
    table.clock.move(20 * 60)

    assert (await table.scenarios.enable("nightly")) == before


async def test_a_scenario_nobody_knows_is_named_in_the_error(table: Timetable) -> None:
    await table.enabled("nightly")
    for verb in (table.scenarios.enable, table.scenarios.disable, table.scenarios.load):
        with pytest.raises(UnknownNameError) as raised:
            await verb("nighly")

        assert raised.value.hint == "Did you mean nightly?"


async def test_the_last_run_is_remembered(table: Timetable) -> None:
    await table.enabled("nightly")
    table.clock.move(15 * 60)
    [due] = await table.claim()
    table.clock.move(7)
    await table.dues.ended(due, RunEnd(RunStatus.WARNING, "One source failed.", found=True))
    found = await table.scenarios.load("nightly")

    assert found.last_started_at == at(2026, 11, 21, 12, 15)
    assert found.last_ended_at == found.last_found_at == at(2026, 11, 21, 12, 15, 7)
    assert (found.last_status, found.last_error) == (RunStatus.WARNING, "One source failed.")
