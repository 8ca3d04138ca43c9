"""The form of a schedule: its next times while somebody types, and the line it writes."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adloom.clock import FrozenClock
from tests.console.conftest import Console
from tests.console.scenario_files import Shelf, plain, shelf_of


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


def times(text: str) -> list[str]:
    """The next times of a preview."""
    return re.findall(r"<time [^>]+>([^<]+)</time>", text)


def now_of(text: str) -> str:
    found = re.search(r'name="now" value="(\w+)"', text)
    assert found is not None
    return found[1]


async def test_the_form_says_what_the_file_says(shelf: Shelf) -> None:
    await shelf.pause("form", "1")

    text = await shelf.console.get("/scenarios/form/schedule")

    assert '<option value="every" selected>' in text
    assert 'name="every" value="1 hour"' in text
    assert 'name="timezone" value="Europe/Berlin"' in text
    assert 5 == len(times(text))


async def test_the_account_tells_its_time_zone(shelf: Shelf) -> None:
    await shelf.search("at-home")

    text = await shelf.console.post(
        "/scenarios/at-home/schedule/preview", way="daily", times="07:00", timezone="account"
    )

    assert "the zone of the account" in text
    assert 5 == len(times(text))


async def test_a_preview_crosses_the_change_of_the_clock(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.search("clocked")
    # The last Sunday of October, when Berlin goes back to winter time.
    before = datetime(2026, 10, 23, 12, tzinfo=UTC)
    session = shelf.console.desk.session
    monkeypatch.setattr(session, "wiring", replace(session.wiring, clock=FrozenClock(before)))

    text = await shelf.console.post(
        "/scenarios/clocked/schedule/preview", way="daily", times="07:00", timezone="Europe/Berlin"
    )

    assert [
        "Sat 24 Oct 2026, 07:00 (UTC+02:00)",
        "Sun 25 Oct 2026, 07:00 (UTC+01:00)",
        "Mon 26 Oct 2026, 07:00 (UTC+01:00)",
        "Tue 27 Oct 2026, 07:00 (UTC+01:00)",
        "Wed 28 Oct 2026, 07:00 (UTC+01:00)",
    ] == times(text)
    assert 1 == text.count("clock changed")
    assert 'title="2026-10-25 06:00 UTC"' in text


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"way": "cron", "cron": "61 * * * *"}, "cron", "The minute 61 is not 0 to 59."),
        ({"way": "cron", "cron": "* * *"}, "cron", "Must have five fields"),
        ({"way": "cron", "cron": "0 9 31 2 *"}, "cron", "Never comes due"),
        ({"way": "every", "every": "<b>"}, "every", "is no duration"),
        ({"way": "every"}, "every", "Write how often"),
        ({"way": "weekly", "times": "09:00"}, "weekdays", "Choose at least one day."),
        ({"way": "daily", "times": "9 o'clock"}, "times", "is no time of the day"),
        ({"way": "once", "once": "2020-01-01 09:00"}, "once", "Has passed already"),
        ({"way": "daily", "times": "09:00", "timezone": "Berlin"}, "timezone", "is no time zone"),
        ({"way": "daily", "times": "09:00", "starts": "soon"}, "starts", "is no date"),
        ({"way": "daily", "times": "09:00", "jitter": "soon"}, "jitter", "is no duration"),
        ({"way": "immediately"}, "form", "needs a first step that is told of news"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    shelf: Shelf, form: dict[str, str | list[str]], field: str, said: str
) -> None:
    path = await shelf.search("wrong")
    before = path.read_text()

    text = await shelf.console.post("/scenarios/wrong/schedule", expect=422, **form)
    found = re.search(rf'id="{field}-error">([^<]*)<', text)

    assert found is not None
    assert said in html.unescape(found[1])
    assert before == path.read_text()


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (
            {"way": "weekly", "times": "09:00, 17:30", "weekdays": ["monday", "friday"]},
            "weekly: {days: [monday, friday], at: ['09:00', '17:30']}",
        ),
        ({"way": "monthly", "dates": "1, 15", "times": "08:00"}, "monthly: {days: [1, 15]"),
        ({"way": "cron", "cron": "0 9 * * mon-fri"}, "cron: 0 9 * * mon-fri"),
        (
            {"way": "daily", "times": "07:00", "open_from": "06:00", "misfire": "skip"},
            "misfire: skip",
        ),
    ],
)
async def test_a_schedule_is_written_into_the_file(
    shelf: Shelf, form: dict[str, str | list[str]], line: str
) -> None:
    path = await shelf.pause("written-when", "1")
    page = await shelf.console.get("/scenarios/written-when/schedule")

    await shelf.console.goes_to(
        "/scenarios/written-when/schedule", now=now_of(page), timezone="Europe/Paris", **form
    )
    text = path.read_text()
    again = await shelf.console.get("/scenarios/written-when/schedule")

    assert line in text.replace('"', "'")
    assert text.startswith("# why it is there\n")
    assert "limits: {changes_per_run: 20}" in text
    assert 5 == len(times(again))


async def test_what_is_saved_unchanged_leaves_the_file_alone(shelf: Shelf) -> None:
    path = await shelf.pause("same", "1")
    before = path.stat().st_mtime_ns
    page = await shelf.console.get("/scenarios/same/schedule")

    await shelf.console.goes_to(
        "/scenarios/same/schedule",
        now=now_of(page),
        way="every",
        every="60 minutes",
        timezone="Europe/Berlin",
    )

    assert before == path.stat().st_mtime_ns


async def test_only_by_hand_takes_the_schedule_out(shelf: Shelf) -> None:
    path = await shelf.pause("by-hand", "1")
    page = await shelf.console.get("/scenarios/by-hand/schedule")

    await shelf.console.goes_to("/scenarios/by-hand/schedule", now=now_of(page), way="on demand")

    assert "schedule" not in path.read_text()


async def test_a_file_that_was_changed_meanwhile_is_left_alone(shelf: Shelf) -> None:
    path = await shelf.pause("raced", "1")
    page = await shelf.console.get("/scenarios/raced/schedule")
    path.write_text(path.read_text() + "# theirs\n")

    text = await shelf.console.post(
        "/scenarios/raced/schedule", expect=422, now=now_of(page), way="daily", times="07:00"
    )

    assert "was changed since you began, so nothing was saved" in text
    assert "daily" not in path.read_text()


async def test_windows_the_form_does_not_know_stay(shelf: Shelf) -> None:
    path = await shelf.pause("windows", "1")
    many = "only_during: [{days: [monday]}, {days: [friday], times: [{from: 8:00, to: 9:00}]}]"
    path.write_text(path.read_text().replace("timezone: Europe/Berlin}", f"{many}}}"))
    await shelf.console.desk.workshop.synchronise()
    page = await shelf.console.get("/scenarios/windows/schedule")

    await shelf.console.goes_to(
        "/scenarios/windows/schedule",
        now=now_of(page),
        way="every",
        every="2 hours",
        timezone="UTC",
    )

    assert "It runs within several windows." in page
    assert "friday" in path.read_text()
    assert "2 hours" in path.read_text()


async def test_a_preset_fills_the_form(shelf: Shelf) -> None:
    await shelf.search("preset")

    text = await shelf.console.get("/scenarios/preset/schedule", preset="3")

    assert '<option value="weekly" selected>' in text
    assert 'value="friday" checked' in text
    assert 'value="saturday" checked' not in text


async def test_a_scenario_that_is_gone_is_told(console: Console) -> None:
    answer = await console.client.get("/scenarios/no-such/schedule")

    assert 404 == answer.status_code


async def test_a_file_that_is_gone_is_told_as_such(shelf: Shelf) -> None:
    path = await shelf.search("vanished")
    path.unlink()

    answer = await shelf.console.client.get("/scenarios/vanished/schedule")

    assert 404 == answer.status_code
    assert "vanished.yaml" in answer.text
    assert "No such file" not in answer.text


async def test_a_saved_schedule_tells_when_it_runs_next(shelf: Shelf) -> None:
    await shelf.search("told-when")
    await shelf.console.post("/scenarios/told-when/enable", expect=204)
    page = await shelf.console.get("/scenarios/told-when/schedule")
    form = {"now": now_of(page), "way": "daily", "times": "09:00, 13:00, 17:00"}

    to = await shelf.console.goes_to(
        "/scenarios/told-when/schedule", timezone="Europe/Paris", **form
    )
    told = plain(await shelf.console.get(to))

    assert "The schedule is saved: daily at 09:00, 13:00 and 17:00 (Europe/Paris)." in told
    assert re.search(r"It runs next: \d{4}-\d\d-\d\d \d\d:00 \(Europe/Paris\)\.", told)
