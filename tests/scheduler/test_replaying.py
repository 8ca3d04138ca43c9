"""A replay: the same version comes to the same, another one is told apart, and nothing is sent."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adloom.errors import RejectedError, UsageError
from adloom.json_text import dump
from adloom.wire import Record
from scenarios.loader import load_scenario, problems_of
from scenarios.problems import Severity
from scheduler.history import History, StepRun, StepState
from scheduler.records import Execution, Operation, Status
from scheduler.replaying import Replay, replay
from tests.modules.fake_api import ad_row
from tests.scheduler.bench_of_scenarios import ADVERTISER, DatedWorld, ScenarioBench, scenario_bench
from tests.scheduler.random_scenarios import CALLED, random_scenario, random_troubles
from tests.scheduler.world import PlainSealer

SEARCH = f"""\
name: s
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""
NOTE = """\
  - id: note
    set: {variables: {name: "{{ads.ad_name}}!"}}
"""
PAUSE = """\
  - id: pause
    module: update_ad_status
    connection: acme
    when: "{{ads.spend > 50}}"
    params:
      advertiser_id: "{{ads.advertiser_id}}"
      ad_id: "{{ads.ad_id}}"
      status: DISABLE
"""
TELL = """\
  - id: keep
    store: {name: paused, operation: put, key: "{{pause.ad_id}}", value: "{{pause.after}}"}
"""
TABLES = (
    "execution",
    "operation",
    "call",
    "step_run",
    "data",
    "data_change",
    "inbox",
    "incomplete",
)


def ads(count: int, **more: Any) -> list[Record]:
    return [
        ad_row(
            number, advertiser_id=ADVERTISER, spend=number * 20.5, labels=["a", {"b": 1}], **more
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(4))) as made:
        yield made


async def ran(bench: ScenarioBench, text: str) -> Execution:
    """Run a scenario once."""
    await bench.put(text)
    [ended] = (await bench.run()).executions
    return await bench.workshop.journal.load(ended.execution.id)


async def replayed(bench: ScenarioBench, execution: Execution, text: str | None = None) -> Replay:
    return await replay(bench.workshop, execution.id, load_scenario(text) if text else None)


