"""Modules of Make become ours, with the parameters whose meaning is known."""

from typing import Any

import pytest

from scenarios.blueprint import Imported, Verdict, What, Wishes
from scenarios.model import ModuleStep
from tests.scenarios.blueprint.seams import (
    ACCOUNT,
    SEARCH,
    entries_of,
    entry,
    imported,
    node,
    refused_where_it_runs,
    step_of,
)


def module_of(made: Imported, name: str) -> ModuleStep:
    step = step_of(made, name)
    assert isinstance(step, ModuleStep)
    return step


@pytest.mark.parametrize(
    "function", ["watchAds", "WatchAd", "triggerWatchNewAds", "TriggerWatchAds"]
)
def test_a_module_is_found_by_the_words_of_its_function(function: str) -> None:
    made = imported(
        node(1, f"tiktok:{function}", name="Fresh ads",
             parameters={"watch": "updated", "advertiserIds": [ACCOUNT], "limit": "5 "})
    )  # fmt: skip

    step = module_of(made, "fresh_ads")
    assert "watch_ads" == step.module
    assert {"by": "updated", "advertiser_ids": [ACCOUNT], "limit": 5} == step.given
    assert "now" == step.start.kind
    assert () == made.gaps


def test_where_a_trigger_starts_can_be_chosen_and_is_told() -> None:
    watch = node(1, "tiktok:watchAds", parameters={"advertiser_ids": [ACCOUNT]})

    made = imported(watch, wishes=Wishes(start="everything"))

    assert "everything" == module_of(made, "watch_ads").start.kind
    assert "everything" in entries_of(made, What.START)["watch_ads"].reasons[0]


def update(**given: Any) -> Imported:
    mapper = {"advertiser_id": "{{1.advertiser_id}}", "ad_id": "{{1.ad_id}}", **given}
    return imported(SEARCH, node(2, "tiktok:updateAnAdStatus", mapper=mapper))


@pytest.mark.parametrize("name", ["status", "opt_status", "operationStatus"])
@pytest.mark.parametrize(("value", "ours"), [("disable", "DISABLE"), ("ENABLE", "ENABLE")])
def test_values_that_are_called_otherwise_are_translated(name: str, value: str, ours: str) -> None:
    made = update(**{name: value})

    expected = {
        "advertiser_id": "{{search_ads.advertiser_id}}",
        "ad_ids": "{{search_ads.ad_id}}",
        "status": ours,
    }
    assert expected == module_of(made, "update_ad_status").given
    assert not entry(made, 2).gap


def test_an_import_never_allows_deleting() -> None:
    made = update(status="delete")

    lines = [one.strip() for one in made.text.split("\n")]
    assert not any(one.startswith("allow_delete") for one in lines)
    assert "allow_delete" in " ".join(entry(made, 2).reasons)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "ENABLE", "colour": "red"}, "colour: what it means is not known"),
        ({"status": "vanish"}, "params.status"),
        ({"status": "ENABLE", "operation_status": "ENABLE"}, "status is given twice"),
        ({}, "params.status: is required"),
    ],
)
def test_what_cannot_be_given_to_our_module_is_a_gap(given: dict[str, Any], said: str) -> None:
    made = update(**given)

    assert [2] == [one.id for one in made.gaps]
    assert said in " ".join(entry(made, 2).reasons)
    assert ["there is no scenario 'gap at module 2 (tiktok:updateAnAdStatus)'"] == (
        refused_where_it_runs(made)
    )


def test_an_unknown_module_is_a_gap_that_shows_what_it_was_given() -> None:
    made = imported(
        SEARCH, node(2, "airtable:ActionCreateRecord", mapper={"base": "app{{1.ad_id}}"})
    )

    assert Verdict.LEFT_OUT is entry(made, 2).verdict
    assert "#   base: app{{1.ad_id}}" in made.text
    assert 1 == len(refused_where_it_runs(made))


def test_what_is_read_of_a_gap_stays_a_mapping() -> None:
    made = imported(
        SEARCH,
        node(2, "airtable:ActionGetRecord", name="Look it up"),
        node(3, "email:ActionSendEmail", mapper={"text": "{{2.fields.Name}}"}),
    )

    assert "{{look_it_up.fields.Name}}" == module_of(made, "notify").given["text"]


