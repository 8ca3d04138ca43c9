"""pytest collects scenario tests, and imports nothing of adloom where there are none."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.cli.test_scenarios_test import SCENARIO, SOUND
from tests.seams.checkout import ROOT

LOADED = "import sys; import adloom.pytest_plugin; print(sorted(n for n in sys.modules if n.startswith(('scenarios', 'scheduler', 'modules', 'connections'))))"  # noqa: E501 - a program


def collected(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder of its own."""
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def put(folder: Path, text: str) -> None:
    (folder / "pause.yaml").write_text(SCENARIO)
    (folder / "pause.test.yaml").write_text(text)


def test_every_case_is_a_test(tmp_path: Path) -> None:
    put(tmp_path, SOUND)

    done = collected(tmp_path, "-v")

    assert 0 == done.returncode, done.stdout
    assert "An ad is told PASSED" in done.stdout
    assert "2 passed" in done.stdout


def test_a_case_that_fails_tells_why_and_where(tmp_path: Path) -> None:
    put(tmp_path, SOUND.replace("text: Summer", "text: Winter"))

    done = collected(tmp_path)

    assert 1 == done.returncode
    assert f"{tmp_path}/pause.test.yaml:5:24: notices[1]: " in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_a_file_with_faults_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, SOUND.replace("ads:", "asd:"))

    done = collected(tmp_path)

    assert 2 == done.returncode
    assert "did you mean ads?" in done.stdout


def test_it_is_registered_and_light() -> None:
    with (ROOT / "pyproject.toml").open("rb") as source:
        project = tomllib.load(source)["project"]
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True,
                            check=True, cwd=ROOT)  # fmt: skip

    assert {"adloom": "adloom.pytest_plugin"} == project["entry-points"]["pytest11"]
    assert "[]" == loaded.stdout.strip()
