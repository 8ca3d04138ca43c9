"""Whatever a blueprint holds, it becomes a scenario that loads, or is refused with its place."""

import re
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from adloom.errors import UsageError
from scenarios.blueprint import Imported, Verdict, What, import_blueprint
from scenarios.blueprint.aliases import all_aliases
from scenarios.loader import load_scenario
from scenarios.model import ScenarioStep
from tests.scenarios.blueprint.seams import content, nodes_in, refused_where_it_runs

MODULES = sorted(
    {f"{one.apps[0]}:{one.verbs[0].title().replace(' ', '')}" for one in all_aliases()}
)
STEERING = ("builtin:BasicRouter", "builtin:BasicIfElse", "builtin:BasicMerge")
DIRECTIVES = [f"builtin:{name}" for name in ("Ignore", "Resume", "Commit", "Rollback", "Break")]
LEAVES = [
    *(one for one in MODULES if one not in STEERING and one not in DIRECTIVES),
    *("airtable:ActionCreateRecord", "slack:CreateMessage", "app#mine-x1:doIt", "http:MakeRequest"),
]
NAMES = ["url", "method", "text", "advertiser_id", "ad_ids", "status", "limit", "array", "value",
         "name", "key", "data", "duration", "repeats", "properties", "groupBy", "to", "headers",
         "scope", "variables", "watch", "advertiser_ids", "api_key", "__IMTCONN__",
         "datastore"]  # fmt: skip
TEXTS = ["", "7", "7100000000000000001", "ENABLE", "disable", "{{true}}", "3 ",
         "https://api.example.com/x?a={{1.b}}", "{{", "{{1.x}}", "{{2.items[1].x}}", "{{`1`}}",
         "{{sum(1.a; 2.b)}}", "{{nope(1.x)}}", "{{3.array[].y}}", "{{9.z}}", "{{now}}",
         "{{1.`odd name`}}", "a\nb", "🎬",
         "Bearer abcdef0123456789", "{{1.a b}}", "\u202eevil", "#: x", "- y",
         "'\"", "{{1.__IMTINDEX__}}"]  # fmt: skip

texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=12))
leaf_values = st.one_of(
    texts, texts, st.integers(-5, 10**19), st.booleans(), st.none(), st.floats(-1e9, 1e9)
)
values = st.recursive(
    leaf_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=6)), inner, max_size=3),
    ),
    max_leaves=5,
)
given_values = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), values, max_size=5
)
operators = st.sampled_from(
    ["exist", "notexist", "text:equal", "text:startswith:ci", "number:greater", "date:less",
     "array:contain", "boolean:equal", "time:equal", "text:pattern", "nonsense"]
)  # fmt: skip
conditions = st.lists(
    st.lists(
        st.fixed_dictionaries({"a": leaf_values, "o": operators}, optional={"b": leaf_values}),
        max_size=2,
    ),
    max_size=2,
)
filters = st.fixed_dictionaries(
    {"name": st.text(max_size=10), "conditions": conditions},
    optional={"fallback": st.booleans()},
)


