"""What became of a file of events, and what to do next."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import click

from adloom.cli.events_portions import Portion
from adloom.cli.output import plain
from adloom.cli.session import say
from adloom.services.events_words import count
from scheduler.outbox.entries import EventState

__all__ = ["Summary", "Totals"]


@dataclass
class Totals:
    """What has been read of a file, in all its runs. Kept with the events themselves.

    Args:
        read: Records.
        events: What they became.
        known: Events among these that the outbox had already.
        refused: Records that did not become the events they should have.
        skipped: Records left out on purpose, by reason.
    """

    read: int = 0
    events: int = 0
    known: int = 0
    refused: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Events that were new to the outbox."""
        return self.events - self.known

    def plus(self, part: Portion) -> "Totals":
        """The same with one portion more, before it is known how much of it is new."""
        return Totals(
            self.read + part.rows,
            self.events + sum(len(parcel.entries) for parcel in part.parcels),
            self.known,
            self.refused + len(part.refusals),
            dict(Counter(self.skipped) + Counter(part.skipped)),
        )


@dataclass
class Summary:
    """How sending a file ended.

    Args:
        name: What the input is called.
        command: The same command again, as somebody would type it.
        connection: What it was sent through.
        totals: What has been read, in all runs.
        fresh: Records that were read this time.
        warnings: Warnings this time.
        states: How its events stand.
        whole: Whether it was read to its end.
        waited: Whether sending was waited for.
        stopped: Why sending stopped, where that needs somebody.
    """

    name: str
    command: str
    connection: str
    totals: Totals = field(default_factory=Totals)
    fresh: int = 0
    warnings: int = 0
    states: dict[EventState, int] = field(default_factory=dict)
    whole: bool = False
    waited: bool = True
    stopped: str | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nothing needs anybody."""
        waits = self.waited and self._at(EventState.WAITING) > 0
        return not (self.totals.refused or self._at(EventState.DEAD) or self.stopped or waits)

    def as_data(self) -> dict[str, Any]:
        """The figures as JSON data."""
        return {
            "file": self.name,
            "connection": self.connection,
            "read": self.totals.read,
            "read_now": self.fresh,
            "accepted": self.totals.accepted,
            "known": self.totals.known,
            "refused": self.totals.refused,
            "skipped": self.totals.skipped,
            "warnings": self.warnings,
            "sent": self._at(EventState.SENT),
            "dead": self._at(EventState.DEAD),
            "waiting": self._at(EventState.WAITING),
            "whole": self.whole,
            "stopped": self.stopped,
        }

    def tell(self) -> None:
        """Say how it went and what to do next."""
        click.echo(f"{plain(self.name)}: {self._figures()}.", err=True)
        if self.fresh == 0 and self.whole and self.totals.read and not self.stopped:
            say(f"No new records since the last time. From the first one: {self.command} --again")
        for line in self._advice():
            say(line)

    def _figures(self) -> str:
        known = f" ({self.totals.known:,} known already)" if self.totals.known else ""
        told = [
            f"{count(self.totals.read, 'record')} read",
            f"{self.totals.accepted:,} accepted{known}",
            f"{self.totals.refused:,} refused",
            *(f"{times:,} skipped ({plain(why)})" for why, times in self.totals.skipped.items()),
            f"{self._at(EventState.SENT):,} sent",
            f"{self._at(EventState.DEAD):,} dead",
            f"{self._at(EventState.WAITING):,} waiting",
        ]
        return ", ".join(told)

    def _advice(self) -> list[str]:
        advice = []
        if self.stopped:
            advice += [f"It stopped: {self.stopped}", "Everything is kept."]
            advice.append(f"When that is put right, go on: {self.command}")
        elif self._at(EventState.WAITING):
            goes_on = "adloom serve sends them" if not self.waited else f"Go on: {self.command}"
            advice.append(f"{count(self._at(EventState.WAITING), 'event')} wait. {goes_on}")
        if self.totals.refused:
            advice.append("Why records were refused: adloom events status --refused")
            advice.append(f"When the file or the mapping is put right: {self.command} --again")
        if self._at(EventState.DEAD):
            advice.append("Why events are dead: adloom events status --dead")
            advice.append("Then: adloom events retry --all, or adloom events drop --all-dead")
        return advice

    def _at(self, state: EventState) -> int:
        return self.states.get(state, 0)
