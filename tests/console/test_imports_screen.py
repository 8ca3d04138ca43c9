"""Imports in the console: read, told part by part, saved; nothing is carried out."""

import json
from html import unescape
from importlib.resources import files
from typing import Any

import httpx
import pytest

from adloom.services.scenario_files import text_at
from scenarios.model import Scenario
from scenarios.rules.native_export import export_rule
from scenarios.rules.reading import load_rule
from tests.console.conftest import Console
from tests.scenarios.blueprint.seams import blueprint, node
from tests.seams.practice import Practice

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"
RULE = (files("scenarios") / "rules" / "examples" / "pause-costly-ads.yaml").read_text("utf-8")
NATIVE: dict[str, Any] = {
    "rule_id": "7500000000000000001",
    "name": f"Stop dear ads {HOSTILE}",
    "tzone": "Europe/Berlin",
    "something_new": 1,
}


def watching(practice: Practice, name: str = "New ads") -> dict[str, Any]:
    account = {"__IMTCONN__": 12, "advertiser_ids": [practice.advertiser_id]}
    watch = node(1, "tiktok:watchAds", name=name, parameters=account)
    mapper = {"key": "{{1.ad_id}}", "data": {"name": "{{1.ad_name}}"}, "overwrite": True}
    keep = node(2, "datastore:AddRecord", mapper=mapper, parameters={"datastore": 5})
    schedule = {"type": "indefinitely", "interval": 900}
    return blueprint(watch, keep, name="Imported ads", scheduling=schedule)


async def sent(console: Console, path: str, content: bytes, **form: str) -> httpx.Response:
    given = {"file": ("it.json", content, "application/json")}
    return await console.client.post(path, data=form, files=given)


def saved_text(answer: str) -> str:
    """What a browser sends back of the hidden field."""
    inside = answer.split("<textarea name=")[1].partition(">")[2].partition("</textarea>")[0]
    return unescape(inside.removeprefix("\n")).replace("\n", "\r\n")


def written(console: Console, name: str) -> Scenario:
    found = text_at(console.desk.session.workspace.scenarios / f"{name}.yaml").scenario
    assert found is not None
    return found


async def test_each_source_has_a_tab(console: Console) -> None:
    assert "Export blueprint" in await console.get("/imports")
    tiktok = await console.get("/imports", **{"from": "tiktok"})
    assert '<option value="practice" selected>' in tiktok
    assert console.practice.advertiser_id in tiktok
    assert "in short form" in await console.get("/imports", **{"from": "rule"})
    assert "Export blueprint" in await console.get("/imports", **{"from": HOSTILE})


async def test_a_blueprint_is_told_of_part_by_part_and_saved(own_console: Console) -> None:
    content = json.dumps(watching(own_console.practice)).encode()

    answer = await sent(own_console, "/imports/make", content, connections="12=practice")
    assert 200 == answer.status_code, answer.text
    to = await own_console.goes_to("/imports/make/save", text=saved_text(answer.text))

    text = answer.text
    assert 'What becomes of “<span class="break">Imported ads</span>”' in text
    assert "tiktok:watchAds" in text
    assert "is practice here" in text
    assert "the cursor is not carried along" in text
    assert "/scenarios/Imported%20ads/edit" == to
    scenario = written(own_console, "imported-ads")
    assert "practice" in {getattr(one, "connection", None) for one in scenario.all_steps()}
    assert not (await own_console.desk.workshop.scenarios.load("Imported ads")).enabled


async def test_pasted_text_and_a_name_of_ones_own_will_do(own_console: Console) -> None:
    content = json.dumps(watching(own_console.practice))
    form: Any = {"text": content, "name": "Mine", "timezone": "Europe/Berlin"}
    form["start"] = "everything"

    text = await own_console.post("/imports/make", **form)

    assert '“<span class="break">Mine</span>”' in text
    assert "Europe/Berlin" in text
    assert "start: everything" in unescape(text)
    assert "choose-tiktok-business" in text
    assert "Line " in text


async def test_gaps_are_counted_and_saved_only_as_gaps(own_console: Console) -> None:
    data = watching(own_console.practice)
    data["flow"].append(node(3, "someapp:DoSomething", mapper={"a": HOSTILE}))

    answer = await sent(own_console, "/imports/make", json.dumps(data).encode())

    assert "1 module has" in answer.text
    assert "Save it with its gaps" in answer.text
    assert '<span class="badge badge-bad">left out</span>' in answer.text
    assert "<img src=x" not in answer.text


async def test_a_hostile_blueprint_is_text(own_console: Console) -> None:
    data = watching(own_console.practice, name=HOSTILE) | {"description": HOSTILE}
    data["metadata"] = {**data.get("metadata", {}), "notes": [{"text": HOSTILE}]}

    answer = await sent(own_console, "/imports/make", json.dumps(data).encode(), name="Mine")

    assert "<img src=x" not in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in it."),
        (b"not json", "not JSON"),
        (b"[1, 2]", "blueprint"),
        (b'{"flow": []}', "cannot be imported"),
        (b'{"flow": [{"id": 1}]}', "flow[0].module: is missing"),
        (b"[" * 100_000, "JSON"),
        (b'{"flow":' * 50_000, "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"PK\x03\x04" + bytes(5_000), "JSON"),
        (b" " * 6_000_000 + b"{}", "larger than 5 MB"),
        (b"x" * 11_000_000, "larger than 10 MB"),
    ],
    ids=range(11),
)
async def test_what_is_no_blueprint_is_told_in_words(
    own_console: Console, content: bytes, said: str
) -> None:
    answer = await sent(own_console, "/imports/make", content)

    assert 422 == answer.status_code, answer.text
    assert said in unescape(answer.text)
    assert not list(own_console.desk.session.workspace.scenarios.glob("*"))


