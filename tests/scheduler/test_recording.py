"""A test made of a past execution passes at once, and tells nothing about persons."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adloom.errors import RejectedError, UsageError
from scenarios.testing.folder import make_ready
from scheduler.judging import judge
from scheduler.recording import record
from scheduler.scrubbing import Scrubber
from scheduler.testing import run_ready
from tests.scheduler.bench_of_scenarios import ADVERTISER, DatedWorld, ScenarioBench, scenario_bench
from tests.scheduler.random_scenarios import CALLED, random_scenario, random_troubles
from tests.scheduler.test_replaying import PAUSE, SEARCH, TELL, WATCH, ads, ran

PERSON = {"email": "ada@firma.example", "phone": "+49 151 1234567", "access_token": "abcdef123456"}


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ScenarioBench]:
    async with scenario_bench(tmp_path, DatedWorld(ads=ads(4, **PERSON))) as made:
        yield made


async def passes(bench: ScenarioBench, text: str) -> list[str]:
    """What is wrong with a test beside its scenario."""
    path = bench.workshop.folder / "s.test.yaml"
    path.write_text(text)
    ready = make_ready(path)
    assert ready.script is not None
    assert ready.is_sound, ready.problems
    [case] = ready.script.cases
    return [one.text for one in judge(case, await run_ready(ready, case))]


async def test_what_is_recorded_passes_at_once(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE + TELL)

    text = await record(bench.workshop, execution.id)

    assert [] == await passes(bench, text)
    assert 2 == text.count("old: ENABLE")


async def test_another_threshold_makes_it_fail(bench: ScenarioBench) -> None:
    execution = await ran(bench, SEARCH + PAUSE + TELL)
    text = await record(bench.workshop, execution.id)

    await bench.put(SEARCH + PAUSE.replace("> 50", "> 70") + TELL)

    assert any("did not happen" in one for one in await passes(bench, text))


async def test_persons_secrets_and_ids_have_other_names_and_the_scenarios_own_stay(
    bench: ScenarioBench,
) -> None:
    note = '  - id: told\n    set: {variables: {text: "{{ads.ad_id}} of {{ads.email}}"}}\n'
    bench.world.before.append(RejectedError("1700000000000003 of ada@firma.example is gone."))
    execution = await ran(bench, SEARCH + note + PAUSE)

    text = await record(bench.workshop, execution.id)

    assert not re.search(r"17000000|firma|151 1234567|abcdef", text)
    assert ADVERTISER in text
    assert "person1@example.com is gone." in text
    assert [] == await passes(bench, text)


async def test_an_execution_of_which_too_little_is_known_is_refused(bench: ScenarioBench) -> None:
    execution = await ran(bench, WATCH + PAUSE)
    await bench.workshop.database.write(
        lambda work: work.run("DELETE FROM step_run WHERE step = 'ads'")
    )

    with pytest.raises(UsageError, match="too little of it is known"):
        await record(bench.workshop, execution.id)


async def test_a_confidential_execution_goes_into_no_file(bench: ScenarioBench) -> None:
    bench.world.before.append(RejectedError("No."))
    execution = await ran(
        bench, SEARCH.replace("steps:", "settings: {confidential: true}\nsteps:") + PAUSE
    )

    with pytest.raises(UsageError, match="confidential"):
        await record(bench.workshop, execution.id)


async def test_what_a_store_held_before_is_given(bench: ScenarioBench) -> None:
    await bench.workshop.data.put("seen", "1700000000000002", {"by": "ada@firma.example"})
    steps = """\
  - id: known
    store: {name: seen, operation: get, key: "{{ads.ad_id}}"}
  - id: count
    store: {name: seen, operation: count}
"""
    execution = await ran(bench, SEARCH + steps)

    text = await record(bench.workshop, execution.id)

    assert [] == await passes(bench, text)
    assert "by: person1@example.com" in text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_every_execution_recorded_passes_or_is_refused_in_words(seed: int) -> None:
    asyncio.run(_random_record(seed))


async def _random_record(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - examples
    with tempfile.TemporaryDirectory() as folder:
        world = DatedWorld(ads=ads(chance.randint(0, 4), budget=12.5))
        world.before += random_troubles(chance)
        async with scenario_bench(Path(folder), world) as bench:
            await bench.put(CALLED, "called")
            execution = await ran(bench, random_scenario(chance))
            try:
                text = await record(bench.workshop, execution.id)
            except UsageError as refusal:
                assert "cannot be made into a test" in str(refusal)  # noqa: PT017 - either is right
                return
            assert [] == await passes(bench, text)


# --- other names ----------------------------------------------------------------------------------


def scrubbed(value: object, *, kept: str = "", personal: tuple[str, ...] = ()) -> object:
    scrubber = Scrubber(kept, personal)
    scrubber.learn(value)
    return scrubber.scrub(value)


def test_the_same_value_has_the_same_other_name_everywhere() -> None:
    found = scrubbed(
        {"ad_id": "1700000000000001", "text": "Ad 1700000000000001!", "17000": 1,
         "ids": ["1700000000000001", "1700000000000002"]}
    )  # fmt: skip

    assert {
        "ad_id": "1000000000000001",
        "text": "Ad 1000000000000001!",
        "17000": 1,
        "ids": ["1000000000000001", "1000000000000002"],
    } == found


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ({"note": "write to Ada.B@Firma.example."}, {"note": "write to person1@example.com."}),
        ({"mobile": "0151 1234567"}, {"mobile": "+12025550100"}),
        ({"note": "call +49 (151) 123-4567 now"}, {"note": "call +12025550100 now"}),
        ({"order_id": 123456, "sum": 123456789}, {"order_id": 100001, "sum": 123456789}),
        ({"at": "2026-11-21 12:00:00", "spend": "1234567.89"}, None),
        ({"time": "1795255200", "score": "0.123456789012345"}, None),
        (
            {"access_token": "abc", "n": None, "b": True},
            {"access_token": "•••", "n": None, "b": True},
        ),
    ],
)
def test_what_belongs_to_persons_is_found_and_nothing_else(value: object, other: object) -> None:
    assert (other or value) == scrubbed(value)


def test_a_digest_stays_a_digest_and_what_modules_call_personal_is_named() -> None:
    found = scrubbed({"hash": "a" * 64, "text": "for Ada Lovelace"}, personal=("Ada Lovelace",))

    assert isinstance(found, dict)
    assert re.fullmatch("[0-9a-f]{64}", found["hash"])
    assert ("a" * 64 != found["hash"], "for person 1") == (True, found["text"])


def test_what_stands_in_the_scenario_stays() -> None:
    kept = "advertiser_id: '7100000000000000001', mail: team@firma.example"
    value = {"advertiser_id": "7100000000000000001", "to": "team@firma.example"}

    assert value == scrubbed(value, kept=kept)
