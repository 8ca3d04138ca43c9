from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client
from tests.simulator.webhooks.steps import APP, asked, subscribe

HERE = "http://127.0.0.1:9/hooks"


def listed(client: Client, **more: Any) -> Any:
    return client.get("/subscription/get/", **APP, **more)["data"]


def test_a_subscription_is_listed_as_it_was_made(client: Client, big: str) -> None:
    identity = subscribe(client, HERE, "AD", advertiser_id=big)
    found = listed(client)

    assert found["subscriptions"] == [
        {
            "app_id": APP["app_id"],
            "callback_url": HERE,
            "subscribe_entity": "AD",
            "subscription_detail": {"access_token": client.token, "advertiser_id": big},
            "subscription_id": identity,
        }
    ]
    assert found["page_info"] == {"page": 1, "page_size": 10, "total_number": 1, "total_page": 1}
    assert len(identity) == 19


def test_subscriptions_come_in_pages_and_by_entity(client: Client) -> None:
    made = [subscribe(client, HERE, entity) for entity in ("AD", "LEAD", "AD")]
    second = listed(client, page=2, page_size=2)
    leads = listed(client, subscribe_entity="LEAD")

    assert [row["subscription_id"] for row in second["subscriptions"]] == made[2:]
    assert second["page_info"]["total_page"] == 2
    assert [row["subscription_id"] for row in leads["subscriptions"]] == [made[1]]
    assert listed(client, page=9)["subscriptions"] == []


def test_an_app_sees_and_ends_only_its_own(client: Client) -> None:
    identity = subscribe(client, HERE)
    other = {"app_id": "5", "secret": "five"}
    answer = client.post("/subscription/unsubscribe/", **other, subscription_id=identity)

    assert client.get("/subscription/get/", **other)["data"]["subscriptions"] == []
    assert answer["code"] == 40002
    assert len(listed(client)["subscriptions"]) == 1


def test_unsubscribing_ends_it_once(client: Client) -> None:
    identity = subscribe(client, HERE)
    codes = [
        client.post("/subscription/unsubscribe/", **APP, subscription_id=identity)["code"]
        for _ in range(2)
    ]

    assert codes == [0, 40002]
    assert listed(client)["subscriptions"] == []


def test_app_and_secret_are_checked(client: Client) -> None:
    subscribe(client, HERE)
    wrong = {"app_id": APP["app_id"], "secret": "guessed"}

    assert client.get("/subscription/get/", **wrong)["code"] == 40101
    assert client.post("/subscription/unsubscribe/", **wrong, subscription_id="1")["code"] == 40101
    assert client.get("/subscription/get/")["code"] == 40002


@pytest.mark.parametrize(
    "left_out", ["app_id", "secret", "subscribe_entity", "callback_url", "subscription_detail"]
)
def test_what_is_missing_is_named(client: Client, left_out: str) -> None:
    given = {
        **APP,
        "subscribe_entity": "AD",
        "callback_url": HERE,
        "subscription_detail": {"access_token": client.token},
    }
    del given[left_out]
    answer = client.post("/subscription/subscribe/", **given)

    assert answer["code"] == 40002
    assert left_out in answer["message"]


@pytest.mark.parametrize(
    ("token", "more", "code"),
    [
        ("", {}, 40002),
        ("guessed", {}, 40105),
        (None, {"advertiser_id": "1"}, 40001),
        (None, {"advertiser_ids": ["1"]}, 40001),
    ],
)
def test_a_subscription_needs_a_token_and_its_accounts(
    client: Client, token: str | None, more: dict[str, Any], code: int
) -> None:
    detail = {"access_token": client.token if token is None else token, **more}
    given = {"subscribe_entity": "AD", "callback_url": HERE, "subscription_detail": detail}

    assert client.post("/subscription/subscribe/", **APP, **given)["code"] == code


def test_the_token_must_be_the_apps_own(client: Client, simulator: Running) -> None:
    client.token = simulator.token("5")

    assert asked(client, HERE)["code"] == 40101


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/x",
        "http://[::1]:8000/",
        "http://localhost:8000",
        "https://127.0.0.1/x",
        "https://localhost/x?y=1",
        "http://127.3.2.1/",
    ],
)
def test_addresses_of_this_machine_are_taken(client: Client, url: str) -> None:
    assert asked(client, url)["code"] == 0


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://hooks.example.com/x", "https"),
        ("https://hooks.example.com/x", "loopback"),
        ("https://192.0.2.7/x", "loopback"),
        ("https://10.0.0.1/x", "loopback"),
        ("https://127.0.0.1.example.com/", "loopback"),
        ("https://0.0.0.0/", "loopback"),
        ("ftp://127.0.0.1/", "URL"),
        ("http://127.0.0.1:port/", "URL"),
        ("http://[::1/", "URL"),
        ("http://evil@127.0.0.1/", "URL"),
        ("http://127.0.0.1/a b", "URL"),
        ("http://127.0.0.1/\r\nX: y", "URL"),
        ("http://127.0.0.1/größe", "URL"),
        ("nonsense", "URL"),
    ],
)
def test_other_addresses_are_refused(client: Client, url: str, problem: str) -> None:
    answer = asked(client, url)

    assert answer["code"] == 40002
    assert answer["message"].startswith("callback_url: ")
    assert problem in answer["message"]


def test_subscriptions_are_counted_as_changes(client: Client, simulator: Running) -> None:
    identity = subscribe(client, HERE)

    assert simulator.effects.effective(identity) == 1
