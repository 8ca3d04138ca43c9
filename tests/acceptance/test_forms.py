"""What modules ask for: limits, what is mandatory, lists to choose from, and values to map."""

from collections.abc import Iterator
from typing import Any

import pytest

from adloom.fields import fields_of, validate
from adloom.wire import JsonBody, Record
from modules import find_module
from modules.events.asked import AskedEvent
from modules.events.asked_values import Part
from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario
from scheduler.first_cycle import first_cycle
from tests.cli.conftest import Cli, bare
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for

#: A fixture that is at home elsewhere.
__all__ = ["bare"]

ADVERTISER = "7100000000000000001"
REPORT = "/report/integrated/get/"


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("watch_ads", 2),
        ("search_ads", 10),
        ("list_ad_reports", 10),
        ("watch_videos", 5),
        ("list_videos", 10),
    ],
)
def test_limits_are_those_of_the_document(name: str, limit: int) -> None:
    fields = {field.name: field for field in fields_of(find_module(name).params)}

    assert limit == fields["limit"].default


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("watch_ads", ["advertiser_ids"]),
        ("search_ads", ["advertiser_id"]),
        ("get_ad", ["advertiser_id", "ad_id"]),
        ("update_ad_status", ["advertiser_id", "ad_ids", "status"]),
        ("get_embedded_video", ["url"]),
        ("make_api_call", ["path"]),
    ],
)
def test_what_is_mandatory_is_marked(name: str, required: list[str]) -> None:
    params = find_module(name).params

    assert required == params.model_json_schema()["required"]
    assert required == [field.name for field in fields_of(params) if field.required]


@pytest.mark.parametrize(
    ("field", "module"),
    [
        ("advertiser_ids", "list_advertisers"),
        ("campaign_ids", "list_campaigns"),
        ("adgroup_ids", "list_ad_groups"),
    ],
)
def test_ids_can_be_chosen_from_a_list(field: str, module: str) -> None:
    fields = {one.name: one for one in fields_of(find_module("watch_ads").params)}
    choices = fields[field].choices_from

    assert choices is not None
    assert module == choices.module


@pytest.mark.parametrize(
    ("name", "permission"),
    [("list-videos", "video.list"), ("upload-sound", "share.sound.create")],
)
def test_a_module_shows_the_permission_it_needs(bare: Cli, name: str, permission: str) -> None:
    assert permission == bare("modules", name).records[0]["permission"]


async def test_ads_of_a_campaign_and_of_ad_groups_are_watched() -> None:
    module = find_module("watch_ads")
    assert module.trigger is not None
    api = FakeApi({"/ad/get/": lambda _: []})
    given = {"advertiser_ids": [ADVERTISER], "campaign_id": "17", "ad_group_ids": ["21", "22"]}
    params = validate(module.params, given)
    _ = [page async for page in first_cycle(module.trigger, params, context_for(api), None)]

    told = [request.query["filtering"] for request in api.asked]
    assert told
    assert all((["17"], ["21", "22"]) == (one["campaign_ids"], one["adgroup_ids"]) for one in told)


async def test_every_wish_about_a_report_is_asked_for() -> None:
    module = find_module("list_ad_reports")
    assert module.search is not None
    rows: list[Record] = [
        {"dimensions": {"campaign_id": str(number)}, "metrics": {"spend": "1.5", "clicks": "2"}}
        for number in range(40)
    ]
    api = FakeApi({REPORT: lambda _: rows})
    wishes: dict[str, Any] = {
        "advertiser_id": ADVERTISER,
        "service_type": "AUCTION",
        "report_type": "BASIC",
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": ["campaign_id"],
        "metrics": ["spend", "clicks"],
        "lifetime": True,
        "limit": 7,
    }
    params = validate(module.params, wishes)
    _ = [page async for page in module.search(params, context_for(api))]

    [asked] = [one.query for one in api.asked if one.path == REPORT]
    sent = {name: asked[name] for name in wishes if name not in ("lifetime", "limit")}
    assert {name: wishes[name] for name in sent} == sent
    assert asked["query_lifetime"] is True
    assert 7 == asked["page_size"]


# --- an event, field by field ---------------------------------------------------------------------


def paths(model: type[Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every field of an event, and of the parts of it."""
    for name, info in model.model_fields.items():
        parts = [one for one in getattr(info.annotation, "__args__", ()) if isinstance(one, type)]
        inner = [one for one in parts if issubclass(one, Part)]
        if inner and name != "contents":
            yield from paths(inner[0], (*before, name))
        else:
            yield (*before, name)


EVERY = [path for path in paths(AskedEvent) if path != ("custom_name",)]


@pytest.mark.parametrize("path", EVERY, ids=".".join)
def test_every_field_of_an_event_can_be_filled_by_a_reference(path: tuple[str, ...]) -> None:
    value: Any = "{{order.value}}"
    for name in reversed(path):
        value = {name: value}
    params = {"event": "Purchase", **value}
    text = f"""
name: referring
steps:
  - id: order
    iterator: {{items: [{{value: "x"}}]}}
  - id: sent
    module: send_event
    connection: shop
    params: {params!r}
"""
    environment = Environment({"shop": Account("tiktok-events", None)})

    assert [] == check_scenario(load_scenario(text), environment)


#: What Morf's current document lists, where it is here.
MORF = """
    event event_time event_source event_source_id event_id test_event_code limited_data_use
    user.email user.phone user.external_id user.ttclid user.ttp user.ip user.user_agent user.locale
    properties.contents properties.content_ids properties.content_type properties.currency
    properties.value properties.num_items properties.search_string page.url page.referrer
"""


@pytest.mark.parametrize("name", MORF.split())
def test_every_field_of_the_newest_document_is_there(name: str) -> None:
    assert name in {".".join(path) for path in EVERY}


def test_there_are_fields_in_every_part_of_an_event() -> None:
    parts = {path[0] for path in EVERY if len(path) > 1}

    assert {"user", "device", "page", "properties", "app", "ad", "lead"} == parts


# --- an ad's status -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "before"), [("ENABLE", "DISABLE"), ("DISABLE", "ENABLE"), ("DELETE", "ENABLE")]
)
async def test_an_ad_is_switched_on_off_or_deleted(status: str, before: str) -> None:
    module = find_module("update_ad_status")
    assert module.action is not None
    row = ad_row(1, operation_status=before)
    given = {"advertiser_id": ADVERTISER, "ad_id": row["ad_id"], "opt_status": status}
    params = validate(module.params, {**given, "allow_delete": status == "DELETE"})
    found = await module.action.before(params, context_for(FakeApi({"/ad/get/": by_ids([row])})))
    [call] = module.action.calls(params, found)

    assert isinstance(call.request.body, JsonBody)
    assert {
        "advertiser_id": ADVERTISER,
        "ad_ids": [row["ad_id"]],
        "operation_status": status,
    } == call.request.body.value
