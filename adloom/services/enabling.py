"""Switching scenarios on, and everything off at once: what somebody should know first."""

from collections.abc import Sequence
from dataclasses import dataclass

from adloom.errors import WorkspaceError
from adloom.services.planning_words import say_totals
from adloom.services.scenario_list_check import conflicts_with, runnable
from adloom.services.scenario_prospects import forecasts, unasked_raises
from adloom.services.scenario_readiness import changing_steps
from adloom.services.session import Session
from adloom.settings import STOP_FILE, Workspace
from scenarios.model import Scenario
from scheduler.applying import FRESH
from scheduler.plan_store import StoredPlan
from scheduler.rails.forecast import Forecast
from scheduler.scenario_store import StoredScenario
from scheduler.workshop import Workshop

__all__ = ["Prospects", "enable", "go_on", "prospects_of", "stop_everything"]


@dataclass(frozen=True)
class Prospects:
    """What somebody should know who is about to let a scenario change things.

    Args:
        scenario: The scenario.
        changing: The steps that change something outside, in words.
        raising: The steps that may raise spending without asking anybody.
        conflicts: Whom else it may meet at the same objects.
        forecasts: How many requests it is going to make.
        plan: The newest plan of this very text; None if nobody has seen what it would do lately.
        totals: What that plan comes to, in lines.
        outdated: The newest plan, if that is too old to tell what would happen now.
    """

    scenario: Scenario
    changing: Sequence[str] = ()
    raising: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    forecasts: Sequence[Forecast] = ()
    plan: StoredPlan | None = None
    totals: Sequence[str] = ()
    outdated: StoredPlan | None = None

    @property
    def wants_consent(self) -> bool:
        """Whether it changes anything, so that a person says yes first."""
        return bool(self.changing)

    @property
    def is_seen(self) -> bool:
        """Whether somebody has seen what a run would do now: in a plan that is not used up."""
        return self.plan is not None and self.plan.applied_at is None


async def prospects_of(session: Session, workshop: Workshop, name: str) -> Prospects:
    """What is to be known of a scenario, as far as it changes anything.

    Raises:
        UnknownNameError: There is no such scenario.
        InvalidScenarioError: It cannot be run where it is.
    """
    scenario = await runnable(session, workshop, name)
    changing = await changing_steps(workshop, scenario)
    if not changing:
        return Prospects(scenario)
    stored = await workshop.plans.of_text(scenario.hash)
    now = workshop.clock.now()
    # What was planned weeks ago is not what somebody says yes to today.
    is_fresh = stored is not None and now - stored.made_at <= FRESH
    plan = await workshop.plans.load(stored.id) if stored and is_fresh else None
    return Prospects(
        scenario,
        changing,
        unasked_raises(scenario),
        await conflicts_with(workshop, scenario),
        await forecasts(session.wiring.store, workshop.database, [scenario], now),
        stored if is_fresh else None,
        list(say_totals(plan)) if plan else (),
        None if is_fresh else stored,
    )


async def enable(session: Session, workshop: Workshop, name: str) -> StoredScenario:
    """Let a scenario run by its schedule from now on.

    Raises:
        UnknownNameError: There is no such scenario.
        InvalidScenarioError: It cannot be run where it is.
    """
    return await workshop.scenarios.enable((await runnable(session, workshop, name)).name)


def stop_everything(workspace: Workspace) -> None:
    """Pull the kill switch: nothing is changed any more until somebody goes on.

    Raises:
        WorkspaceError: The file cannot be written.
    """
    try:
        (workspace.path / STOP_FILE).touch()
    except OSError as error:
        raise WorkspaceError(
            f"The file {STOP_FILE} cannot be written: {error.strerror}.",
            hint=f"Make a file named {STOP_FILE} in {workspace.path} yourself.",
        ) from None


def go_on(workspace: Workspace) -> None:
    """Let things be changed again.

    Raises:
        WorkspaceError: The file cannot be removed.
    """
    try:
        (workspace.path / STOP_FILE).unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"The file {STOP_FILE} cannot be removed: {error.strerror}.",
            hint=f"Remove {workspace.path / STOP_FILE} yourself.",
        ) from None