def test_connections_get_your_names_or_names_to_be_replaced() -> None:
    second = node(2, "tiktok:getAnAd", parameters={"__IMTCONN__": 2},
                  mapper={"advertiser_id": ACCOUNT, "ad_id": "{{1.ad_id}}"})  # fmt: skip
    second["metadata"]["restore"] = {"parameters": {"__IMTCONN__": {"label": "Agency"}}}

    open_ = imported(SEARCH, second)
    by_number = imported(SEARCH, second, wishes=Wishes(connections={"1": "acme"}))
    by_label = imported(SEARCH, second, wishes=Wishes(connections={"Agency": "ours"}))
    by_app = imported(SEARCH, second, wishes=Wishes(connections={"tiktok": "all", "2": "two"}))

    names = [
        (module_of(made, "search_ads").connection, module_of(made, "get_ad").connection)
        for made in (open_, by_number, by_label, by_app)
    ]
    assert [
        ("choose-tiktok-business", "choose-tiktok-business-2"),
        ("acme", "choose-tiktok-business"),
        ("choose-tiktok-business", "ours"),
        ("all", "two"),
    ] == names
    assert {"tiktok 1", "tiktok 2 “Agency”"} == set(entries_of(open_, What.CONNECTION))


# --- messages, webhooks, leads --------------------------------------------------------------------


def test_a_message_goes_to_the_addresses_of_a_connection() -> None:
    mapper = {"channel": "C0123", "text": "Hi {{1.ad_name}}", "mrkdwn": True}

    made = imported(SEARCH, node(2, "slack:CreateMessage", mapper=mapper))

    step = module_of(made, "notify")
    assert ("notify", "choose-notify") == (step.module, step.connection)
    assert {"text": "Hi {{search_ads.ad_name}}"} == step.given
    assert () == made.gaps
    assert any("C0123" in one for one in entry(made, 2).reasons)
    assert any("mrkdwn is not taken over" in one for one in entry(made, 2).reasons)


def test_recipients_that_differ_by_bundle_are_a_gap() -> None:
    mapper = {"to": ["{{1.email}}"], "subject": "x", "text": "y"}

    made = imported(SEARCH, node(2, "google-email:ActionSendEmail", mapper=mapper))

    assert "a connection is fixed" in " ".join(entry(made, 2).reasons)
    assert [2] == [one.id for one in made.gaps]
    assert {"title": "x", "text": "y"} == module_of(made, "notify").given


def test_a_webhook_hands_on_every_request_and_its_fields_lie_in_the_body() -> None:
    made = imported(
        node(1, "gateway:CustomWebHook", parameters={"hook": 77, "maxResults": 1}, listener=True,
             name="Hook"),
        node(2, "slack:CreateMessage", mapper={"text": "{{1.email}} {{1.`odd name`}} {{`1`}}"}),
    )  # fmt: skip

    assert {"repeats": "keep"} == module_of(made, "hook").given
    text = module_of(made, "notify").given["text"]
    assert "{{hook.body.email}} {{hook.body.`odd name`}} {{hook.body}}" == text
    assert "schedule: immediately" in made.text
    assert "new address" in " ".join(entry(made, 1).reasons)


def test_headers_of_a_webhook_have_no_place_in_a_mapping() -> None:
    made = imported(
        node(1, "gateway:CustomWebHook", listener=True),
        node(2, "slack:CreateMessage", mapper={"text": "{{1.`__IMTHEADERS__`[1].value}}"}),
    )

    assert [2] == [one.id for one in made.gaps]


def test_leads_come_by_webhook_and_one_by_one() -> None:
    made = imported(
        node(1, "tiktok-lead-forms:WatchLeads", parameters={"hook": 7}, name="Leads"),
        node(2, "slack:CreateMessage", mapper={"text": "{{1.lead_id}} of {{1.adId}}"}),
        node(3, "slack:CreateMessage", mapper={"text": "{{1.email}}"}),
    )

    assert "watch_webhook" == module_of(made, "leads_hook").module
    assert "{{leads.id}} of {{leads.ad_id}}" == module_of(made, "notify").given["text"]
    assert [3] == [one.id for one in made.gaps]
