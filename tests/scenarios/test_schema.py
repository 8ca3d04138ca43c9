"""The schema editors use says what the reader reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules import all_modules
from scenarios.loader import read_scenario_text
from scenarios.problems import Problems
from scenarios.schema import scenario_schema, schema_text
from scenarios.yaml_reading import compose
from tests.scenarios.json_schema import fits
from tests.scenarios.texts import ACCOUNT, ADS, faults, one_step, scenario_of
from tests.seams.checkout import ROOT

SCHEMA: Any = json.loads(schema_text())
FILES = sorted((ROOT / "scenarios" / "examples").glob("*.yaml"))
EXAMPLES = [file for file in FILES if not file.name.endswith(".test.yaml")]


def data_of(text: str) -> Any:
    node = compose(text, Problems())
    assert node is not None
    return node.plain()


def test_the_schema_beside_the_documents_is_the_one_that_is_made() -> None:
    place = ROOT / "docs" / "scenario.schema.json"

    assert schema_text() == place.read_text(encoding="utf-8"), "run docs/make_schema.py"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_examples_fit_the_schema(file: Path) -> None:
    assert fits(data_of(read_scenario_text(file)), SCHEMA, SCHEMA)


def test_every_module_decides_the_parameters_of_its_steps() -> None:
    cases = SCHEMA["$defs"]["step"]["allOf"]
    told = {name for case in cases for name in case["if"]["properties"]["module"]["enum"]}

    assert {module.name for module in all_modules()} <= told
    assert all(
        set(module.params.model_fields)
        <= set(SCHEMA["$defs"][f"params.{module.name}"]["properties"])
        for module in all_modules()
    )


def test_whatever_is_referred_to_is_there() -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [one for inner in value.values() for one in references(inner)]
        return (
            [one for inner in value for one in references(inner)] if isinstance(value, list) else []
        )

    for pointer in references(SCHEMA):
        found = SCHEMA
        for part in pointer.removeprefix("#/").split("/"):
            assert part in found, pointer
            found = found[part]


@pytest.mark.parametrize(
    "text",
    [
        scenario_of(),
        scenario_of(ADS.replace(ACCOUNT, "123")),
        scenario_of(ADS.replace("search_ads", "search-ads")),
        scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, ad_id: 5, campaign_ids: [1, '2']")),
        scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, limit: '{{{{1 + 1}}}}'")),
        scenario_of(top="schedule: on demand\n"),
        scenario_of(top="schedule: {weekly: {days: mon, at: 09:00}, jitter: 5 minutes}\n"),
        scenario_of(top="schedule: {every: 1 hour, only_during: {days: [fri]}}\n"),
        scenario_of(top="settings: {budget: {time: 1 hour}, silence: 1 day, overlap: wait}\n"),
        one_step("{id: n, sleep: 5 seconds, on_error: {retry: {count: 2}}}"),
        one_step("{id: 1, get: {variables: [a]}, on_error: ignore}"),
        one_step("{id: n, store: {name: a, operation: count}}"),
        one_step("{id: n, scenario: other, input: {a: 1}}"),
        one_step("{id: n, return: {a: 1}}"),
        one_step("{id: n, aggregator: {source: ads, kind: text, value: x}}"),
        one_step(
            "{id: n, router: {routes: [{when: '{{ads.ad_id}}', steps: [{id: m, sleep: 1 s}]}]}}"
        ),
    ],
)
def test_what_the_reader_takes_fits(text: str) -> None:
    assert [] == [one for one in faults(text) if "warning" not in one]
    assert fits(data_of(text), SCHEMA, SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "name: a\n",
        scenario_of(top="shedule: on demand\n"),
        scenario_of(top="schedule: often\n"),
        scenario_of(top="schedule: {every: 1 hour, at: 09:00}\n"),
        scenario_of(top="settings: {cycles: 0}\n"),
        scenario_of(ADS.replace("advertiser_id", "advertiser")),
        scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, limit: -1")),
        scenario_of(ADS.replace(ACCOUNT, f"{ACCOUNT}, primary_status: GONE")),
        scenario_of(ADS.replace("search_ads", "serch_ads")),
        scenario_of(ADS.replace("params", "start: now, params")),
        one_step("{id: n, sleep: 5 seconds, params: {}}"),
        one_step("{id: n, sleep: 5 seconds, get: {variables: a}}"),
        one_step("{id: n}"),
        one_step("{sleep: 5 seconds}"),
        one_step("{id: n, sleep: 1 s, on_error: explode}"),
        one_step("{id: n, store: {name: a, operation: steal}}"),
    ],
)
def test_what_the_reader_refuses_does_not_fit(text: str) -> None:
    assert faults(text)
    assert not fits(data_of(text), SCHEMA, SCHEMA)


def test_the_schema_is_made_afresh_each_time() -> None:
    scenario_schema()["$defs"].clear()

    assert scenario_schema()["$defs"]