def seen(found: Replay) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Every difference by its path."""
    return {
        one.path: {aspect.name: (aspect.old, aspect.new) for aspect in one.aspects}
        for one in found.differences
    }


# --- the same version -----------------------------------------------------------------------------


async def test_the_same_version_comes_to_the_same(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + NOTE + PAUSE + TELL)

    found = await replayed(bench, execution)

    assert found.is_same
    assert 1 + 4 + 4 + 2 == found.same
    assert ["DISABLE", "DISABLE"] == [
        change["new"] for changes in found.stage.changes.values() for change in changes
    ]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_every_scenario_replayed_comes_to_the_same_and_writes_nothing(seed: int) -> None:
    asyncio.run(_random_replay(seed))


async def _random_replay(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - examples
    text = random_scenario(chance)
    assert [] == [one for one in problems_of(text) if one.severity is Severity.ERROR], text
    with tempfile.TemporaryDirectory() as folder:
        world = DatedWorld(ads=ads(chance.randint(0, 4), budget=12.5))
        world.before += random_troubles(chance)
        async with scenario_bench(Path(folder), world) as bench:
            await bench.put(CALLED, "called")
            execution = await ran(bench, text)
            before, sent = await _everything(bench), len(world.sent)

            found = await replayed(bench, execution)

            assert ([], []) == (list(found.missing), list(found.differences)), text
            assert execution.status is found.walked.status, text
            assert before == await _everything(bench)
            assert sent == len(world.sent)
            old = {path: run.trace for path, run in found.stage.records.steps.items()}
            new = {path: run.trace for path, run in found.walked.runs.items()}
            assert old == new


async def _everything(bench: ScenarioBench) -> dict[str, list[bytes]]:
    """All that is written down."""
    return {
        table: [
            dump([str(value) for value in row])
            for row in await bench.workshop.database.read(
                lambda work, table=table: work.run(f"SELECT * FROM {table}")  # type: ignore[misc] # noqa: S608 - bound; a test's own names
            )
        ]
        for table in TABLES
    }


async def test_what_stopped_part_way_stops_there_again(bench: ScenarioBench) -> None:
    bench.world.before.append(RejectedError("No such ad."))
    execution = await ran(bench, SEARCH + PAUSE + TELL)

    found = await replayed(bench, execution)

    assert found.is_same
    assert ["No such ad."] == [str(one.error) for one in found.walked.troubles]


@dataclass(frozen=True)
class Reviewed:
    """What was reviewed an hour before, and lets everything pass."""

    moment: datetime

    def check(self, operation: Operation) -> None:
        assert operation.calls


async def test_what_applied_a_plan_is_replayed_at_the_moment_of_the_plan(
    bench: ScenarioBench,
) -> None:
    workshop, clock = bench.workshop, bench.world.clock
    review = Reviewed(clock.now() - timedelta(hours=1))

    async def reviewed(_: Execution) -> Reviewed:
        return review

    version = await bench.put(SEARCH + NOTE.replace("{{ads.ad_name}}!", "{{now}}") + PAUSE)
    new = Execution("applied", Status.RUNNING, clock.now(), workshop.node.id, scenario="s",
                    scenario_hash=version)  # fmt: skip
    await workshop.journal.begin(new)
    await workshop.conductor.carry(await workshop.version(version), new, review=review, lasting={})
    without = await replay(workshop, "applied")
    workshop.conductor = replace(workshop.conductor, reviewed=reviewed)

    found = await replay(workshop, "applied")

    assert (False, True) == (without.is_same, found.is_same)


# --- another version ------------------------------------------------------------------------------


async def test_a_condition_that_lets_less_through_takes_changes_away(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE)

    found = await replayed(bench, execution, SEARCH + PAUSE.replace("> 50", "> 70"))

    [(path, aspects)] = seen(found).items()
    assert "ads:2>pause" == path
    assert ("done", "dropped") == aspects["state"]
    assert "61.5 > 70 is false" in aspects["condition"][1]
    assert [] == aspects["changes"][1]
    assert ("ENABLE", "DISABLE") == tuple(aspects["changes"][0][0][name] for name in ("old", "new"))
    assert not found.missing


async def test_a_condition_that_lets_more_through_has_no_record_there(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE + TELL)

    found = await replayed(bench, execution, SEARCH + PAUSE.replace("> 50", "> 30") + TELL)

    assert [("ads:1>pause", "was held back then")] == [(one.path, one.why) for one in found.missing]
    assert ("dropped", "reached") == seen(found)["ads:1>pause"]["state"]
    assert "1700000000000002" == seen(found)["ads:1>pause"]["given"][1]["ad_id"]
    assert "ads:1>pause:0>keep" not in found.walked.runs


async def test_another_wish_for_the_same_object_is_worked_out_from_what_was_read_then(
    bench: ScenarioBench,
) -> None:
    text = SEARCH + PAUSE
    bench.world.ads[3]["operation_status"] = "DISABLE"
    execution = await ran(bench, text)

    found = await replayed(bench, execution, text.replace("status: DISABLE", "status: ENABLE"))

    changed = seen(found)["ads:2>pause"]
    assert ("DISABLE", "ENABLE") == tuple(given["status"] for given in changed["given"])
    assert [] == changed["changes"][1]
    assert "given something else then" in found.missing[0].why


async def test_a_step_put_in_between_or_taken_out_leads_to_the_same_records(
    bench: ScenarioBench,
) -> None:
    execution = await ran(bench, SEARCH + NOTE + PAUSE + TELL)

    without = await replayed(bench, execution, SEARCH + PAUSE + TELL)
    more = await replayed(
        bench, execution, SEARCH + NOTE + NOTE.replace("id: note", "id: more") + PAUSE + TELL
    )

    assert without.is_same
    assert more.is_same


async def test_a_new_step_that_reaches_outside_has_no_record(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE)
    look = """\
  - id: look
    module: get_ad
    connection: acme
    params: {advertiser_id: "{{ads.advertiser_id}}", ad_id: "{{ads.ad_id}}"}
