"""Files of scenario tests are read strictly: every fault with its place, and a way out."""

import json
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import UsageError
from scenarios.problems import Problems
from scenarios.testing.folder import make_ready, scripts_in
from scenarios.testing.loader import read_script
from scenarios.testing.model import ErrorKind, Script, is_script
from scenarios.testing.schema import script_schema_text
from scenarios.yaml_reading import MOST_CHARACTERS, compose
from tests.scenarios.json_schema import fits
from tests.seams.checkout import ROOT

SCENARIO = """\
name: pause
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {advertiser_id: "7100000000000000001"}
  - id: keep
    store: {name: seen, operation: put, key: "{{ads.ad_id}}", value: 1}
  - id: pause
    module: update_ad_status
    connection: acme
    params: {advertiser_id: "7100000000000000001", ad_id: "{{ads.ad_id}}", status: DISABLE}
"""
CASE = """\
cases:
  - name: One
    given: {}
    expect: {}
"""
EXAMPLES = sorted((ROOT / "scenarios" / "examples").glob("*.test.yaml"))
SCHEMA: Any = json.loads(script_schema_text())


def read(text: str) -> tuple[Script | None, list[str]]:
    """A file, and everything that is wrong with it as it stands."""
    problems = Problems(Path("pause.test.yaml"))
    script = read_script(text, problems)
    return script, [str(one) for one in problems.in_order()]


def faults(folder: Path, text: str, **others: str) -> list[str]:
    """Everything that is wrong with a file beside a scenario."""
    (folder / "pause.yaml").write_text(SCENARIO)
    for name, other in others.items():
        (folder / f"{name}.yaml").write_text(other)
    path = folder / "pause.test.yaml"
    path.write_text(text)
    ready = make_ready(path)
    return [str(one).removeprefix(f"{folder}/") for one in ready.problems]


def given(lines: str) -> str:
    """A case that begins with something."""
    inner = "".join(f"      {line}\n" for line in lines.splitlines())
    return f"cases:\n  - name: One\n    given:\n{inner}    expect: {{}}\n"


def expect(lines: str) -> str:
    """A case that expects something."""
    inner = "".join(f"      {line}\n" for line in lines.splitlines())
    return f"cases:\n  - name: One\n    expect:\n{inner}"


# --- as it stands ---------------------------------------------------------------------------------


def test_a_file_is_read_whole() -> None:
    script, wrong = read(
        """\
scenario: pause
cases:
  - name: Everything
    given:
      now: 2026-11-21T12:00:00+01:00
      answers:
        ads: [{ad_id: "1"}]
        pause:
          calls:
            - {when: {ad_id: "1"}, error: {kind: rejected, code: 40002, message: No}}
            - {call: 2, error: rate limited}
            - {before: [], data: [{}]}
      stores: {seen: {"1": 1.5}}
      connections: {acme: {settings: {a: 1}}}
    expect:
      steps: {ads: 1, pause: {done: 1, bundles: [{changed: true}]}}
      changes: [{step: pause, id: 17}]
"""
    )

    assert script is not None
    assert [] == wrong
    [case] = script.cases
    assert [ErrorKind.REJECTED, ErrorKind.RATE_LIMITED, None] == [
        one.error.kind if one.error else None for one in case.given.answers["pause"]
    ]
    assert ({"step": "pause", "id": "17"},) == case.expected.changes
    assert 11 == case.given.now.utctimetuple().tm_hour


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "pause.test.yaml:1:1: holds no tests (it needs cases)"),
        ("- a\n", "pause.test.yaml:1:1: holds no tests (it needs cases)"),
        ("a: &b 1\n", "has an anchor"),
        ("cases: []\n", "cases: must be a list of tests"),
        ("cases:\n  - expect: {}\n", ":2:5: cases[1].name: is required"),
        ("cases:\n  - name: One\n", "cases[1].expect: is required"),
        (CASE.replace("given", "gven"), ":3:5: cases[1].gven: there is no such key (did you mean"),
        (CASE.replace("given: {}", "given: {now: soon}"), "'soon' is no moment"),
        (CASE + CASE.removeprefix("cases:\n"), ":5:5: cases[2].name: is the name of another case"),
        (given("bundles: {}"), "must be a list"),
        (given("answers: {ads: 5}"), "must be a mapping"),
        (given("answers: {ads: {when: {a: 1}}}"), "answers nothing"),
        (given("answers: {ads: {calls: []}}"), "must be a list of answers"),
        (given("answers: {ads: {error: rejceted}}"), "did you mean rejected?"),
        (given("answers: {ads: {error: {message: a}}}"), "is required where there is no code"),
        (given("answers: {ads: {error: usage, bundles: []}}"), "together with bundles"),
        (given("answers: {ads: {unchanged: true}}"), "needs bundles"),
        (expect("steps: {ads: many}"), "must be a number of bundles"),
        (expect("changes: [{stpe: a}]"), "did you mean step?"),
        (expect("changes: 5"), "must be a list"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_way_out(text: str, told: str) -> None:
    _, wrong = read(text)

    assert any(told in one for one in wrong), wrong


def test_a_file_of_five_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    text = CASE + "#" * 5_000_000

    told = faults(tmp_path, text)

    assert [f"pause.test.yaml:1:1: is longer than {MOST_CHARACTERS:,} characters"] == told


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pause.test.yaml"
    path.write_bytes(b"cases: \xff")

    assert ["is not UTF-8; save it as UTF-8"] == [one.text for one in make_ready(path).problems]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        make_ready(tmp_path / "pause.test.yaml")


# --- beside its scenario --------------------------------------------------------------------------


def test_a_file_that_fits_its_scenario_has_no_fault(tmp_path: Path) -> None:
    assert [] == faults(tmp_path, CASE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (given("answers: {pasue: []}"), ":4:24: cases[1].given.answers.pasue: pause has no step"),
        (given("answers: {pasue: []}"), "did you mean pause?"),
        (given("answers: {keep: []}"), "uses no module, so it finds nothing outside"),
        (given("bundles: [{ad_id: 1}]"), "are for a trigger, and it begins with none"),
        (given("answers: {pause: {when: {ad_di: 1}, bundles: []}}"), "no such parameter"),
        (given("answers: {ads: {before: []}}"), "is for actions; search_ads changes nothing"),
        (given("answers: {ads: [{ad_id: 17, ad_name: [a]}]}"), "should be a valid string"),
        (
            given("answers: {ads: [{ad_id: 1, ad_nam: a}]}"),
            "warning: cases[1].given.answers.ads[1]",
        ),
        (given("answers: {ads: [{ad_name: a}]}"), "has no ad_id"),
        (given("stores: {sen: {}}"), "did you mean seen?"),
        (given("connections: {acmee: {}}"), "did you mean acme?"),
        (expect("steps: {pasue: 1}"), "did you mean pause?"),
        (expect("steps: {pause: {given: [{satus: a}]}}"), "did you mean status or"),
        (expect("changes: [{step: pasue}]"), "did you mean pause?"),
        (expect("changes: [{step: pause, given: {satus: a}}]"), "did you mean status or"),
        (expect("incomplete: [{step: other}]"), "has no step 'other'"),
        (f"scenario: other\n{CASE}", "is for 'other', but pause.yaml beside it holds 'pause'"),
    ],
)
def test_what_does_not_belong_to_the_scenario_is_told(text: str, told: str, tmp_path: Path) -> None:
    found = faults(tmp_path, text)

    assert any(told in one for one in found), found


