"""Every module of the registry keeps the house rules; a new one is covered the day it is added."""

import ast
import importlib
import inspect
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import modules
from adloom.catalogue import load
from adloom.fields import FieldKind, fields_of, validate
from adloom.json_text import dump, parse_strict
from adloom.wire import Request
from connections.providers import PROVIDERS
from modules import MODULES, all_modules, find_module
from modules.base import Action, Call, Incoming, Kind, Module, OnDoubt, Outcome, Watching

EVERY = pytest.mark.parametrize("module", all_modules(), ids=lambda module: module.name)
ACTIONS = pytest.mark.parametrize(
    "module", [one for one in all_modules() if one.action], ids=lambda module: module.name
)
INSTANTS = pytest.mark.parametrize(
    "module", [one for one in all_modules() if one.instant], ids=lambda module: module.name
)
TRIGGERS = pytest.mark.parametrize(
    "module", [one for one in all_modules() if one.trigger], ids=lambda module: module.name
)
VERBS = ("watch_", "search_", "list_", "get_", "create_", "update_", "upload_", "send_", "make_",
         "append_")  # fmt: skip
#: Names without such a verb, because scenarios and people already call them so.
OLD_NAMES = {"notify": "a verb of its own", "http_request": "as everybody says"}
FOLDER = Path(inspect.getfile(modules)).parent
#: Files of the folder that are no operations.
ROOMS = {"__init__", "actions", "base", "bundles", "calls", "context", "triggers"}
#: Words for the values of a valid call of each module, for round trips.
SAMPLES: dict[str, dict[str, Any]] = {
    "watch_ads": {"advertiser_ids": ["7100000000000000001"], "by": "updated"},
    "watch_campaigns": {"advertiser_ids": ["7100000000000000001"], "columns": ["budget"]},
    "watch_ad_groups": {"advertiser_ids": ["7100000000000000001"], "tell_new": False},
    "watch_ad_reviews": {"advertiser_ids": ["7100000000000000001"]},
    "watch_balances": {"advertiser_ids": ["7100000000000000001"], "below": "100"},
    "watch_report_metrics": {
        "advertiser_ids": ["7100000000000000001"],
        "metric": "spend",
        "above": "50",
    },
    "search_ads": {"advertiser_id": "7100000000000000001", "created_from": "2026-11-01"},
    "get_ad": {"advertiser_id": "7100000000000000001", "ad_id": "1700000000000001"},
    "update_ad_status": {
        "advertiser_id": "7100000000000000001",
        "ad_ids": ["1700000000000001"],
        "status": "DISABLE",
    },
    "update_ad_group_status": {
        "advertiser_id": "7100000000000000001",
        "adgroup_ids": ["1700000000000100"],
        "status": "ENABLE",
    },
    "update_campaign_status": {
        "advertiser_id": "7100000000000000001",
        "campaign_ids": ["1700000000000010"],
        "status": "DELETE",
        "allow_delete": True,
    },
    "update_ad_group_budget": {
        "advertiser_id": "7100000000000000001",
        "adgroup_ids": ["1700000000000100"],
        "budget": 49.9,
        "at_most": "100.00",
    },
    "update_campaign_budget": {
        "advertiser_id": "7100000000000000001",
        "campaign_ids": ["1700000000000010"],
        "budget": "+20 %",
    },
    "create_campaign": {
        "advertiser_id": "7100000000000000001",
        "campaign_name": "Summer",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": "100.50",
    },
    "create_ad_group": {
        "advertiser_id": "7100000000000000001",
        "campaign_id": "1700000000000010",
        "adgroup_name": "Berlin",
        "optimization_goal": "CLICK",
        "billing_event": "CPC",
        "budget": 20,
        "starts": "2026-12-01T09:00+01:00",
    },
    "create_ad": {
        "advertiser_id": "7100000000000000001",
        "adgroup_id": "1700000000000100",
        "ad_name": "Summer",
        "identity_type": "TT_USER",
        "identity_id": "0a1b2c3d-0000-5000-8000-00000000aaaa",
        "image_ids": ["folder/0a1b2c"],
        "more": {"ad_texts": ["One", "Two"]},
    },
    "update_ad": {
        "advertiser_id": "7100000000000000001",
        "ad_id": "1700000000000001",
        "ad_text": "Now with cheese",
    },
    "upload_video": {"advertiser_id": "7100000000000000001", "file": "summer.mp4"},
    "upload_image": {
        "advertiser_id": "7100000000000000001",
        "url": "https://pictures.example.com/summer.png",
        "file_name": "Summer.png",
    },
    "list_advertisers": {"limit": 0},
    "list_campaigns": {"advertiser_id": "7100000000000000001"},
    "list_pixels": {"advertiser_id": "7100000000000000001"},
    "list_rules": {"advertiser_id": "7100000000000000001", "rule_ids": ["7300000000000000001"]},
    "list_ad_groups": {"advertiser_id": "7100000000000000001", "campaign_ids": ["17"]},
    "list_ad_reports": {
        "advertiser_ids": ["7100000000000000001"],
        "metrics": ["spend", "clicks"],
        "start_date": "2026-11-01",
        "end_date": "2026-11-20",
        "filtering": {"campaign_ids": ["17"]},
    },
    "watch_videos": {"limit": 3},
    "list_videos": {"created_from": "2026-11-01", "limit": 0},
    "get_videos": {"video_ids": ["7500000000000000001"]},
    "get_embedded_video": {"url": "https://www.tiktok.com/@ada/video/7500000000000000001"},
    "create_video_post": {"file": "summer.mp4", "title": "Summer", "disable_duet": True},
    "get_video_post": {"post": "v_pub_file~v2.7500000000000000001", "wait": 30},
    "upload_sound": {"data": "UklGRg==", "file_name": "tone.wav"},
    "send_event": {
        "event": "Purchase",
        "event_time": 1_795_000_000,
        "user": {"email": "ada@example.com", "phone": ["+491701234567"]},
        "page": {"url": "https://shop.example.com/thanks"},
        "properties": {"value": "25.50", "currency": "EUR", "contents": [{"content_id": 17}]},
        "options": {"default_country": "DE"},
        "result_key": "tt",
    },
    "make_api_call": {"path": "/ad/get/", "query": {"advertiser_id": "7100000000000000001"}},
    "watch_webhook": {"id_header": "X-Event-Id", "unfold": ["content"]},
    "http_request": {"path": "/orders", "method": "POST", "body": {"sum": 12}, "expect": [201]},
    "watch_rows": {"file": "orders.csv", "key": ["order_id"], "by": "updated", "limit": 0},
    "append_rows": {"file": "reports/daily.csv", "rows": {"day": "2026-11-21", "spend": 12.5}},
    "notify": {"text": "Paused *Summer*", "title": "adloom", "format": "markdown"},
}


