"""What needs somebody's attention, what runs next, and what came of the last runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from adloom.services.session import Session
from connections.connection import State
from scheduler.scenario_rows import StoredScenario
from scheduler.summaries import Summary, standing, summaries
from scheduler.workshop import Workshop

__all__ = ["Attention", "Overview", "overview"]

SHOWN: Final = 5


@dataclass(frozen=True)
class Attention:
    """One thing that needs somebody.

    Args:
        kind: How urgent it is.
        text: What it is, in a sentence.
        action: What is done about it.
        href: Where.
    """

    kind: Literal["warn", "bad"]
    text: str
    action: str
    href: str


@dataclass(frozen=True)
class Overview:
    """A workspace at a glance.

    Args:
        attention: What needs somebody, the most urgent first.
        coming: The scenarios that run next.
        last: The last executions.
    """

    attention: Sequence[Attention]
    coming: Sequence[StoredScenario]
    last: Sequence[Summary]


async def overview(session: Session, workshop: Workshop) -> Overview:
    """What is to be seen first of a workspace."""
    stored = await workshop.scenarios.all()
    waiting = [one for one in stored if one.enabled and one.fault is None and one.due_at]
    return Overview(
        attention=[
            *_stopped(session),
            *await _connections(session),
            *await _executions(session, workshop),
            *_scenarios(stored),
            *await _files(workshop, stored),
        ],
        coming=sorted(waiting, key=lambda one: one.due_at or session.wiring.clock.now())[:SHOWN],
        last=await summaries(workshop.database, limit=SHOWN),
    )


def _stopped(session: Session) -> list[Attention]:
    if not session.workspace.stopped:
        return []
    text = "Everything is stopped: no scenario runs, and nothing is changed."
    return [Attention("bad", text, "Start again", "/settings#stop")]


async def _connections(session: Session) -> list[Attention]:
    known = await session.wiring.store.all()
    return [
        Attention(
            "bad",
            f"The connection {one.name} no longer works. {one.reason or ''}".strip(),
            "Reconnect",
            f"/connections/{quote(one.name)}/reconnect",
        )
        for one in known
        if one.state is State.RECONNECT
    ]


async def _executions(session: Session, workshop: Workshop) -> list[Attention]:
    now = await standing(workshop.database, session.wiring.clock.now())
    found = (
        (
            now.in_doubt,
            "in+doubt",
            "Of one execution it is not known whether a change happened.",
            "Of {} executions it is not known whether a change happened.",
        ),
        (
            now.incomplete,
            "incomplete",
            "One execution has stopped part-way.",
            "{} executions have stopped part-way.",
        ),
        (now.held, "held", "One change is parked by a limit.", "{} changes are parked by limits."),
    )
    return [
        Attention(
            "warn",
            one if count == 1 else several.format(count),
            "Look",
            f"/executions?status={status}",
        )
        for count, status, one, several in found
        if count
    ]


def _scenarios(stored: Sequence[StoredScenario]) -> list[Attention]:
    told = []
    for one in stored:
        href = f"/scenarios/{quote(one.name, safe='')}"
        if one.fault is not None:
            text = f"The scenario {one.name} cannot run. {one.fault}"
            told.append(Attention("bad", text, "Look", href))
        elif not one.enabled and one.disabled_reason is not None:
            text = f"The scenario {one.name} was switched off. {one.disabled_reason}"
            told.append(Attention("warn", text, "Look", href))
    return told


async def _files(workshop: Workshop, stored: Sequence[StoredScenario]) -> list[Attention]:
    """Files that cannot be used and have never been a scenario."""
    reading = workshop.files.read(await workshop.scenarios.known())
    known = {one.file for one in stored}
    return [
        Attention("bad", f"The file {name} cannot be used. {fault}", "Look", "/scenarios")
        for name, fault in reading.faults.items()
        if name not in known
    ]
