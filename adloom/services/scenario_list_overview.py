"""Everything about one scenario on a page: steps, times, watches, runs, plans and versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from adloom.database import Transaction
from adloom.errors import AdloomError, UnknownNameError
from adloom.services.editing_diff import Hunk, diff_lines
from adloom.services.scenario_list_check import problems_here
from adloom.services.scenario_list_facts import Facts, facts_of
from adloom.services.scenario_words import say_seconds, say_steps
from adloom.services.scheduling import Upcoming, upcoming
from adloom.services.session import Session
from scenarios.limits import Limits, SpendRaising
from scenarios.model import Scenario
from scenarios.problems import Problem
from scheduler.plan_store import StoredPlan
from scheduler.scenario_rows import StoredOccurrence
from scheduler.scenario_store import StoredScenario
from scheduler.summaries import Summary, summaries
from scheduler.watch_store import Source, StoredWatch
from scheduler.workshop import Workshop

__all__ = ["Overview", "Version", "diff_to", "overview_of", "say_limits", "versions_of"]

SHOWN = 8
VERSIONS = (
    "SELECT hash, MIN(at) AS first, MAX(at) AS last, COUNT(*) AS runs FROM ("
    "SELECT hash, claimed_at AS at FROM occurrence WHERE workspace = ? AND scenario = ?"
    " UNION ALL SELECT hash, made_at AS at FROM plan WHERE workspace = ? AND scenario = ?"
    ") AS used GROUP BY hash ORDER BY MAX(at) DESC"
)


@dataclass(frozen=True)
class Version:
    """A text that a scenario had, kept because it ran or was planned.

    Args:
        hash: What it goes by.
        first: When it was first used.
        last: When it was last used.
        runs: How often it ran or was planned.
        is_current: Whether it is the present one.
    """

    hash: str
    first: datetime
    last: datetime
    runs: int
    is_current: bool


@dataclass(frozen=True)
class Overview:
    """A scenario as its page shows it.

    Args:
        stored: As the journal knows it.
        scenario: As it is understood; None if it cannot be.
        facts: What it says of itself.
        steps: Each step with what it does; those of routes deeper.
        next: Its next times.
        limits: Its limits, in words.
        watches: Where its watches stand.
        waiting: Bundles that wait for the next run.
        runs: Its last occurrences.
        executions: Its last executions.
        plans: Its last plans.
        problems: What is wrong with its file where it is.
    """

    stored: StoredScenario
    scenario: Scenario | None
    facts: Facts
    steps: Sequence[tuple[str, str]]
    next: Sequence[Upcoming]
    limits: Sequence[tuple[str, str]]
    watches: Sequence[tuple[Source, StoredWatch]]
    waiting: int
    runs: Sequence[StoredOccurrence]
    executions: Sequence[Summary]
    plans: Sequence[StoredPlan]
    problems: Sequence[Problem]


async def overview_of(session: Session, workshop: Workshop, name: str) -> Overview:
    """Everything about a scenario.

    Raises:
        UnknownNameError: There is none of this name.
    """
    stored = await workshop.scenarios.load(name)
    try:
        scenario = await workshop.version(stored.hash)
    except AdloomError:
        scenario = None
    zone = stored.place if stored.zone else None
    return Overview(
        stored,
        scenario,
        await facts_of(workshop, stored.hash),
        list(say_steps(scenario.steps)) if scenario else (),
        upcoming(stored.schedule, session.wiring.clock.now(), zone) if stored.schedule else (),
        say_limits(scenario.limits) if scenario else (),
        await workshop.watches.all(name),
        await workshop.inbox.waiting(name),
        await workshop.dues.occurrences(name, limit=SHOWN),
        await summaries(workshop.database, limit=SHOWN, scenario=name),
        (await workshop.plans.all(name))[:SHOWN],
        await problems_here(session, workshop, stored),
    )


async def versions_of(workshop: Workshop, name: str) -> list[Version]:
    """The texts of a scenario that are kept, the one that was used last first."""
    current = (await workshop.scenarios.load(name)).hash

    def work(work: Transaction) -> list[Version]:
        place = ("local", name)
        return [
            Version(
                row["hash"],
                datetime.fromisoformat(row["first"]),
                datetime.fromisoformat(row["last"]),
                int(row["runs"]),
                row["hash"] == current,
            )
            for row in work.run(VERSIONS, *place, *place)
            if _is_kept(work, row["hash"])
        ]

    return await workshop.database.read(work)


async def diff_to(workshop: Workshop, name: str, version: str) -> tuple[str, list[Hunk]]:
    """A kept text of a scenario, and what restoring it would change.

    Raises:
        UnknownNameError: This scenario never had it, or it has been pruned.
    """
    if version not in {one.hash for one in await versions_of(workshop, name)}:
        raise UnknownNameError("version of the scenario", version[:12], [])
    now = await workshop.scenarios.load_text((await workshop.scenarios.load(name)).hash)
    then = await workshop.scenarios.load_text(version)
    return then, diff_lines(now, then)


def say_limits(limits: Limits) -> list[tuple[str, str]]:
    """The limits that are set, as the file calls them, and what each allows."""
    amounts: Mapping[str, Any] = {
        "changes_per_run": limits.changes_per_run,
        "changes_per_day": limits.changes_per_day,
        "changes_per_object_per_day": limits.changes_per_object_per_day,
        "share_of_active_ads": _percent(limits.share_of_active_ads),
        "cooldown": limits.cooldown_seconds and say_seconds(limits.cooldown_seconds),
        "own_cooldown": limits.own_cooldown_seconds and say_seconds(limits.own_cooldown_seconds),
        "budget.step": _percent(limits.budget.step),
        "budget.step_amount": limits.budget.step_amount,
        "budget.per_day": _percent(limits.budget.per_day),
        "budget.per_day_amount": limits.budget.per_day_amount,
        "budget.floor": limits.budget.floor,
        "budget.ceiling": limits.budget.ceiling,
        "budget.raise_per_run": limits.budget.raise_per_run,
        "budget.raise_per_day": limits.budget.raise_per_day,
        "allow_delete": "yes" if limits.allow_delete else None,
        "spend_raising": None
        if limits.spend_raising is SpendRaising.ALLOW
        else limits.spend_raising.value,
    }
    told = [(name, f"{value}") for name, value in amounts.items() if value is not None]
    return [*told, ("on_limit", limits.on_limit.value)] if told else []


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{value} %"


def _is_kept(work: Transaction, version: str) -> bool:
    kept = "SELECT 1 FROM scenario_text WHERE workspace = ? AND hash = ?"
    return work.one(kept, "local", version) is not None
