"""The settings in the console: saved with their comments, and what happens at once."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.init import SETTINGS_TEXT
from adloom.settings import SETTINGS_FILE, Workspace
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"


def file_of(console: Console) -> Path:
    return console.desk.session.workspace.path / SETTINGS_FILE


async def opened(console: Console) -> str:
    """What the page's forms send along."""
    found = re.search(r'name="expected" value="([0-9a-f]+)"', await console.get("/settings"))
    assert found is not None
    return found[1]


@pytest.fixture
def console_(own_console: Console) -> Console:
    """With a settings file full of comments."""
    file = file_of(own_console)
    own = tuple(file.read_text().split("\n"))
    port = next(line for line in own if line.startswith("port"))
    file.write_text(SETTINGS_TEXT.replace("port = 8917", port))
    return own_console


async def test_the_page_shows_every_section_and_where_things_lie(console_: Console) -> None:
    text = await console_.get("/settings")

    for title in ("Notices", "History", "Calls to platforms", "Events", "Web console", "Webhooks"):
        assert f"<h3>{title}</h3>" in text
    assert str(console_.desk.session.workspace.path) in text
    assert ".key" in text
    assert "adloom 0." in text
    assert 'id="stop"' in text


async def test_a_saved_setting_keeps_the_comments_and_tells_of_the_restart(
    console_: Console,
) -> None:
    form: Any = {"history.days": "60", "expected": await opened(console_)}
    form["history.megabytes"] = "1000"
    before = file_of(console_).read_text()

    text = await console_.post("/settings/history", **form)

    assert "Saved:" in text
    assert "Restart" in text
    assert before.replace("days = 30 ", "days = 60 ") == file_of(console_).read_text()
    assert 60 == Workspace.open(file_of(console_).parent).settings.history.days
    again = {**form, "history.days": "61"}
    assert "was changed since" in await console_.post("/settings/history", expect=422, **again)
    assert f'value="{await opened(console_)}"' in text
    assert "Saved, and not in use yet." in await console_.get("/settings")


async def test_a_wrong_value_comes_back_beside_its_field(console_: Console) -> None:
    before = file_of(console_).read_text()
    form = {"history.days": "none", "history.megabytes": "1", "expected": await opened(console_)}

    text = await console_.post("/settings/history", expect=422, **form)

    assert 2 == text.count('aria-invalid="true"')
    assert 'value="none"' in text
    assert before == file_of(console_).read_text()


async def test_a_section_that_is_none_is_told(console: Console) -> None:
    answer = await console.client.post("/settings/nonsense", data={})

    assert 404 == answer.status_code


async def test_hostile_values_are_text(console_: Console) -> None:
    form: Any = {"notices.connection": HOSTILE, "expected": await opened(console_)}

    saved = await console_.post("/settings/notices", **form)
    shown = await console_.get("/settings")

    for text in (saved, shown):
        assert "<img src=x" not in text
        assert "{{7*7}}" in text


async def test_a_proxys_password_never_reaches_the_page(console_: Console) -> None:
    file = file_of(console_)
    text = file.read_text().replace(
        "[history]", 'proxy = "http://me:hush-hush@p.example"\n[history]'
    )
    file.write_text(text)

    shown = await console_.get("/settings")
    form: Any = {
        "http.proxy": "http://me:•••@p.example",
        "http.deadline": "31",
        "expected": await opened(console_),
    }
    await console_.post("/settings/http", **form)

    assert "hush-hush" not in shown
    assert "http://me:•••@p.example" in shown
    assert "hush-hush" in file.read_text()
    assert "deadline = 31" in file.read_text()


async def test_a_broken_file_is_told_and_the_rest_of_the_page_works(console_: Console) -> None:
    file_of(console_).write_text("[http\n")

    text = await console_.get("/settings")

    assert "not valid TOML" in text
    assert "Stop everything" in text
    assert 400 == (await console_.client.post("/settings/history", data={})).status_code


async def test_the_kill_switch_is_pulled_with_a_reason_and_let_go(own_console: Console) -> None:
    await own_console.post("/settings/stop", expect=204, reason=f"Budget\r\n{HOSTILE}")
    stopped = await own_console.get("/settings")
    was_stopped = own_console.desk.session.workspace.stopped
    await own_console.post("/settings/go-on", expect=204)
    going = await own_console.get("/settings")

    assert was_stopped
    assert "Everything is stopped." in stopped
    assert "Budget" in stopped
    assert "<img src=x" not in stopped
    assert not own_console.desk.session.workspace.stopped
    assert "Stop everything" in going


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_colour_scheme_is_remembered(own_console: Console, scheme: str) -> None:
    await own_console.post("/settings/colours", expect=204, scheme=scheme)

    text = await own_console.get("/settings")

    assert f'<html lang="en" data-scheme="{scheme}">' in text
    await own_console.post("/settings/colours", expect=204, scheme="system")
    assert '<html lang="en">' in await own_console.get("/settings")


async def test_a_scheme_that_is_none_is_neither_taken_nor_shown(own_console: Console) -> None:
    await own_console.post("/settings/colours", expect=404, scheme='"><script>')
    own_console.client.cookies.set("adloom_scheme", "nonsense")

    assert '<html lang="en">' in await own_console.get("/settings")


async def test_a_backup_is_made_whole_and_without_the_key(own_console: Console) -> None:
    text = await own_console.post("/settings/backup")
    await own_console.settled()
    job = own_console.desk.jobs.all()[-1]
    done = await own_console.get(f"/settings/jobs/{job.id}")
    answer = await own_console.client.get(f"/settings/backup/{job.id}")

    assert "every 700ms" in text
    assert "every 700ms" not in done
    assert "read back and whole" in done
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
    assert {"connections.db", "journal.db", SETTINGS_FILE} <= names
    assert "key" not in names


async def test_only_the_newest_backup_is_kept(own_console: Console) -> None:
    await own_console.post("/settings/backup")
    await own_console.settled()
    first = own_console.desk.jobs.all()[-1]
    folder = first.result.path.parent
    await own_console.post("/settings/backup")
    await own_console.settled()

    answer = await own_console.client.get(f"/settings/backup/{first.id}")

    assert 400 == answer.status_code
    assert not folder.exists()


async def test_a_test_notice_needs_a_connection_and_tells_why_it_failed(
    console_: Console,
) -> None:
    missing = await console_.client.post("/settings/notices/test", data={})
    form: Any = {"notices.connection": "nobody", "expected": await opened(console_)}
    await console_.post("/settings/notices", **form)
    await console_.post("/settings/notices/test")
    await console_.settled()
    told = await console_.get(f"/settings/jobs/{console_.desk.jobs.all()[-1].id}")

    assert 400 == missing.status_code
    assert "nobody" in told
    assert 'role="alert"' in told


async def test_signing_out_everywhere_ends_every_session(own_console: Console) -> None:
    assert "This browser is signed in" in await own_console.get("/settings")

    answer = await own_console.client.post("/settings/sign-out-all", data={})
    after = await own_console.client.get("/settings")

    assert "/signin" == answer.headers["HX-Redirect"]
    assert 401 == after.status_code
