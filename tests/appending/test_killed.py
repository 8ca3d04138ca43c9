"""Killed at any step, an addition is found out about, and its row stands in the file once."""

import csv
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest


def killed(folder: Path, file: str, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.appending.killed", str(folder), file, *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def numbers(path: Path) -> Counter[str]:
    """How often each row stands in a file; half a line would not be one."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return Counter(row["number"] for row in csv.DictReader(file, strict=True))
    if path.suffix == ".jsonl":
        return Counter(json.loads(line)["number"] for line in path.read_bytes().splitlines())
    database = sqlite3.connect(path)
    try:
        return Counter(number for (number,) in database.execute("SELECT number FROM rows"))
    finally:
        database.close()


@pytest.mark.slow
@pytest.mark.parametrize("file", ["rows.csv", "in/rows.jsonl", "rows.sqlite"])
def test_every_row_stands_in_the_file_once_wherever_the_process_was_killed(
    file: str, tmp_path: Path
) -> None:
    summary = killed(tmp_path, file)

    assert summary["killed"] == summary["additions"] - 1 >= 4, summary
    assert {True, False} == set(summary["found"]), summary
    wanted = {f"{number:04}": 1 for number in range(1, summary["additions"] + 1)}
    assert wanted == numbers(tmp_path / file)


@pytest.mark.slow
def test_without_its_notes_the_same_kills_tear_lines_and_double_rows(tmp_path: Path) -> None:
    killed(tmp_path, "rows.jsonl", "--without-notes")
    lines = (tmp_path / "rows.jsonl").read_bytes().splitlines()

    whole = [line for line in lines if line.startswith(b"{") and line.endswith(b"}")]
    assert len(set(lines)) < len(lines)
    assert len(whole) < len(lines)
