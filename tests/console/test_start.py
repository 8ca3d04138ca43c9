"""The start page: what needs somebody, what runs next, the first steps, the demo account."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adloom.console.desk import DemoMessage
from adloom.errors import AdloomError
from adloom.services.onboarding import first_steps, note_module_ran
from connections.connection import Connection, State
from connections.practice import MARK
from connections.store import ConnectionStore
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"
SCENARIO = """\
name: {name}
schedule: {{every: 30 minutes, timezone: Europe/Berlin}}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{account}"}}
"""


class FakeDemo:
    """A demo account without a simulator."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.messages: list[DemoMessage] = []
        self.error: AdloomError | None = None
        self.wrong: frozenset[str] = frozenset()

    async def start(self, say: Callable[[str], object]) -> str:
        say("Starting a TikTok to practise on…")
        if self.error:
            raise self.error
        self.address = "http://127.0.0.1:1"
        return "demo"

    async def faults(self) -> frozenset[str]:
        return self.wrong

    async def misbehave(self, fault: str | None) -> None:
        self.wrong = frozenset({fault} if fault else ())


@pytest.fixture
async def empty(own_console: Console) -> Console:
    """A console whose workspace has no connection, and a demo account to be started."""
    await own_console.desk.session.wiring.store.remove("practice")
    own_console.desk.demo = FakeDemo()
    return own_console


def demo_of(console: Console) -> FakeDemo:
    assert isinstance(console.desk.demo, FakeDemo)
    return console.desk.demo


async def connections(console: Console) -> ConnectionStore:
    return console.desk.session.wiring.store


def written(console: Console, name: str, text: str | None = None) -> Path:
    folder = console.practice.folder / "scenarios"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text or SCENARIO.format(name=name, account=console.practice.advertiser_id))
    return path


# --- what somebody may do -------------------------------------------------------------------------


async def test_the_demo_account_is_offered_while_nothing_is_connected(empty: Console) -> None:
    text = await empty.get("/")

    assert "Try it with the demo account" in text
    for title in ("Try a module", "Build a scenario from a template", "Connect an account"):
        assert title in text


async def test_whoever_has_a_connection_is_not_offered_it_again(console: Console) -> None:
    assert "Try it with the demo account" not in await console.get("/")


async def test_starting_the_demo_account_is_a_job_that_tells_how_it_stands(empty: Console) -> None:
    begun = await empty.post("/demo/start")
    await empty.settled()
    job = empty.desk.jobs.all()[0]
    to = await empty.client.get(f"/demo/start/{job.id}")
    text = await empty.get(to.headers["HX-Redirect"])

    assert f'hx-get="/demo/start/{job.id}"' in begun
    assert "The demo account is ready." in text
    assert "every 700ms" not in text
    assert "/modules/list_advertisers?connection=demo" in text


async def test_a_demo_account_that_does_not_start_says_why(empty: Console) -> None:
    demo_of(empty).error = AdloomError("The simulator did not start.", hint="Try it.")
    await empty.post("/demo/start")
    await empty.settled()
    text = await empty.get(f"/demo/start/{empty.desk.jobs.all()[0].id}")

    assert "The simulator did not start." in text
    assert "Try again" in text


async def test_without_a_demo_account_it_is_said_how_to_get_one(console: Console) -> None:
    answer = await console.client.post("/demo/start")

    assert answer.status_code == 400
    assert "adloom serve --demo" in answer.text


async def test_the_page_of_the_demo_account_says_that_it_is_not_running(empty: Console) -> None:
    text = await empty.get("/demo")

    assert "The demo account is not running." in text
    assert 'hx-post="/demo/start"' in text


async def test_what_goes_wrong_is_switched_on_and_off(empty: Console) -> None:
    demo_of(empty).address = "http://127.0.0.1:1"
    on = await empty.post("/demo/faults", fault="busy")
    assert demo_of(empty).wrong == {"busy"}
    off = await empty.post("/demo/faults", fault="")

    assert 'aria-pressed="true"' in on
    assert "Something goes wrong on purpose" in on
    assert 'aria-pressed="true"' not in off


async def test_a_token_that_has_expired_is_put_right_by_reconnecting_and_nothing_else(
    empty: Console,
) -> None:
    demo_of(empty).address = "http://127.0.0.1:1"
    on = " ".join((await empty.post("/demo/faults", fault="expired")).split())

    assert re.search(r'<a class="button button-small" href="/connections[^"]*">Reconnect</a>', on)
    assert 'type="submit" disabled>' in on
    assert 'value="expired"' not in on