"""

    found = await replayed(bench, execution, SEARCH + PAUSE + look)

    assert {"look"} == {one.step for one in found.missing}
    assert ("not reached", "reached") == seen(found)["ads:2>pause:0>look"]["state"]


async def test_what_is_read_with_other_parameters_has_no_record(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE)

    found = await replayed(bench, execution, SEARCH.replace("limit: 0", "limit: 3") + PAUSE)

    assert [("ads", "was given something else then")] == [
        (one.step, one.why) for one in found.missing
    ]
    assert ({"advertiser_id": ADVERTISER, "limit": 0}, {"advertiser_id": ADVERTISER, "limit": 3}) \
        == seen(found)["ads"]["given"]  # fmt: skip
    assert ["ads"] == list(found.walked.runs)


async def test_the_same_step_with_another_module_has_no_record(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH)

    found = await replayed(bench, execution, SEARCH.replace("search_ads", "list_campaigns"))

    assert ["did something else then"] == [one.why for one in found.missing]


async def test_what_depends_on_a_missing_record_is_neither_walked_nor_called_gone(
    bench: ScenarioBench,
) -> None:
    gather = '  - id: all\n    aggregator: {source: ads, kind: text, value: "{{pause.ad_id}}"}\n'
    execution = await ran(bench, SEARCH + PAUSE + gather)

    found = await replayed(bench, execution, SEARCH + PAUSE.replace("> 50", "> 30") + gather)

    assert {"ads:1>pause"} == seen(found).keys()
    assert "all" not in found.walked.runs


async def test_a_data_store_that_is_given_another_value_is_told(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE + TELL)

    found = await replayed(
        bench, execution, SEARCH + PAUSE + TELL.replace("{{pause.after}}", "{{pause.before}}")
    )

    assert [("DISABLE", "ENABLE")] * 2 == [
        tuple(side[0]["value"] for side in one["bundles"]) for one in seen(found).values()
    ]
    assert not found.missing


# --- triggers -------------------------------------------------------------------------------------

WATCH = f"""\
name: s
schedule: {{every: 1 hour}}
steps:
  - id: ads
    module: watch_ads
    connection: acme
    params: {{advertiser_ids: ["{ADVERTISER}"], by: updated, limit: 0}}
    start: everything
"""


async def test_bundles_of_a_trigger_that_are_not_known_any_more_are_counted(
    bench: ScenarioBench,
) -> None:
    execution = await ran(bench, WATCH + NOTE)
    await bench.workshop.database.write(
        lambda work: work.run("DELETE FROM step_run WHERE step = 'ads'")
    )

    found = await replayed(bench, execution)

    assert (4, 0, False) == (found.erased, found.same, found.is_same)
    assert ((), ()) == (found.differences, found.missing)


async def test_a_bundle_that_stopped_part_way_is_still_known(bench: ScenarioBench) -> None:
    bench.world.before.append(RejectedError("No such ad."))
    execution = await ran(bench, WATCH + PAUSE)

    found = await replayed(bench, execution)

    assert 0 == found.erased
    assert ["No such ad."] == [str(one.error) for one in found.walked.troubles]


async def test_bundles_that_history_holds_are_carried_again(bench: ScenarioBench) -> None:
    execution = await ran(bench, WATCH + PAUSE)
    rows = await bench.workshop.database.read(
        lambda work: work.run("SELECT id, key FROM inbox WHERE execution_id = ?", execution.id)
    )
    history = History(bench.workshop.database, PlainSealer(), execution.id)
    for row in rows:
        ad = next(one for one in bench.world.ads if one["ad_id"] == row["key"].partition("@")[0])
        bundle = {**ad, "operation_status": "ENABLE", "modify_time": "2026-11-02 00:00:00"}
        history.add(
            StepRun(row["id"], "ads", StepState.DONE, execution.started_at, output=[bundle])
        )
    await history.flush()

    found = await replayed(bench, execution)

    assert (True, 4) == (found.is_same, found.same)


# --- refusals -------------------------------------------------------------------------------------


async def test_what_was_confidential_is_gone_and_that_is_said(bench: ScenarioBench) -> None:
    text = SEARCH.replace("steps:", "settings: {confidential: true}\nsteps:") + PAUSE
    execution = await ran(bench, text)

    with pytest.raises(UsageError, match="confidential"):
        await replayed(bench, execution)


async def test_a_scenario_that_begins_otherwise_is_refused(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE)

    with pytest.raises(UsageError, match="does not begin as it did"):
        await replayed(bench, execution, WATCH + PAUSE)


async def test_a_version_that_is_not_kept_cannot_be_replayed(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE)
    await bench.put(SEARCH)
    await bench.workshop.scenarios.prune(bench.world.clock.now())
    bench.workshop._understood.clear()

    with pytest.raises(UsageError, match="not kept any more"):
        await replayed(bench, execution)


def test_random_scenarios_have_steps_of_every_kind() -> None:
    chance = Random(11)  # noqa: S311 - examples
    made = [load_scenario(random_scenario(chance)) for _ in range(200)]

    kinds = {type(step).__name__ for one in made for step in one.all_steps()}
    assert len(kinds) >= 9


async def test_what_a_trigger_handed_on_is_known_when_it_is_done(bench: ScenarioBench) -> None:
    execution = await ran(bench, WATCH + NOTE)

    found = await replayed(bench, execution)

    assert (0, True) == (found.erased, found.is_same)
