"""A scenario that ends after one of its steps."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.services.draft_cutting import cut_after
from scenarios.loader import load_scenario
from scenarios.model import RouterStep, Scenario, Step
from scenarios.places import FieldPath

TEXT = """\
name: x
steps:
  - id: a
    set: {variables: {v: 1}}
  - id: way
    router:
      routes:
        - title: R0
          steps:
            - id: b
              set: {variables: {v: 1}}
            - id: c
              set: {variables: {v: 1}}
        - title: R1
          when: "{{a.v = 1}}"
          steps:
            - id: inner
              router:
                first_match: true
                routes:
                  - title: I0
                    steps:
                      - id: d
                        set: {variables: {v: 1}}
                  - title: I1
                    steps:
                      - id: e
                        set: {variables: {v: 1}}
                fallback:
                  - id: f
                    set: {variables: {v: 1}}
        - title: R2
          steps:
            - id: g
              set: {variables: {v: 1}}
      fallback:
        - id: h
          set: {variables: {v: 1}}
"""
WHOLE = load_scenario(TEXT)
PLACES: dict[str, FieldPath] = {step.id: step.path for step in WHOLE.all_steps()}


def ids(scenario: Scenario) -> list[str]:
    return [step.id for step in scenario.all_steps()]


def routers(steps: tuple[Step, ...]) -> Iterator[RouterStep]:
    for step in steps:
        if isinstance(step, RouterStep):
            yield step
            for route in step.routes:
                yield from routers(route.steps)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("a", ["a"]),
        ("b", ["a", "way", "b"]),
        ("d", ["a", "way", "b", "c", "inner", "d"]),
        ("e", ["a", "way", "b", "c", "inner", "d", "e"]),
        ("f", ["a", "way", "b", "c", "inner", "d", "e", "f"]),
        ("g", ["a", "way", "b", "c", "inner", "d", "e", "f", "g"]),
        ("h", ids(WHOLE)),
    ],
)
def test_everything_behind_a_step_is_left_out(last: str, expected: list[str]) -> None:
    assert ids(cut_after(WHOLE, PLACES[last])) == expected


def test_a_router_as_the_last_step_only_says_which_way_bundles_would_take() -> None:
    cut = cut_after(WHOLE, PLACES["way"])
    [router] = routers(cut.steps)

    assert ids(cut) == ["a", "way"]
    assert [route.title for route in router.routes] == ["R0", "R1", "R2"]


@given(last=st.sampled_from(sorted(PLACES)))
def test_the_last_step_is_the_last_and_every_way_is_still_there(last: str) -> None:
    cut = cut_after(WHOLE, PLACES[last])
    known = {router.id: router for router in routers(WHOLE.steps)}
    order = ids(WHOLE)

    assert ids(cut) == order[: order.index(last) + 1]
    for router in routers(cut.steps):
        assert len(router.routes) == len(known[router.id].routes)
        assert [one.when for one in router.routes] == [one.when for one in known[router.id].routes]