async def test_work_that_a_restart_has_ended_leads_back_to_where_the_demo_is_started(
    empty: Console,
) -> None:
    answer = await empty.client.get("/demo/start/gone")

    assert answer.headers["HX-Redirect"] == "/"


async def test_the_teams_messages_are_text_whatever_they_hold(empty: Console) -> None:
    demo_of(empty).address = "http://127.0.0.1:1"
    demo_of(empty).messages = [DemoMessage(datetime.now(UTC), HOSTILE, HOSTILE)]
    text = await empty.get("/demo")

    assert "<img" not in text
    assert "&lt;img src=x" in text


# --- what needs attention -------------------------------------------------------------------------


async def test_a_broken_connection_needs_attention(own_console: Console) -> None:
    store = await connections(own_console)
    await store.mark(await store.load("practice"), State.RECONNECT, f"Revoked {HOSTILE}.")
    text = await own_console.get("/")

    assert "The connection practice no longer works." in text
    assert "/connections/practice/reconnect" in text
    assert "<img" not in text


async def test_faulty_files_and_scenarios_need_attention(own_console: Console) -> None:
    good = written(own_console, "good")
    written(own_console, "never", "name: never\nsteps: nothing\n")
    await own_console.desk.workshop.synchronise()
    good.write_text("name: good\nsteps: nothing\n")
    await own_console.desk.workshop.synchronise()
    text = await own_console.get("/")

    assert "The scenario good cannot run." in text
    assert "The file never.yaml cannot be used." in text


async def test_a_scenario_that_failed_too_often_needs_attention(own_console: Console) -> None:
    written(own_console, "tired")
    await own_console.desk.workshop.synchronise()
    store = own_console.desk.workshop.scenarios
    await store.enable("tired")
    await store.disable("tired", "It failed 3 times in a row.")
    text = await own_console.get("/")

    assert "The scenario tired was switched off. It failed 3 times in a row." in text


async def test_the_kill_switch_is_told(own_console: Console) -> None:
    assert "Everything is stopped: no scenario runs" not in await own_console.get("/")
    (own_console.practice.folder / "STOP").write_text("")

    assert "Everything is stopped: no scenario runs" in await own_console.get("/")


async def test_the_next_runs_are_told_in_their_zone(own_console: Console) -> None:
    written(own_console, "soon")
    written(own_console, "off")
    await own_console.desk.workshop.synchronise()
    await own_console.desk.workshop.scenarios.enable("soon")
    text = await own_console.get("/")

    assert '/scenarios/soon">soon' in text
    assert "Europe/Berlin" in text
    assert '/scenarios/off">off' not in text


# --- the first steps ------------------------------------------------------------------------------


async def test_the_first_steps_can_be_hidden_for_good(own_console: Console) -> None:
    assert "First steps" in await own_console.get("/")
    assert await own_console.goes_to("/first-steps", hidden="yes") == "/"
    assert "Open the sample scenario" not in await own_console.get("/")
    await own_console.goes_to("/first-steps", hidden="no")

    assert "Open the sample scenario" in await own_console.get("/")


async def test_the_first_steps_are_ticked_by_what_is_there(own_console: Console) -> None:
    desk = own_console.desk

    async def done() -> list[bool]:
        return [one.done for one in await first_steps(desk.session)]

    written(own_console, "sample")
    await desk.workshop.synchronise()
    assert await done() == [False, False, False, False]
    note_module_ran(desk.session.workspace)
    assert await done() == [True, False, False, False]
    scenario = await desk.workshop.current("sample")
    await desk.workshop.plans.save(await desk.workshop.planner.plan(scenario))
    assert await done() == [True, True, True, False]
    store = await connections(own_console)
    own = Connection("own", "tiktok-business", {"app_id": "1", "host": "production"})
    await store.save(own)

    assert await done() == [True, True, True, True]


async def test_a_demo_connection_is_nobodys_own_account(own_console: Console) -> None:
    store = await connections(own_console)
    marked = {MARK: {"seed": 7}}
    await store.save(Connection("demo-x", "tiktok-events", {"host": "production"}, marked))

    assert not (await first_steps(own_console.desk.session))[3].done


async def test_a_memory_that_cannot_be_read_is_as_good_as_none(own_console: Console) -> None:
    memory = own_console.practice.folder / "console.json"
    memory.write_text("{broken")

    assert "First steps" in await own_console.get("/")
    await own_console.goes_to("/first-steps", hidden="yes")
    assert memory.read_text() == '{"first_steps_hidden":true}'
