"""`/report/task/*/`: reports that are made while the client does something else."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import NOT_FOUND, Plain, Refusal, Reply
from adloom.simulator.reports.answering import accounts_of
from adloom.simulator.reports.asked import read
from adloom.simulator.reports.asked_filters import COUNTRY, IDS
from adloom.simulator.reports.tables import table
from adloom.simulator.reports.tasks import CANCELED, DONE, FAILED, QUEUED, WORKING, Task
from adloom.simulator.state import Call, Incoming, State

__all__ = ["cancel", "check", "create", "download", "fetch", "owns"]

#: Where the files behind `download_url` are.
FILES: Final = "/_files/reports/"
PARAM_ERROR: Final = 40002
TASK_ERROR: Final = 40200
NOT_READY: Final = 40201
CSV: Final = "text/csv; charset=utf-8"
MESSAGES: Final[Mapping[str, str]] = {FAILED: "The report could not be made.", DONE: "OK"}


def create(call: Call) -> Reply:
    """Begin a report."""
    params, state = call.params, call.state
    for place, given in enumerate(params.get("filtering") or ()):
        if given.get("field_name") not in (*IDS, COUNTRY):
            raise bad_param(f"filtering.{place}", "Only ids and country_code can be filtered by.")
    output_format = params.get("output_format", "CSV_STRING")
    if output_format == "XLSX_DOWNLOAD":
        raise bad_param("output_format", "XLSX_DOWNLOAD is not modelled by this simulator.")
    asked = read(params, limited=False)
    if any(wanted.field == COUNTRY for wanted in asked.filters):
        _check_country(asked.divided.dimensions)
    now = state.clock.now()
    task = state.reports.tasks.add(
        Task(
            asked=asked,
            advertiser_ids=tuple(accounts_of(call, asked)),
            token=call.token,
            created=now,
            output_format=output_format,
            file_name=params.get("file_name") or "report",
            titles=params.get("enable_report_title_translation", True),
        )
    )
    state.effects.record(call.path, (task.identity,), (task.identity,), at=now)
    return Reply({"task_id": task.identity})


def _check_country(dimensions: tuple[str, ...]) -> None:
    if COUNTRY not in dimensions:
        raise bad_param("filtering", "country_code has to be among the dimensions as well.")


def check(call: Call) -> Reply:
    """What has become of a report."""
    status = call.state.reports.tasks.status(_task(call))
    return Reply({"status": status, "message": MESSAGES.get(status, "")})


def cancel(call: Call) -> Reply:
    """Give a report up, unless it is ready."""
    task = _task(call)
    status = call.state.reports.tasks.status(task)
    effective = status in (QUEUED, WORKING)
    if not effective and status != CANCELED:
        raise Refusal(TASK_ERROR, f"The task is {status} and cannot be canceled.")
    task.canceled = True
    call.state.effects.record(
        call.path,
        (task.identity,),
        (task.identity,) if effective else (),
        at=call.state.clock.now(),
        took_effect=effective,
    )
    return Reply({"status": CANCELED})


def download(call: Call) -> Reply | Plain:
    """The report itself, or where it is."""
    state, task = call.state, _task(call)
    status = state.reports.tasks.status(task)
    if status in (QUEUED, WORKING):
        raise Refusal(NOT_READY, "The task is not ready yet.")
    if status != DONE:
        raise Refusal(TASK_ERROR, f"The task is {status}.")
    if task.output_format == "CSV_STRING":
        return _file(state, task, {})
    key = state.reports.tasks.link(task, state.clock.now())
    data: dict[str, Any] = {
        "download_url": f"http://{call.host}{FILES}{key}",
        "file_name": _file_name(task),
        "output_format": task.output_format,
    }
    return Reply(data)


def owns(path: str) -> bool:
    """Whether a path is that of a file."""
    return path.startswith(FILES)


def fetch(state: State, incoming: Incoming) -> Plain:
    """What is behind a `download_url`; it needs no token and works for an hour."""
    key = incoming.path.removeprefix(FILES)
    task = state.reports.tasks.linked(key, state.clock.now())
    if task is None or incoming.method != "GET":
        return NOT_FOUND
    name = quote(_file_name(task))
    return _file(state, task, {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _task(call: Call) -> Task:
    now = call.state.clock.now()
    given = call.params
    advertiser_id = given.get("advertiser_id", "")
    return call.state.reports.tasks.find(given.get("task_id", ""), advertiser_id, call.token, now)


def _file(state: State, task: Task, headers: Mapping[str, str]) -> Plain:
    plan, sheet = state.reports.complete(task.asked, task.advertiser_ids, task.created)
    text = table(task.asked, plan, sheet, titles=task.titles)
    return Plain(200, text, CSV, headers, label="0")


def _file_name(task: Task) -> str:
    return f"{task.file_name}.csv"
