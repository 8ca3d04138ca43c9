"""Every module of the registry keeps the house rules; a new one is covered the day it is added."""

import ast
import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

import modules
from adloom.catalogue import load
from adloom.fields import FieldKind, fields_of, validate
from connections.providers import PROVIDERS
from modules import MODULES, all_modules, find_module
from modules.base import Action, Kind, Module, OnDoubt, Outcome

EVERY = pytest.mark.parametrize("module", all_modules(), ids=lambda module: module.name)
ACTIONS = pytest.mark.parametrize(
    "module", [one for one in all_modules() if one.action], ids=lambda module: module.name
)
VERBS = ("watch_", "search_", "list_", "get_", "create_", "update_", "upload_", "send_", "make_")
FOLDER = Path(inspect.getfile(modules)).parent
#: Files of the folder that are no operations.
ROOMS = {"__init__", "base", "bundles", "calls"}
#: Words for the values of a valid call of each module, for round trips.
SAMPLES: dict[str, dict[str, Any]] = {
    "search_ads": {"advertiser_id": "7100000000000000001", "created_from": "2026-11-01"},
    "get_ad": {"advertiser_id": "7100000000000000001", "ad_id": "1700000000000001"},
    "update_ad_status": {
        "advertiser_id": "7100000000000000001",
        "ad_ids": ["1700000000000001"],
        "status": "DISABLE",
    },
    "list_advertisers": {"limit": 0},
    "list_campaigns": {"advertiser_id": "7100000000000000001"},
    "list_ad_groups": {"advertiser_id": "7100000000000000001", "campaign_ids": ["17"]},
    "make_api_call": {"path": "/ad/get/", "query": {"advertiser_id": "7100000000000000001"}},
}


def test_every_file_is_registered_and_every_entry_has_its_file() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - ROOMS

    assert files == set(MODULES)


def test_every_module_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(MODULES)


@EVERY
def test_is_named_after_its_file_and_by_its_verb(module: Module) -> None:
    assert MODULES[module.name] == f"modules.{module.name}"
    assert module.name.startswith(VERBS)


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
    assert module.provider in PROVIDERS
    if module.permission is not None:
        assert isinstance(module.permission, int)
        assert load().scope_title(module.permission)


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
def test_is_either_a_search_or_an_action(module: Module) -> None:
    assert (module.search is None) != (module.action is None)
    assert (module.kind is Kind.ACTION) == (module.action is not None)


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
        params = validate(module.params, {**SAMPLES[module.name], "method": "POST", "query": {}})
        [call] = module.action.calls(params, [])
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