def test_every_file_is_registered_and_every_entry_has_its_file() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - ROOMS

    assert files == set(MODULES)


def test_every_module_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(MODULES)


@EVERY
def test_is_named_after_its_file_and_by_its_verb(module: Module) -> None:
    assert MODULES[module.name] == f"modules.{module.name}"
    assert module.name.startswith(VERBS) != (module.name in OLD_NAMES)


@EVERY
def test_is_found_with_dashes_as_well(module: Module) -> None:
    assert find_module(module.name.replace("_", "-")) is module


@EVERY
def test_is_titled_and_described(module: Module) -> None:
    assert module.title
    assert module.title[0].isupper()
    assert module.description.endswith(".")
    assert (module.params.__doc__ or "").strip()
    assert (module.bundle.__doc__ or "").strip()


@EVERY
def test_every_parameter_has_a_title_and_one_sentence(module: Module) -> None:
    for field in fields_of(module.params):
        assert field.title, field.name
        assert field.description.endswith("."), field.name
        assert len(field.description) <= 100, field.name


@EVERY
def test_every_field_of_its_bundle_has_a_title_and_one_sentence(module: Module) -> None:
    for name, info in module.bundle.model_fields.items():
        assert info.title, name
        assert (info.description or "").endswith("."), name


@EVERY
def test_parameters_survive_a_round_trip_through_json(module: Module) -> None:
    params = validate(module.params, SAMPLES[module.name])

    again = validate(module.params, params.model_dump(mode="json", exclude_defaults=True))

    assert params == again


