"""Requests that are rare and yet somebody's: names of all scripts, two clicks, forms too large."""

import asyncio
import re
from urllib.parse import quote

import pytest

from adloom.services.planning import plan_of
from tests.console.conftest import Console
from tests.console.executed import Executed

NAME = "日本 & l'été"
QUOTED = quote(NAME, safe="")


@pytest.fixture
async def named(own_console: Console) -> Console:
    """A console with a scenario that changes ads, under a name that no header can carry."""
    executed = Executed(own_console.desk, own_console.practice)
    executed.put("abroad", executed.text(f'"{NAME}"'))
    await own_console.desk.workshop.synchronise()
    return own_console


async def test_a_new_scenario_may_have_a_name_of_any_script(own_console: Console) -> None:
    where = await own_console.goes_to("/scenarios/new", name="日本")

    assert f"/scenarios/{quote('日本')}/edit" == where
    assert "日本" in await own_console.get(where)


async def test_an_execution_of_such_a_scenario_becomes_a_test(named: Console) -> None:
    scenario = await named.desk.workshop.current(NAME)
    result = await named.desk.workshop.run(scenario)
    identity = result.executions[0].execution.id

    answer = await named.client.get(f"/executions/{identity}/test")

    assert 200 == answer.status_code
    wanted = f"attachment; filename*=UTF-8''{QUOTED}-{identity}.test.yaml"
    assert wanted == answer.headers["Content-Disposition"]


@pytest.mark.parametrize("ending", ["", "/edit", "/schedule", "/file", "/edit/export", "/rename"])
async def test_its_pages_are_found(ending: str, named: Console) -> None:
    page = await named.client.get(f"/scenarios/{QUOTED}{ending}")

    assert 200 == page.status_code


async def test_a_plan_that_is_applied_by_two_clicks_is_one_piece_of_work(named: Console) -> None:
    plan = await plan_of(named.desk.session, named.desk.workshop, NAME)

    answers = await asyncio.gather(
        *(named.client.post(f"/plans/{plan.id}/apply") for _ in range(4))
    )
    await named.settled()

    assert [200] * 4 == [one.status_code for one in answers]
    assert [None] == [one.error for one in named.desk.jobs.all()]


@pytest.mark.parametrize(
    "form", [{"reason": "x" * 1_100_000}, {f"field{place}": "x" for place in range(1_100)}]
)
async def test_a_form_that_is_too_large_is_told_in_words(
    form: dict[str, str], console: Console
) -> None:
    told = await console.post("/settings/stop", 400, **form)

    assert "There is too much in this form." in told
    assert "Nothing was changed." in told
    assert not console.desk.session.workspace.stopped


async def test_of_trials_of_a_draft_only_the_latest_is_kept(named: Console) -> None:
    page = await named.get(f"/scenarios/{QUOTED}/edit")
    [version] = set(re.findall(r'name="version" value="(\d+)"', page))
    [tab] = set(re.findall(r'name="tab" value="([^"]+)"', page))
    for _ in range(3):
        await named.post(
            f"/scenarios/{QUOTED}/edit/try", version=version, tab=tab, place="", limit="1"
        )
        await named.settled()

    kept = [one.result is not None for one in named.desk.jobs.all()]
    shown = await named.get(f"/scenarios/{QUOTED}/edit/run")

    assert [False, False, True] == kept
    assert "bundles?job=" in shown


@pytest.mark.parametrize("wrong", [{"version": "9" * 5_000}, {"at": "steps." + "9" * 5_000}])
async def test_a_number_nobody_has_is_no_fault_of_adloom(
    wrong: dict[str, str], named: Console
) -> None:
    form = {"version": "1", "tab": "t", "text": "", **wrong}
    told = await named.post(f"/scenarios/{QUOTED}/edit/text", 400, **form)
    page = await named.client.get(f"/scenarios/{QUOTED}/edit", params={"step": "9" * 5_000})

    assert "Load it again." in told
    assert 400 == page.status_code
