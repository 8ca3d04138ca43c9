"""Plans: looked through, applied exactly and once, and every reason why they cannot be."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adloom.clock import FrozenClock
from adloom.services.planning import plan_of
from tests.console.conftest import Console
from tests.console.scenario_files import Shelf, shelf_of

MANY = """\
name: many
schedule: {{every: 1 hour}}
limits: {{changes_per_run: 2, on_limit: skip, budget: {{raise_per_run: 500}}}}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", primary_status: STATUS_DELIVERY_OK, limit: 4}}
  - id: pause
    module: update_ad_status
    connection: practice
    params:
      advertiser_id: "{{{{ads.advertiser_id}}}}"
      ad_id: "{{{{ads.ad_id}}}}"
      status: DISABLE
"""


@pytest.fixture
async def shelf(console: Console) -> AsyncIterator[Shelf]:
    async with shelf_of(console) as made:
        yield made


@pytest.fixture
async def ads(shelf: Shelf) -> list[str]:
    return await shelf.console.practice.running_ads()


def plain(text: str) -> str:
    """A page as one reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


async def planned(shelf: Shelf, name: str) -> str:
    """A plan that was made; its id."""
    desk = shelf.console.desk
    await desk.workshop.synchronise()
    return (await plan_of(desk.session, desk.workshop, name)).id


async def applied(shelf: Shelf, plan: str, **form: str) -> str:
    """What came of applying a plan, as the page shows it in the end."""
    begun = await shelf.console.post(f"/plans/{plan}/apply", **form)
    found = re.search(r'hx-get="(/plans/[^"]+/jobs/[^"]+)"', begun)
    if found is None:
        return begun
    await shelf.console.settled()
    return await shelf.console.get(found[1])


async def test_no_plans_is_said_with_what_to_do(own_console: Console) -> None:
    text = await own_console.get("/plans")

    assert "No plans yet" in text


