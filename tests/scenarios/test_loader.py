"""A scenario file becomes a scenario, or everything that is wrong with it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import InvalidScenarioError
from scenarios.loader import load_scenario, load_scenario_file
from scenarios.model import (
    AggregatorKind,
    AggregatorStep,
    Epoch,
    EpochKind,
    ErrorHandler,
    GetStep,
    HandlerKind,
    IteratorStep,
    ModuleStep,
    NumberFunction,
    Overlap,
    Place,
    ReturnStep,
    RouterStep,
    ScenarioStep,
    SetStep,
    Settings,
    SleepStep,
    StoreOperation,
    StoreStep,
)
from tests.scenarios.texts import ACCOUNT, ADS, faults, one_step, scenario_of, step_of

SCOPE = {"ads": {"ad_id": "17", "items": [1, 2], "ad_name": "Summer"}}


def test_a_scenario_has_its_name_its_text_and_the_hash_of_it(tmp_path: Path) -> None:
    text = scenario_of(top="description: What it does.\n").replace("\n", "\r\n")
    file = tmp_path / "a.yaml"
    file.write_bytes(text.encode())
    scenario = load_scenario_file(file)

    assert ("a-scenario", "What it does.") == (scenario.name, scenario.description)
    assert (text, file) == (scenario.text, scenario.path)
    assert hashlib.sha256(text.encode()).hexdigest() == scenario.hash
    assert (None, Settings()) == (scenario.schedule, scenario.settings)


def test_a_module_step_has_what_is_beside_it() -> None:
    step = step_of(
        "{id: more, title: More, module: search-ads, connection: acme, disabled: true, "
        'when: "{{ads.ad_id = 17}}", params: {advertiser_id: "{{ads.advertiser_id}}"}}'
    )

    assert isinstance(step, ModuleStep)
    assert ("more", "More", "search_ads", "acme") == (
        step.id,
        step.title,
        step.module,
        step.connection,
    )
    assert step.disabled
    assert step.when is not None
    assert step.when.evaluate(SCOPE)
    assert {"advertiser_id": "5"} == step.params.evaluate({"ads": {"advertiser_id": "5"}})
    assert ("steps", 1) == step.path
    assert Place(4, 5) == step.place


@pytest.mark.parametrize("written", ["7100000000000000001", "123", "'123'", ACCOUNT, "0123"])
def test_an_id_may_stand_without_quotes(written: str) -> None:
    text = scenario_of(ADS.replace(ACCOUNT, written))
    step = load_scenario(text).steps[0]

    assert isinstance(step, ModuleStep)
    assert {"advertiser_id": written.strip("'\"")} == step.given


@pytest.mark.parametrize(
    ("start", "epoch"),
    [
        ("now", Epoch()),
        ("everything", Epoch(EpochKind.EVERYTHING)),
        ("{since: 2026-11-01}", Epoch(EpochKind.SINCE, datetime(2026, 11, 1, tzinfo=UTC))),
        (
            "{since: 2026-11-01T09:00+01:00}",
            Epoch(EpochKind.SINCE, datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ),
    ],
)
def test_a_trigger_starts_where_it_is_told(start: str, epoch: Epoch) -> None:
    text = scenario_of(
        f"  - {{id: ads, module: watch_ads, connection: acme, start: {start}, "
        f"params: {{advertiser_ids: [{ACCOUNT}]}}}}\n"
    )
    step = load_scenario(text).steps[0]

    assert isinstance(step, ModuleStep)
    assert epoch == step.start


@pytest.mark.parametrize(
    ("written", "handler"),
    [
        ("ignore", ErrorHandler(HandlerKind.IGNORE)),
        ("commit", ErrorHandler(HandlerKind.COMMIT)),
        ("rollback", ErrorHandler(HandlerKind.ROLLBACK)),
        ("break", ErrorHandler(HandlerKind.BREAK)),
        ("retry", ErrorHandler(HandlerKind.RETRY, count=3, interval_seconds=900)),
        (
            "{retry: {count: 5, interval: 2 minutes}}",
            ErrorHandler(HandlerKind.RETRY, count=5, interval_seconds=120),
        ),
        ("{break: {}}", ErrorHandler(HandlerKind.BREAK, count=3, interval_seconds=900)),
    ],
)
def test_what_happens_after_an_error_is_said_in_a_word_or_two(
    written: str, handler: ErrorHandler
) -> None:
    step = step_of(f"{{id: nap, sleep: 1 second, on_error: {written}}}")

    assert handler == step.on_error


def test_resume_goes_on_with_a_substitute() -> None:
    step = step_of('{id: nap, sleep: 1 s, on_error: {resume: {name: "{{ads.ad_name}}!"}}}')

    assert step.on_error is not None
    assert step.on_error.substitute is not None
    assert {"name": "Summer!"} == step.on_error.substitute.evaluate(SCOPE)


def test_a_router_has_routes_and_a_fallback() -> None:
    step = step_of(
        '{id: r, router: {first_match: true, routes: [{title: A, when: "{{ads.ad_id = 17}}", '
        "steps: [{id: a, sleep: 1 s}]}], fallback: [{id: b, sleep: 2 s}]}}"
    )

    assert isinstance(step, RouterStep)
    assert step.first_match
    assert ["A"] == [route.title for route in step.routes]
    assert ["a"] == [inner.id for inner in step.routes[0].steps]
    assert ["b"] == [inner.id for inner in step.fallback]
    assert ("steps", 1, "router", "routes", 0, "steps", 0) == step.routes[0].steps[0].path


def test_an_iterator_has_items() -> None:
    step = step_of('{id: i, iterator: {items: "{{ads.items}}"}}')

    assert isinstance(step, IteratorStep)
    assert [1, 2] == step.items.evaluate(SCOPE)


def test_an_aggregator_says_what_it_gathers() -> None:
    step = step_of(
        "{id: g, aggregator: {source: ads, kind: table, separator: ';', column_separator: ',', "
        'fields: {name: "{{ads.ad_name}}", id: "{{ads.ad_id}}"}, group_by: "{{ads.ad_id}}", '
        "stop_if_empty: true}}"
    )

    assert isinstance(step, AggregatorStep)
    assert ("ads", AggregatorKind.TABLE, ";", ",") == (
        step.source,
        step.kind,
        step.separator,
        step.column_separator,
    )
    assert ("name", "id") == step.field_names
    assert step.fields is not None
    assert {"name": "Summer", "id": "17"} == step.fields.evaluate(SCOPE)
    assert step.group_by is not None
    assert step.stop_if_empty


def test_counting_needs_no_value() -> None:
    step = step_of("{id: g, aggregator: {source: ads, kind: number, function: count}}")

    assert isinstance(step, AggregatorStep)
    assert (NumberFunction.COUNT, None) == (step.function, step.value)


def test_the_small_steps_are_what_they_say() -> None:
    sleep = step_of("{id: nap, sleep: 1 minute 30 seconds}")
    setting = step_of('{id: v, set: {variables: {who: "{{ads.ad_id}}"}, scope: execution}}')
    getting = step_of("{id: v, get: {variables: who}}")
    returning = step_of('{id: v, return: {who: "{{ads.ad_id}}"}}')
    calling = step_of('{id: c, scenario: other, input: {who: "{{ads.ad_id}}"}}')

    assert isinstance(sleep, SleepStep)
    assert 90 == sleep.seconds
    assert isinstance(setting, SetStep)
    assert (("who",), "execution") == (setting.names, setting.scope)
    assert isinstance(getting, GetStep)
    assert (("who",), "cycle") == (getting.names, getting.scope)
    assert isinstance(returning, ReturnStep)
    assert isinstance(calling, ScenarioStep)
    assert ("other", {"who": "17"}) == (calling.scenario, calling.input.evaluate(SCOPE))


def test_a_store_step_says_what_is_done_with_what() -> None:
    step = step_of('{id: s, store: {name: seen, operation: add, key: "{{ads.ad_id}}", value: 1}}')

    assert isinstance(step, StoreStep)
    assert ("seen", StoreOperation.ADD) == (step.store, step.operation)
    assert step.key is not None
    assert "17" == step.key.evaluate(SCOPE)


def test_settings_are_read_and_have_the_usual_values_otherwise() -> None:
    settings = load_scenario(
        scenario_of(
            top="settings: {cycles: 3, parallel: 4, max_errors: 0, confidential: true, "
            "overlap: wait, silence: 2 days, budget: {operations: 10, time: 1 minute}}\n"
        )
    ).settings

    assert (3, 4, 0, True, Overlap.WAIT, 172_800) == (
        settings.cycles,
        settings.parallel,
        settings.max_errors,
        settings.confidential,
        settings.overlap,
        settings.silence_seconds,
    )
    assert (10, 10_000, 60) == (
        settings.budget.operations,
        settings.budget.api_calls,
        settings.budget.time_seconds,
    )


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("", "1:1", "no scenario"),
        ("- a", "1:1", "no scenario"),
        ("name: a\nsteps: []", "2:8", "no steps"),
        ("name: a\nsteps: {id: x}", "2:8", "list of steps"),
        ("steps: []", "1:1", "name: is required"),
        (scenario_of(top="shedule: on demand\n"), "2:1", "did you mean schedule"),
        (scenario_of(top="limits: {changes_per_run: 0}\n"), "2:27", "let nothing through"),
        (scenario_of(top="settings: {cycle: 2}\n"), "2:12", "did you mean cycles"),
        (scenario_of(top="settings: {parallel: 2, sequential: true}\n"), "2:22", "sequential"),
        (scenario_of(top="settings: {cycles: yes}\n"), "2:20", "whole number"),
        (scenario_of(top="settings: {confidential: yes}\n"), "2:26", "true or false"),
        (scenario_of().replace("a-scenario", "a/b"), "1:7", "letters"),
        (scenario_of("  - sleep: 1 s\n"), "3:5", "id: is required"),
        (scenario_of("  - id: a-b\n    sleep: 1 s\n"), "3:9", "letters, digits"),
        (scenario_of("  - id: now\n    sleep: 1 s\n"), "3:9", "meaning of its own"),
        (scenario_of("  - id: input\n    sleep: 1 s\n"), "3:9", "meaning of its own"),
        (scenario_of("  - id: a\n"), "3:5", "exactly one of"),
        (scenario_of("  - {id: a, sleep: 1 s, return: {}}\n"), "3:5", "sleep and return"),
        (scenario_of("  - {id: a, slep: 1 s}\n"), "3:13", "did you mean sleep"),
        (scenario_of("  - {id: a, sleep: 1 s, params: {}}\n"), "3:25", "no such key"),
        (scenario_of("  - a\n"), "3:5", "must be a mapping"),
        (one_step("{id: n, sleep: 0 s}"), "4:20", "longer than nothing"),
        (one_step("{id: n, sleep: soon}"), "4:20", "write for example"),
        (one_step("{id: n, sleep: 1 hour}"), "4:20", "300 seconds at most"),
        (one_step("{id: n, sleep: 1 s, when: true}"), "4:31", "no {{…}}"),
        (one_step('{id: n, sleep: 1 s, when: "{{ads.x = 1}} or"}'), "4:32", "one {{…}}"),
        (one_step('{id: n, sleep: 1 s, when: "{{ads.x == 1}}"}'), "4:41", "one ="),
        (one_step("{id: n, sleep: 1 s, on_error: resume}"), "4:35", "substitute"),
        (one_step("{id: n, sleep: 1 s, on_error: ignor}"), "4:35", "did you mean ignore"),
        (one_step("{id: n, sleep: 1 s, on_error: {}}"), "4:35", "one thing"),
        (one_step("{id: n, sleep: 1 s, on_error: {retry: {count: 101}}}"), "4:51", "1 to 100"),
        (one_step("{id: n, router: {routes: []}}"), "4:30", "list of routes"),
        (one_step("{id: n, router: {}}"), "4:21", "routes: is required"),
        (one_step("{id: n, iterator: {}}"), "4:23", "items: is required"),
        (one_step("{id: n, aggregator: {source: ads, kind: text}}"), "4:25", "value: is required"),
        (
            one_step("{id: n, aggregator: {source: ads, kind: text, value: a, fields: {}}}"),
            "4:69",
            "means nothing",
        ),
        (one_step("{id: n, set: {variables: {a/b: 1}}}"), "4:31", "is no name"),
        (one_step("{id: n, get: {variables: []}}"), "4:30", "list of names"),
        (one_step("{id: n, get: {variables: [a], scope: run}}"), "4:42", "cycle or execution"),
        (one_step("{id: n, store: {name: a, operation: put, key: b}}"), "4:20", "value: is requ"),
        (one_step("{id: n, store: {name: a, operation: count, key: b}}"), "4:53", "means nothing"),
        (one_step("{id: n, scenario: }"), "4:22", "must name"),
        (one_step("{id: n, module: search_ads, params: [1]}"), "4:41", "must be a mapping"),
        (one_step('{id: n, set: {variables: {a: "x {{ads.}}"}}}'), "4:43", "ends too early"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_way_out(text: str, place: str, word: str) -> None:
    found = [one for one in faults(text) if word in one]

    assert found, faults(text)
    assert found[0].startswith(f"scenario:{place}: ")


def test_a_fault_in_a_text_of_several_lines_is_told_with_its_own_line() -> None:
    text = scenario_of(
        f"{ADS}  - id: v\n    set:\n      variables:\n        a: |\n"
        "          first\n          {{ads.ad_name}} and {{oops(}}\n"
    )

    assert any(one.startswith("scenario:9:38: ") for one in faults(text)), faults(text)


def test_every_fault_is_told_at_once_with_the_file() -> None:
    text = scenario_of("  - {id: a, sleep: no}\n  - {id: a, sleep: 1 s}\n", top="x: 1\ny: 2\n")
    with pytest.raises(InvalidScenarioError) as caught:
        load_scenario(text, Path("folder/a.yaml"))

    lines = str(caught.value).splitlines()
    assert 4 == len(lines) == len(caught.value.problems)
    assert all(line.startswith("folder/a.yaml:") for line in lines)


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"name: \xff", "1:7"), (b"a: 1\nname: \xc3\x28", "2:7"), (b"\x80" * 9, "1:1")],
)
def test_a_file_that_is_no_text_is_refused_with_its_place(
    content: bytes, place: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(InvalidScenarioError, match=f"{place}: is not UTF-8"):
        load_scenario_file(file)


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"#" * 4_000_001)
    with pytest.raises(InvalidScenarioError, match="longer than"):
        load_scenario_file(file)


@pytest.mark.parametrize("title", ["🎬 neue Anzeige", "إعلان جديد", "פרסומת", "广告", "a: b"])
def test_titles_may_be_in_any_script(title: str) -> None:
    text = scenario_of(f'  - id: a\n    title: "{title}"\n    sleep: 1 s\n')

    assert title == load_scenario(text).steps[0].title


def test_more_steps_than_anybody_needs_are_refused() -> None:
    steps = "".join(f"  - {{id: s{number}, sleep: 1 s}}\n" for number in range(1001))

    assert ["scenario:1:1: steps: are more than 1,000"] == faults(scenario_of(steps))


@pytest.mark.parametrize("value", ["{{ads.ad_id}}", 1, None, True, ["a"], {"b": "{{ads.ad_id}}"}])
def test_values_keep_their_kind(value: Any) -> None:
    import json

    step = step_of(f"{{id: v, set: {{variables: {{a: {json.dumps(value)}}}}}}}")

    assert isinstance(step, SetStep)
    expected = json.loads(json.dumps(value).replace("{{ads.ad_id}}", "17"))
    assert {"a": expected} == step.variables.evaluate(SCOPE)
