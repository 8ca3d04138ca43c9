"""`adloom doctor` on the outbox: what waits, what is dead, and what must not stand there."""

import time
from typing import Any

import pytest

from adloom.settings import SETTINGS_FILE
from scheduler.outbox.entries import Lane
from tests.cli.conftest import Outcome
from tests.cli.events_seam import Desk, desk, running
from tests.cli.outbox_seam import LANE, change, entry, put
from tests.cli.shelf import damage

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]

DIE = (
    "UPDATE event_parcel SET state = 'dead'"
    " WHERE first_id = (SELECT MAX(first_id) FROM event_parcel)"
)
MAIL = "canary.person@example.com"


def look(desk: Desk) -> Outcome:
    return desk.bare("--workspace", str(desk.folder), "doctor")


def told(shown: Outcome, level: str, subject: str = "events") -> list[str]:
    return [
        one["text"] for one in shown.records if (one["level"], one["subject"]) == (level, subject)
    ]


def test_a_workspace_without_events_gets_no_database_for_them(desk: Desk) -> None:
    shown = look(desk)

    assert 0 == shown.code
    assert [] == told(shown, "ok")
    assert not (desk.folder / "events.db").exists()


def test_events_that_wait_for_a_moment_are_well(desk: Desk) -> None:
    put(desk.folder, entry(1), entry(2))

    shown = look(desk)

    assert 0 == shown.code
    assert [] == told(shown, "warn") + told(shown, "fail")
    assert "2 wait, 0 were sent" in told(shown, "ok")
    assert any("events.db is whole" in one for one in told(shown, "ok", "database"))


def test_events_that_nobody_sends_are_told_with_their_age(desk: Desk) -> None:
    put(desk.folder, entry(1))
    hour_ago = int(time.time() - 3_600) * 1_000
    change(desk.folder, "UPDATE event_parcel SET accepted_at = ?", hour_ago)

    [text] = told(look(desk), "warn")

    assert "1 of shop (web CPIXEL) wait since 20" in text
    assert "nobody sends them" in text


def test_dead_letters_and_pauses_are_told(desk: Desk) -> None:
    put(desk.folder, entry(1))
    put(desk.folder, entry(2))
    change(desk.folder, DIE)
    change(desk.folder, "UPDATE event_lane SET waiting = 1, dead = 1, paused = 'It was revoked.'")

    shown = look(desk)

    dead, paused = told(shown, "warn")
    assert 0 == shown.code
    assert "1 of shop (web CPIXEL) could not be sent" in dead
    assert "It was revoked." in paused
    assert {"adloom events retry"} <= {
        word for one in shown.records for word in [str(one["advice"])[-19:]]
    }


def test_events_of_a_connection_that_is_gone_are_told(desk: Desk) -> None:
    put(desk.folder, entry(1), lane=Lane("gone", "web", "CPIXEL"))

    [text] = told(look(desk), "warn")

    assert "for gone, which is no connection" in text


def test_a_test_event_code_is_told_while_events_wait(desk: Desk) -> None:
    put(desk.folder, entry(1), lane=Lane("shop", "web", "CPIXEL", "TEST123"))

    [text] = told(look(desk), "warn")

    assert "1 of shop (web CPIXEL) wait while the test event code TEST123 is on" in text


def test_a_damaged_outbox_is_found(desk: Desk) -> None:
    put(desk.folder, entry(1))
    damage(desk.folder / "events.db")

    shown = look(desk)

    assert 1 == shown.code
    assert "events.db" in told(shown, "fail", "database")[0]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM event_content", "1 parcels of events have lost their content: 1"),
        ("UPDATE event_lane SET waiting = 7", "do not hold as many events as they say"),
    ],
)
def test_an_outbox_that_contradicts_itself_is_found(desk: Desk, sql: str, words: str) -> None:
    put(desk.folder, entry(1))
    change(desk.folder, sql)

    shown = look(desk)

    assert 1 == shown.code
    assert words in " ".join(told(shown, "fail"))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"user": {"email": MAIL}}, "user.email of event "),
        ({"page": {"url": f"https://x.example/?m={MAIL.replace('@', '%40')}"}}, "page.url of"),
        ({"properties": {"contents": [{"content_name": f"for {MAIL}"}]}}, "contents[].content_n"),
    ],
)
def test_an_address_that_is_not_hashed_is_found_and_not_repeated(
    desk: Desk, content: dict[str, Any], place: str
) -> None:
    put(desk.folder, entry(1))
    put(desk.folder, entry(2, **content))

    shown = look(desk)

    [text] = told(shown, "fail")
    assert 1 == shown.code
    assert place in text
    assert MAIL not in shown.out + shown.err


def test_an_address_beside_the_contents_is_found_too(desk: Desk) -> None:
    put(desk.folder, entry(1))
    change(desk.folder, "UPDATE event_parcel SET reason = ?", f"Who is {MAIL}?")

    [text] = told(look(desk), "fail")

    assert "event_parcel.reason" in text


def test_what_only_looks_like_an_address_is_well(desk: Desk) -> None:
    contents = {"page": {"url": "https://www.tiktok.com/@someone/video/1"}, "user": {"ttp": "a@b"}}
    put(desk.folder, entry(1, **contents))

    assert [] == told(look(desk), "fail")


def test_an_address_for_events_that_cannot_open_is_told(desk: Desk) -> None:
    settings = desk.folder / SETTINGS_FILE
    text = '[events.intake.door]\nsecret = "hook"\nconnection = "shop"\npreset = "shopfy"\n'
    settings.write_text(settings.read_text() + text)

    texts = told(look(desk), "warn", "intake")

    assert 2 == len(texts)
    assert "events.intake.door.secret: there is no connection named 'hook'" in texts[0]
    assert "events.intake.door.preset" in texts[1]
    assert LANE.connection == "shop"