async def test_a_plan_shows_every_change_with_its_account(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("shown", ads[0])
    plan = await planned(shelf, "shown")

    text = await shelf.console.get(f"/plans/{plan}")
    said = plain(text)

    assert f"{ads[0]}" in said
    assert re.search(r"operation_status\s+ENABLE\s+DISABLE", said)
    assert shelf.console.practice.advertiser_id in said
    assert "Apply 1 change and 1 stored value" in said
    assert "Changes in one run 20 1 nothing" in said
    assert "the run stops, and a person looks" in said
    assert "shown" in await shelf.console.get("/plans", scenario="shown")


async def test_a_plan_is_applied_exactly_and_once(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("applied", ads[0])
    plan = await planned(shelf, "applied")
    before = shelf.sent()

    asked = plain(await shelf.console.get(f"/plans/{plan}/apply"))
    told = await applied(shelf, plan)
    once = shelf.sent()
    again = await shelf.console.post(f"/plans/{plan}/apply", expect=400)
    page = await shelf.console.get(f"/plans/{plan}")

    assert "Apply 1 change and 1 stored value?" in asked
    assert "Everything was done" in plain(told)
    assert 'aria-label="Undo execution' in told
    assert 'hx-trigger="every' not in told
    assert before + 1 == once == shelf.sent()
    assert "a plan is applied once" in again
    assert "Applied" in plain(page)
    assert 'id="apply"' not in page
    assert re.search(r"badge-ok[^>]*>done<", page)


async def switched(shelf: Shelf, ad: str, status: str) -> None:
    """Somebody else switches an ad."""
    await shelf.pause("somebody", ad)
    path = shelf.folder / "somebody.yaml"
    path.write_text(path.read_text().replace("DISABLE", status))
    told = await applied(shelf, await planned(shelf, "somebody"))
    assert "Everything was done" in plain(told)


async def test_what_changed_since_is_held_and_told(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("since", ads[0])
    plan = await planned(shelf, "since")
    await switched(shelf, ads[0], "DISABLE")
    before = shelf.sent()

    told = plain(await applied(shelf, plan))
    page = plain(await shelf.console.get(f"/plans/{plan}"))

    assert "0 of 1 were done" in told
    assert "1 had changed since and were held" in told
    assert "changed since it was planned" in page
    assert before == shelf.sent()


async def test_only_if_unchanged_does_nothing_at_all(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("guarded", ads[1])
    plan = await planned(shelf, "guarded")
    await switched(shelf, ads[1], "DISABLE")

    told = await applied(shelf, plan, unchanged="yes")
    page = await shelf.console.get(f"/plans/{plan}")

    assert "Nothing was done." in told
    assert "and now nothing" in plain(told)
    assert 'id="apply"' in page


async def test_a_plan_of_another_text_cannot_be_applied(shelf: Shelf, ads: list[str]) -> None:
    path = await shelf.pause("edited", ads[2])
    plan = await planned(shelf, "edited")
    path.write_text(path.read_text() + "# more\n")
    await shelf.console.desk.workshop.synchronise()

    page = await shelf.console.get(f"/plans/{plan}")
    refused = await shelf.console.post(f"/plans/{plan}/apply", expect=400)

    assert "The scenario was changed since." in page
    assert "Make a new plan" in page
    assert "was changed since plan" in refused


async def test_a_plan_of_a_deleted_scenario_can_be_looked_at(shelf: Shelf, ads: list[str]) -> None:
    path = await shelf.pause("dropped", ads[2])
    plan = await planned(shelf, "dropped")
    path.unlink()
    await shelf.console.desk.workshop.synchronise()

    page = await shelf.console.get(f"/plans/{plan}")

    assert "Its scenario is not there any more" in page
    assert ads[2] in page


async def test_an_old_plan_has_expired(
    shelf: Shelf, ads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelf.pause("aged", ads[2])
    plan = await planned(shelf, "aged")
    workshop = shelf.console.desk.workshop
    later = workshop.clock.now() + timedelta(hours=25)
    monkeypatch.setattr(workshop, "clock", FrozenClock(later))

    page = await shelf.console.get(f"/plans/{plan}")

    assert "This plan has expired." in page
    assert "more than 24 hours old" in page


async def test_nothing_is_applied_while_everything_is_stopped(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("halted", ads[2])
    plan = await planned(shelf, "halted")
    stop = shelf.console.practice.folder / "STOP"
    stop.touch()

    page = await shelf.console.get(f"/plans/{plan}")
    refused = await shelf.console.post(f"/plans/{plan}/apply", expect=502)
    stop.unlink()

    assert "Everything is stopped." in page
    assert "The workspace is stopped" in refused


async def test_a_plan_that_does_nothing_says_so(shelf: Shelf) -> None:
    await shelf.search("idle")
    plan = await planned(shelf, "idle")

    page = await shelf.console.get(f"/plans/{plan}")

    assert "Nothing to do." in page
    assert "Apply" not in plain(page)


async def test_limits_say_what_they_stop(shelf: Shelf) -> None:
    await shelf.put("many", MANY.format(advertiser=shelf.console.practice.advertiser_id))
    plan = await planned(shelf, "many")

    page = plain(await shelf.console.get(f"/plans/{plan}"))

    assert "Changes in one run 2 2 2" in page
    assert "One run raises all budgets together by 500 0 nothing" in page
    assert "the change is left out, the others go on" in page
    assert "limits.changes_per_run of many says no" in page


async def test_a_change_is_found(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("found", ads[2])
    plan = await planned(shelf, "found")

    here = await shelf.console.get(f"/plans/{plan}", part="changes", q=f"disable {ads[2]}")
    nowhere = await shelf.console.get(f"/plans/{plan}", part="changes", q="<b>nothing")

    assert ads[2] in here
    assert "<html" not in here
    assert "No change is like that." in nowhere


async def test_names_of_objects_are_text(shelf: Shelf, ads: list[str]) -> None:
    await shelf.pause("hostile", ads[2])
    desk = shelf.console.desk
    await desk.workshop.synchronise()
    made = await plan_of(desk.session, desk.workshop, "hostile")
    use = made.uses[0]
    call = use.calls[0]
    name = "<img src=x onerror=alert(1)> {{7*7}} " + "w" * 300
    changes = [{**one, "name": name, "new": name} for one in call["changes"]]
    evil = replace(use, calls=({**call, "changes": changes},), led_by=name)
    plan = replace(made, id=made.id + "-evil", uses=(evil,), batches=(), notes=(name,))
    await desk.workshop.plans.save(plan)

    page = await shelf.console.get(f"/plans/{plan.id}")

    assert "<img" not in page
    assert "{{7*7}}" in page


async def test_a_plan_that_is_not_there_is_told(console: Console) -> None:
    answer = await console.client.get("/plans/no-such-plan", headers={"HX-Request": ""})

    assert 404 == answer.status_code
    assert "no-such-plan" in answer.text
