"""What becomes of pasted events: read with places, followed field by field, told in words."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.json_text import JsonError, parse_strict
from adloom.services.event_commands import map_command
from adloom.services.event_samples import SAMPLES, sample_text
from adloom.services.event_texts import LARGEST, paste
from adloom.services.event_tracing import Traced, flat, trace
from adloom.services.event_trial import Asked, Trial, try_event
from modules.events.pipeline import Pipeline
from modules.events.prepared import Reading

NOW = 1_800_000_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def purchase(**more: Any) -> dict[str, Any]:
    return {
        "event": "Purchase",
        "event_time": NOW - 60,
        "event_id": "o-1",
        "page": {"url": "https://shop.example.com/"},
        "properties": {"value": 5, "currency": "EUR"},
        **more,
    }


def tried(record: Any, mapping: str = "", **asked: Any) -> Trial:
    return try_event(Asked(json.dumps(record), mapping, **asked), NOW)


def read(record: Mapping[str, Any]) -> Reading:
    return Pipeline(None, source="web", source_id="C1").read(record, now=NOW, seed="s")


def followed(record: Mapping[str, Any]) -> Traced:
    return trace(record, read(record), read, until=time.monotonic() + 20)


# --- texts ----------------------------------------------------------------------------------------


@given(JSON)
def test_whatever_is_json_is_read_and_whatever_is_not_has_a_fault(value: Any) -> None:
    text = json.dumps(value)

    assert paste(text).fault is None
    assert paste(text + "}").fault is not None


@given(st.text(alphabet='{}[]",:0a \n\\N', max_size=30))
def test_no_text_breaks_the_reading_and_faults_have_places_within_it(text: str) -> None:
    found = paste(text)

    if found.fault is not None and found.fault.line:
        lines = [*text.split("\n"), ""]
        assert 1 <= found.fault.line <= len(lines)
        assert 1 <= found.fault.column <= len(lines[found.fault.line - 1]) + 1
    try:
        parse_strict(text.encode())
    except JsonError:
        return
    assert found.fault is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1, "a": 2}', (1, 10)),
        ('{"a": {"a": 1},\n "b": [{"c": 1}, {"c": 1, "c": 2}]}', (2, 27)),
        ('{"a": {"b": 1, "\\u0062": 2}}', (1, 16)),
        ('{"a": 1, "b": "a"}\n{"c": -Infinity}', (2, 1)),
    ],
)
def test_names_that_stand_twice_are_found_where_they_stand(
    text: str, place: tuple[int, int]
) -> None:
    fault = paste(text).fault

    assert fault is not None
    assert place == (fault.line, fault.column)


def test_large_and_deep_texts_are_refused_with_a_way_out() -> None:
    large, deep = paste(json.dumps("x" * LARGEST)).fault, paste("[" * 100_000).fault

    assert large is not None
    assert "adloom events map FILE" in large.text
    assert deep is not None
    assert (1, 65) == (deep.line, deep.column)


@pytest.mark.parametrize("text", ['{"a": "' + '\\"' * 400_000, '"' * 900_000, "{" * 60 + '"\\'])
def test_texts_that_are_never_closed_are_told_at_once(text: str) -> None:
    assert paste(text).fault is not None


def test_an_envelope_shares_what_it_says_with_its_events() -> None:
    records = paste('{"batch": [{"a": 1}, 2], "test_event_code": "T"}').records

    assert ({"test_event_code": "T", "a": 1}, 2) == records
    assert ({"events": [1], "other": 2},) == paste('{"events": [1], "other": 2}').records


# --- fields ---------------------------------------------------------------------------------------


def test_fields_are_followed_to_what_they_become() -> None:
    traced = followed(purchase(user={"email": "alice@example.com"}))

    assert ["user.email"] == [one.path for one in traced.sources("user.email")]
    assert ["event_id"] == [one.path for one in traced.sources("event_id")]
    assert [] == traced.unused


def test_an_unknown_field_is_used_for_nothing_but_its_warning() -> None:
    traced = followed(purchase(user={"nickname": "x"}))
    [one] = [one for one in traced.fields if one.path == "user.nickname"]

    assert ((), True) == (one.becomes, one.decides)


def test_following_stops_in_time_and_counts_the_rest() -> None:
    record = purchase()
    traced = trace(record, read(record), read, until=0.0)

    assert (0, len(list(flat(record)))) == (len(traced.fields), traced.left)


@given(JSON)
def test_following_leaves_the_record_as_it_is(value: Any) -> None:
    record = purchase(properties={"value": 5, "currency": "EUR", "own": value})
    before = json.dumps(record)
    followed(record)

    assert before == json.dumps(record)


def test_a_condition_uses_its_field() -> None:
    mapping = 'fields: {properties.value: sum}\nonly_when: "{{record.sum > 50}}"\n'
    [one] = tried(purchase(sum=60), mapping).records
    [left_out] = tried(purchase(sum=40), mapping).records

    assert "sum" not in one.traced.unused
    assert "only_when does not hold for it" == left_out.skipped


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_every_sample_goes_out_with_its_person_hashed(sample: Any) -> None:
    text = sample_text(sample, datetime.fromtimestamp(NOW, UTC))
    [record] = try_event(Asked(text, sample.mapping), NOW).records
    [event] = record.events

    hashed = {row.path: row.hashed for row in event.rows if row.hashed}
    assert "hashed from e-mail" == hashed["user.email"]
    assert "alice@example.com" not in event.json
    assert "ok" == event.window.kind


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "what the record says in event_id"),
        ({"event_id": None, "properties": {"order_id": "7"}}, "from the order id"),
        ({"event_id": None}, "from everything the event says"),
        ({"event_id": None, "event_time": None}, "from the place the record stands at"),
    ],
)
def test_the_id_is_told_with_where_it_came_from(change: dict[str, Any], words: str) -> None:
    [record] = tried(purchase(**change)).records

    assert words in record.events[0].dedup.text


def test_an_id_of_the_mapping_and_one_that_is_worked_out_are_told_apart() -> None:
    fixed = "fields:\n  event_id: {value: always}\n"
    made = 'fields:\n  event_id: "{{record.event}}-{{record.properties.value}}"\n'

    assert "The mapping gives it" in tried(purchase(), fixed).records[0].events[0].dedup.text
    assert "made from event" in tried(purchase(), made).records[0].events[0].dedup.text


def test_what_is_hashed_already_is_told() -> None:
    [record] = tried(purchase(user={"email": "ab" * 32})).records

    [row] = [row for row in record.events[0].rows if row.path == "user.email"]
    assert "hashed already" == row.hashed


def test_one_record_may_become_several_events() -> None:
    [record] = tried(purchase(), "events: {Purchase: [Purchase, Contact]}\n").records

    assert ["Purchase", "Contact"] == [one.prepared.event for one in record.events]
    assert ["properties.value"] == [
        path for one in record.events for row in one.rows for path in row.sources
        if row.path == "properties.value" and one.prepared.event == "Contact"
    ]  # fmt: skip


def test_old_events_are_judged_by_the_settings_unless_the_mapping_says() -> None:
    old = purchase(event_time=NOW - 40 * 86_400)

    assert tried(old).records[0].is_refused
    assert not tried(old, oldest_days=60).records[0].is_refused
    assert tried(old, "options: {oldest_days: 30}\n", oldest_days=60).records[0].is_refused


def test_another_source_of_the_mapping_gets_an_id_that_stands_for_none() -> None:
    lead = {"event": "Qualified", "event_time": NOW, "lead": {"lead_id": "7200000000000001"}}
    [record] = tried(lead, "source: crm\n", source_id="CPIXEL").records

    [event] = record.events
    assert ("crm", "0") == (event.prepared.source, event.prepared.source_id)


def test_a_fault_of_ours_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("alice@example.com")

    monkeypatch.setattr(Pipeline, "read", fail)

    with pytest.raises(Exception, match="ValueError") as caught:
        tried(purchase())
    assert "alice" not in str(caught.value)
    assert caught.value.__suppress_context__


# --- commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "file", "words", "missing"),
    [
        ("", "", "--source web", None),
        ("preset: ga4\n", "", "--preset ga4", None),
        ("fields: {}\n", "", "--mapping mappings/mapping.yaml", "mapping.yaml"),
        ("fields: {}\n", "a b.yaml", "--mapping 'mappings/a b.yaml'", "a b.yaml"),
    ],
)
def test_the_same_is_told_as_a_command(
    mapping: str, file: str, words: str, missing: str | None
) -> None:
    command, first = map_command(mapping, "web", None, file=file)

    assert words in command
    assert missing == first
