"""The chain of steps is drawn whatever state a draft is in, with what is wrong at each step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.services.editing import chain_of, note_of, problems_of_draft, to_block_style
from scenarios.environment import Account, Environment
from scenarios.loader import problems_of
from scenarios.model import Scenario
from scenarios.places import FieldPath
from tests.scenarios.layouts import Layout, layouts
from tests.services.drafted import FEW, FLOW, PAUSE, PLAIN, data_of, paths_of

WAY: FieldPath = ("steps", 1)


def test_a_step_is_drawn_with_what_people_need_to_know() -> None:
    ads, tell = chain_of(PLAIN).steps

    assert (1, "ads", "module", "search_ads") == (ads.number, ads.id, ads.kind, ads.module)
    assert ("Look for ads", "Send a notification") == (ads.title, tell.title)
    assert ("tiktok-business", "notify") == (ads.provider, tell.provider)
    assert ("acme", None) == (ads.connection, tell.connection)
    assert ("The first,\nand what there is to know of it.", None) == (ads.note, tell.note)
    assert (False, True) == (ads.has_when, tell.has_when)
    assert ("Limit: 0", "Text: {{ads.ad_name}}, Title: T") == (ads.summary, tell.summary)
    assert (False, None, 8) == (ads.disabled, ads.on_error, ads.line)


def test_the_scenario_is_told_as_a_whole() -> None:
    chain = chain_of(PLAIN + "description: What for.\n")

    assert ("x", "What for.", "every 30 minutes (UTC)") == (
        chain.name,
        chain.description,
        chain.schedule,
    )
    assert chain.is_readable
    assert chain.is_block_style


def test_routes_are_drawn_within_their_router_and_steps_numbered_in_the_order_they_run() -> None:
    chain = chain_of(PAUSE)
    router = chain.steps[1]

    assert [1, 2, 3, 4, 5, 6] == [step.number for step in chain.all_steps()]
    assert paths_of(PAUSE) == [step.path for step in chain.all_steps()]
    assert ["Yes", "No", "Everything else"] == [route.title for route in router.routes]
    assert [False, False, True] == [route.is_fallback for route in router.routes]
    assert [
        (*WAY, "router", "routes", 0, "steps"),
        (*WAY, "router", "routes", 1, "steps"),
        (*WAY, "router", "fallback"),
    ] == [route.inner for route in router.routes]
    assert ("2 routes", "split") == (router.summary, router.icon)
    assert "{{ads.ad_name != 'ads.ad_name'}}" == router.routes[0].when


@pytest.mark.parametrize(
    ("step", "summary"),
    [
        ("router: {routes: [{steps: []}], first_match: true}", "1 route, only the first that fits"),
        ("iterator: {items: [1]}", "1 item"),
        ('iterator: {items: "{{a.b}}"}', "{{a.b}}"),
        ("aggregator: {source: ads, kind: text}", "text of what ads hands on"),
        ("aggregator: {}", "array"),
        ("sleep: 5 seconds", "5 seconds"),
        ("set: {variables: {a: 1, b: 2}}", "a, b"),
        ("get: {variables: [a, b]}", "a, b"),
        ("store: {name: seen, operation: add}", "add in seen"),
        ("store: {name: seen}", "seen"),
        ("scenario: other", "other"),
        ("return: {a: 1}", "a"),
        ("return:", ""),
        ("module: nothing", ""),
        ("module: notify\n    params: {text: " + "x " * 60 + "}", "Text: " + "x " * 36 + "x…"),
        ("title: Unfinished", ""),
    ],
)
def test_a_step_says_in_a_line_what_it_does(step: str, summary: str) -> None:
    chain = chain_of(f"steps:\n  - id: a\n    {step}\n")

    assert summary == chain.steps[0].summary


@pytest.mark.parametrize(
    ("handler", "word"),
    [("ignore", "ignore"), ("{retry: {count: 2}}", "retry"), ("", None), ("{}", None)],
)
def test_an_error_handler_is_told_in_a_word(handler: str, word: str | None) -> None:
    chain = chain_of(f"steps:\n  - id: a\n    sleep: 1 second\n    on_error: {handler}\n")

    assert word == chain.steps[0].on_error


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: x\n",
        "steps:\n",
        "steps: [\n",
        "steps: {a: 1}\n",
        "- a\n",
        "a: &b 1\nsteps:\n  - id: *b\n",
        "steps:\n  -\n  - 5\n  - {}\n  - [1]\n  - module: [1]\n    id: {}\n    when: []\n",
        "steps:\n  - router:\n  - router: {routes: 5}\n  - router: {routes: [5, {steps: 6}]}\n",
        "\0",
        "steps:\n\t- id: a\n",
    ],
)
def test_whatever_is_wrong_with_a_text_it_is_drawn_and_told(text: str) -> None:
    chain = chain_of(text)

    assert chain.problems
    assert list(chain.problems) == problems_of_draft(text)


@FEW
@given(st.text(st.sampled_from("steps: [id]{}-\n &*a'\"|>#%\tü"), max_size=60))
def test_any_text_can_be_drawn(text: str) -> None:
    chain = chain_of(text)

    assert chain.problems
    assert len(problems_of(text)) == len(chain.problems)


@FEW
@given(layouts())
def test_every_step_is_drawn_with_its_note(layout: Layout) -> None:
    chain = chain_of(layout.text)

    assert paths_of(layout.text) == [step.path for step in chain.all_steps()]
    assert [note_of(layout.text, step.path) for step in chain.all_steps()] == [
        step.note for step in chain.all_steps()
    ]


def test_what_clicking_cannot_edit_is_told() -> None:
    assert not chain_of(FLOW).is_block_style
    assert chain_of(to_block_style(FLOW)).is_block_style
    assert not chain_of("a: &x 1\nsteps:\n  - id: a\n").is_readable


def test_a_step_that_cannot_be_found_is_none() -> None:
    chain = chain_of(PAUSE)
    found = chain.step(WAY)

    assert found is not None
    assert ("way", None) == (found.id, chain.step(("steps", 9)))


# --- problems ------------------------------------------------------------------------------------


def test_a_problem_leads_to_its_step_and_field() -> None:
    text = PAUSE.replace("{{keep.name}} of", "{{keep.nothing}} of").replace(
        "title: ads", "title: [1]"
    )
    told = {one.field: one for one in problems_of_draft(text)}
    mapped = told["params.text"]

    assert (*WAY, "router", "routes", 0, "steps", 1) == mapped.step
    assert ("tell", True) == (mapped.step_id, mapped.is_error)
    assert "text: >-" in text.split("\n")[mapped.line - 1]
    assert "they have name, odd" in str(mapped)
    assert {"params.text", "params.title", "connection", "router.fallback"} == set(told)
    assert [told["router.fallback"]] == [one for one in told.values() if not one.is_error]


def test_a_problem_of_a_route_belongs_to_its_router() -> None:
    text = PAUSE.replace("{{ads.ad_name != 'ads.ad_name'}}", "no condition")
    found = next(one for one in problems_of_draft(text) if one.field.endswith("when"))

    assert (WAY, "way", "router.routes.0.when") == (found.step, found.step_id, found.field)


def test_a_problem_of_the_scenario_has_no_step() -> None:
    found = problems_of_draft("name: '*'\nsteps:\n  - {id: a, return: {}}\nscheduel: x\n")

    assert [((), "name"), ((), "scheduel")] == [(one.step, one.field) for one in found]


def test_what_depends_on_the_place_is_told_even_of_an_unfinished_draft() -> None:
    here = Environment({"team": Account("notify")}, {})
    text = PLAIN.replace("module: notify", "module: notify\n    connection: team\n    nonsense: 1")
    fields = [(one.step_id, one.field) for one in problems_of_draft(text, here)]

    assert [("ads", "connection"), ("tell", "nonsense")] == fields
    assert [("tell", "nonsense")] == [(one.step_id, one.field) for one in problems_of_draft(text)]


def test_another_scenario_that_is_called_is_looked_for() -> None:
    text = "name: x\nsteps:\n  - id: a\n    scenario: other\n"
    known: dict[str, Scenario] = {}

    assert ["scenario"] == [one.field for one in problems_of_draft(text, Environment({}, known))]
    assert [] == problems_of_draft(text)


def test_a_step_shows_its_own_problems_only() -> None:
    chain = chain_of(PAUSE.replace("module: search_ads", "module: search_add"))

    assert ["module"] == [one.field for one in chain.steps[0].problems]
    assert ["router.fallback"] == [one.field for one in chain.steps[1].problems]
    assert data_of(PAUSE)["name"] == chain.name
