"""How the outbox sends: how much at a time, how long it waits, when it gives up."""

import random
from dataclasses import dataclass
from typing import Protocol

from scheduler.outbox.window import BatchLimits

__all__ = ["OutboxSettings", "Pace"]


class OutboxSettings(BatchLimits, Protocol):
    """What a user decides; the section `[events]` of the settings has it."""

    @property
    def in_flight(self) -> int:
        """So many batches of a lane are under way at a time."""
        ...

    @property
    def oldest_days(self) -> int:
        """An event that happened longer ago is not sent; 0 means no limit."""
        ...

    @property
    def first_index(self) -> int:
        """What TikTok calls the first event of a batch."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a sender is.

    Args:
        first_pause: Seconds before a batch is sent again for the first time; each time it doubles.
        longest_pause: Seconds it comes to at most.
        doubt_hours: Hours for which an event is sent again after nobody learnt whether it arrived:
            an hour less than TikTok knows it again (reliability.md §0.11).
        margin: Seconds by which an event is too old before it is.
        unclear_attempts: So often an event is tried that a report names without saying what to do.
        poll: Seconds between two looks at what others have put in.
        look_again: Seconds between two looks at whether a paused lane's connection was renewed.
        rest: Seconds for which a lane is left alone when the database cannot be written.
        end: Seconds for which requests under way are waited for when sending is cancelled.
    """

    first_pause: float = 1.0
    longest_pause: float = 300.0
    doubt_hours: float = 47.0
    margin: float = 600.0
    unclear_attempts: int = 5
    poll: float = 0.5
    look_again: float = 15.0
    rest: float = 5.0
    end: float = 30.0

    def pause(self, attempts: int, asked: float | None = None) -> float:
        """Seconds until the next attempt, with jitter.

        Args:
            attempts: How many there were before the last.
            asked: How many seconds TikTok wants.
        """
        doubled = self.first_pause * 2.0 ** min(attempts, 20)
        jitter = random.uniform(1.0, 1.3)  # noqa: S311 - jitter
        return max(min(doubled * jitter, self.longest_pause), asked or 0.0)
