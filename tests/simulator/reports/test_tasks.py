"""Asynchronous reports: created, waited for, fetched."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from adloom.simulator import Options, Running
from tests.simulator.client import ROOT, Answer, Client, Row
from tests.simulator.conftest import START
from tests.simulator.reports.steps import MONTH, only, params, report

DAY = 86_400


@pytest.fixture
def simulator() -> Iterator[Running]:
    """A simulator whose reports are ready at once."""
    with Running(Options(port=0, speed=0, start=START, report_delay=0)) as running:
        yield running


def _create(client: Client, account: str, **more: Any) -> Row:
    given = {**params("ad", "stat_time_day"), "enable_report_title_translation": False, **more}
    return client.post("/report/task/create/", advertiser_id=account, **given)


def _begin(client: Client, account: str, **more: Any) -> dict[str, str]:
    """A new task: what the other endpoints need to know of it."""
    return {
        "advertiser_id": account,
        "task_id": _create(client, account, **more)["data"]["task_id"],
    }


def _status(client: Client, task: dict[str, str]) -> str:
    return str(client.get("/report/task/check/", **task)["data"]["status"])


def _download(client: Client, task: dict[str, str]) -> Answer:
    return client.send("GET", f"{ROOT}/report/task/download/", query=urlencode(task))


def _lines(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def test_a_report_says_what_the_synchronous_one_says(client: Client, big: str) -> None:
    task = _begin(client, big, metrics=["spend", "clicks", "ad_name"])
    answer = _download(client, task)
    shown = client.rows(
        "/report/integrated/get/",
        advertiser_id=big,
        **params("ad", "stat_time_day", metrics=["spend", "clicks", "ad_name"]),
    )

    assert _status(client, task) == "SUCCESS"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.splitlines()[0] == b"ad_id,stat_time_day,spend,clicks,ad_name"
    assert [row["dimensions"] | row["metrics"] for row in shown] == _lines(answer)


def test_columns_have_titles_for_people_unless_declined(client: Client, big: str) -> None:
    task = _begin(client, big, enable_report_title_translation=None)

    assert _download(client, task).body.splitlines()[0] == b"Ad ID,By Day,Cost,Impressions"


def test_countries_come_as_names(client: Client, big: str) -> None:
    task = _begin(client, big, dimensions=["ad_id", "country_code"])
    names = {line["country_code"] for line in _lines(_download(client, task))}

    assert {"United States", "Germany"} < names
    assert len(names) == 8


def test_countries_can_be_chosen(client: Client, big: str) -> None:
    filtering = only(country_code=["DE", "FR"])
    task = _begin(client, big, dimensions=["ad_id", "country_code"], filtering=filtering)
    names = {line["country_code"] for line in _lines(_download(client, task))}

    assert names == {"Germany", "France"}
    assert _create(client, big, filtering=filtering)["code"] == 40002


def test_there_is_no_longest_range_and_no_longest_list(client: Client, big: str) -> None:
    ids = [row["dimensions"]["ad_id"] for row in report(client, big)]
    dates = {"start_date": "2025-01-01", "end_date": "2026-09-01"}
    task = _begin(client, big, filtering=only(ad_ids=ids * 3), **dates)
    days = {line["stat_time_day"] for line in _lines(_download(client, task))}

    assert len(ids) * 3 > 100
    assert len(days) > 365


@pytest.mark.parametrize(
    "wrong",
    [
        {"filtering": only(ad_status=["STATUS_ALL"])},
        {"filtering": only(objective_type=["TRAFFIC"])},
        {"output_format": "XLSX_DOWNLOAD"},
        {"output_format": "PDF"},
        {"report_type": "PLAYABLE_MATERIAL"},
        {"metrics": ["spent"]},
        {"dimensions": ["campaign_id"]},
        {"end_date": None},
        {"file_name": "x" * 256},
    ],
)
def test_a_bad_parameter_is_refused_at_once(
    client: Client, big: str, wrong: dict[str, Any]
) -> None:
    assert _create(client, big, **wrong)["code"] == 40002


def test_a_file_can_be_fetched_for_an_hour_without_a_token(
    client: Client, simulator: Running, big: str
) -> None:
    task = _begin(client, big, output_format="CSV_DOWNLOAD", file_name="Käufe")
    data = client.get("/report/task/download/", **task)["data"]
    address = urlsplit(data["download_url"])
    stranger = Client(f"http://{address.netloc}")
    fetched = stranger.send("GET", address.path)
    rows = client.rows(
        "/report/integrated/get/", advertiser_id=big, **params("ad", "stat_time_day")
    )
    simulator.clock.move(3600)
    late = stranger.send("GET", address.path)
    renewed = client.get("/report/task/download/", **task)["data"]["download_url"]

    assert data["file_name"] == "Käufe.csv"
    assert data["output_format"] == "CSV_DOWNLOAD"
    assert client.url == stranger.url
    assert fetched.status == 200
    assert fetched.headers["content-type"] == "text/csv; charset=utf-8"
    assert "K%C3%A4ufe.csv" in fetched.headers["content-disposition"]
    assert len(_lines(fetched)) == len(rows)
    assert late.status == 404
    assert stranger.send("GET", urlsplit(renewed).path).body == fetched.body


def test_a_report_is_of_the_moment_it_was_asked_for(
    client: Client, simulator: Running, big: str
) -> None:
    task = _begin(client, big)
    before = _download(client, task).body
    simulator.clock.move(3600)

    assert before == _download(client, task).body
    assert before != _download(client, _begin(client, big)).body


def test_it_waits_then_works_then_is_done(client: Client, simulator: Running, big: str) -> None:
    client.control("POST", "reports", {"delay": 1000})
    task = _begin(client, big)
    tasks = simulator._state.reports.tasks
    known = tasks.find(task["task_id"], big, client.token, simulator.clock.now())

    assert _status(client, task) == "QUEUING"
    assert client.get("/report/task/download/", **task)["code"] == 40201
    states = [known.status(known.queued + passed) for passed in (0, 299, 301, 999, 1001)]
    assert states == ["QUEUING", "QUEUING", "PROCESSING", "PROCESSING", "SUCCESS"]


def test_it_fails_on_request(client: Client, big: str) -> None:
    told = client.control("POST", "reports", {"fail": 1})
    first, second = _begin(client, big), _begin(client, big)

    assert told == {"delay": 0.0, "fail": 1, "tasks": {}}
    assert [_status(client, task) for task in (first, second)] == ["FAILED", "SUCCESS"]
    assert client.get("/report/task/check/", **first)["data"]["message"]
    assert client.get("/report/task/download/", **first)["code"] == 40200
    assert client.control("GET", "reports")["tasks"] == {
        first["task_id"]: "FAILED",
        second["task_id"]: "SUCCESS",
    }


@pytest.mark.parametrize("wrong", [{}, {"fail": -1}, {"delay": -1}, {"delay": "soon"}])
def test_control_refuses_nonsense(client: Client, wrong: dict[str, object]) -> None:
    assert "error" in client.control("POST", "reports", wrong)


def test_it_is_canceled_until_it_is_ready(client: Client, big: str) -> None:
    ready = _begin(client, big)
    client.control("POST", "reports", {"delay": 1000})
    task = _begin(client, big)
    canceled = [client.post("/report/task/cancel/", **task) for _ in range(2)]

    assert [envelope["data"] for envelope in canceled] == [{"status": "CANCELED"}] * 2
    assert _status(client, task) == "CANCELED"
    assert client.get("/report/task/download/", **task)["code"] == 40200
    assert client.post("/report/task/cancel/", **ready)["code"] == 40200
    assert client.control("GET", "effects")["changes"] == {
        "/report/task/create/": 2,
        "/report/task/cancel/": 1,
    }


def test_only_the_same_token_sees_it(
    client: Client, simulator: Running, big: str, small: str
) -> None:
    task = _begin(client, big)
    other = Client(client.url, simulator.token())

    assert other.get("/report/task/check/", **task)["code"] == 40001
    assert other.get("/report/task/download/", **task)["code"] == 40001
    assert other.post("/report/task/cancel/", **task)["code"] == 40001
    assert client.get("/report/task/check/", **{**task, "advertiser_id": small})["code"] == 40007


def test_it_is_kept_for_thirty_days(client: Client, simulator: Running, big: str) -> None:
    task = _begin(client, big)
    simulator.clock.move(30 * DAY)
    kept = _status(client, task)
    simulator.clock.move(1)

    assert kept == "SUCCESS"
    assert client.get("/report/task/check/", **task)["code"] == 40007
    assert client.get("/report/task/check/", advertiser_id=big, task_id="7")["code"] == 40007


def test_audiences_and_several_accounts_work_too(client: Client, big: str, small: str) -> None:
    given = {
        "report_type": "AUDIENCE",
        "data_level": "AUCTION_ADVERTISER",
        "dimensions": ["advertiser_id", "gender"],
        "enable_report_title_translation": False,
        "advertiser_ids": [big, small],
        **MONTH,
    }
    made = client.post("/report/task/create/", **given)["data"]
    lines = _lines(_download(client, {"advertiser_id": small, "task_id": made["task_id"]}))

    assert [line["advertiser_id"] for line in lines] == [big] * 3 + [small] * 3
