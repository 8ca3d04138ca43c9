"""History that is kept in memory, and a database that can only be read.

Whatever stands on these two can write nothing down, whatever it tries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from adloom.database import Database, Transaction
from scheduler.history import History, StepRun

__all__ = ["MemoryHistory", "ReadOnly"]

ResultT = TypeVar("ResultT")


class ReadOnly(Database):
    """A database as somebody sees it who may only look.

    Args:
        database: What is looked at.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database.place)
        self._looked_at = database

    async def read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Run `work` against what is committed."""
        return await self._looked_at.read(work)

    async def write(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        """Refuse: whoever writes here has a bug."""
        self._refuse(work)

    def post(self, work: Callable[[Transaction], object]) -> NoReturn:
        """Refuse: whoever writes here has a bug."""
        self._refuse(work)

    async def settle(self) -> None:
        """Nothing was posted."""

    def inspect(self) -> dict[str, str]:
        """What it runs on."""
        return self._looked_at.inspect()

    def _refuse(self, work: object) -> NoReturn:
        raise AssertionError(f"{self.place} is only looked at here; {work} was not run")

    def _transact(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        self._refuse(work)

    def _read(self, work: Callable[[Transaction], ResultT]) -> ResultT:
        self._refuse(work)

    def _explain(self, error: BaseException) -> BaseException:
        return error

    def _disconnect(self) -> None:
        """What is looked at belongs to somebody else."""


@dataclass
class MemoryHistory(History):
    """One execution's steps, for as long as somebody looks at them."""

    runs: dict[str, StepRun] = field(default_factory=dict)

    def add(self, run: StepRun) -> None:
        """Take note of a step."""
        self.runs[run.path] = run

    def add_work(self, work: Callable[[Transaction], object]) -> None:
        """Nothing is written together with steps that are not written."""

    def write_in(self, work: Transaction, run: StepRun) -> NoReturn:  # noqa: ARG002 - History's signature
        """Refuse: there is no transaction on this stage."""
        raise AssertionError("nothing is written down here")

    def send(self) -> None:
        """Nothing waits."""

    async def flush(self) -> None:
        """Nothing waits."""

    async def close(self) -> None:
        """Nothing waits."""

    async def known(self) -> dict[str, StepRun]:
        """What was noted so far, by path."""
        return dict(self.runs)

    async def erase(self) -> None:
        """Forget it."""
        self.runs.clear()

    def outputs(self) -> Mapping[str, Any]:
        """What steps handed on, by path."""
        return {path: run.output for path, run in self.runs.items()}
