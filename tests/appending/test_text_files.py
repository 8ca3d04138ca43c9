"""Adding rows to CSV and JSON lines: columns, cells, lines, and what a crash leaves behind."""

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from adloom.appending import Addition, append, is_appended
from adloom.appending.ledger import Ledger, Planned
from adloom.errors import AdloomError, InvalidParamsError, RejectedError, RetryableError

ROW = {"name": "Summer", "spend": "12.50"}


def add(folder: Path, file: str, key: str, *rows: dict[str, Any], patience: float = 1.0) -> bool:
    return append(folder, file, Addition(key, rows or (ROW,)), patience=patience)


def has(folder: Path, file: str, key: str) -> bool | None:
    return is_appended(folder, file, key, patience=1.0)


def cut_off(folder: Path, file: str, key: str, start: int, data: bytes) -> None:
    """Note an addition as if its process had died afterwards."""
    with Ledger(folder / f".{file}.adloom") as ledger:
        ledger.plan(Planned(key, start, data))


def test_a_new_csv_file_begins_with_its_columns(tmp_path: Path) -> None:
    assert add(tmp_path, "a/b.csv", "1", {"x": "1"}, {"y": None, "x": True})

    assert b"x,y\r\n1,\r\ntrue,\r\n" == (tmp_path / "a" / "b.csv").read_bytes()


def test_the_columns_of_a_file_that_is_there_decide(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(b"\xef\xbb\xbfspend,name,more\n1,Winter,x")

    add(tmp_path, "old.csv", "1")

    expected = b"\xef\xbb\xbfspend,name,more\n1,Winter,x\n12.50,Summer,\n"
    assert expected == (tmp_path / "old.csv").read_bytes()


def test_a_column_the_file_lacks_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(b"name\n")

    with pytest.raises(RejectedError, match="no column spend; it has name"):
        add(tmp_path, "old.csv", "1")

    assert b"name\n" == (tmp_path / "old.csv").read_bytes()
    assert has(tmp_path, "old.csv", "1") is False


def test_no_cell_and_no_column_is_a_formula(tmp_path: Path) -> None:
    row = {"=a": "=HYPERLINK(1)", "b": "-5", "c": "+cmd|x", "d": ["=1"], "e": -7}
    add(tmp_path, "a.csv", "1", row)
    add(tmp_path, "a.csv", "2", row)

    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert "'=a,b,c,d,e" == lines[0]
    assert ['\'=HYPERLINK(1),-5,\'+cmd|x,"[""=1""]",-7'] * 2 == lines[1:]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'"a\n'])
def test_what_is_no_csv_is_left_alone(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    with pytest.raises(RejectedError):
        add(tmp_path, "a.csv", "1")

    assert content == (tmp_path / "a.csv").read_bytes()


def test_json_lines_keep_values_as_they_are_and_mend_a_last_line_without_end(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"old":1}')
    row = {"id": 7100000000000000001, "deep": {"list": [1.5, None]}, "text": "ü\n"}

    add(tmp_path, "a.jsonl", "1", row)

    lines = (tmp_path / "a.jsonl").read_bytes().splitlines()
    assert [{"old": 1}, row] == [json.loads(line) for line in lines]


def test_an_addition_that_comes_again_changes_nothing(tmp_path: Path) -> None:
    first = add(tmp_path, "a.jsonl", "1")
    content = (tmp_path / "a.jsonl").read_bytes()
    again = add(tmp_path, "a.jsonl", "1", {"other": "row"})

    assert (True, False) == (first, again)
    assert content == (tmp_path / "a.jsonl").read_bytes()
    assert (True, False) == (has(tmp_path, "a.jsonl", "1"), has(tmp_path, "a.jsonl", "2"))


def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    add(tmp_path, "a.csv", "1")

    modes = {one.name: one.stat().st_mode & 0o077 for one in tmp_path.iterdir()}
    assert dict.fromkeys(["a.csv", ".a.csv.adloom", ".a.csv.lock"], 0) == modes


@pytest.mark.parametrize(
    ("left", "verdict", "after"),
    [
        (b"", False, b""),
        (b'{"n"', False, b""),
        (b'{"n"\0\0\0', False, b""),
        (b'{"n":1}\n', True, b'{"n":1}\n'),
        (b'{"n":1}\nmore\n', True, b'{"n":1}\nmore\n'),
        (b"other\n", None, b"other\n"),
        (b"{}\n", None, b"{}\n"),
    ],
)
def test_what_a_crash_left_is_taken_back_or_counts_or_is_left_alone(
    left: bytes, verdict: bool | None, after: bytes, tmp_path: Path
) -> None:
    before = b'{"n":0}\n'
    (tmp_path / "a.jsonl").write_bytes(before + left)
    cut_off(tmp_path, "a.jsonl", "1", len(before), b'{"n":1}\n')

    found = has(tmp_path, "a.jsonl", "1")

    assert verdict is found
    assert before + after == (tmp_path / "a.jsonl").read_bytes()
    assert found is has(tmp_path, "a.jsonl", "1")


def test_nobody_claims_to_know_once_a_file_was_cut_by_others(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"x")
    cut_off(tmp_path, "a.jsonl", "1", 8, b'{"n":1}\n')

    assert has(tmp_path, "a.jsonl", "1") is None
    assert add(tmp_path, "a.jsonl", "2", {"n": 2})
    assert b'x\n{"n":2}\n' == (tmp_path / "a.jsonl").read_bytes()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path, "a.jsonl", "1", {"n": 1})
    write = os.write

    def full(to: int, data: Any) -> int:
        if len(data) > 3:
            return write(to, data[:3])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(RetryableError, match="No space left"):
            add(tmp_path, "a.jsonl", "2", {"n": 2})

    assert b'{"n":1}\n' == (tmp_path / "a.jsonl").read_bytes()
    assert has(tmp_path, "a.jsonl", "2") is False


