"""Variables, data stores, waiting, and what cannot be done at all."""

from typing import Any

import pytest

from scenarios.blueprint import Imported, What
from scenarios.model import (
    GetStep,
    SetStep,
    SleepStep,
    StoreStep,
)
from tests.scenarios.blueprint.seams import (
    ACCOUNT,
    SEARCH,
    condition,
    entries_of,
    entry,
    filtered,
    imported,
    node,
    refused_where_it_runs,
    step_of,
    tell,
)


def texts_of(made: Imported) -> list[str]:
    """The lines of the file that are no comments."""
    return [one.strip() for one in made.text.split("\n") if not one.strip().startswith("#")]


def test_variables_keep_their_names_and_how_long_they_are_remembered() -> None:
    made = imported(
        SEARCH,
        node(2, "util:SetVariable2",
             mapper={"name": "total", "value": "{{1.ad_id}}", "scope": "roundtrip"}),
        node(3, "util:SetVariables", mapper={"scope": "execution", "variables": [
            {"name": "a", "value": "{{2.total}}"}, {"name": "b", "value": "2"}]}),
        node(4, "util:GetVariable2", mapper={"name": "a", "scope": "execution"}, name="Again"),
        node(5, "util:ComposeTransformer", mapper={"value": "{{4.value}}-{{4.a}}"}, name="Joined"),
        tell(6, "{{5.value}}"),
    )  # fmt: skip

    first, second, third = (
        step_of(made, one) for one in ("set_variable", "set_variables", "again")
    )
    assert isinstance(first, SetStep)
    assert isinstance(second, SetStep)
    assert isinstance(third, GetStep)
    assert (("total",), "cycle") == (first.names, first.scope)
    assert (("a", "b"), "execution") == (second.names, second.scope)
    assert (("a",), "execution") == (third.names, third.scope)
    assert 'value: "{{again.a}}-{{again.a}}"' in texts_of(made)
    assert () == made.gaps


def test_records_of_a_data_store_become_keys_with_values() -> None:
    restore = {"restore": {"parameters": {"datastore": {"label": "Seen ads"}}}}
    seen = {"parameters": {"datastore": 12}}
    exist = node(2, "datastore:ExistRecord", mapper={"key": "{{1.ad_id}}"}, name="Seen", **seen)
    add = node(3, "datastore:AddRecord", name="Remember", **seen, filter=filtered(
        "New", [condition("{{2.exist}}", "boolean:equal", "false")]),
        mapper={"key": "{{1.ad_id}}", "data": {"name": "{{1.ad_name}}"}, "overwrite": "true"},
    )  # fmt: skip
    for one in (exist, add):
        one["metadata"] |= restore

    made = imported(SEARCH, exist, add)

    found = [step_of(made, one) for one in ("seen", "remember")]
    stores = [one for one in found if isinstance(one, StoreStep)]
    assert [("Seen ads", "exists"), ("Seen ads", "put")] == [(s.store, s.operation) for s in stores]
    assert stores[1].value is not None
    assert {"name": "{{search_ads.ad_name}}"} == stores[1].value.value
    assert "seen.exists" in made.text
    assert ["12 “Seen ads”"] == list(entries_of(made, What.STORE))


@pytest.mark.parametrize(("given", "seconds"), [("60", 60), (300, 300), (" 1 ", 1)])
def test_a_wait_of_known_length_is_a_sleep(given: Any, seconds: int) -> None:
    step = step_of(
        imported(SEARCH, node(2, "util:FunctionSleep", mapper={"duration": given})),
        "function_sleep",
    )

    assert isinstance(step, SleepStep)
    assert seconds == step.seconds


@pytest.mark.parametrize(
    ("module", "mapper", "said"),
    [
        ("util:FunctionSleep", {"duration": "{{1.x}}"}, "1 to 300 seconds"),
        ("util:FunctionSleep", {"duration": 301}, "1 to 300 seconds"),
        ("builtin:BasicRepeater", {"repeats": "{{1.x}}"}, "known beforehand"),
        ("builtin:BasicRepeater", {"repeats": 1_000_000}, "known beforehand"),
        ("util:SetVariable2", {"name": "{{1.x}}", "value": "1"}, "cannot be the name"),
        ("util:SetVariable2", {"name": "a", "value": "1", "scope": "eternal"}, "scope is eternal"),
        ("util:FunctionIncrement", {"reset": "run"}, "counters"),
        ("json:ParseJSON", {"json": "{{1.x}}"}, "no JSON out of texts"),
        ("datastore:AddRecord", {"data": {"a": 1}}, "key is missing"),
        ("builtin:BasicFeeder", {}, "which list"),
        ("builtin:Ignore", {}, "at the end of an error route"),
        ("tiktok:watchAds", {"advertiser_ids": [ACCOUNT]}, "can only be the first step"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_here_is_a_gap_with_the_reason(
    module: str, mapper: dict[str, Any], said: str
) -> None:
    made = imported(SEARCH, node(2, module, mapper=mapper))

    assert [2] == [one.id for one in made.gaps]
    assert said in " ".join(entry(made, 2).reasons)
    assert 1 == len(refused_where_it_runs(made))