async def test_an_upload_beyond_all_measure_is_refused_at_the_door(own_console: Console) -> None:
    answer = await sent(own_console, "/imports/make", b"x" * 13_000_000)

    assert 413 == answer.status_code


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"timezone": "Nowhere"}, "no time zone"),
        ({"connections": "12"}, "which connection is which"),
        ({"connections": "99=practice"}, "has no connection"),
        ({"name": HOSTILE}, "cannot be the name"),
        ({"name": "!"}, "Look under More settings."),
    ],
)
async def test_wishes_that_cannot_be_are_told(
    own_console: Console, form: dict[str, str], said: str
) -> None:
    content = json.dumps(watching(own_console.practice)).encode()

    answer = await sent(own_console, "/imports/make", content, **form)

    assert 422 == answer.status_code
    assert said in unescape(answer.text)
    assert "<img src=x" not in answer.text


async def test_nothing_that_is_there_is_overwritten(own_console: Console) -> None:
    answer = await sent(
        own_console, "/imports/make", json.dumps(watching(own_console.practice)).encode()
    )
    text = saved_text(answer.text)
    await own_console.goes_to("/imports/make/save", text=text)

    again = await own_console.post("/imports/make/save", expect=422, text=text)
    other = await own_console.post("/imports/make/save", expect=422, text="name: [")

    assert "imported-ads.yaml already" in again
    assert "no scenario that could be saved" in other


# --- rules ----------------------------------------------------------------------------------------


async def test_a_rule_shows_its_scenario_and_is_saved_with_it(own_console: Console) -> None:
    shown = await own_console.post("/imports/rule", text=RULE.replace("\n", "\r\n"))
    to = await own_console.goes_to("/imports/rule/save", text=saved_text(shown))

    workspace = own_console.desk.session.workspace
    assert "steps:" in shown
    assert "/scenarios/pause-costly-ads/edit" == to
    assert RULE == (workspace.path / "rules" / "pause-costly-ads.yaml").read_text()
    assert "pause-costly-ads" == written(own_console, "pause-costly-ads").name


async def test_faults_of_a_rule_are_told_with_their_lines(own_console: Console) -> None:
    broken = RULE.replace("metric: cost", "metric: nonsense").replace("turn off", HOSTILE)

    text = await own_console.post("/imports/rule", expect=422, text=broken)

    line = broken[: broken.index("nonsense")].count("\n") + 1
    assert f"Line {line}" in text
    assert "nonsense" in text
    assert "<img src=x" not in text
    assert "There is nothing in it." in await own_console.post(
        "/imports/rule", expect=422, text=" "
    )


async def test_rules_of_an_account_are_read_beside_the_page(own_console: Console) -> None:
    form: Any = {"connection": "practice", "advertiser_id": own_console.practice.advertiser_id}

    begun = await own_console.post("/imports/tiktok", **form)
    await own_console.settled()
    done = await own_console.get(f"/imports/jobs/{own_console.desk.jobs.all()[-1].id}")

    assert "every 700ms" in begun
    assert "every 700ms" not in done
    assert "There are no rules" in done


async def test_a_listing_is_told_of_rule_by_rule(own_console: Console) -> None:
    content = json.dumps({"rules": [NATIVE]}).encode()

    answer = await sent(own_console, "/imports/tiktok", content, advertiser_id="1", connection="a")

    assert 200 == answer.status_code, answer.text
    assert "1 rule: 0 can be brought over" in answer.text
    assert "something_new" in answer.text
    assert "<img src=x" not in answer.text


async def test_a_rule_of_tiktoks_becomes_a_scenario(own_console: Console) -> None:
    native = export_rule(load_rule(RULE.replace(">= 3", "> 3"))).native
    assert native is not None
    content = json.dumps({"rules": [{**native, "rule_id": "7500000000000000001"}]}).encode()
    form = {"advertiser_id": "7000000000000000042", "connection": "practice", "tell": "team"}

    answer = await sent(own_console, "/imports/tiktok", content, **form)
    await own_console.goes_to("/imports/rule/save", text=saved_text(answer.text))

    assert "1 rule: 1 can be brought over" in answer.text
    scenario = written(own_console, "pause-costly-ads")
    assert "7000000000000000042" in scenario.text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Of which account?"), (b"{", "not JSON"), (b"7", "This ")],
)
async def test_what_is_no_listing_is_told(own_console: Console, content: bytes, said: str) -> None:
    answer = await sent(own_console, "/imports/tiktok", content)

    assert 422 == answer.status_code
    assert said in answer.text


async def test_a_connection_that_does_not_work_is_told(own_console: Console) -> None:
    form: Any = {"connection": "nobody", "advertiser_id": "1"}

    await own_console.post("/imports/tiktok", **form)
    await own_console.settled()
    done = await own_console.get(f"/imports/jobs/{own_console.desk.jobs.all()[-1].id}")

    assert 'role="alert"' in done
    assert "nobody" in done
