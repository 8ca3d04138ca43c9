"""What may stand in a mapping file, and what is said about what may not (AC-008, AC-011)."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from adloom.errors import InvalidParamsError, UnknownNameError
from modules.events.mapping import EventMapping, read_event_mapping, translator_for
from modules.events.names import STANDARD_EVENTS
from modules.events.options import Options
from modules.events.paths import getter, parse_path, say_path
from modules.events.presets import PRESETS, preset_named
from modules.events.presets.reference import mapping_schema, mapping_schema_text, with_tables
from modules.events.presets.shape import Drop, Preset
from modules.events.presets.sources import check_source
from modules.events.presets.targets import KNOWN, check_item_field, check_target
from tests.scenarios.json_schema import fits
from tests.seams.checkout import ROOT

SCHEMA: Any = json.loads(mapping_schema_text())


def faults(data: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a mapping, by its place."""
    with pytest.raises(InvalidParamsError) as caught:
        read_event_mapping(data)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_every_field_has_a_title_and_a_sentence() -> None:
    for model in (EventMapping, Options):
        for field in model.model_fields.values():
            assert field.title
            assert str(field.description).endswith(".")


def test_a_preset_that_is_not_there_is_told_with_what_may_have_been_meant() -> None:
    with pytest.raises(UnknownNameError, match="segmant") as caught:
        EventMapping(preset="segmant")

    assert "Did you mean segment?" == caught.value.hint
    assert "Did you mean ga4?" in faults({"preset": "ga5"})["preset"]


@pytest.mark.parametrize("name", ["rudderstack", "RudderStack", "commanders-act", "Commanders Act"])
def test_a_preset_may_be_written_in_any_way(name: str) -> None:
    assert EventMapping(preset=name).preset in PRESETS
    assert preset_named(name).name in PRESETS


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = faults(
        {
            "preset": "segmnt",
            "events": {"a": 5, "b": [], "c": ["", "x"]},
            "fields": {
                "user.emial": "a",
                "email": "a",
                "user.phone": "{{a.b + }}",
                "page.url": "a..b",
            },
            "items": {"form": "x", "fields": {"content_ids": "a", "price": 5}},
            "itms": {},
            "options": {"oldest": 3, "oldest_days": -1},
            "only_when": "a = b",
            "consent": {"granted": []},
            "unmapped": "maybe",
            "source": "tv",
            "records": "[1]",
        }
    )

    assert {
        "preset", "events.a", "events.b", "events.c", "fields.user.emial", "fields.email",
        "fields.user.phone", "fields.page.url", "items.form", "items.fields.content_ids",
        "items.fields.price", "itms", "options.oldest", "options.oldest_days", "only_when",
        "consent.field", "consent.granted", "unmapped", "source", "records",
    } == set(found)  # fmt: skip
    assert "did you mean user.email" in found["fields.user.emial"]
    assert "did you mean user.email" in found["fields.email"]
    assert "did you mean items" in found["itms"]
    assert "did you mean from" in found["items.form"]
    assert "did you mean oldest_days" in found["options.oldest"]
    assert "did you mean content_id" in found["items.fields.content_ids"]
    assert "must be one of 'web', 'app'" in found["source"]


def test_an_event_may_stand_there_once_however_it_is_written() -> None:
    found = faults({"events": {"Order Completed": "Purchase", "order_completed": None}})

    assert "twice: Order Completed and order_completed" in found["events"]


@pytest.mark.parametrize(
    "value",
    [
        5,
        True,
        {"value": {}},
        {"vlue": 1},
        {},
        [],
        [[]],
        [None],
        [1],
        ["a"] * 21,
        "",
        "a.",
        "x" * 301,
    ],
)
def test_a_place_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        check_source(value)

    assert ["fields.user.email"] == list(faults({"fields": {"user.email": value}}))


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "a.b[2].c",
        "`x.y`.z",
        ".",
        "{{a.b}}",
        {"value": 0},
        {"value": ["a"]},
        ["a", {"value": 1}],
        None,
    ],
)
def test_a_place_may_be_a_path_an_expression_a_constant_or_several(value: Any) -> None:
    mapping = EventMapping(fields={"user.email": value})

    assert value == mapping.fields["user.email"]


def test_a_constant_from_a_file_is_a_number_as_json_has_it() -> None:
    mapping = EventMapping(fields={"properties.value": [{"value": Decimal("9.90")}]})

    assert [{"value": 9.9}] == mapping.fields["properties.value"]
    assert mapping == EventMapping.model_validate_json(mapping.model_dump_json())


def test_a_mapping_written_down_is_the_same_when_it_is_read_again() -> None:
    mapping = EventMapping.model_validate(
        {
            "preset": "segment",
            "events": {"a": ["b", "c"], "d": None},
            "fields": {"user.ip": None},
            "items": {"from": "x", "fields": {"price": "p"}},
            "consent": {"field": "a", "granted": [True, 1, "yes"]},
            "options": {"default_country": "DE"},
        }
    )
    written = mapping.model_dump_json(exclude_unset=True)

    assert mapping == EventMapping.model_validate_json(written)
    assert mapping == read_event_mapping(mapping.model_dump(exclude_unset=True, by_alias=True))