@EVERY
def test_its_schema_names_every_parameter_and_nothing_else(module: Module) -> None:
    schema = module.params.model_json_schema()

    assert set(schema["properties"]) == {field.name for field in fields_of(module.params)}
    assert schema["additionalProperties"] is False


@EVERY
def test_its_provider_exists_and_knows_its_permission(module: Module) -> None:
    assert set(module.providers) <= set(PROVIDERS)
    if isinstance(module.permission, int):
        assert load().scope_title(module.permission)
    elif module.permission is not None:
        assert module.permission in PROVIDERS[module.provider].permissions


@EVERY
def test_ids_are_asked_for_as_ids(module: Module) -> None:
    for field in fields_of(module.params):
        if field.name.endswith(("_id", "_ids")):
            assert field.kind is FieldKind.ID, field.name


@EVERY
def test_choices_come_from_a_module_that_yields_them(module: Module) -> None:
    for field in fields_of(module.params):
        if field.choices_from:
            source = find_module(field.choices_from.module)
            assert field.choices_from.value in source.bundle.model_fields
            assert field.choices_from.label in source.bundle.model_fields


@EVERY
def test_imports_no_operation_no_http_no_clock_no_environment_and_no_file(module: Module) -> None:
    """The import contracts say so too; this names the file."""
    path = FOLDER / f"{module.name}.py"
    tree = ast.parse(path.read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    operations = {f"modules.{name}" for name in MODULES}

    assert not imported & operations
    assert not imported & {"httpx", "os", "time", "pathlib", "socket", "adloom.clock"}


@EVERY
def test_is_either_a_search_or_an_action_or_a_trigger(module: Module) -> None:
    ways = {
        Kind.SEARCH: module.search,
        Kind.ACTION: module.action,
        Kind.TRIGGER: module.trigger or module.instant,
    }

    assert None in (module.trigger, module.instant)
    assert [module.kind] == [kind for kind, way in ways.items() if way is not None]


@TRIGGERS
def test_a_trigger_lists_its_sources_and_has_a_limit(module: Module) -> None:
    assert module.trigger is not None
    params = validate(module.params, SAMPLES[module.name])

    assert module.trigger.sources(params)
    assert module.trigger.watching(params) in Watching
    assert "limit" in module.params.model_fields


@INSTANTS
def test_an_instant_trigger_knows_a_request_again_and_keeps_what_came(module: Module) -> None:
    assert module.instant is not None
    params = validate(module.params, SAMPLES[module.name])
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    came = Incoming("1", {"event": "x"}, now, content=b'{"event": "x"}')

    bundles = module.instant.accept(params, came)
    again = module.instant.accept(params, came)

    assert bundles
    assert [parse_strict(dump(one)) for one in bundles] == bundles
    keys = [module.instant.key(params, one) for one in bundles]
    assert keys == [module.instant.key(params, one) for one in again]
    assert all(keys)


@ACTIONS
def test_an_action_says_what_happens_in_doubt(module: Module) -> None:
    assert module.action is not None
    doubt = type(module.action).on_doubt

    assert doubt in OnDoubt
    if doubt is OnDoubt.LOOK_UP:
        assert type(module.action).look_up is not Action.look_up


@ACTIONS
def test_an_action_has_a_way_back_or_says_why_not(module: Module) -> None:
    assert module.action is not None
    kind = type(module.action)

    assert (kind.inverse is not Action.inverse) != bool(kind.no_inverse)


@ACTIONS
async def test_an_action_without_a_look_leaves_the_outcome_unknown(module: Module) -> None:
    from tests.modules.fake_api import FakeApi, context_for

    assert module.action is not None
    if type(module.action).on_doubt is OnDoubt.PARK:
        call = Call("anything", Request("POST", "/anything/"))
        assert await module.action.look_up(call, context_for(FakeApi())) is Outcome.UNKNOWN


def test_an_unknown_module_says_what_was_probably_meant() -> None:
    from adloom.errors import UnknownNameError

    with pytest.raises(UnknownNameError) as caught:
        find_module("serch-ads")

    assert "search-ads" in (caught.value.hint or "")


def test_the_registry_is_a_literal_that_imports_nothing() -> None:
    tree = ast.parse((FOLDER / "__init__.py").read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not {f"modules.{name}" for name in MODULES} & imported
    assert importlib.import_module("modules").MODULES == MODULES
