from typing import Any

import msgspec
import pytest

from adloom.simulator import Rule, Running
from adloom.simulator.faults import Faults
from tests.simulator.client import ROOT, Client
from tests.simulator.steps import AD_GET, ads, hurt, switch_off

# --- which requests are hit ---------------------------------------------------------------------


def struck(rules: list[dict[str, Any]], calls: list[tuple[str, str]]) -> list[str | None]:
    faults = Faults(seed=1, rules=rules)
    found = [faults.next(method, ROOT + path, path) for method, path in calls]
    return [rule.kind if rule else None for rule in found]


GETS = [("GET", "/ad/get/")] * 5


def test_a_rule_lets_some_through_and_is_spent_at_last() -> None:
    assert struck([{"kind": "code", "after": 1, "times": 2}], GETS) == [
        None,
        "code",
        "code",
        None,
        None,
    ]


def test_a_rule_meets_paths_with_and_without_the_root_and_methods() -> None:
    calls = [("GET", "/ad/get/"), ("GET", "/campaign/get/"), ("POST", "/ad/status/update/")]

    assert struck([{"kind": "html", "path": "/ad/*"}], calls) == ["html", None, "html"]
    assert struck([{"kind": "html", "path": "/open_api/*/get/"}], calls) == ["html", "html", None]
    assert struck([{"kind": "html", "method": "POST"}], calls) == [None, None, "html"]


def test_the_first_rule_that_strikes_decides() -> None:
    rules = [{"kind": "html", "times": 1}, {"kind": "code", "times": 1}]

    assert struck(rules, GETS[:3]) == ["html", "code", None]


def test_probability_is_reproducible_and_about_right() -> None:
    rules = [{"kind": "code", "probability": 0.3}]
    one, other = struck(rules, GETS * 100), struck(rules, GETS * 100)

    assert one == other
    assert 110 < sum(kind is not None for kind in one) < 190


@pytest.mark.parametrize(
    "rule",
    [{"kind": "gremlins"}, {"kind": "code", "often": True}, {}, {"kind": "code", "probability": 2}],
)
def test_a_malformed_rule_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        Faults(seed=1).add([rule])


def test_options_take_rules_as_objects_too() -> None:
    faults = Faults(seed=1, rules=[Rule("html")])

    assert faults.next("GET", "/", "/") == Rule("html")


# --- other answers ------------------------------------------------------------------------------


def test_any_code_with_any_text(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "code", code=40133, message="Advertiser reaches QPS limit", times=1)
    envelope = client.get("/ad/get/", advertiser_id=big)

    assert envelope["code"] == 40133
    assert envelope["message"] == "Advertiser reaches QPS limit"
    assert client.get("/ad/get/", advertiser_id=big)["code"] == 0


def test_a_code_may_name_a_field_or_carry_data(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "code", code=40002, field="ad_text")
    assert "ad_text" in client.get("/ad/get/", advertiser_id=big)["message"]
    hurt(simulator, "code", code=20001, data={"ad_ids": []})
    assert client.get("/ad/get/", advertiser_id=big)["data"] == {"ad_ids": []}


def test_a_gateway_answers_with_html(client: Client, simulator: Running) -> None:
    hurt(simulator, "http", status=502)
    answer = client.send("GET", AD_GET)

    assert answer.status == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert b"502 Bad Gateway" in answer.body


@pytest.mark.parametrize("wait", [3, 0, -1, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_429_says_when_to_come_back(client: Client, simulator: Running, wait: int | str) -> None:
    hurt(simulator, "http", status=429, retry_after=wait)
    answer = client.send("GET", AD_GET)

    assert answer.status == 429
    assert answer.headers["retry-after"] == str(wait)


def test_html_may_come_with_200(client: Client, simulator: Running) -> None:
    hurt(simulator, "html", body="<p>Please log in</p>")
    answer = client.send("GET", AD_GET)

    assert (answer.status, answer.body) == (200, b"<p>Please log in</p>")


@pytest.mark.parametrize("status", [302, 303, 307, 308])
def test_a_redirect_leads_where_it_is_told(client: Client, simulator: Running, status: int) -> None:
    hurt(simulator, "redirect", status=status, location="http://127.0.0.1:9/trap")
    answer = client.send("POST", f"{ROOT}/ad/status/update/")

    assert answer.status == status
    assert answer.headers["location"] == "http://127.0.0.1:9/trap"


def test_a_slow_answer_is_the_right_one(client: Client, simulator: Running, big: str) -> None:
    right = ads(client, big)
    before = simulator.clock.real()
    hurt(simulator, "slow", seconds=0.1)
    found = ads(client, big)

    assert simulator.clock.real() - before >= 0.1
    assert found == right


# --- before and after the effect ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["code", "http", "html", "empty_body", "redirect", "slow"])
@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])
def test_a_fault_strikes_before_or_after_the_effect(
    client: Client, simulator: Running, big: str, kind: str, when: str, effects: int
) -> None:
    hurt(simulator, kind, when=when, method="POST", seconds=0)
    ad = switch_off(client, big)

    # A slow answer always has its effect.
    assert simulator.effects.effective(ad) == (1 if kind == "slow" else effects)


def test_a_fault_that_replaces_the_answer_prevents_the_effect_by_default(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "http", method="POST")
    assert simulator.effects.effective(switch_off(client, big)) == 0
    hurt(simulator, "bom", method="POST")
    assert simulator.effects.effective(switch_off(client, big)) == 1
    hurt(simulator, "bom", method="POST", when="before")
    assert simulator.effects.effective(switch_off(client, big)) == 0
