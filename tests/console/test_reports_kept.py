"""Reports that are saved under a name, and those that come by themselves."""

import asyncio
import subprocess
import sys

import pytest

from tests.console.conftest import Console

# --- saved --------------------------------------------------------------------------------------


async def test_a_look_is_saved_opened_renamed_and_deleted(own_console: Console) -> None:
    to = await own_console.goes_to("/reports/save?level=ad&days=last+30+days", name="my-ads")
    opened = await own_console.get(to)
    listed = await own_console.get("/reports/saved")

    assert '<option value="ad" selected>' in opened
    assert "report=my-ads" in listed
    assert (
        await own_console.goes_to("/reports/saved/my-ads/rename", name="ours") == "/reports/saved"
    )
    assert "report=ours" in await own_console.get("/reports/saved")
    assert "Delete ours?" in await own_console.get("/reports/saved/ours/remove")
    await own_console.goes_to("/reports/saved/ours/remove")
    assert "No report is saved yet" in await own_console.get("/reports/saved")


async def test_a_name_that_will_not_do_comes_back_with_the_form(own_console: Console) -> None:
    text = await own_console.post("/reports/save?level=ad", expect=422, name="Über Name")

    assert 'aria-invalid="true"' in text
    assert "lower-case letters" in text
    assert 'value="Über Name"' in text


async def test_a_taken_name_is_replaced_only_if_wished(own_console: Console) -> None:
    await own_console.goes_to("/reports/save?level=ad", name="mine")
    refused = await own_console.post("/reports/save?level=adgroup", expect=422, name="mine")
    assert "Replace the one of that name" in refused
    await own_console.goes_to("/reports/save?level=adgroup", name="mine", replace="yes")

    assert "Ad groups" in await own_console.get("/reports/saved")


async def test_reports_of_the_command_line_are_listed_as_such(own_console: Console) -> None:
    folder = own_console.practice.folder / "reports"
    folder.mkdir()
    (folder / "life.toml").write_text('[params]\nadvertiser_ids = ["1"]\nlifetime = true\n')
    (folder / "broken.toml").write_text("[params\n")
    text = await own_console.get("/reports/saved")

    assert "adloom reports run life" in text
    assert "Cannot be read" in text


# --- scheduled ----------------------------------------------------------------------------------


async def test_a_look_becomes_a_scenario_that_is_switched_off(own_console: Console) -> None:
    form = await own_console.get("/reports/schedule?days=last+7+days")
    assert "A file that grows" in form
    text = await own_console.post(
        "/reports/schedule?days=last+7+days",
        name="Weekly figures",
        often="weekly",
        weekday="monday",
        at="08:00",
        days="last 7 days",
        goes="file",
        file="figures.csv",
    )
    path = own_console.practice.folder / "scenarios" / "weekly-figures.yaml"

    command = [sys.executable, "-m", "adloom", "--workspace", str(own_console.practice.folder)]
    command += ["scenarios", "check", "weekly-figures"]
    checked = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert 'href="/scenarios/Weekly%20figures"' in text
    assert "timezone: account" in path.read_text()
    stored = await own_console.desk.workshop.scenarios.all()
    assert [(one.name, one.enabled) for one in stored if one.name == "Weekly figures"] == [
        ("Weekly figures", False)
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": "late"}, "at"),
        ({"goes": ""}, "goes"),
        ({"goes": "file", "file": ""}, "file"),
        ({"often": "monthly", "day": "31"}, "day"),
        ({"name": "///"}, "name"),
    ],
)
async def test_a_schedule_that_makes_no_sense_comes_back(
    console: Console, wrong: dict[str, str], field: str
) -> None:
    usual = {"name": "figures", "often": "daily", "at": "08:00", "goes": "file", "file": "x.csv"}
    text = await console.post("/reports/schedule?days=yesterday", expect=422, **{**usual, **wrong})

    assert f'id="schedule-{field}-fault"' in text


async def test_a_scenario_that_could_not_run_here_is_not_written(console: Console) -> None:
    text = await console.post(
        "/reports/schedule?days=yesterday", expect=422, name="told", often="daily", goes="notify:x"
    )

    assert 'role="alert"' in text
    assert not (console.practice.folder / "scenarios" / "told.yaml").exists()