def test_whoever_writes_keeps_others_waiting(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".a.csv.lock"), pytest.raises(RetryableError, match="keeps writing"):
        add(tmp_path, "a.csv", "1", patience=0.01)


def add_many(folder: Path, file: str, name: str, count: int) -> None:
    for number in range(count):
        add(folder, file, f"{name}-{number}", {"who": name, "n": number}, patience=30)


@pytest.mark.slow
@pytest.mark.parametrize("file", ["a.csv", "a.jsonl", "a.sqlite"])
def test_several_processes_lose_and_mix_nothing(file: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    names = ["one", "two", "three"]
    writers = [spawn.Process(target=add_many, args=(tmp_path, file, who, 15)) for who in names]
    for one in writers:
        one.start()
    for one in writers:
        one.join()

    assert [0, 0, 0] == [one.exitcode for one in writers]
    found = [has(tmp_path, file, f"{who}-{number}") for who in names for number in range(15)]
    assert [True] * 45 == found
    if file != "a.sqlite":
        lines = (tmp_path / file).read_text().splitlines()
        assert 45 == len([line for line in lines if any(who in line for who in names)])


@pytest.mark.parametrize(
    "file",
    ["/etc/x.csv", "../x.csv", "a/../../x.csv", "", "a//b.csv", ".hidden.csv", "a/.b/c.csv",
     "a\\b.csv", "C:x.csv", "nul.csv", "a./b.csv", "x\0.csv", "x\n.csv", "~/x.csv ",
     "/".join(["a"] * 9) + ".csv", "x" * 101],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(file: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidParamsError, match="file"):
        add(tmp_path / "data", file, "1")

    assert not list(tmp_path.rglob("*.csv"))


@pytest.mark.parametrize("file", ["out.csv", "folder/x.csv", "x.csv/y.csv", "dir.csv"])
def test_links_and_folders_are_not_written_through(file: str, tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    outside.mkdir()
    (outside / "mine.csv").write_text("mine\n")
    (data / "out.csv").symlink_to(outside / "mine.csv")
    (data / "folder").symlink_to(outside)
    (data / "x.csv").write_text("")
    (data / "dir.csv").mkdir()

    with pytest.raises(AdloomError):
        add(data, file, "1")

    assert ["mine.csv"] == [one.name for one in outside.iterdir()]
    assert "mine\n" == (outside / "mine.csv").read_text()


def test_a_damaged_note_says_so(tmp_path: Path) -> None:
    add(tmp_path, "a.csv", "1")
    (tmp_path / ".a.csv.adloom").write_bytes(b"no database" * 500)

    with pytest.raises(RejectedError, match=r"\.a\.csv\.adloom.*cannot be used"):
        add(tmp_path, "a.csv", "2")