def test_a_preset_decides_what_the_user_does_not() -> None:
    segment = EventMapping(preset="segment")
    chosen = EventMapping(preset="segment", options=Options(att_status="as given"))
    shop = EventMapping(preset="shopify")

    assert ("automatic", True) == (
        segment.options.att_status,
        segment.options.ttclid_from_address_first,
    )
    assert ("as given", True) == (
        chosen.options.att_status,
        chosen.options.ttclid_from_address_first,
    )
    assert ("skip", "custom") == (shop.unmapped, segment.unmapped)
    assert "error" == EventMapping(preset="shopify", unmapped="error").unmapped


def test_a_preset_decides_too_where_it_is_put_in_later() -> None:
    record = {"topic": "products/update"}
    later = EventMapping().model_copy(update={"preset": "shopify"})

    assert translator_for(later).translate(record).skipped


def test_a_mapping_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        EventMapping().preset = "ga4"


# --- paths and fields -----------------------------------------------------------------------------

NAMES = some.text(
    some.characters(blacklist_categories=["Cs"], blacklist_characters="`"), min_size=1, max_size=8
).filter(str.strip)


@given(some.lists(some.one_of(NAMES, some.integers(0, 99)), max_size=6))
def test_a_path_that_is_written_is_the_one_that_is_read(parts: list[str | int]) -> None:
    path = ("a", *parts)
    value: Any = "found"
    for part in reversed(path):
        value = {part: value} if isinstance(part, str) else [None] * part + [value]

    assert path == parse_path(say_path(path))
    assert "found" == getter(path)(value)


@pytest.mark.parametrize(
    "record", [None, 5, "x", [], {}, {"a": None}, {"a": 5}, {"a": []}, {"a": [5]}]
)
def test_a_path_that_leads_nowhere_gives_nothing(record: Any) -> None:
    for text in ("a.b", "a[1].b", "a.b.c", "a[2]"):
        assert getter(parse_path(text))(record) is None

    assert getter(parse_path("a"))(5) is None


def test_the_whole_record_is_a_path() -> None:
    assert ((), ".") == (parse_path("."), say_path(()))
    assert 5 == getter(())(5)


def test_every_field_a_preset_fills_is_one_of_an_event() -> None:
    for preset in PRESETS.values():
        for name, places in preset.fields.items():
            check_target(name)
            assert places, name
        for name in preset.items.fields:
            check_item_field(name)
        assert set(preset.only_for) <= set(preset.fields)
        assert set(preset.aliases.values()) <= set(preset.fields)


def test_every_name_a_preset_gives_is_one_of_tiktoks() -> None:
    known = {name for names in STANDARD_EVENTS.values() for name in names}
    old = {"ClickButton", "CompletePayment", "PageView", "PlaceAnOrder", "SubmitForm"}

    for preset in PRESETS.values():
        assert names_of(preset) <= known | old, preset.name


def names_of(preset: Preset) -> set[Any]:
    given = [*preset.events.values(), *preset.unless_chosen.values()]
    found: list[Any] = []
    for names in given:
        found += names.values() if isinstance(names, Mapping) else [names]
    return {name for name in found if not isinstance(name, Drop)}


# --- documents ------------------------------------------------------------------------------------


def test_the_tables_in_the_document_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "event-mappings.md").read_text(encoding="utf-8")

    assert page == with_tables(page), "run docs/make_event_schema.py"


def test_the_schema_beside_the_document_is_the_one_that_is_made() -> None:
    place = ROOT / "docs" / "event-mapping.schema.json"

    assert mapping_schema_text() == place.read_text(encoding="utf-8"), (
        "run docs/make_event_schema.py"
    )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"preset": "ga4", "source": "app"},
        {"fields": {"user.email": "a", "properties.anything": {"value": 1}, "user.ip": None}},
        {"fields": {"user.email": ["a", "{{b.c}}"], "experience_type": "x"}},
        {"events": {"a": "b", "c": ["d"], "e": None}},
        {"items": {"from": ".", "fields": {"price": "p"}}, "records": "a.b"},
        {"consent": {"field": "a", "granted": [True, "yes"]}, "unmapped": "skip"},
        {"options": {"default_country": "DE", "hashing": {"email": "hashed"}}},
    ],
)
def test_what_the_schema_knows_the_reader_takes(data: dict[str, Any]) -> None:
    given = (
        data
        if "experience_type" not in data.get("fields", {})
        else {**data, "preset": "commanders_act"}
    )

    assert fits(data, SCHEMA, SCHEMA)
    assert set(given) <= read_event_mapping(given).model_fields_set


@pytest.mark.parametrize(
    "data",
    [
        {"preset": "ga5"},
        {"source": "tv"},
        {"itms": {}},
        {"fields": {"user.emial": "a"}},
        {"fields": {"user.email": 5}},
        {"events": {"a": 5}},
        {"items": {"form": "x"}},
        {"items": {"fields": {"content_ids": "x"}}},
        {"consent": {"field": "a", "granted": []}},
        {"options": {"oldest_days": -1}},
        {"unmapped": "maybe"},
    ],
)
def test_what_the_reader_refuses_does_not_fit_the_schema(data: dict[str, Any]) -> None:
    assert not fits(data, SCHEMA, SCHEMA)
    assert faults(data)


def test_the_schema_is_made_afresh_each_time() -> None:
    mapping_schema()["properties"].clear()

    assert mapping_schema()["properties"]
    assert set(KNOWN) == {"", "user", "page", "properties", "app", "ad", "lead", "device"}
