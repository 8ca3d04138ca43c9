"""The doctor in the console: what is found, what to do, and a text for a bug report."""

from typing import Any

import pytest

from adloom.console.screens.doctor import command_in
from adloom.settings import SETTINGS_FILE
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"


async def checked(console: Console, **form: Any) -> str:
    await console.post("/doctor", **form)
    await console.settled()
    return await console.get("/doctor")


async def test_before_the_first_check_up_the_page_says_what_it_is(own_console: Console) -> None:
    assert "No check-up yet" in await own_console.get("/doctor")


async def test_a_check_up_runs_beside_the_page_and_says_that_all_is_well(
    own_console: Console,
) -> None:
    begun = await own_console.post("/doctor")
    await own_console.settled()
    job = own_console.desk.jobs.all()[-1]
    done = await own_console.get(f"/doctor/{job.id}")

    assert "every 700ms" in begun
    assert "every 700ms" not in done
    assert "All is well" in done
    assert "<strong>SQLite</strong>" in done
    assert "practice (tiktok-business) is ready" in done


async def test_what_needs_a_look_comes_with_its_fix_and_a_way_there(own_console: Console) -> None:
    workspace = own_console.desk.session.workspace
    workspace.scenarios.mkdir(exist_ok=True)
    (workspace.scenarios / "broken.yaml").write_text("name: [")
    (workspace.path / "STOP").touch()

    text = await checked(own_console)

    assert "2 worth a look" in text
    assert "broken.yaml cannot be used" in text
    assert 'href="/scenarios">Scenarios' in text
    assert 'href="/settings#stop">Kill switch' in text
    assert ">adloom scenarios check</code>" in text


async def test_platforms_are_asked_only_when_that_is_wanted(own_console: Console) -> None:
    own_console.practice.simulator.faults.clear()

    assert "Platforms" not in await checked(own_console)
    assert "<strong>Platforms</strong>: practice answers" in await checked(
        own_console, online="yes"
    )


async def test_two_check_ups_at_once_are_one(own_console: Console) -> None:
    await own_console.post("/doctor")
    await own_console.post("/doctor")

    assert 1 == len(own_console.desk.jobs.all())
    await own_console.settled()


async def test_a_damaged_database_is_broken(own_console: Console) -> None:
    file = own_console.desk.session.workspace.events
    file.write_bytes(b"this is no database" * 500)
    file.chmod(0o600)

    text = await checked(own_console)

    assert "1 broken" in text
    assert "events.db" in text


async def test_the_text_for_a_bug_report_names_neither_the_folder_nor_secrets(
    own_console: Console,
) -> None:
    workspace = own_console.desk.session.workspace
    private = workspace.path / "locks" / "open"
    private.touch()
    private.chmod(0o644)
    await checked(own_console)
    job = own_console.desk.jobs.all()[-1]

    answer = await own_console.client.get(f"/doctor/{job.id}/report")

    assert "text/plain" in answer.headers["Content-Type"]
    assert "WORKSPACE/locks/open can be read by others" in answer.text
    assert str(workspace.path) not in answer.text
    assert SETTINGS_FILE not in answer.text
    assert (await own_console.client.get("/doctor/none/report")).status_code == 404


async def test_hostile_names_are_text(own_console: Console) -> None:
    folder = own_console.desk.session.workspace.scenarios
    folder.mkdir(exist_ok=True)
    (folder / f"{HOSTILE}.yaml").write_text("name: [")

    text = await checked(own_console)

    assert "<img src=x" not in text
    assert "{{7*7}}" in text


@pytest.mark.parametrize(
    ("advice", "command"),
    [
        ("adloom connections reconnect acme", "adloom connections reconnect acme"),
        ("See why: adloom scenarios check", "adloom scenarios check"),
        ("adloom serve takes them up, or: adloom executions resume ID", ""),
        ("Is anybody there to send them? adloom serve", "adloom serve"),
        ("See its executions: adloom executions list", "adloom executions list"),
        ("Look at them: adloom scenarios show NAME", ""),
        ("Make room", ""),
    ],
)
def test_only_whole_commands_are_offered_to_be_copied(advice: str, command: str) -> None:
    assert command == command_in(advice)
