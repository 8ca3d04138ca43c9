"""What stopped, by its cause, with the fix."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adloom.errors import AuthorizationError, Reaction, RejectedError, RetryableError
from adloom.services.inbox import Cause, Stopped, causes, fix_of
from tests.scheduler.railed import ads, scenario
from tests.scheduler.stage import Stage, stage
from tests.scheduler.world import World

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=ads(3))) as made:
        yield made


async def test_bundles_that_stopped_alike_are_one_cause_whatever_ids_the_error_names(
    here: Stage,
) -> None:
    here.world.before += [
        RejectedError(f"Ad 1700000000{number} is gone (request A{number}12345B)")
        for number in (1, 2, 3)
    ]
    [ended] = (await here.run(scenario(""))).executions
    [cause] = await causes(here.database)

    assert ("railed", "change", 3) == (cause.scenario, cause.step, len(cause.items))
    assert [ended.execution.id] == cause.executions
    assert "DISABLE" == cause.items[0].given["status"]
    assert "Ad 17000000001 is gone (request A112345B)" == cause.error


async def test_other_errors_are_other_causes_and_the_largest_comes_first(here: Stage) -> None:
    gone, small = RejectedError("Ad is gone."), RejectedError("Too small.")
    here.world.before += [small, gone, gone]
    await here.run(scenario(""))

    assert ["Ad is gone.", "Too small."] == [one.error for one in await causes(here.database)]


async def test_what_was_settled_is_no_cause_any_more(here: Stage) -> None:
    here.world.before += [RejectedError("No.")]
    [ended] = (await here.run(scenario(""))).executions
    await here.resume(ended)

    assert [] == await causes(here.database)


async def test_an_execution_given_up_leaves_no_cause_though_its_walk_notes_one_later(
    here: Stage,
) -> None:
    here.world.before += [RejectedError("No.")]
    [ended] = (await here.run(scenario(""))).executions
    await here.journal.drop(await here.journal.load(ended.execution.id))

    assert [] == await causes(here.database)


async def test_a_lost_connection_is_put_right_at_the_connections(here: Stage) -> None:
    here.world.before += [AuthorizationError("Not accepted.")]
    await here.run(scenario(""))
    [cause] = [one for one in await causes(here.database) if one.error == "Not accepted."]
    fix = fix_of(cause, here.library["railed"], (), stopped=False)

    assert ("Reconnect acme", "/connections/acme/reconnect") == (fix.label, fix.href)


async def test_what_may_work_later_says_when(here: Stage) -> None:
    here.world.before += [RetryableError("Busy.")] * 4
    await here.run(scenario(""))
    [cause] = await causes(here.database)

    assert cause.next_at is not None
    assert timedelta(0) < cause.next_at - here.world.clock.now() <= timedelta(minutes=1)
    assert "You need do nothing" in fix_of(cause, None, (), stopped=False).todo


def cause(
    reaction: Reaction | None, *, scenario: str | None = "s", hint: str | None = None
) -> Cause:
    item = Stopped("e1", "p", 1, None, AT)
    return Cause("k", scenario, "step", "It said no.", hint, reaction, "acme", [item])


@pytest.mark.parametrize(
    ("given", "held", "stopped", "href"),
    [
        (cause(Reaction.HOLD), ("e1",), False, "/executions?status=held"),
        (cause(Reaction.HOLD), (), True, "/settings#stop"),
        (cause(Reaction.HOLD), (), False, "/scenarios/s/edit?step=step&execution=e1"),
        (cause(Reaction.REPORT), (), False, "/scenarios/s/edit?step=step&execution=e1"),
        (cause(Reaction.SET_ASIDE, scenario=None), (), False, ""),
        (cause(Reaction.RECONNECT, scenario=None), (), False, "/connections/acme/reconnect"),
        (cause(None, scenario=None), (), False, ""),
        (cause(Reaction.RETRY), (), False, ""),
    ],
)
def test_every_kind_of_error_has_its_fix_in_words(
    given: Cause,
    held: tuple[str, ...],
    stopped: bool,
    href: str,
) -> None:
    fix = fix_of(given, None, held, stopped=stopped)

    assert href == fix.href
    assert bool(fix.label) is bool(href)
    assert fix.means.endswith(".")
    assert fix.todo.endswith(".")


def test_the_errors_own_advice_comes_before_ours() -> None:
    fix = fix_of(cause(Reaction.REPORT, hint="Use 'cost'."), None, (), stopped=False)

    assert "Use 'cost'." == fix.todo