class Maker:
    """Draws one blueprint; numbers its modules as Make does."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.count = 0

    def node(self, module: str, *, filtered: bool = True, handled: bool = True) -> dict[str, Any]:
        self.count += 1
        number = self.count
        draw = self.draw
        made: dict[str, Any] = {"id": number, "module": module, "version": 1}
        if module not in STEERING:
            made["parameters"] = draw(given_values)
            made["mapper"] = draw(given_values)
        if filtered and draw(st.integers(0, 3)) == 0:
            made["filter"] = draw(filters)
        if "Aggregator" in module and number > 1:
            made["parameters"]["feeder"] = draw(st.integers(1, number - 1))
        if draw(st.integers(0, 9)) == 0:
            made["disabled"] = True
        made["metadata"] = {"designer": {"x": 0, "y": 0, "name": draw(st.text(max_size=12))}}
        if handled and draw(st.integers(0, 4)) == 0:
            route = [self.node(draw(st.sampled_from(LEAVES)), handled=False)
                     for _ in range(draw(st.integers(0, 1)))]  # fmt: skip
            made["onerror"] = [*route, self.node(draw(st.sampled_from(DIRECTIVES)), handled=False)]
        return made

    def flow(self, depth: int, *, first: bool = False) -> list[dict[str, Any]]:
        draw = self.draw
        flow = []
        for place in range(draw(st.integers(1, 3))):
            filtered = not (first and place == 0)
            flow.append(self.node(draw(st.sampled_from(LEAVES)), filtered=filtered))
        if depth and draw(st.booleans()):
            kind = draw(st.sampled_from(STEERING[:2]))
            steering = self.node(kind, handled=False)
            ways = [self.way(kind, depth, place) for place in range(draw(st.integers(1, 3)))]
            steering["routes" if kind == STEERING[0] else "branches"] = ways
            flow.append(steering)
            if kind == STEERING[1] and draw(st.booleans()):
                flow.append(self.node(STEERING[2], filtered=False, handled=False))
                flow += self.flow(0) if draw(st.booleans()) else []
        return flow

    def way(self, kind: str, depth: int, place: int) -> dict[str, Any]:
        made: dict[str, Any] = {"flow": self.flow(depth - 1)}
        if kind == STEERING[1]:
            made["type"] = "else" if place == 2 else "condition"
            made["label"] = self.draw(st.text(max_size=8))
            made["merge"] = self.draw(st.booleans())
            made["conditions"] = [] if place == 2 else self.draw(conditions)
        if self.draw(st.integers(0, 6)) == 0:
            made["disabled"] = True
        return made


schedulings = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["indefinitely", "once", "daily", "weekly", "monthly", "yearly",
                                  "immediately", "on-demand", "sometimes"])},
        optional={
            "interval": st.one_of(st.integers(-1, 10**9), texts),
            "time": st.sampled_from(["09:00", "9", "24:00", ""]),
            "date": st.sampled_from(["2026-11-20T09:00:00.000Z", "soon"]),
            "days": st.lists(st.integers(0, 32), max_size=3),
            "months": st.lists(st.integers(0, 13), max_size=2),
            "between": st.sampled_from([["2026-01-01T00:00:00Z", None], ["x", "y"], []]),
            "restrict": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={"days": st.lists(st.integers(0, 7), max_size=2),
                              "time": st.sampled_from([["09:00", "17:00"], ["a"], []])},
                ),
                max_size=2,
            ),
        },
    ),
)  # fmt: skip
settings = st.dictionaries(
    st.sampled_from(["roundtrips", "maxErrors", "autoCommit", "autoCommitTriggerLast", "dlq",
                     "sequential", "dataloss", "confidential", "freshVariables", "slots", "new"]),
    st.one_of(st.booleans(), st.integers(-1, 10**6), st.none(), texts),
)  # fmt: skip


@st.composite
def blueprints(draw: st.DrawFn) -> dict[str, Any]:
    maker = Maker(draw)
    flow = maker.flow(2, first=True)
    orphans = [maker.flow(0) for _ in range(draw(st.integers(0, 1)))]
    made: dict[str, Any] = {
        "name": draw(st.sampled_from(["A scenario", "Ads, daily (2)", "Über-Anzeigen"])),
        "flow": flow,
        "metadata": {
            "instant": draw(st.booleans()),
            "version": 1,
            "scenario": draw(settings),
            "designer": {"orphans": orphans},
            "notes": [
                {"moduleIds": [draw(st.integers(1, 5))], "content": draw(st.text(max_size=9))}
            ],
        },
    }
    if (scheduling := draw(schedulings)) is not None:
        made["scheduling"] = scheduling
    return made


@given(blueprints())
def test_every_blueprint_becomes_a_scenario_or_is_refused_with_its_place(
    data: dict[str, Any],
) -> None:
    made, refusal = attempt(data)

    event("refused" if refusal else "imported")
    assert made or re.search(r"^(flow|metadata|scheduling|name)[.\[:]", refusal, re.MULTILINE)
    if made:
        accounted(made, data)


def attempt(data: Any) -> tuple[Imported | None, str]:
    """What a blueprint becomes, or why it is refused."""
    try:
        return import_blueprint(content(data)), ""
    except UsageError as error:
        return None, str(error)


def accounted(made: Imported, data: Any) -> None:
    """Every module is told of once, what loads loads, and what is missing keeps it from running."""
    scenario = load_scenario(made.text)
    told = [one for one in made.entries if one.what is What.NODE]
    steps = {step.id for step in scenario.all_steps()}
    gaps = [one for one in scenario.all_steps() if isinstance(one, ScenarioStep)]

    assert sorted(nodes_in(data)) == sorted(one.id for one in told if one.id is not None)
    assert all(one.step in steps for one in told if one.step)
    assert all(one.step for one in told if one.verdict is not Verdict.LEFT_OUT)
    assert all(one.reasons for one in told if one.verdict is not Verdict.TRANSLATED)
    assert bool(made.gaps) == bool(refused_where_it_runs(made))
    assert len(gaps) >= bool(made.gaps)
    assert "abcdef0123456789" not in made.text + repr(made.entries)


@given(blueprints(), st.randoms(use_true_random=False))
def test_a_spoiled_blueprint_is_imported_or_refused_in_words(data: Any, chance: Any) -> None:
    """Values of other types, keys that are gone, ids that stand twice: it makes no difference."""
    spoil(data, chance)
    assume(isinstance(data, dict))

    made, refusal = attempt(data)

    assert made or refusal
    if made:
        accounted(made, data)


def spoil(data: Any, chance: Any) -> None:
    for _ in range(chance.randint(1, 3)):
        one = data
        while isinstance(one, dict | list) and one:
            keys = list(one) if isinstance(one, dict) else range(len(one))
            key = chance.choice(keys)
            if not isinstance(one[key], dict | list) or not one[key] or chance.random() < 0.2:
                if isinstance(one, dict) and chance.random() < 0.3:
                    del one[key]
                else:
                    one[key] = chance.choice([None, 1, "x", [], {}, [1], {"a": 1}, True, -3, 2.5])
                break
            one = one[key]
