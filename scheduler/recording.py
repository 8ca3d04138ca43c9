"""Making a scenario test of a past execution.

The execution is replayed; what answered its steps becomes what the test gives, and what the test
then comes to becomes what it expects. So it passes at once, or is not made.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.wire import Record
from scenarios.model import Scenario, ScenarioStep
from scenarios.params import params_of
from scenarios.problems import Problems
from scenarios.testing.check import check_script
from scenarios.testing.loader import read_script
from scenarios.testing.model import Case
from scenarios.yaml_reading import MOST_CHARACTERS
from scenarios.yaml_writing import write_block
from scheduler.history import StepState
from scheduler.judging import expected_of, judge
from scheduler.likeness import agree, as_recorded
from scheduler.offline import exact
from scheduler.recorded_answers import answers_of, stores_of
from scheduler.replaying import Replay, replay
from scheduler.scrubbing import Scrubber
from scheduler.testing import NOTIFY, Happened, run_case
from scheduler.workshop import Workshop

__all__ = ["record"]

TOO_MUCH: Final = "What the execution did is too much for a file of tests."
HEAD: Final = """\
# What execution {execution} did. Secrets are dots; addresses, telephone numbers and ids
# have other names. Look through it before you share it: names and texts are as they were.

"""


async def record(workshop: Workshop, execution_id: str) -> str:
    """The text of a file of tests that says what an execution did.

    Args:
        workshop: Knows what was done.
        execution_id: Which execution.

    Raises:
        UsageError: Too little of it is known, or it was confidential.
    """
    found = await replay(workshop, execution_id)
    _refuse_unknown(found)
    library = await _library(workshop, found.scenario)
    for numbered in (False, True):
        given = _given(found, library, numbered=numbered)
        text = await _tried(given, found, library)
        if text is not None:
            return HEAD.format(execution=found.execution.id) + text
    raise UsageError(
        f"Execution {found.execution.id} cannot be made into a test: with other names in place of"
        " ids and addresses it does something else.",
        hint="Write the test by hand.",
    )


def _refuse_unknown(found: Replay) -> None:
    """A test can only be made of what is wholly known."""
    if found.stage.records.is_confidential:
        raise UsageError(
            f"Execution {found.execution.id} is confidential; nothing of it goes into a file."
        )
    if not found.is_same:
        raise UsageError(
            f"Execution {found.execution.id} cannot be made into a test: too little of it is"
            " known.",
            hint=f"See what: adloom executions replay {found.execution.id}",
        )


async def _library(workshop: Workshop, scenario: Scenario) -> dict[str, Scenario]:
    """Every scenario that is called, by name."""
    library = {scenario.name: scenario}
    left = [scenario]
    while left:
        for step in left.pop().all_steps():
            if isinstance(step, ScenarioStep) and step.scenario not in library:
                library[step.scenario] = await workshop.current(step.scenario)
                left.append(library[step.scenario])
    return library


# --- what is given --------------------------------------------------------------------------------


def _given(found: Replay, library: Mapping[str, Scenario], *, numbered: bool) -> Record:
    """What the test begins with, under other names."""
    records = found.stage.records
    given: Record = {
        "now": found.execution.started_at.isoformat(),
        "execution": found.execution.id,
        "bundles": [as_recorded(item.bundle) for item in records.items],
        "answers": answers_of(found.stage.used, found.scenario.name, records, numbered=numbered),
        "stores": stores_of(found.stage.stored),
        "variables": dict(found.lasting),
    }
    scrubber = Scrubber("\n".join(one.text for one in library.values()), _personal(found))
    if len(dump(given)) > MOST_CHARACTERS:
        raise UsageError(TOO_MUCH)
    named = {name: value for name, value in given.items() if value and name != "execution"}
    scrubber.learn(named)
    scrubbed = {"execution": given["execution"], **scrubber.scrub(named)}
    return {name: exact(scrubbed[name]) for name in given if name in scrubbed}


def _personal(found: Replay) -> Iterator[str]:
    """What modules were given that belongs to persons."""
    for used in found.stage.used:
        fields = params_of(used.use.module)
        for name, value in used.use.values.items():
            if name in fields and fields[name].personal:
                yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
        case _:
            pass


# --- what is expected -----------------------------------------------------------------------------


async def _tried(given: Record, found: Replay, library: Mapping[str, Scenario]) -> str | None:
    """The text, if the test does what the execution did and passes; None if not.

    Raises:
        UsageError: It is too large.
    """
    name = f"As on {found.execution.started_at:%Y-%m-%d %H:%M}"
    data: Record = {"name": name, "given": given, "expect": {}}
    case = _read(_text(found, data), found.scenario, library)
    happened = await run_case(case, found.scenario, library)
    if happened.unanswered or not _is_alike(found, happened):
        return None
    text = _text(found, {**data, "expect": exact(expected_of(case, happened))})
    whole = _read(text, found.scenario, library)
    return None if judge(replace(whole, given=case.given), happened) else text


def _text(found: Replay, case: Record) -> str:
    whole = {"scenario": found.scenario.name, "cases": [case]}
    return write_block(whole, 0).rstrip("\n") + "\n"


def _read(text: str, scenario: Scenario, library: Mapping[str, Scenario]) -> Case:
    problems = Problems()
    script = read_script(text, problems)
    if script is not None:
        check_script(problems, script, scenario, library)
    if script is None or any("longer than" in one.text or "more than" in one.text
                             for one in problems.found):  # fmt: skip
        raise UsageError(TOO_MUCH)
    problems.raise_errors()
    return script.cases[0]


def _is_alike(found: Replay, happened: Happened) -> bool:
    """Whether a test did as much as the execution, step by step and change by change."""
    states: dict[str, Counter[StepState]] = {}
    items = {one.id for one in found.stage.records.items}
    for run in found.walked.runs.values():
        if run.path in items:
            continue
        states.setdefault(run.step, Counter())[run.state] += 1
    did: dict[str, Counter[StepState]] = {}
    for name, step in happened.steps.items():
        if items and name == found.scenario.steps[0].id:
            continue
        did.setdefault(name.rpartition("/")[2], Counter()).update(step.states)
    return agree(states, did) and _sent(found) == (len(happened.changes), len(happened.notices))


def _sent(found: Replay) -> tuple[int, int]:
    """How many changes an execution made, and how many messages it sent."""
    changes = notices = 0
    for used in found.stage.used:
        made = found.stage.changes.get(used.use.here, []) if used.error is None else []
        if used.use.module.name == NOTIFY:
            notices += bool(made)
        else:
            changes += len(made)
    return changes, notices