def test_ids_without_quotes_and_fields_nobody_declares_are_fine(tmp_path: Path) -> None:
    assert [] == faults(tmp_path, given("answers: {ads: [{ad_id: 17, my_own_column: 5}]}"))


def test_a_test_of_a_scenario_that_is_not_there_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lonely.test.yaml"
    path.write_text(CASE)
    (tmp_path / "broken.yaml").write_text("name: broken\n")
    (tmp_path / "broken.test.yaml").write_text(CASE)
    (tmp_path / "named.test.yaml").write_text(f"scenario: paus\n{CASE}")
    (tmp_path / "pause.yaml").write_text(SCENARIO)

    told = [make_ready(one).problems[0] for one in scripts_in(tmp_path)]

    assert [
        "there is no scenario broken beside it that can be used; see why: adloom scenarios check",
        "there is no scenario lonely beside it",
        "there is no scenario 'paus' beside it",
    ] == [one.text for one in told]
    assert "did you mean pause?" == told[2].hint


def test_scenarios_that_call_each_other_in_a_circle_are_told(tmp_path: Path) -> None:
    call = "  - {{id: next, scenario: {}}}\n"
    first = SCENARIO + call.format("second")
    second = "name: second\nsteps:\n" + call.format("third")
    third = "name: third\nsteps:\n" + call.format("second")
    path = tmp_path / "first.test.yaml"
    (tmp_path / "first.yaml").write_text(first)
    (tmp_path / "second.yaml").write_text(second)
    (tmp_path / "third.yaml").write_text(third)
    path.write_text(CASE)

    [told] = make_ready(path).problems
    assert "its scenario calls itself: pause → second → third → second" == told.text


def test_files_of_tests_are_told_from_scenarios_by_their_names() -> None:
    names = ["a.test.yaml", "a.test.yml", "a.yaml", "test.yaml", "a.test.yaml.bak"]

    assert [True, True, False, False, False] == [is_script(Path(name)) for name in names]


# --- the schema -----------------------------------------------------------------------------------


def test_the_schema_beside_the_documents_is_the_one_that_is_made() -> None:
    place = ROOT / "docs" / "scenario-test.schema.json"

    assert script_schema_text() == place.read_text(encoding="utf-8"), "run docs/make_test_schema.py"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_examples_fit_the_schema_and_their_scenarios(file: Path) -> None:
    node = compose(file.read_text(encoding="utf-8"), Problems())
    assert node is not None

    assert fits(node.plain(), SCHEMA, SCHEMA)
    assert [] == list(make_ready(file).problems)


def test_every_ready_scenario_has_tests() -> None:
    folder = ROOT / "scenarios" / "examples"
    scenarios = {one.stem for one in folder.glob("*.yaml") if not is_script(one)}

    assert scenarios == {one.name.removesuffix(".test.yaml") for one in EXAMPLES}


@pytest.mark.parametrize(
    "text",
    [
        "cases: []",
        "cases: [{name: a}]",
        "cases: [{name: a, expect: {stpes: {}}}]",
        "cases: [{name: a, expect: {}, given: {answers: {a: {error: nothing}}}}]",
        "cases: [{name: a, expect: {}, given: {answers: {a: {calls: []}}}}]",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    node = compose(text, Problems())
    assert node is not None

    assert read(text)[1]
    assert not fits(node.plain(), SCHEMA, SCHEMA)
