"""What went into every step and came out of it, from what history says of each."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adloom.services.draft_bundles import StepBundles, bundles_of, told_run
from adloom.services.editing import chain_of
from adloom.services.executions_steps import Run
from scheduler.history import StepRun, StepState

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TEXT = """\
name: x
steps:
  - id: new
    module: watch_ads
  - id: wait
    sleep: 5 seconds
  - id: found
    module: search_ads
  - id: way
    router:
      routes:
        - title: Cheap
          when: "{{found.n = 1}}"
          steps:
            - id: keep
              set: {variables: {v: 1}}
        - title: All
          steps: []
"""


def run(path: str, step: str, *output: Any, state: StepState = StepState.DONE, **more: Any) -> Run:
    given = {"given": None, "trace": None, "error": None, **more}
    return Run(path, step, state, NOW, 1.0, output=list(output), **given)


def by_id(runs: list[Run], items: dict[str, Any] | None = None) -> dict[str, StepBundles]:
    return {one.step.id or "": one for one in bundles_of(chain_of(TEXT), runs, items)}


def test_every_step_knows_what_came_and_what_went() -> None:
    runs = [
        run("i1", "new", {"n": 7}),
        run("i1>wait", "wait", {}),
        run("i1>wait>found", "found", {"n": 1}, {"n": 2}),
        run("i1>wait>found:0>way", "way", {}),
        run("i1>wait>found:0>way:0", "way:0", {}),
        run("i1>wait>found:0>way:0>keep", "keep", {"v": 1}),
        run("i1>wait>found:1>way", "way", {}),
        run("i1>wait>found:1>way:0", "way:0", state=StepState.DROPPED, trace="2 = 1 is false"),
    ]
    steps = by_id(runs)

    assert (steps["found"].came, steps["found"].out) == (1, 2)
    assert (steps["way"].came, steps["way"].out) == (2, 1)
    assert (steps["keep"].came, steps["keep"].out) == (1, 1)
    assert steps["found"].passages[0].arrived == {"n": 7}
    assert steps["keep"].passages[0].arrived == {"n": 1}
    [*_, dropped] = steps["way"].passages
    assert (dropped.route, dropped.arrived, dropped.run.trace) == (
        "Cheap",
        {"n": 2},
        "2 = 1 is false",
    )


def test_a_bundle_dropped_by_its_trigger_is_still_shown() -> None:
    runs = [run("i1", "new", state=StepState.DROPPED, trace="no")]

    steps = by_id(runs, {"i1": {"n": 9}})

    assert steps["new"].passages[0].arrived == {"n": 9}
    assert steps["new"].count("dropped") == 1
    assert steps["wait"].passages == []


def test_steps_of_a_called_scenario_are_not_taken_for_ones_own() -> None:
    runs = [run("found", "found", {"n": 1}), run("found:0>call/keep", "keep", {"v": 1})]

    assert by_id(runs)["keep"].passages == []


def test_an_aggregator_tells_how_many_bundles_it_made_one_of() -> None:
    text = """\
name: x
steps:
  - id: found
    module: search_ads
  - id: keep
    set: {variables: {v: 1}}
  - id: all
    aggregator: {source: found}
"""
    runs = [
        run("found", "found", {"n": 1}, {"n": 2}, {"n": 3}),
        run("found:0>keep", "keep", {"v": 1}),
        run("found:1>keep", "keep", state=StepState.DROPPED, trace="no"),
        run("found:2>keep", "keep", {"v": 1}),
        run("all", "all", {"array": [], "count": 2}),
    ]

    last = bundles_of(chain_of(text), runs)[-1]

    assert (last.came, last.out) == (2, 1)


def test_what_is_not_kept_is_not_counted() -> None:
    sealed = Run("found", "found", StepState.DONE, NOW, 1.0, None, None, None, None)

    assert by_id([sealed])["found"].out is None


def test_what_was_tried_is_told_without_secrets_and_placeholders() -> None:
    tried = StepRun(
        "a",
        "a",
        StepState.DONE,
        NOW,
        given={"ad_id": "99999999999999000001", "access_token": "t0ken"},
        output=[{"ad_id": "99999999999999000001"}],
        trace="99999999999999000001 is there",
    )

    told = told_run(tried, {"99999999999999000001": "new ad 1"})

    assert told.output == [{"ad_id": "⟨new ad 1⟩"}]
    assert told.given == {"ad_id": "⟨new ad 1⟩", "access_token": "•••"}
    assert told.trace == "⟨new ad 1⟩ is there"


@given(paths=st.lists(st.text(alphabet="i>:/019ab", max_size=12), max_size=12))
def test_odd_ways_are_no_reason_to_stop(paths: list[str]) -> None:
    runs = [run(path, "found", {"n": 1}) for path in paths]
    found = by_id(runs, {path: {"n": 0} for path in paths[:2]})["found"]

    assert found.came == sum("/" not in path for path in paths)
