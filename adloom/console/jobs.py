"""Work that goes on while pages ask how it stands; it ends with the server."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adloom.clock import Clock
from adloom.errors import AdloomError, UnknownNameError
from adloom.services.fault_files import write_fault

__all__ = ["GoneJobError", "Job", "Jobs"]

#: Ended jobs that can still be looked at. Each holds what came of it, some of them megabytes.
MOST_KEPT: Final = 100
MOST_LINES: Final = 500


class GoneJobError(UnknownNameError):
    """Work that a page asks after is not known any more; what it did, nobody says here."""

    def __init__(self, job_id: str) -> None:
        super().__init__("running job", job_id, (), hint="It ended with the server, or long ago.")


@dataclass
class Job:
    """One piece of work.

    Args:
        id: What pages call it by.
        title: What it does, for people.
        started_at: When it began.
        key: What the same work would be told by, where the title does not say it.
        lines: What it has told on the way.
        done: How much is done, and of how much; the latter None if nobody knows.
        result: What came of it, once it has ended well.
        error: Why it did not.
        fault: The file that tells of a fault of adloom's own, if it was one.
        ended_at: When it ended.
    """

    id: str
    title: str
    started_at: datetime
    key: str = ""
    lines: list[str] = field(default_factory=list)
    done: tuple[int, int | None] | None = None
    result: Any = None
    error: AdloomError | None = None
    fault: str | None = None
    cancelled: bool = False
    ended_at: datetime | None = None
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self.ended_at is None

    def say(self, text: str) -> None:
        """Tell something on the way."""
        self.lines.append(text)
        del self.lines[:-MOST_LINES]

    def count(self, done: int, total: int | None = None) -> None:
        """Tell how much is done."""
        self.done = (done, total)

    async def wait(self) -> None:
        """Wait until it has ended, well or not."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def cancel(self) -> None:
        """Ask it to stop."""
        if self._task is not None and self.running:
            self._task.cancel()


class Jobs:
    """The jobs of one console.

    Args:
        clock: The time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jobs: dict[str, Job] = {}

    def start(self, title: str, work: Callable[[Job], Awaitable[Any]], *, key: str = "") -> Job:
        """Start some work; what it returns becomes the job's result."""
        job = Job(secrets.token_urlsafe(12), title, self._clock.now(), key)
        self._jobs[job.id] = job
        job._task = asyncio.create_task(self._carry(job, work))  # noqa: SLF001 - its own class
        self._forget()
        return job

    def find(self, job_id: str) -> Job:
        """A job, running or ended.

        Raises:
            GoneJobError: There is none; jobs end with the server.
        """
        if job_id not in self._jobs:
            raise GoneJobError(job_id)
        return self._jobs[job_id]

    def all(self) -> list[Job]:
        """Every job that can still be looked at, the oldest first."""
        return list(self._jobs.values())

    async def settle(self) -> None:
        """Stop everything that still runs, and wait for it."""
        tasks = [one._task for one in self._jobs.values() if one._task is not None]  # noqa: SLF001 - as above
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(self, job: Job, work: Callable[[Job], Awaitable[Any]]) -> None:
        try:
            job.result = await work(job)
        except asyncio.CancelledError:
            job.cancelled = True
            raise
        except AdloomError as error:
            job.error = error
        except Exception as error:  # noqa: BLE001 - a fault of ours: kept for the page and a file
            job.error = AdloomError(f"This is a fault in adloom: {type(error).__name__}.")
            job.fault = write_fault(error, f"console: {job.title}")
        finally:
            job.ended_at = self._clock.now()

    def _forget(self) -> None:
        ended = [one for one in self._jobs.values() if not one.running]
        for one in ended[: max(0, len(ended) - MOST_KEPT)]:
            del self._jobs[one.id]
