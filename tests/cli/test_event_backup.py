"""The outbox in a backup, under a new key, and when its connection gets another name."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adloom.services.archive import MANIFEST
from adloom.settings import SETTINGS_FILE
from scheduler.nodes import Node
from scheduler.outbox.entries import Accepted, Lane
from tests.cli.events_seam import Desk, desk, purchase, running
from tests.cli.outbox_seam import change, contents, entry, put
from tests.cli.test_serve import served

#: Fixtures that are at home elsewhere.
__all__ = ["desk", "running"]

# --- keys -----------------------------------------------------------------------------------------


def test_events_outlive_a_new_key(desk: Desk) -> None:
    put(desk.folder, entry(1))
    rotated = desk.bare("--workspace", str(desk.folder), "vault", "rotate")
    put(desk.folder, entry(2))
    again = desk.bare("--workspace", str(desk.folder), "vault", "rotate")

    assert [0, 0] == [rotated.code, again.code]
    assert ["order-1", "order-2"] == contents(desk.folder)


def test_no_key_is_changed_while_somebody_works_with_it(desk: Desk) -> None:
    with Node(desk.folder / "locks"):
        codes = [
            desk.bare("--workspace", str(desk.folder), "vault", *words).code
            for words in (["rotate"], ["move", "--key", "file"])
        ]

    assert [2, 2] == codes


# --- backups --------------------------------------------------------------------------------------


#: The first event was tried before.
TRIED = (
    "UPDATE event_parcel SET first_unknown_at = 5"
    " WHERE first_id = (SELECT MIN(first_id) FROM event_parcel)"
)


def backed(desk: Desk, folder: Path) -> Path:
    mappings = desk.folder / "mappings" / "eu"
    mappings.mkdir(parents=True)
    (mappings / "shop.yaml").write_text("preset: shopify\n")
    made = desk.bare("--workspace", str(desk.folder), "backup", str(folder / "all.zip"))
    assert made.code == 0, made.err
    return folder / "all.zip"


def back_dated(file: Path, age: timedelta) -> None:
    """Let a backup have been made some time ago."""
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    told = json.loads(parts[MANIFEST])
    told["made_at"] = (datetime.now(UTC) - age).isoformat()
    parts[MANIFEST] = json.dumps(told).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def restored(desk: Desk, file: Path, folder: Path) -> str:
    shown = desk.bare("--workspace", str(folder), "restore", str(file))
    assert shown.code == 0, shown.err
    return shown.out


def test_events_and_mappings_come_back_from_a_backup(desk: Desk, tmp_path: Path) -> None:
    put(desk.folder, entry(1), entry(2))
    file = backed(desk, tmp_path)

    told = restored(desk, file, tmp_path / "back")

    again = put(tmp_path / "back", entry(2), entry(3))
    assert Accepted(1, 1) == again
    assert ["order-1", "order-2", "order-3"] == contents(tmp_path / "back")
    assert "2 events waited then" in told
    assert "preset: shopify\n" == (tmp_path / "back/mappings/eu/shop.yaml").read_text()


def test_a_backup_without_events_says_nothing_of_them(desk: Desk, tmp_path: Path) -> None:
    told = restored(desk, backed(desk, tmp_path), tmp_path / "back")

    assert "waited then" not in told
    assert not (tmp_path / "back" / "events.db").exists()


def test_what_waited_in_a_backup_counts_as_sent_when_it_was_made(
    desk: Desk, tmp_path: Path
) -> None:
    put(desk.folder, entry(1))
    put(desk.folder, entry(2))
    change(desk.folder, TRIED)
    file = backed(desk, tmp_path)
    back_dated(file, timedelta(days=3))
    restored(desk, file, tmp_path / "back")

    rows = change(tmp_path / "back", "SELECT first_unknown_at FROM event_parcel ORDER BY first_id")
    ago = datetime.now(UTC) - datetime.fromtimestamp(rows[1][0] / 1000, UTC)
    assert 5 == rows[0][0]
    assert timedelta(days=3) <= ago < timedelta(days=3, minutes=5)


@pytest.mark.parametrize(
    ("age", "sent", "dead"), [(timedelta(hours=46), 2, 0), (timedelta(hours=48), 0, 2)]
)
def test_what_was_sent_since_the_backup_is_never_counted_twice(
    age: timedelta, sent: int, dead: int, desk: Desk, tmp_path: Path
) -> None:
    desk.send(desk.lines(map(purchase, range(2))), "--no-wait")
    file = backed(desk, tmp_path)
    back_dated(file, age)
    restored(desk, file, tmp_path / "back")
    (tmp_path / "back" / "STOP").unlink()
    desk.folder = tmp_path / "back"
    with served(desk.folder, "--once") as runner:
        code = runner.end()

    [lane] = change(desk.folder, "SELECT waiting, sent, dead FROM event_lane")
    assert (0, sent) == (code, desk.arrived()["received"])
    assert (0, sent, dead) == lane


# --- names of connections -------------------------------------------------------------------------


def test_a_renamed_connection_keeps_its_events_and_its_memory(desk: Desk) -> None:
    put(desk.folder, entry(1))
    renamed = desk.bare("--workspace", str(desk.folder), "connections", "rename", "shop", "store")
    again = put(desk.folder, entry(1), lane=Lane("store", "web", "CPIXEL"))

    rows = change(desk.folder, "SELECT connection, waiting FROM event_lane")
    assert renamed.code == 0, renamed.err
    assert Accepted(0, 1) == again
    assert [("store", 1)] == rows


def test_a_name_that_the_outbox_knows_otherwise_is_refused(desk: Desk) -> None:
    put(desk.folder, entry(1))
    put(desk.folder, entry(1), lane=Lane("store", "web", "CPIXEL"))
    refused = desk.bare("--workspace", str(desk.folder), "connections", "rename", "shop", "store")

    listed = desk.bare("--workspace", str(desk.folder), "connections", "list").records
    assert 2 == refused.code
    assert "earlier connection" in refused.err
    assert ["shop"] == [one["name"] for one in listed]


def test_a_taken_name_moves_nobodys_events(desk: Desk) -> None:
    put(desk.folder, entry(1))
    put(desk.folder, entry(2), lane=Lane("other", "web", "ANOTHER"))
    change(desk.folder, "UPDATE event_lane SET sent = 0")
    here = ("--workspace", str(desk.folder), "connections")
    bad = desk.bare(*here, "rename", "shop", "No Name")
    taken = desk.bare(*here, "rename", "shop", "shop")

    rows = change(desk.folder, "SELECT connection FROM event_lane ORDER BY connection")
    assert [2, 2] == [bad.code, taken.code]
    assert [("other",), ("shop",)] == rows


ADDRESS = '[events.intake.door]\nsecret = "hook"\nconnection = "shop"\n'


def test_a_new_name_is_to_be_written_into_the_settings_too(desk: Desk) -> None:
    settings = desk.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + ADDRESS)
    renamed = desk.bare("--workspace", str(desk.folder), "connections", "rename", "shop", "store")

    assert renamed.code == 0, renamed.err
    assert "adloom.toml too: events.intake.door.connection" in renamed.err


def test_who_removes_a_connection_hears_what_waits_for_it(desk: Desk) -> None:
    settings = desk.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + ADDRESS)
    put(desk.folder, entry(1), entry(2))
    removed = desk.bare(
        "--workspace", str(desk.folder), "connections", "remove", "shop", "--yes", "--keep-grant"
    )

    assert removed.code == 0, removed.err
    assert "2 events wait for shop and 0 could not be sent" in removed.err
    assert "events.intake.door.connection" in removed.err
    assert ["order-1", "order-2"] == contents(desk.folder)
