"""Templates in the console: found, looked at, and made one's own."""

from html import unescape

import pytest

from adloom.services.scenario_files import text_at
from adloom.services.templates import all_templates
from scenarios.model import ModuleStep, Scenario
from tests.console.conftest import Console

ACCOUNT = "7000000000000000042"
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"
NAMES = [one.name for one in all_templates()]
NEW_AD = {
    "connections.acme": "practice",
    "connections.team-chat": "team",
    "account": ACCOUNT,
}


def written(console: Console, name: str) -> Scenario:
    found = text_at(console.desk.session.workspace.scenarios / f"{name}.yaml").scenario
    assert found is not None
    return found


async def test_every_template_is_a_card_with_what_it_needs(console: Console) -> None:
    text = await console.get("/gallery")

    for one in all_templates():
        assert f'href="/gallery/{one.name}"' in text
        assert one.description in unescape(text)
    assert 'href="/connections/new/notify"' in text
    assert 'href="/connections/new/tiktok-business"' not in text
    assert 'href="/imports"' in text


async def test_templates_are_searched_and_filtered(console: Console) -> None:
    rejected = await console.get("/gallery", q="REVIEW rejects")
    rules = await console.get("/gallery", kind="rule")
    events = await console.get("/gallery", kind="events")
    none = await console.get("/gallery", q=HOSTILE)

    assert ["rejected-ad-alert"] == [name for name in NAMES if f'/gallery/{name}"' in rejected]
    assert ["pause-costly-ads"] == [name for name in NAMES if f'/gallery/{name}"' in rules]
    assert {"new-lead-crm-event", "orders-to-purchases"} == {
        name for name in NAMES if f'/gallery/{name}"' in events
    }
    assert "No template fits that" in none
    assert "<img src=x" not in none


@pytest.mark.parametrize("name", NAMES)
async def test_every_template_has_a_page(console: Console, name: str) -> None:
    text = await console.get(f"/gallery/{name}")
    tests = await console.get(f"/gallery/{name}/tests")

    assert "What to know" in text
    assert "steps:" in text
    assert f'hx-post="/gallery/{name}/use"' in text
    assert "Its tests pass" in tests or "It brings none along" in tests


async def test_a_template_that_is_not_there_is_told(console: Console) -> None:
    assert 404 == (await console.client.get("/gallery/nonsense")).status_code


async def test_a_template_becomes_a_scenario_that_is_off(own_console: Console) -> None:
    to = await own_console.goes_to("/gallery/new-ad-alert/use", name="My ads & co.", **NEW_AD)

    scenario = written(own_console, "my-ads-co")
    steps = [one for one in scenario.all_steps() if isinstance(one, ModuleStep)]
    assert "/scenarios/My%20ads%20%26%20co./edit" == to
    assert ["practice", "team"] == [one.connection for one in steps]
    assert [ACCOUNT] == steps[0].given["advertiser_ids"]
    assert "# Remembers which ads it has seen" in scenario.text
    stored = await own_console.desk.workshop.scenarios.load("My ads & co.")
    assert not stored.enabled


async def test_every_template_can_be_used(own_console: Console) -> None:
    for one in all_templates():
        form = {f"connections.{need.name}": f"my-{need.name}" for need in one.needs}
        await own_console.goes_to(
            f"/gallery/{one.name}/use", name=f"My {one.name}", account=ACCOUNT, **form
        )

        scenario = written(own_console, f"my-{one.name}")
        assert "7100000000000000001" not in str(
            [step.given for step in scenario.all_steps() if isinstance(step, ModuleStep)]
        )
        used = {s.connection for s in scenario.all_steps() if isinstance(s, ModuleStep)} - {None}
        assert {f"my-{need.name}" for need in one.needs} == used


async def test_the_form_offers_what_there_is(own_console: Console) -> None:
    text = await own_console.get("/gallery/new-ad-alert")

    assert 'name="name"' in text
    assert 'value="new-ad-alert"' in text
    assert '<option value="practice" selected>Demo · practice' in text
    assert own_console.practice.advertiser_id in text
    await own_console.goes_to("/gallery/new-ad-alert/use", name="new-ad-alert", **NEW_AD)
    assert 'value="new-ad-alert-2"' in await own_console.get("/gallery/new-ad-alert")


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"name": ""}, "f-name", "Give it a name."),
        ({"name": HOSTILE}, "f-name", "A name must be"),
        ({"name": "../../etc/passwd"}, "f-name", "A name must be"),
        ({"name": "x" * 121}, "f-name", "A name must be"),
        ({"account": ""}, "f-account", "Choose one, or write its id."),
        ({"account": "12'; --"}, "f-account", "digits only"),
        ({"connections.team-chat": ""}, "f-connections-team-chat", "Choose one."),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    own_console: Console, change: dict[str, str], field: str, said: str
) -> None:
    form = {"name": "mine", **NEW_AD, **change}

    text = await own_console.post("/gallery/new-ad-alert/use", expect=422, **form)

    error = text.split(f'id="{field}-error">')[1].split("</p>")[0]
    assert said in error
    assert 1 == text.count('aria-invalid="true"')
    assert "<img src=x" not in text
    assert not list(own_console.desk.session.workspace.scenarios.glob("*.yaml"))


async def test_nothing_that_is_there_is_overwritten(own_console: Console) -> None:
    await own_console.goes_to("/gallery/new-ad-alert/use", name="mine", **NEW_AD)
    before = written(own_console, "mine").text

    text = await own_console.post("/gallery/weekly-report/use", expect=422, name="mine", **NEW_AD)

    assert "There is a file named mine.yaml already." in text
    assert before == written(own_console, "mine").text


async def test_accounts_are_offered_by_their_names(console: Console) -> None:
    accounts = console.practice.connection.account["advertisers"]

    text = unescape(await console.get("/gallery/new-ad-alert"))
    imports = unescape(await console.get("/imports", **{"from": "tiktok"}))

    for one in accounts:
        assert one["name"] != one["advertiser_id"]
        assert one["name"] in text.split('value="' + one["advertiser_id"])[1][:120]
        assert one["name"] in imports


async def test_commands_within_a_text_are_shown_as_such(console: Console) -> None:
    text = await console.get("/gallery/pause-expensive-ads")

    assert "<code>adloom simulator</code>" in text
    assert "`" not in text.split("What to know")[1].split("<dl")[0]
