"""Scenario tests: what is given answers, what happens is judged, and nothing else may happen."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scenarios.problems import Problems
from scenarios.testing.check import check_script
from scenarios.testing.loader import read_script
from scenarios.testing.model import Case
from scheduler.judging import expected_of, judge
from scheduler.testing import Happened, run_case
from tests.scheduler.test_replaying import NOTE, PAUSE, SEARCH

AD = '{ad_id: "17", ad_name: Summer, advertiser_id: "71", spend: 60}'
SHOWN = '{ad_id: "17", ad_name: Summer, operation_status: ENABLE}'
TELL = """\
  - id: tell
    module: notify
    connection: team
    params: {title: Paused, text: "{{ads.ad_name}}"}
"""


def case_of(text: str, scenario: Scenario, library: dict[str, Scenario] | None = None) -> Case:
    """The one case of a file that has no faults."""
    problems = Problems()
    script = read_script(f"cases:\n  - name: It\n{text}", problems)
    assert script is not None
    check_script(problems, script, scenario, library or {})
    problems.raise_errors()
    return script.cases[0]


async def run(text: str, scenario: str, *others: str) -> tuple[Happened, list[str]]:
    """What happened, and what was not as expected."""
    loaded = load_scenario(scenario)
    library = {one.name: one for one in (loaded, *map(load_scenario, others))}
    case = case_of(text, loaded, library)
    happened = await run_case(case, loaded, library)
    return happened, [one.text for one in judge(case, happened)]


def given(answers: str, expect: str, *, more: str = "") -> str:
    """The text of a case."""
    return f"    given:\n      answers:\n{answers}{more}    expect: {expect}\n"


def line(name: str, value: str) -> str:
    return f"        {name}: {value}\n"


PAUSED = line("ads", f"[{AD}]") + line("pause", f"{{reads: {{/ad/get/: [{SHOWN}]}}}}")


# --- changes --------------------------------------------------------------------------------------


async def test_the_real_module_says_what_it_would_change() -> None:
    change = "{step: pause, kind: ad, id: 17, name: Summer, old: ENABLE, new: DISABLE}"
    happened, wrong = await run(given(PAUSED, f"{{changes: [{change}]}}"), SEARCH + PAUSE)

    assert [] == wrong
    assert [{"ad_ids": ["17"], "advertiser_id": "71", "operation_status": "DISABLE"}] == [
        one["body"] for one in happened.changes
    ]


async def test_a_change_nobody_expected_fails() -> None:
    _, wrong = await run(given(PAUSED, "{}"), SEARCH + PAUSE)

    [told] = wrong
    assert '"id":"17"' in told
    assert "was not expected" in told


async def test_a_change_that_does_not_happen_fails() -> None:
    answers = line("ads", f"[{AD.replace('60', '40')}]")

    _, wrong = await run(given(answers, "{changes: [{step: pause, id: 17}]}"), SEARCH + PAUSE)

    assert ['{"step":"pause","id":"17"} did not happen'] == wrong


async def test_a_change_that_is_another_one_is_told_field_by_field() -> None:
    expect = "{changes: [{step: pause, id: 17, new: ENABLE}]}"

    _, wrong = await run(given(PAUSED, expect), SEARCH + PAUSE)

    assert ['new is "DISABLE" instead of "ENABLE"'] == wrong


async def test_what_is_as_it_should_be_already_is_no_change() -> None:
    answers = PAUSED.replace("ENABLE", "DISABLE")

    happened, wrong = await run(given(answers, "{steps: {pause: 1}}"), SEARCH + PAUSE)

    assert ([], []) == (wrong, happened.changes)


async def test_an_action_may_be_given_what_it_reads_before() -> None:
    answers = line("ads", f"[{AD}]") + line("pause", f"{{before: [{SHOWN}]}}")

    _, wrong = await run(given(answers, "{changes: [{id: 17}]}"), SEARCH + PAUSE)

    assert [] == wrong


async def test_without_reads_an_action_is_known_by_what_it_was_given() -> None:
    answers = line("ads", f"[{AD}]") + line("pause", '{bundles: [{ad_id: "17", changed: true}]}')
    expect = "{changes: [{step: pause, given: {ad_id: 17, status: DISABLE}}]}"

    happened, wrong = await run(given(answers, expect), SEARCH + PAUSE)

    assert [] == wrong
    assert "kind" not in happened.changes[0]


async def test_an_action_that_finds_no_answer_fails_the_case_and_says_what_is_missing() -> None:
    _, wrong = await run(given(line("ads", f"[{AD}]"), "{}"), SEARCH + PAUSE)

    [told] = wrong
    assert told.startswith("pause does not say what is at /ad/get/, which it reads before; it was")


async def test_a_message_is_a_notice_and_needs_no_answer() -> None:
    happened, wrong = await run(
        given(PAUSED, "{changes: [{id: 17}], notices: [{title: Paused, text: Summer}]}"),
        SEARCH + PAUSE + TELL,
    )
    _, unexpected = await run(given(PAUSED, "{changes: [{id: 17}]}"), SEARCH + PAUSE + TELL)

    assert [] == wrong
    assert "team" == happened.notices[0]["connection"]
    assert ['{"step":"tell","title":"Paused","text":"Summer"} was not expected'] == unexpected


async def test_changes_are_found_in_any_order_and_each_only_once() -> None:
    other = AD.replace("17", "18").replace("Summer", "Winter")
    shown = f"[{SHOWN}, {SHOWN.replace('17', '18')}]"
    answers = line("ads", f"[{AD}, {other}]") + line("pause", f"{{reads: {{/ad/get/: {shown}}}}}")

    _, right = await run(given(answers, "{changes: [{new: DISABLE}, {id: 17}]}"), SEARCH + PAUSE)
    _, wrong = await run(given(answers, "{changes: [{id: 17}, {id: 17}]}"), SEARCH + PAUSE)

    assert [] == right
    assert ['{"id":"17"} did not happen', True] == [wrong[0], '"id":"18"' in wrong[1]]


async def test_what_is_sent_after_an_answer_is_part_of_it() -> None:
    make = """\
  - id: make
    module: make_api_call
    connection: acme
    params: {path: /campaign/create/, method: POST, body: {campaign_name: "{{ads.ad_name}}"}}
  - id: next
    set: {variables: {id: "{{make.body.data.campaign_id}}"}}
