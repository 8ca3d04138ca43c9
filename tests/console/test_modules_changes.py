"""Changes by a module on its page: shown first, made after a yes, never twice."""

import asyncio
import re
from datetime import timedelta

from adloom.services.module_runs_changes import Planned
from tests.console.conftest import Console
from tests.console.running import flat, kept, params, ran, run_id


async def switched(console: Console, ad_ids: list[str], status: str = "DISABLE") -> str:
    """Ask for ads to be switched, and see the plan."""
    lines = {"p.ad_ids": "\n".join(ad_ids), "p.status": status}
    return await ran(console, "update-ad-status", (params(console) | lines))


def changes(console: Console, ad_id: str) -> int:
    """How often an ad was really changed."""
    return console.practice.simulator.effects.changed[ad_id]


def plan_of(text: str) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


async def test_a_change_is_shown_before_it_is_made(console: Console) -> None:
    ads = (await console.practice.running_ads())[:2]
    before = [changes(console, ad) for ad in ads]
    text = await switched(console, ads)

    assert "Nothing has been changed yet." in text
    assert "Make these 2 changes" in flat(text)
    assert all(ad in text for ad in ads)
    assert before == [changes(console, ad) for ad in ads]


async def test_a_yes_makes_exactly_the_changes_shown_and_only_once(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    here, plan = f"/modules/runs/{run_id(text)}/apply", plan_of(text)
    first, second = await asyncio.gather(
        console.post(here, plan=plan), console.post(here, plan=plan)
    )
    third = await console.post(here, plan=plan)
    await console.settled()
    done = await console.get(f"/modules/runs/{run_id(third)}")

    assert run_id(first) == run_id(second) == run_id(third)
    assert 1 == changes(console, ad) - before
    assert f'href="/executions/{plan}"' in done
    assert "Done." in flat(done)


async def test_a_yes_to_another_plan_changes_nothing(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    refused = await console.post(
        f"/modules/runs/{run_id(text)}/apply", expect=400, plan="20200101-000000-abcdef"
    )

    assert "This yes belongs to another plan" in refused
    assert before == changes(console, ad)


async def test_an_old_plan_is_made_anew(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    planned = console.desk.jobs.find(run_id(text)).result
    assert isinstance(planned, Planned)
    planned.made_at -= timedelta(minutes=31)
    refused = await console.post(
        f"/modules/runs/{run_id(text)}/apply", expect=400, plan=plan_of(text)
    )

    assert "more than half an hour old" in refused
    assert before == changes(console, ad)


async def test_a_search_has_no_plan_to_say_yes_to(console: Console) -> None:
    job = await kept(console, [])
    refused = await console.post(f"/modules/runs/{job.id}/apply", expect=400, plan="x")

    assert "no plan to carry out" in refused


async def test_nothing_to_change_is_told(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    text = await switched(console, [ad], "ENABLE")

    assert "nothing to change" in flat(text)
    assert 'name="plan"' not in text


async def test_a_lost_answer_is_told_and_leads_to_its_execution(console: Console) -> None:
    rule = {"kind": "close", "method": "POST", "path": "/page/library/transfer/"}
    console.practice.simulator.faults.add([rule])
    form = {"p.method": "POST", "p.path": "/page/library/transfer/", "p.body": "{}"}
    text = await ran(console, "make-api-call", form)
    sent = await console.post(f"/modules/runs/{run_id(text)}/apply", plan=plan_of(text))
    await console.settled()
    done = flat(await console.get(f"/modules/runs/{run_id(sent)}"))

    assert "Nobody knows whether it happened." in done
    assert f"Execution {plan_of(text)}" in done


async def test_a_change_that_is_being_made_is_not_cancelled(console: Console) -> None:
    [ad] = (await console.practice.running_ads())[:1]
    before = changes(console, ad)
    text = await switched(console, [ad])
    sent = await console.post(f"/modules/runs/{run_id(text)}/apply", plan=plan_of(text))
    await console.post(f"/modules/runs/{run_id(sent)}/cancel")
    await console.settled()

    assert 1 == changes(console, ad) - before
