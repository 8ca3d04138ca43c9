"""`adloom backup` and `adloom restore`: out and back, checked on both ways."""

import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adloom.json_text import dump, parse_strict
from adloom.services.archive import MANIFEST
from adloom.settings import SETTINGS_FILE
from scheduler.nodes import Node
from tests.cli.conftest import Cli
from tests.cli.shelf import damage
from tests.seams.practice import Practice


@pytest.fixture
def made(cli: Cli, practice: Practice, tmp_path: Path) -> Path:
    """A backup of a workspace with a scenario and a journal."""
    scenarios = practice.folder / "scenarios"
    scenarios.mkdir(exist_ok=True)
    (scenarios / "kept.yaml").write_text("name: kept\nsteps: []\n")
    cli("executions", "list")
    backed = cli("backup", str(tmp_path / "all.zip"))
    assert backed.code == 0, backed.err
    return tmp_path / "all.zip"


def contents(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = parse_strict(archive.read(MANIFEST))
    return found


def test_a_backup_holds_what_cannot_be_fetched_again_and_not_the_key(
    made: Path, practice: Practice
) -> None:
    told = contents(made)

    assert {"connections.db", "journal.db", SETTINGS_FILE, "scenarios/kept.yaml"} <= set(
        told["files"]
    )
    assert "key" not in told["files"]
    assert str(practice.folder) == told["workspace"]
    assert 0o600 == stat.S_IMODE(made.stat().st_mode)


def test_a_folder_gets_a_file_with_the_date(cli: Cli, tmp_path: Path) -> None:
    first = cli("backup", str(tmp_path / "many"))

    [file] = (tmp_path / "many").iterdir()
    assert 0 == first.code
    assert file.name.startswith("adloom-20")


def test_a_file_that_is_there_is_not_overwritten(cli: Cli, made: Path) -> None:
    before = made.read_bytes()

    again = cli("backup", str(made))

    assert 2 == again.code
    assert before == made.read_bytes()


def test_a_restored_workspace_works_and_waits_for_a_look(
    bare: Cli, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "back"

    restored = bare("--workspace", str(folder), "restore", str(made))

    listed = bare("--workspace", str(folder), "connections", "list").records
    shown = bare("--workspace", str(folder), "run", "list-advertisers")
    assert restored.code == 0, restored.err
    assert ["practice"] == [one["name"] for one in listed]
    assert shown.code == 0, shown.err
    assert (folder / "STOP").exists()
    assert "name: kept\nsteps: []\n" == (folder / "scenarios" / "kept.yaml").read_text()
    assert "handed on again" in restored.out


def test_an_existing_workspace_is_kept_unless_it_is_forced_and_then_put_aside(
    bare: Cli, made: Path, tmp_path: Path
) -> None:
    there = ("--workspace", str(tmp_path / "there"))
    bare(*there, "restore", str(made))
    (tmp_path / "there" / SETTINGS_FILE).write_text("# mine\n")

    refused = bare(*there, "restore", str(made))
    forced = bare(*there, "restore", str(made), "--force")

    [aside] = (tmp_path / "there").glob("replaced-*")
    assert (2, 0) == (refused.code, forced.code)
    assert "# mine\n" == (aside / SETTINGS_FILE).read_text()
    assert "# mine\n" != (tmp_path / "there" / SETTINGS_FILE).read_text()


def test_nothing_is_restored_while_a_process_works_there(
    bare: Cli, made: Path, tmp_path: Path
) -> None:
    there = ("--workspace", str(tmp_path / "busy"))
    bare(*there, "restore", str(made))

    with Node(tmp_path / "busy" / "locks"):
        refused = bare(*there, "restore", str(made), "--force")

    assert 2 == refused.code
    assert "is working on" in refused.err
    assert [] == list((tmp_path / "busy").glob("replaced-*"))


def spoilt(file: Path, name: str, change: Any) -> None:
    """Change one thing in a backup."""
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def told_otherwise(text: bytes) -> bytes:
    """A manifest that names a file elsewhere."""
    manifest = parse_strict(text)
    return dump({**manifest, "files": {**manifest["files"], "../elsewhere": "0"}})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("journal.db", lambda content: content.replace(b"CREATE", b"create", 1)),
        ("journal.db", lambda content: content[:2_000]),
        (MANIFEST, lambda _: b"{}"),
        (MANIFEST, told_otherwise),
    ],
)
def test_a_backup_that_is_not_whole_restores_nothing(
    name: str, change: Any, bare: Cli, made: Path, tmp_path: Path
) -> None:
    spoilt(made, name, change)
    folder = tmp_path / "nothing"

    refused = bare("--workspace", str(folder), "restore", str(made))

    assert 2 == refused.code
    assert not (folder / SETTINGS_FILE).exists()
    assert not (tmp_path / "elsewhere").exists()


def test_what_is_no_backup_is_refused(bare: Cli, tmp_path: Path) -> None:
    (tmp_path / "note.zip").write_text("hello")

    refused = bare("--workspace", str(tmp_path / "no"), "restore", str(tmp_path / "note.zip"))

    assert 2 == refused.code
    assert "no backup" in refused.err


def test_the_key_comes_along_if_that_is_wanted_and_can_be_put_elsewhere(
    cli: Cli, bare: Cli, practice: Practice, tmp_path: Path
) -> None:
    file, key = tmp_path / "with.zip", tmp_path / "keys" / "mine.key"
    folder = tmp_path / "moved"

    backed = cli("backup", str(file), "--with-key")
    restored = bare("--workspace", str(folder), "restore", str(file), "--key-file", str(key))

    shown = bare("--workspace", str(folder), "vault", "show")
    assert "whoever has this file" in backed.err
    assert restored.code == 0, restored.err
    assert str(key) in shown.out
    assert 0o600 == stat.S_IMODE(key.stat().st_mode)
    assert practice.connection.secrets["access_token"] is not None


def test_another_key_is_never_overwritten(cli: Cli, bare: Cli, tmp_path: Path) -> None:
    file, key = tmp_path / "with.zip", tmp_path / "other.key"
    cli("backup", str(file), "--with-key")
    key.write_text("another")

    refused = bare("--workspace", str(tmp_path / "w"), "restore", str(file), "--key-file", str(key))

    assert 2 == refused.code
    assert "another" == key.read_text()


def test_a_backup_of_a_damaged_database_fails_and_leaves_nothing(
    bare: Cli, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "hurt"
    bare("--workspace", str(folder), "restore", str(made))
    damage(folder / "journal.db")

    failed = bare("--workspace", str(folder), "backup", str(tmp_path / "hurt.zip"))

    assert 2 == failed.code
    assert not (tmp_path / "hurt.zip").exists()