"""
    answers = line("ads", f"[{AD}]") + line("make", '{data: {campaign_id: "9"}}')
    expect = (
        "{changes: [{step: make, path: /campaign/create/, body: {campaign_name: Summer}}],"
        " steps: {next: {bundles: [{id: 9}]}}}"
    )

    _, wrong = await run(given(answers, expect), SEARCH + make)

    assert [] == wrong


# --- answers --------------------------------------------------------------------------------------


async def test_an_answer_may_depend_on_what_is_asked_or_on_the_number_of_the_call() -> None:
    look = """\
  - id: look
    module: get_ad
    connection: acme
    params: {advertiser_id: "71", ad_id: "{{ads.ad_id}}"}
"""
    ads = "[{ad_id: 1}, {ad_id: 2}, {ad_id: 3}, {ad_id: 4}]"
    calls = (
        '{calls: [{when: {ad_id: "2"}, bundles: [{ad_id: "2", ad_name: two}]},'
        ' {call: 3, bundles: []}, {bundles: [{ad_id: "0", ad_name: any}]}]}'
    )

    happened, _ = await run(given(line("ads", ads) + line("look", calls), "{}"), SEARCH + look)

    assert ["any", "two", "any"] == [one["ad_name"] for one in happened.steps["look"].bundles]


async def test_a_search_can_be_run_on_what_the_platform_would_answer() -> None:
    rows = "[{ad_id: 17, ad_name: Summer}, {ad_id: 18, ad_name: Winter}]"
    answers = line("ads", f"{{reads: {{/ad/get/: {rows}}}}}")
    scenario = SEARCH.replace("limit: 0", "limit: 1, name_contains: int")

    happened, wrong = await run(given(answers, "{steps: {note: 1}}"), scenario + NOTE)

    assert [] == wrong
    assert ["Winter!"] == [one["name"] for one in happened.steps["note"].bundles]


async def test_no_more_bundles_come_than_the_limit_allows() -> None:
    answers = line("ads", "[{ad_id: 1}, {ad_id: 2}]")

    happened, _ = await run(given(answers, "{}"), SEARCH.replace("limit: 0", "limit: 1") + NOTE)

    assert 1 == len(happened.steps["ads"].bundles)


@pytest.mark.parametrize(
    ("error", "handler", "states"),
    [
        ("rejected", "ignore", "{failed: 1}"),
        ("RateLimitedError", "{resume: {changed: false}}", "{done: 1}"),
        ("{code: 40002, message: Bad}", "ignore", "{failed: 1}"),
        ("{kind: retryable, code: 50000}", "{retry: {count: 2, interval: 5 seconds}}", ""),
        ("{code: 40105}", "ignore", ""),
    ],
)
async def test_an_error_is_handled_as_it_would_be(error: str, handler: str, states: str) -> None:
    scenario = SEARCH + PAUSE + f"    on_error: {handler}\n"
    answers = line("ads", f"[{AD}]") + line("pause", f"{{error: {error}}}")
    expect = f"{{steps: {{pause: {states}}}}}" if states else "{incomplete: [{step: pause}]}"

    happened, wrong = await run(given(answers, expect), scenario)

    assert ([], []) == (wrong, happened.changes)


async def test_what_stops_part_way_has_to_be_expected() -> None:
    answers = line("ads", f"[{AD}]") + line("pause", "{error: {kind: rejected, message: Bad ad}}")

    _, wrong = await run(given(answers, "{}"), SEARCH + PAUSE)

    assert ["it stopped part-way at pause: Bad ad"] == wrong


async def test_a_step_without_an_answer_fails_the_case() -> None:
    _, wrong = await run("    expect: {}\n", SEARCH)

    assert ["ads has no answer for this; it was given"] == [one.partition(" {")[0] for one in wrong]


# --- everything else ------------------------------------------------------------------------------


async def test_data_stores_begin_as_given_and_end_as_expected() -> None:
    keep = '  - id: keep\n    store: {name: seen, operation: add, key: "{{ads.ad_id}}", value: 1}\n'
    count = "  - id: count\n    store: {name: seen, operation: count}\n"
    more = '      stores: {seen: {"16": 0}}\n'
    answers = line("ads", f"[{AD}]")

    happened, wrong = await run(
        given(answers, '{stores: {seen: {"16": 0, "17": 1}}}', more=more), SEARCH + keep + count
    )
    _, unexpected = await run(given(answers, "{}", more=more), SEARCH + keep)

    assert [] == wrong
    assert [{"count": 2}] == happened.steps["count"].bundles
    assert ["1 was written, unexpected"] == unexpected


async def test_what_is_rolled_back_is_not_in_the_store() -> None:
    keep = '  - id: keep\n    store: {name: seen, operation: put, key: "1", value: 1}\n'
    answers = line("ads", f"[{AD}]") + line("pause", "{error: rejected}")

    happened, wrong = await run(
        given(answers, "{}"), SEARCH + keep + PAUSE + "    on_error: rollback\n"
    )

    assert {} == happened.stores
    assert ["everything stopped: pause fails, as the test says."] == wrong


async def test_the_present_and_variables_are_given() -> None:
    steps = """\
  - id: known
    get: {variables: [last], scope: execution}
  - id: told
    return: {at: "{{formatDate(now; YYYY-MM-DD)}}", last: "{{known.last}}"}
