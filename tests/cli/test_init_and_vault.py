"""`adloom init` and `adloom vault`: keys chosen, noticed when wrong, changed without loss."""

import asyncio
import base64
import os
from pathlib import Path

import pytest

from adloom.simulator import Options, Running
from connections import keys
from tests.cli.conftest import Cli
from tests.seams.practice import Practice, practise


@pytest.fixture
def connected(tmp_path: Path) -> Practice:
    with Running(Options(port=0, ads=10, speed=0)) as simulator:
        return asyncio.run(practise(simulator, tmp_path / "w"))


def test_a_workspace_is_private_and_kept_out_of_version_control(bare: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "w"

    made = bare("init", str(folder), "--key", "file", "--key-file", str(tmp_path / "k" / "key"))

    assert made.code == 0
    assert "adloom connections add" in made.out
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"adloom.toml": 0o600, "connections.db": 0o600, ".gitignore": 0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "k" / "key").stat().st_mode & 0o777 == 0o600
    assert "*.db*" in (folder / ".gitignore").read_text()


def test_a_workspace_is_never_made_twice(bare: Cli, tmp_path: Path) -> None:
    arguments = ["init", str(tmp_path / "w"), "--key", "file", "--key-file", str(tmp_path / "key")]
    bare(*arguments)
    before = (tmp_path / "w" / "connections.db").read_bytes()

    again = bare(*arguments)
    (tmp_path / "w" / "adloom.toml").unlink()
    once_more = bare(*arguments)

    assert (again.code, once_more.code) == (2, 2)
    assert "already is" in again.err
    assert "adloom.toml is gone" in once_more.err
    assert (tmp_path / "w" / "connections.db").read_bytes() == before


def test_the_key_has_to_be_chosen(bare: Cli, tmp_path: Path) -> None:
    shown = bare("init", str(tmp_path / "w"))

    assert shown.code == 2
    assert "--key" in shown.err
    assert not (tmp_path / "w").exists()


def test_a_key_in_the_environment_opens_and_a_wrong_one_is_noticed(
    bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ["--workspace", str(tmp_path / "w")]
    missing = bare("init", str(tmp_path / "w"), "--key", "environment")
    monkeypatch.setenv("ADLOOM_KEY", base64.b64encode(os.urandom(32)).decode())
    bare("init", str(tmp_path / "w"), "--key", "environment")
    right = bare(*folder, "vault", "show")
    before = (tmp_path / "w" / "connections.db").read_bytes()
    monkeypatch.setenv("ADLOOM_KEY", base64.b64encode(os.urandom(32)).decode())
    wrong = bare(*folder, "vault", "rotate")

    assert missing.code == 2
    assert right.code == 0
    assert wrong.code == 2
    assert "not the one this workspace was sealed with" in wrong.err
    assert (tmp_path / "w" / "connections.db").read_bytes() == before


def test_a_passphrase_opens(bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ARGON2", {"iterations": 1, "lanes": 1, "memory_cost": 64})
    folder = ["--workspace", str(tmp_path / "w")]
    monkeypatch.setenv("ADLOOM_PASSPHRASE", "short")
    short = bare("init", str(tmp_path / "w"), "--key", "passphrase")
    monkeypatch.setenv("ADLOOM_PASSPHRASE", "correct horse battery staple")
    made = bare("init", str(tmp_path / "w2"), "--key", "passphrase")
    right = bare("--workspace", str(tmp_path / "w2"), "vault", "show")
    monkeypatch.setenv("ADLOOM_PASSPHRASE", "incorrect horse battery staple")
    wrong = bare("--workspace", str(tmp_path / "w2"), "vault", "show")

    assert short.code == 2
    assert "at least 12" in short.err
    assert (made.code, right.code, wrong.code) == (0, 0, 2)
    assert bare(*folder, "vault", "show").code == 2


def test_a_rotated_or_moved_key_loses_nothing(
    bare: Cli, connected: Practice, tmp_path: Path
) -> None:
    folder = ["--workspace", str(connected.folder)]
    before = bare(*folder, "connections", "show", "practice").records[0]["secrets"]

    rotated = bare(*folder, "vault", "rotate")
    moved = bare(*folder, "vault", "move", "--key", "file", "--key-file", str(tmp_path / "new"))
    (tmp_path / "w.key").unlink()

    after = bare(*folder, "connections", "show", "practice").records[0]["secrets"]
    shown = bare(*folder, "vault", "show")
    assert (rotated.code, moved.code) == (0, 0)
    assert "Sealed 1 connection with a new data key" in rotated.out
    assert before == after
    assert str(tmp_path / "new") in shown.out


def test_a_key_file_others_can_read_is_refused(bare: Cli, connected: Practice) -> None:
    key = connected.folder.parent / "w.key"
    key.chmod(0o644)

    shown = bare("--workspace", str(connected.folder), "connections", "show", "practice")

    assert shown.code == 2
    assert "chmod 600" in shown.err


def test_connections_are_listed_without_the_key(bare: Cli, connected: Practice) -> None:
    (connected.folder.parent / "w.key").unlink()

    shown = bare("--workspace", str(connected.folder), "connections", "list")

    assert shown.code == 0
    assert shown.records[0]["name"] == "practice"


def test_a_damaged_database_is_told_and_left_as_it_is(bare: Cli, connected: Practice) -> None:
    file = connected.folder / "connections.db"
    for log in connected.folder.glob("connections.db-*"):
        log.unlink()
    file.write_bytes(b"this is not a database at all" * 40)

    shown = bare("--workspace", str(connected.folder), "connections", "list")

    assert shown.code == 2
    assert "connections.db" in shown.err
    assert "backup" in shown.err
