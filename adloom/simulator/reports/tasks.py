"""Asynchronous reports while they are made and kept (business_api.md §5.4)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from adloom.simulator.envelope import Refusal
from adloom.simulator.reports.asked import Asked
from adloom.simulator.world.rows import digits

__all__ = ["CANCELED", "DONE", "FAILED", "QUEUED", "WORKING", "Task", "Tasks"]

NO_PERMISSION: Final = 40001
NOT_FOUND: Final = 40007
KEPT_FOR: Final = 30 * 86_400
LINK_LIFE: Final = 3600
#: The share of its time that a task waits before anything happens.
QUEUING: Final = 0.3
QUEUED: Final = "QUEUING"
WORKING: Final = "PROCESSING"
DONE: Final = "SUCCESS"
FAILED: Final = "FAILED"
CANCELED: Final = "CANCELED"


@dataclass
class Task:
    """One asynchronous report.

    Args:
        asked: What was asked for.
        advertiser_ids: The accounts it covers.
        token: With which it was asked for.
        created: Simulated UNIX seconds; the figures are of that moment.
        output_format: `CSV_STRING` or `CSV_DOWNLOAD`.
        file_name: What the file is called.
        titles: Whether columns have titles for people.
        identity: Its id.
        queued: The real time at which it was.
        delay: How many real seconds it takes.
        fails: Whether it is to fail.
        canceled: Whether it was canceled.
    """

    asked: Asked
    advertiser_ids: tuple[str, ...]
    token: str
    created: float
    output_format: str
    file_name: str
    titles: bool
    identity: str = ""
    queued: float = 0.0
    delay: float = 0.0
    fails: bool = False
    canceled: bool = False

    def status(self, real: float) -> str:
        """What has become of it at a real time."""
        if self.canceled:
            return CANCELED
        passed = real - self.queued
        if passed < self.delay * QUEUING:
            return QUEUED
        if passed < self.delay:
            return WORKING
        return FAILED if self.fails else DONE


class Tasks:
    """The asynchronous reports of a simulator.

    Args:
        real: Real seconds.
        delay: How many of them a report takes.
    """

    def __init__(self, real: Callable[[], float], delay: float):
        self.delay = delay
        #: How many of the next tasks are to fail.
        self.failing = 0
        self._real = real
        self._counted = 0
        self._tasks: dict[str, Task] = {}
        #: Links to files, and until when they work, in simulated UNIX seconds.
        self._links: dict[str, tuple[Task, float]] = {}

    def add(self, task: Task) -> Task:
        """Begin a task and give it an id."""
        self._counted += 1
        task.identity = digits(10_000 + self._counted)
        task.queued, task.delay = self._real(), self.delay
        if self.failing:
            self.failing -= 1
            task.fails = True
        self._tasks[task.identity] = task
        return task

    def find(self, identity: str, advertiser_id: str, token: str, now: float) -> Task:
        """A task that this token asked for; no other token may see it."""
        self._forget(now)
        task = self._tasks.get(identity)
        if task is None or advertiser_id not in task.advertiser_ids:
            raise Refusal(NOT_FOUND, f"The task {identity} does not exist.")
        if task.token != token:
            raise Refusal(NO_PERMISSION, f"No permission to operate task {identity}.")
        return task

    def status(self, task: Task) -> str:
        """What has become of a task."""
        return task.status(self._real())

    def _forget(self, now: float) -> None:
        for identity, task in list(self._tasks.items()):
            if now - task.created > KEPT_FOR:
                del self._tasks[identity]
        self._links = {key: link for key, link in self._links.items() if link[1] > now}

    # --- files ----------------------------------------------------------------------------------

    def link(self, task: Task, now: float) -> str:
        """A name under which the file of a task can be fetched for an hour."""
        name = f"{task.identity} {task.token} {now}"
        key = hashlib.sha256(name.encode()).hexdigest()[:40]
        self._links[key] = (task, now + LINK_LIFE)
        return key

    def linked(self, key: str, now: float) -> Task | None:
        """The task behind a link, as long as that works."""
        self._forget(now)
        task, _ = self._links.get(key, (None, 0.0))
        return task

    def as_json(self) -> dict[str, Any]:
        """How tasks are made, and what became of them."""
        states = {identity: self.status(task) for identity, task in self._tasks.items()}
        return {"delay": self.delay, "fail": self.failing, "tasks": states}
