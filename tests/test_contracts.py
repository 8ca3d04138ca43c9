"""The import contracts bite: a forbidden import, planted in a copy, is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.seams.checkout import PACKAGES, ROOT

PLANTED = [
    ("modules/get_ad.py", "import modules.search_ads", "operation"),
    ("modules/get_ad.py", "import httpx", "HTTP"),
    ("modules/records/ads.py", "import connections.store", "Rooms"),
    ("connections/limits.py", "import modules.base", "Rooms"),
    ("adloom/errors.py", "import adloom.clock", "Rooms"),
    ("adloom/simulator/limits.py", "import connections.limits", "simulator"),
    ("scheduler/journal.py", "import sqlite3", "drivers"),
    ("scheduler/journal.py", "import psycopg", "drivers"),
    ("scheduler/engine.py", "import starlette.routing", "servers"),
    ("scheduler/engine.py", "import click", "command-line"),
    ("scheduler/occurrences.py", "import apscheduler.triggers.cron", "APScheduler"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "*.json")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_forbidden_import_they_hold(copy: Path) -> None:
    assert checked(copy).returncode == 0


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED)
def test_a_forbidden_import_is_found(file: str, line: str, contract: str, copy: Path) -> None:
    place = copy / file
    before = place.read_text()
    place.write_text(f"{before}\n{line}\n")
    try:
        found = checked(copy)
    finally:
        place.write_text(before)

    broken = found.stdout.partition("Broken contracts")[2]
    assert found.returncode == 1
    assert contract.lower() in broken.lower()
