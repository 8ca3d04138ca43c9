"""The cases of the five product documents, through everything that is between them and TikTok."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final

import pytest

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.json_text import parse_strict
from adloom.wire import JsonBody, Record
from modules.base import Call, ConnectionFacts, Context, Done, Outcome
from modules.events.mapping import read_event_mapping
from modules.events.pipeline import Pipeline
from modules.events.prepared import Reading
from modules.events.problems import errors_among
from modules.send_event import SendEvent, SendEventParams
from tests.acceptance.cases import CLOCK, PIXEL, TIKTOK_APP, Case
from tests.acceptance.commanders_act_cases import COMMANDERS_ACT
from tests.acceptance.other_cases import OTHERS
from tests.modules.fake_api import FakeApi, context_for

CASES: Final = [*COMMANDERS_ACT, *OTHERS]
#: The documents speak of events by their old names, and of parts of events.
LENIENT: Final[dict[str, Any]] = {
    "event_names": "as given",
    "incomplete": "send",
    "source_ids": {"app": TIKTOK_APP},
}
ACTION: Final = SendEvent()
NOTHING: Final = object()


def by_mapping(case: Case) -> Reading:
    """What a record becomes, by the preset or by a mapping alone."""
    mapping = {
        "options": {**LENIENT, **case.options},
        "fields": case.fields,
        **({"preset": case.way} if case.way == "commanders_act" else {}),
    }
    pipeline = Pipeline(
        read_event_mapping(mapping), source="web", source_id=PIXEL, test_event_code=case.code
    )
    return pipeline.read(case.given, now=CLOCK, seed="seed")


def request_of(reading: Reading) -> Record:
    """The request its one event goes out in."""
    [event] = reading.events
    code = {"test_event_code": event.test_event_code} if event.test_event_code else {}
    return {
        "event_source": event.source,
        "event_source_id": event.source_id,
        **code,
        "data": [parse_strict(event.content)],
    }


def context_of(case: Case) -> Context:
    settings = {"source": "web", "source_id": PIXEL, "test_event_code": case.code}
    facts = ConnectionFacts("shop", "tiktok-events", {}, settings)
    now = datetime.fromtimestamp(CLOCK, UTC)
    return replace(context_for(FakeApi()), connection=facts, now=now)


async def call_of(case: Case, **more: Any) -> tuple[SendEventParams, Call]:
    """The one call that the module asks the engine for."""
    given = {**case.given, "options": dict(case.options), **more}
    params = validate(SendEventParams, given)
    [call] = ACTION.calls(params, await ACTION.before(params, context_of(case)))
    return params, call


async def sent_for(case: Case) -> Record:
    if case.way != "module":
        reading = by_mapping(case)
        assert not errors_among(reading.problems), reading.problems
        return request_of(reading)
    _, call = await call_of(case)
    assert isinstance(call.request.body, JsonBody)
    body: Record = call.request.body.value
    return body


def found(request: Record, path: str) -> Any:
    """What a request, or its one event, has at a path."""
    start = request if path.partition(".")[0] in request else request["data"][0]

    def inner(box: Any, name: str) -> Any:
        if isinstance(box, list):
            return box[int(name)] if int(name) < len(box) else NOTHING
        return box.get(name, NOTHING) if isinstance(box, dict) else NOTHING

    return reduce(inner, path.split("."), start)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.seed}: {case.name}")
async def test_what_a_document_says_is_what_happens(case: Case) -> None:
    if case.skipped:
        assert case.skipped in str(by_mapping(case).skipped)
        return
    if case.refused:
        with pytest.raises(InvalidParamsError, match=r"\w") as caught:
            await call_of(case)
        assert case.refused in str(caught.value)
        return
    request = await sent_for(case)

    assert dict(case.sent) == {path: found(request, path) for path in case.sent}
    assert [] == [path for path in case.lacks if found(request, path) is not NOTHING]


async def test_the_result_stands_under_the_key_that_was_asked_for() -> None:
    """Morf: `$result_object_key`."""
    answer = {"code": 0, "message": "OK", "request_id": "20260921131320AB"}
    params, call = await call_of(OTHERS[0], result_object_key="tt")

    [result] = ACTION.result(
        params, [], [Done(call, Outcome.HAPPENED, 200, {}, {**answer, "data": {}})]
    )

    assert answer == result["tt"]


def test_all_twenty_five_cases_are_there() -> None:
    named = {(case.seed, case.name) for case in CASES}

    assert 25 == len(named | {("Morf", "the result stands under a key")})
