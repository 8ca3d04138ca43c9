"""Lets pytest collect scenario tests: every case of a file `*.test.yaml` is a test.

It is loaded wherever adloom and pytest are installed, so nothing of adloom is imported before
there is such a file.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scenarios.testing.folder import Ready
    from scenarios.testing.model import Case

__all__ = ["ScenarioFile", "ScenarioItem", "pytest_collect_file"]

ENDINGS = (".test.yaml", ".test.yml")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScenarioFile | None":
    """Take files of scenario tests."""
    if not file_path.name.endswith(ENDINGS):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


class ScenarioFile(pytest.File):
    """A file of scenario tests."""

    def collect(self) -> "Iterator[ScenarioItem]":
        """Every case of it.

        Raises:
            pytest.Collector.CollectError: It cannot be run; tells every fault.
        """
        from scenarios.problems import Severity
        from scenarios.testing.folder import make_ready

        ready = make_ready(self.path)
        if not ready.is_sound or ready.script is None:
            faults = [one for one in ready.problems if one.severity is Severity.ERROR]
            raise self.CollectError("\n".join(map(str, faults)))
        for case in ready.script.cases:
            yield ScenarioItem.from_parent(self, name=case.name, ready=ready, case=case)


class ScenarioItem(pytest.Item):
    """One case.

    Args:
        ready: The file.
        case: The case.
    """

    def __init__(self, *, ready: "Ready", case: "Case", **more: Any) -> None:
        super().__init__(**more)
        self._ready = ready
        self._case = case

    def runtest(self) -> None:
        """Run it.

        Raises:
            pytest.fail.Exception: It did not come to what was expected.
        """
        from scheduler.judging import judge, told
        from scheduler.testing import run_ready

        happened = asyncio.run(run_ready(self._ready, self._case))
        found = judge(self._case, happened)
        if found:
            script = self._ready.script
            assert script is not None  # noqa: S101 - it was collected from it
            pytest.fail("\n".join(told(script, one) for one in found), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        script = self._ready.script
        line = script.place_of(self._case.path).line - 1 if script else 0
        return self.path, line, self._case.name
