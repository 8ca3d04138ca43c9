"""The journal: exact, searchable by the beginning of an id, and free of secrets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adloom.errors import UnknownNameError
from adloom.wire import Answer, FileBody, JsonBody, Request, TextBody
from modules.base import Call, Change
from scheduler.journal import LostClaimError
from scheduler.records import CallState, RecordedCall, Status, call_from_json, call_to_json
from tests.scheduler.world import NOW, Bench, bench
from tests.seams.postgres import Place

CANARY = "canary-5f2c9e1b7a"


@pytest.fixture
async def table(tmp_path: Path, place: Place) -> AsyncIterator[Bench]:
    async with bench(tmp_path, place=place) as made:
        yield made


@pytest.mark.parametrize(
    "body",
    [
        None,
        JsonBody({"ids": ["7100000000000000001", 1], "nothing": None, "name": "Ünïcödé 🎈"}),
        JsonBody([1, 2]),
        TextBody("a,b", "text/csv"),
        FileBody("/a/b.mp4", "video_file", "b.mp4", "0" * 64, {"advertiser_id": "71"}),
    ],
)
def test_a_call_survives_being_written_down(body: JsonBody | TextBody | FileBody | None) -> None:
    request = Request("POST", "/ad/create/", {"a": ["1"]}, body, {"x-lead-region": "eu"})
    call = Call("key", request, (Change("ad", "17", "Name", "status", None, "ENABLE"),))

    assert call_from_json(call_to_json(call)) == call


async def test_secrets_in_parameters_and_requests_are_sealed_not_readable(table: Bench) -> None:
    plan = await table.plan_call("/oauth2/revoke_token/", secret=CANARY, app_id="7")
    await table.journal.begin(plan.execution)

    loaded = await table.journal.load(plan.execution.id)

    assert loaded.operations[0].calls[0].call.request == plan.operation.calls[0].call.request
    assert loaded.operations[0].params["body"] == {"secret": CANARY, "app_id": "7"}
    rows = await table.journal._database.read(
        lambda work: [
            *work.run("SELECT params FROM operation"),
            *work.run("SELECT request FROM call"),
        ]
    )
    assert not [row[0] for row in rows if CANARY in row[0]]


async def test_tokens_in_answers_are_kept_sealed_and_shown_as_dots(table: Bench) -> None:
    plan = await table.plan_call("/oauth2/access_token/", auth_code="x")
    await table.journal.begin(plan.execution)
    answer = Answer(200, {}, {"data": {"access_token": CANARY, "scope": [1]}}, {})
    [call] = plan.operation.calls

    await table.journal.outcome(plan.execution, plan.operation, call, CallState.DONE, answer=answer)

    [loaded] = await table.journal.all()
    assert loaded.operations[0].calls[0].body == {"data": {"access_token": CANARY, "scope": [1]}}
    [row] = await table.journal._database.read(lambda work: work.run("SELECT answer FROM call"))
    assert row[0] == '{"data":{"access_token":"•••","scope":[1]}}'


async def test_what_was_read_before_is_kept_whole_and_shown_without_secrets(table: Bench) -> None:
    plan = await table.plan()
    before = [{"ad_id": "1", "access_token": CANARY}]
    operation = replace(plan.operation, before=before)
    await table.journal.begin(replace(plan.execution, operations=(operation,)))

    [loaded] = await table.journal.all()

    assert before == loaded.operations[0].before
    [row] = await table.journal._database.read(
        lambda work: work.run("SELECT before FROM operation")
    )
    assert CANARY not in row[0]


async def test_calls_that_follow_are_planned_unless_somebody_else_took_over(table: Bench) -> None:
    plan = await table.plan()
    await table.journal.begin(plan.execution)
    more = RecordedCall(1, Call("second", Request("POST", "/ad/update/", body=JsonBody({}))))

    await table.journal.extend(plan.execution, plan.operation, [more])
    taken = await table.journal.take_over(plan.execution, "another")
    with pytest.raises(LostClaimError):
        await table.journal.extend(plan.execution, plan.operation, [replace(more, seq=2)])

    assert taken is not None
    assert [0, 1] == [one.seq for one in taken.operations[0].calls]


async def test_an_execution_is_found_by_the_beginning_of_its_id(table: Bench) -> None:
    plan = await table.plan()
    await table.journal.begin(plan.execution)

    found = await table.journal.load(plan.execution.id[:-3])

    assert found.id == plan.execution.id
    assert found.started_at == NOW


async def test_an_ambiguous_or_unknown_id_is_refused(table: Bench) -> None:
    for _ in range(2):
        await table.journal.begin((await table.plan()).execution)

    with pytest.raises(UnknownNameError):
        await table.journal.load("2026")
    with pytest.raises(UnknownNameError, match="execution"):
        await table.journal.load("nonsense")


async def test_open_executions_are_those_that_wait_for_somebody(table: Bench) -> None:
    waiting = (await table.plan()).execution
    ended = (await table.plan()).execution
    for execution in (waiting, ended):
        await table.journal.begin(execution)
    await table.journal.finish(ended, Status.DONE)

    assert [one.id for one in await table.journal.all(only_open=True)] == [waiting.id]
    assert len(await table.journal.all()) == 2


async def test_attempts_and_their_times_are_counted(table: Bench) -> None:
    plan = await table.plan()
    await table.journal.begin(plan.execution)
    await table.journal.intent(plan.execution, plan.operation, 0)
    table.world.clock.move(5)
    await table.journal.intent(plan.execution, plan.operation, 0)

    [loaded] = await table.journal.all()

    call = loaded.operations[0].calls[0]
    assert call.attempts == 2
    assert call.attempted_at == table.world.clock.now()


async def test_writes_of_a_process_that_lost_its_claim_are_refused(table: Bench) -> None:
    plan = await table.plan()
    await table.journal.begin(plan.execution)
    await table.journal.take_over(plan.execution, "another")

    with pytest.raises(LostClaimError):
        await table.journal.intent(plan.execution, plan.operation, 0)
    with pytest.raises(LostClaimError):
        await table.journal.outcome(
            plan.execution, plan.operation, plan.operation.calls[0], CallState.DONE
        )
    await table.journal.finish(plan.execution, Status.DONE)

    [loaded] = await table.journal.all()
    assert loaded.status is Status.RUNNING
    assert loaded.node == "another"
