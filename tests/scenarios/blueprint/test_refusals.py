"""What is no blueprint, or contradicts itself, is refused with its place."""

import json
from typing import Any

import pytest

from adloom.errors import UsageError
from scenarios.blueprint import Wishes, import_blueprint
from tests.scenarios.blueprint.seams import SEARCH, blueprint, content, node

LARGE = 5 * 1024 * 1024
MAIL = {"text": "hello"}


def refusal(data: bytes, wishes: Wishes | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        import_blueprint(data, wishes)
    return f"{caught.value} {caught.value.hint or ''}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"flow: []", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"flow": [], "flow": []}', "twice"),
        (b'{"flow": [NaN]}', "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"flow":[' + b'{"a":[' * 400 + b"]}" * 400 + b"]}", "nested too deeply"),
        (b"[]", "no object"),
        (b'"x"', "no object"),
        (b"{}", "has no flow"),
        (b'{"name": "x", "flow": {}}', "flow: must be a list"),
        (b" " * (LARGE + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_blueprint_is_refused_in_words(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_a_byte_order_mark_does_no_harm() -> None:
    made = import_blueprint(b"\xef\xbb\xbf" + content(blueprint(SEARCH)))

    assert "A scenario" == made.name


def router(*ways: Any, number: int = 2) -> dict[str, Any]:
    return node(number, "builtin:BasicRouter", mapper=None, routes=list(ways))


def if_else(*branches: Any) -> dict[str, Any]:
    return node(2, "builtin:BasicIfElse", branches=list(branches))


def nested(depth: int) -> dict[str, Any]:
    inner = node(100, "email:ActionSendEmail", mapper=MAIL)
    for number in range(depth):
        inner = router({"flow": [inner]}, number=number + 2)
    return inner


CONDITION = [[{"a": "{{1.x}}", "o": "exist"}]]
FAULTY: list[tuple[list[Any], str]] = [
    ([], "flow: has no modules"),
    (["x"], "flow[0]: must be an object"),
    ([{"id": 1}], "flow[0].module: is missing"),
    ([{"module": "a:b"}], "flow[0].id: is missing"),
    ([node(0, "a:b")], "flow[0].id: must be a positive whole number"),
    ([node(1, "a:b") | {"id": "1"}], "flow[0].id: must be a positive whole number"),
    ([node(1, "a:b") | {"id": True}], "flow[0].id: must be a positive whole number"),
    ([node(1, "nothing")], "flow[0].module: must be app:Function"),
    ([node(1, "a:b\x1b[2J")], "flow[0].module: must be app:Function"),
    ([node(1, "a:b", parameters=7)], "flow[0].parameters: must be an object"),
    ([node(1, "a:b", mapper="x")], "flow[0].mapper: must be an object"),
    ([node(1, "a:b", routes="x")], "flow[0].routes: must be a list"),
    ([node(1, "a:b", onerror={})], "flow[0].onerror: must be a list"),
    ([node(1, "a:b", filter=[1])], "flow[0].filter: must be an object"),
    ([SEARCH, node(1, "a:b")], "flow[1].id: 1 is the id of flow[0] too"),
    ([SEARCH, node(2, "a:b", onerror=[node(1, "builtin:Ignore")])], "flow[1].onerror[0].id: 1"),
    ([node(1, "a:b", filter={"conditions": CONDITION})], "flow[0].filter: nothing comes before"),
    ([SEARCH, node(2, "a:b", filter={"conditions": [[{"a": [], "o": "exist"}]]})],
     "flow[1].filter.conditions[0][0].a: must be a single value"),
    ([SEARCH, router()], "flow[1].routes: are missing"),
    ([SEARCH, router({"flow": []})], "flow[1].routes: have no modules"),
    ([SEARCH, router({"flow": [node(3, "a:b")]}), node(4, "a:b")],
     "flow[2]: stands behind a router"),
    ([SEARCH, if_else({"type": "else", "flow": [node(3, "a:b")]})], "no branch with a condition"),
    ([SEARCH, if_else({"type": "maybe", "flow": [node(3, "a:b")]})], "branches[0].type"),
    ([SEARCH, if_else({"type": "condition", "flow": []}, {"flow": [node(3, "a:b")]})],
     "flow[1].branches[0].flow: has no modules"),
    ([SEARCH, node(2, "builtin:BasicMerge")], "flow[1]: a merge stands directly behind an if-else"),
    ([SEARCH, if_else({"flow": [node(3, "a:b")], "merge": True}),
      node(4, "builtin:BasicMerge", filters=[None, None])], "flow[2].filters: has 2 entries"),
    ([SEARCH, node(2, "builtin:BasicAggregator")], "flow[1].parameters.feeder: is missing"),
    ([SEARCH, node(2, "util:TextAggregator", parameters={"feeder": "x"})], "must be the id"),
    ([SEARCH, node(2, "builtin:BasicAggregator", parameters={"feeder": 2})], "is the aggregator"),
    ([SEARCH, node(2, "builtin:BasicAggregator", parameters={"feeder": 9})], "no module 9"),
    ([SEARCH, node(2, "a:b", mapper={"deep": {"x": ["{{7.y}}"]}})],
     "flow[1].mapper.deep.x[0]: {{7.…}} reads a module that is not there"),
    ([SEARCH, node(2, "a:b", filter={"conditions": [[{"a": "{{8.y}}", "o": "exist"}]]})],
     "flow[1].filter.conditions[0][0].a: {{8.…}}"),
    ([SEARCH, nested(9)], "is nested deeper than 8"),
    ([node(1, "a:b", mapper=json.loads('{"a":' * 31 + "1" + "}" * 31))], "nested too deeply"),
    ([node(number, "a:b") for number in range(1, 1002)], "flow[1000]: there are more than 1,000"),
    ([SEARCH, node(2, "a:b", mapper={"x": "{{1.x}}" * 20_001})], "more than 20,000 expressions"),
]  # fmt: skip


@pytest.mark.parametrize(("flow", "said"), FAULTY, ids=[said[:50] for _, said in FAULTY])
def test_what_contradicts_itself_is_refused_with_its_place(flow: list[Any], said: str) -> None:
    assert said in refusal(content(blueprint(*flow)))


def test_every_fault_is_told_at_once_and_no_more_than_anybody_reads() -> None:
    flow = [node(1, "nothing"), *(node(0, "a:b") for _ in range(40))]

    said = refusal(content(blueprint(*flow)))

    assert "flow[0].module" in said
    assert "flow[1].id" in said
    assert "… and 21 more." in said


@pytest.mark.parametrize(
    "top", [{"metadata": []}, {"metadata": {"notes": None}}, {"scheduling": None}]
)
def test_what_says_nothing_is_not_missed(top: dict[str, Any]) -> None:
    assert import_blueprint(content(blueprint(SEARCH, **top))).text


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ({"metadata": 7}, "metadata: must be an object"),
        ({"metadata": {"designer": {"orphans": 7}}}, "metadata.designer.orphans: must be a list"),
        ({"metadata": {"notes": [7]}}, "metadata.notes[0]: must be an object"),
        ({"scheduling": "daily"}, "scheduling: must be an object"),
        ({"name": 7}, "name: must be text"),
    ],
)
def test_what_stands_beside_the_flow_is_checked_too(top: dict[str, Any], said: str) -> None:
    assert said in refusal(content(blueprint(SEARCH, **top)))


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a\nb", "🚀 Ads", "x" * 121, "\u202eevil", "a:b"]
)
def test_a_name_no_scenario_can_have_asks_for_another(name: str) -> None:
    said = refusal(content(blueprint(SEARCH) | {"name": name}))

    assert "name: " in said
    assert "--name" in said


def test_another_name_can_be_given_and_is_checked_as_well() -> None:
    data = content(blueprint(SEARCH) | {"name": "🚀"})

    assert "Ads" == import_blueprint(data, Wishes(name="Ads")).name
    assert "cannot be the name" in refusal(data, Wishes(name="a/b"))


def test_connections_and_time_zones_that_are_not_there_are_refused() -> None:
    data = content(blueprint(SEARCH))

    assert "It has: 1, tiktok." in refusal(data, Wishes(connections={"acme": "mine"}))
    assert "no time zone" in refusal(data, Wishes(timezone="Europe/Atlantis"))