"""
    more = "      now: 2026-11-21T23:30:00-02:00\n      variables: {last: five}\n"
    expect = "{returned: [{at: 2026-11-22, last: five}]}"

    _, wrong = await run(given(line("ads", f"[{AD}]"), expect, more=more), SEARCH + steps)

    assert [] == wrong


async def test_a_present_without_a_zone_is_utc() -> None:
    scenario = load_scenario(SEARCH)

    case = case_of("    given: {now: 2026-11-21 12:00}\n    expect: {}\n", scenario)

    assert datetime(2026, 11, 21, 12, tzinfo=UTC) == case.given.now


CALLED = """\
name: called
steps:
  - id: look
    module: get_ad
    connection: acme
    params: {advertiser_id: "71", ad_id: "{{input.id}}"}
  - id: back
    return: {name: "{{look.ad_name}}"}
"""


async def test_a_scenario_that_is_called_is_walked_too_and_its_steps_are_answered() -> None:
    call = '  - id: inner\n    scenario: called\n    input: {id: "{{ads.ad_id}}"}\n'
    answers = line("ads", f"[{AD}]") + line("called/look", '[{ad_id: "17", ad_name: Inner}]')
    expect = "{steps: {called/look: 1, called/back: 1, inner: {bundles: [{name: Inner}]}}}"

    _, wrong = await run(given(answers, expect), SEARCH + call, CALLED)

    assert [] == wrong


async def test_a_scenario_that_others_call_is_given_an_input() -> None:
    more = '      input: {id: "17"}\n'
    answers = line("look", '[{ad_id: "17", ad_name: Inner}]')

    _, wrong = await run(given(answers, "{returned: [{name: Inner}]}", more=more), CALLED)

    assert [] == wrong


async def test_counts_and_what_steps_were_given_are_compared() -> None:
    low = AD.replace("60", "10").replace("17", "18")
    answers = line("ads", f"[{AD}, {low}]") + line("pause", f"{{before: [{SHOWN}]}}")
    right = "{changes: [{id: 17}], steps: {ads: {bundles: 2}, pause: {done: 1, dropped: 1, given: [{ad_id: 17}]}}}"  # noqa: E501 - one value
    wrong = right.replace("dropped: 1", "dropped: 0").replace("given: [{ad_id: 17}]", "given: []")

    _, first = await run(given(answers, right), SEARCH + PAUSE)
    _, second = await run(given(answers, wrong), SEARCH + PAUSE)

    assert [] == first
    assert ["0 expected, 1 there (1 done, 1 dropped, 0 failed, 1 bundles)"] == second[:1]
    assert "was given besides" in second[1]


async def test_what_happened_written_down_is_what_is_expected() -> None:
    loaded = load_scenario(SEARCH + PAUSE + TELL)
    before = case_of(given(PAUSED, "{}"), loaded)
    happened = await run_case(before, loaded, {})

    found = expected_of(before, happened)

    assert {"steps", "changes", "notices"} == found.keys()
    assert {"ads": 1, "pause": 1, "tell": 1} == found["steps"]
    assert [_without_empty(found["changes"])] == [
        [{"step": "pause", "kind": "ad", "id": "17", "name": "Summer",
          "field": "operation_status", "old": "ENABLE", "new": "DISABLE"}]
    ]  # fmt: skip


def _without_empty(changes: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in one.items() if value} for one in changes]


async def test_what_no_platform_would_answer_is_told_and_not_a_fault_of_ours() -> None:
    answers = line("ads", f"[{AD}]") + line("pause", "{before: [{ad_name: [1]}]}")

    _, wrong = await run(given(answers, "{}"), SEARCH + PAUSE)

    assert ["pause gives it what it cannot work with (KeyError: 'ad_id'); it was given"] == [
        one.partition(" {")[0] for one in wrong
    ]
