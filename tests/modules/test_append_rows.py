"""Appending rows: what is planned, and that a crash neither loses nor doubles one."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.wire import Answer, JsonBody
from connections.providers.local_files import LocalFiles
from modules.append_rows import AppendRows, AppendRowsParams
from modules.base import Call, Outcome
from scheduler.journal import Journal
from scheduler.records import Status
from tests.modules.fake_api import FakeApi, context_for
from tests.seams.workspaces import carried_out, opened_workspace

ACTION = AppendRows()


def written(file: str = "a.csv", rows: Any = None, **more: Any) -> AppendRowsParams:
    values = {"file": file, "rows": [{"n": 1}] if rows is None else rows, **more}
    return validate(AppendRowsParams, values)


def planned(params: AppendRowsParams) -> Call:
    (call,) = ACTION.calls(params, [{"key": "operation-1"}])
    return call


def body(call: Call) -> Any:
    assert isinstance(call.request.body, JsonBody)
    return call.request.body.value


def test_one_object_is_one_row_and_columns_choose_and_order() -> None:
    params = written(rows={"b": 2, "a": 1, "c": 3}, columns=["c", "a", "d"])

    assert [{"c": 3, "a": 1, "d": None}] == body(planned(params))["rows"]
    assert ["c", "a", "d"] == list(body(planned(params))["rows"][0])


def test_figures_of_a_csv_keep_the_zeros_at_their_end() -> None:
    row = {"spend": Decimal("12.50"), "id": 7100000000000000001}

    assert [{**row, "spend": "12.50"}] == body(planned(written(rows=row)))["rows"]
    assert [{**row, "spend": 12.5}] == body(planned(written("a.jsonl", row)))["rows"]


def test_the_plan_shows_where_a_row_goes() -> None:
    call = planned(written("a.db", [{"n": 1}, {"n": 2}], table="days"))

    (change,) = call.changes
    assert ("file", "a.db", "days", "2 rows") == (
        change.kind,
        change.name,
        change.field,
        change.new,
    )


@pytest.mark.parametrize(
    "values",
    [
        {"file": "/etc/a.csv"},
        {"file": "../a.csv"},
        {"file": "a.txt"},
        {"file": "adloom"},
        {"rows": []},
        {"rows": [{}]},
        {"rows": [{"": 1}]},
        {"rows": [{"a\0": 1}]},
        {"rows": "text"},
        {"columns": ["a", "a"]},
        {"table": "_adloom_added"},
        {"table": "SQLite_master"},
        {"table": 'x"; DROP'},
    ],
)
def test_what_cannot_work_is_refused_at_once(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidParamsError):
        written(**values)


def test_a_text_that_is_none_is_refused_before_it_is_planned() -> None:
    with pytest.raises(InvalidParamsError, match="rows"):
        planned(written(rows={"a": "\ud800"}))


@pytest.mark.parametrize(
    ("appended", "outcome"),
    [(True, Outcome.HAPPENED), (False, Outcome.NOT_HAPPENED), (None, Outcome.UNKNOWN)],
)
async def test_the_file_tells_what_became_of_an_addition(
    appended: bool | None, outcome: Outcome
) -> None:
    api = FakeApi(answers={"/rows/appended/": Answer(200, {}, None, {"appended": appended})})

    assert outcome is await ACTION.look_up(planned(written()), context_for(api))
    assert {"file": "a.csv", "key": "operation-1"} == api.asked[0].query


async def test_rows_are_written_below_the_workspace_without_a_connection(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        name = await session.choose(None, ["files"])
        results = [
            await carried_out(session, "append_rows", name, file="d/a.csv", rows={"n": n})
            for n in (1, 2)
        ]

    assert [Status.DONE] * 2 == [one.execution.status for one in results]
    assert [{"file": "d/a.csv", "table": None, "rows": 1}] == results[0].records
    assert "n\n1\n2\n" == (tmp_path / "w" / "data" / "d" / "a.csv").read_text()


async def test_a_file_that_does_not_fit_fails_the_step_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "w" / "data").mkdir(parents=True)
    (tmp_path / "w" / "data" / "a.csv").write_text("m\n")

    async with opened_workspace(tmp_path / "w") as session:
        result = await carried_out(session, "append_rows", "files", file="a.csv", rows={"n": 1})

    assert Status.FAILED is result.execution.status
    assert "no column n" in str(result.execution.operations[0].calls[0].error)


class DiedError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("when", ["before the file", "after the file"])
async def test_a_row_stands_once_whenever_the_process_dies(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any, **__: Any) -> Any:
        raise DiedError

    said: list[str] = []
    with monkeypatch.context() as dying:
        if when == "before the file":
            dying.setattr(LocalFiles, "send", die)
        else:
            dying.setattr(Journal, "outcome", die)
        with pytest.raises(DiedError):
            async with opened_workspace(tmp_path / "w", deadline=0.2) as session:
                await carried_out(session, "append_rows", "files", file="a.jsonl", rows={"n": 1})
    async with opened_workspace(tmp_path / "w", deadline=0.2, said=said) as session:
        (result,) = await (await session.engine()).recover()

    assert Status.DONE is result.execution.status
    lines = (tmp_path / "w" / "data" / "a.jsonl").read_text().splitlines()
    assert [{"n": 1}] == [json.loads(line) for line in lines]
    assert ("It had happened." in said) is (when == "after the file")
