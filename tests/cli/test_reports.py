"""`adloom reports`: tables, charts, files and saved definitions, against the simulator."""

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped] # it has no types
import pytest

from adloom.cli.reports_chart import draw
from adloom.cli.reports_shown import show_report
from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.json_text import parse_fast
from adloom.wire import Record
from modules.list_ad_reports import ListAdReportsParams
from tests.cli.conftest import Cli, Outcome
from tests.seams.practice import Practice

#: Seventy days: three windows.
LONG = ("--date-range", "last 70 days")
SMALL = ("--metrics", "spend,clicks,ad_name")


@pytest.fixture(autouse=True)
def _without_saved_reports(practice: Practice) -> None:
    for path in (practice.folder / "reports").glob("*"):
        path.unlink()


def run(cli: Cli, practice: Practice, *more: str) -> Outcome:
    return cli("reports", "run", "--advertiser-id", practice.advertiser_id, *more)


def rows_of(path: Path) -> list[Record]:
    return [parse_fast(line) for line in path.read_bytes().splitlines()]


def asked(practice: Practice) -> int:
    """How many reports the simulator has been asked for."""
    requests: dict[str, int] = practice.simulator.effects.as_json()["requests"]
    return sum(count for path, count in requests.items() if path.endswith("/integrated/get/"))


# --- to stdout ------------------------------------------------------------------------------------


def test_ten_rows_go_into_a_pipe_as_json_lines(cli: Cli, practice: Practice) -> None:
    shown = run(cli, practice)

    assert (0, 10) == (shown.code, len(shown.records)), shown.err
    assert all(isinstance(row["spend"], int | float) for row in shown.records)


def test_run_and_reports_run_tell_the_same(cli: Cli, practice: Practice) -> None:
    options = ("--advertiser-id", practice.advertiser_id, "--date-range", "yesterday", *SMALL)

    assert cli("run", "list-ad-reports", *options).out == cli("reports", "run", *options).out


def test_a_background_report_has_the_same_rows(cli: Cli, practice: Practice) -> None:
    options = ("--date-range", "yesterday", "--limit", "0", *SMALL)
    at_once, in_background = run(cli, practice, *options), run(cli, practice, *options, "--async")

    def by_ad(shown: Outcome) -> dict[str, Record]:
        return {row["ad_id"]: row for row in shown.records}

    assert 0 == in_background.code, in_background.err
    assert by_ad(at_once) == by_ad(in_background)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--start-date", "2026-11-20", "--end-date", "2026-11-01"), "swap"),
        (("--limit", "-1"), "0 or more"),
        (("--append",), "--out"),
        (("--date-range", "whenever"), "last 7 days"),
        (("--out", "report.xlsx"), "--format"),
        (("--out", "nowhere/report.csv"), "nowhere"),
        (("--out", "report.csv", "--append"), "SQLite"),
    ],
)
def test_what_cannot_work_is_wrong_input(
    cli: Cli, practice: Practice, options: tuple[str, ...], told: str
) -> None:
    before = asked(practice)
    shown = run(cli, practice, *options)

    assert 2 == shown.code
    assert told in shown.err
    assert before == asked(practice)


def test_an_unknown_metric_is_told_with_what_was_meant(cli: Cli, practice: Practice) -> None:
    shown = run(cli, practice, "--metrics", "spned")

    assert 1 == shown.code
    assert "Did you mean spend" in shown.err


def test_what_is_too_much_for_tiktok_is_asked_for_in_halves(cli: Cli, practice: Practice) -> None:
    options = ("--date-range", "last 7 days", "--limit", "0", *SMALL)
    whole = run(cli, practice, *options)
    fault = {"kind": "code", "path": "*/report/integrated/get/", "code": 50002, "times": 1}
    practice.simulator.faults.add([fault])
    halves = run(cli, practice, *options)

    def by_day(shown: Outcome) -> dict[tuple[str, str], Record]:
        return {(row["ad_id"], row["stat_time_day"]): row for row in shown.records}

    assert 0 == halves.code
    assert "asking for half" in halves.err
    assert by_day(whole) == by_day(halves)
    assert len(whole.records) == len(halves.records)


# --- into files -----------------------------------------------------------------------------------


def test_all_formats_hold_the_same_report(cli: Cli, practice: Practice, tmp_path: Path) -> None:
    for ending in ("csv", "jsonl", "parquet", "sqlite"):
        shown = run(cli, practice, *LONG, *SMALL, "--out", str(tmp_path / f"r.{ending}"))
        assert 0 == shown.code, shown.err
        assert "" == shown.out

    database = sqlite3.connect(tmp_path / "r.sqlite")
    names = [name for _, name, *_ in database.execute("PRAGMA table_info(report)")]
    in_sqlite = [
        dict(zip(names, row, strict=True)) for row in database.execute("SELECT * FROM report")
    ]
    database.close()
    in_lines = rows_of(tmp_path / "r.jsonl")
    assert len(in_lines) > 1000
    assert in_sqlite == [{name: row.get(name) for name in names} for row in in_lines]
    assert in_sqlite == pq.read_table(tmp_path / "r.parquet").to_pylist()
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        in_csv = list(csv.DictReader(file))
    assert [row["ad_name"] or "" for row in in_lines] == [
        row["ad_name"].removeprefix("'") for row in in_csv
    ]
    assert [float(row["spend"]) for row in in_lines] == [float(row["spend"]) for row in in_csv]
    assert {"r.csv", "r.jsonl", "r.parquet", "r.sqlite"} == {one.name for one in tmp_path.iterdir()}


def test_a_file_gets_all_rows_unless_a_limit_is_named(
    cli: Cli, practice: Practice, tmp_path: Path
) -> None:
    run(cli, practice, *LONG, *SMALL, "--limit", "5", "--out", str(tmp_path / "r.jsonl"))

    assert 5 == len(rows_of(tmp_path / "r.jsonl"))


def test_a_table_can_be_named_and_added_to(cli: Cli, practice: Practice, tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    for day in ("2026-11-01", "2026-11-02"):
        dates = ("--start-date", day, "--end-date", day)
        shown = run(cli, practice, *SMALL, *dates, "--out", str(path), "--table", "ads", "--append")
        assert 0 == shown.code, shown.err

    database = sqlite3.connect(path)
    days = database.execute("SELECT DISTINCT stat_time_day FROM ads ORDER BY 1").fetchall()
    database.close()
    assert [("2026-11-01",), ("2026-11-02",)] == days


def test_an_interrupted_report_goes_on_where_it_stopped(
    cli: Cli, practice: Practice, tmp_path: Path
) -> None:
    whole, path = tmp_path / "whole.jsonl", tmp_path / "r.jsonl"
    run(cli, practice, *LONG, *SMALL, "--out", str(whole))
    start = asked(practice)
    fault = {"kind": "code", "path": "*/report/integrated/get/", "code": 40002, "after": 5}
    practice.simulator.faults.add([fault])
    stopped = run(cli, practice, *LONG, *SMALL, "--out", str(path))
    practice.simulator.faults.clear()
    middle = asked(practice)
    again = run(cli, practice, *LONG, *SMALL, "--out", str(path))

    assert (1, 0) == (stopped.code, again.code), again.err
    assert "Going on" in again.err
    assert whole.read_bytes() == path.read_bytes()
    # Five pages were answered and a sixth was refused; the first window is not read again.
    assert asked(practice) - middle < start
    assert not path.with_name("r.jsonl.part").exists()


@pytest.mark.slow
def test_a_killed_report_goes_on_where_it_stopped(
    cli: Cli, practice: Practice, tmp_path: Path
) -> None:
    whole, path = tmp_path / "whole.csv", tmp_path / "r.csv"
    options = ("--advertiser-id", practice.advertiser_id, *LONG, *SMALL)
    cli("reports", "run", *options, "--out", str(whole))
    fault = {"kind": "slow", "path": "*/report/integrated/get/", "seconds": 30, "after": 4}
    practice.simulator.faults.add([fault])
    command = [sys.executable, "-m", "adloom", "--workspace", str(practice.folder), "reports"]
    process = subprocess.Popen(
        [*command, "run", *options, "--out", str(path)], stderr=subprocess.DEVNULL
    )
    part = path.with_name("r.csv.part")
    deadline = time.monotonic() + 30
    while not list(part.glob("*.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    practice.simulator.faults.clear()

    assert list(part.glob("*.jsonl"))
    assert not path.exists()
    again = cli("reports", "run", *options, "--out", str(path))
    assert "Going on" in again.err
    assert whole.read_bytes() == path.read_bytes()


# --- on a terminal --------------------------------------------------------------------------------


def params(**values: object) -> ListAdReportsParams:
    given = {"advertiser_id": "71", "date_range": "today", **values}
    return validate(ListAdReportsParams, given)


def bundles(*figures: tuple[str, str, str]) -> list[Record]:
    from decimal import Decimal

    return [
        {"ad_id": ad, "ad_name": f"Ad {ad}", "stat_time_day": day, "spend": Decimal(spend),
         "advertiser_id": "71", "total_metrics": {"spend": Decimal("6.50")}}
        for ad, day, spend in figures
    ]  # fmt: skip


FIGURES = [("1", "2026-11-01", "1.50"), ("2", "2026-11-01", "2.00"), ("1", "2026-11-02", "3.00")]


def test_a_table_ends_with_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(["ad_id", "stat_time_day", "advertiser_id", "spend"], bundles(*FIGURES))

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert ["ad_id", "stat_time_day", "spend"] == lines[0]
    assert ["1", "2026-11-01", "1.50"] in lines
    assert ["Total", "6.50"] == lines[-1]


def test_columns_that_do_not_fit_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"text_column_{one}" for one in range(30)]
    show_report(names, [dict.fromkeys(names, "words")])

    assert "more columns" in capsys.readouterr().err


def test_a_trend_adds_up_what_can_be_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    draw("spend", params(), bundles(*FIGURES))

    drawn = capsys.readouterr().out
    assert "spend" in drawn
    assert "11-01" in drawn
    assert "11-02" in drawn
    assert "3.5" in drawn


def test_bars_are_drawn_where_there_is_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    draw("spend", params(dimensions=["ad_id"]), bundles(*FIGURES))

    lines = capsys.readouterr().out.splitlines()
    assert ["Ad 1", "Ad 2"] == [line[:4] for line in lines[1:]]
    assert lines[1].count("█") > lines[2].count("█") > 0


def test_rates_are_not_added_up() -> None:
    rows: list[Record] = [one | {"ctr": one["spend"]} for one in bundles(*FIGURES)]

    with pytest.raises(InvalidParamsError, match="cannot be added up"):
        draw("ctr", params(), rows)


def test_a_chart_is_drawn_of_all_rows(cli: Cli, practice: Practice) -> None:
    shown = run(cli, practice, "--chart", "spend", "--data-level", "AUCTION_ADVERTISER")

    assert 0 == shown.code, shown.err
    assert "spend" in shown.out


# --- saved definitions ----------------------------------------------------------------------------


def test_a_saved_report_stays_relative_and_can_be_overruled(cli: Cli, practice: Practice) -> None:
    made = cli("reports", "save", "weekly", "--advertiser-id", practice.advertiser_id,
               *SMALL, "--date-range", "last_7_days", "-c", "practice")  # fmt: skip
    text = (practice.folder / "reports" / "weekly.toml").read_text()

    assert 0 == made.code, made.err
    assert 'date_range = "last 7 days"' in text
    assert 'connection = "practice"' in text
    assert 10 == len(cli("reports", "run", "weekly").records)
    days = ("--start-date", "2026-11-01", "--end-date", "2026-11-01", "--limit", "3")
    overruled = cli("reports", "run", "weekly", *days)
    assert ["2026-11-01"] * 3 == [row["stat_time_day"] for row in overruled.records]


def test_saved_reports_are_listed_shown_replaced_and_removed(cli: Cli, practice: Practice) -> None:
    save = ("reports", "save", "mine", "--advertiser-id", practice.advertiser_id)
    codes = [cli(*save).code, cli(*save).code, cli(*save, "--limit", "0", "--replace").code]

    assert [0, 2, 0] == codes
    assert ["mine"] == [one["name"] for one in cli("reports", "list").records]
    [shown] = cli("reports", "show", "mine").records
    assert {"advertiser_ids": [practice.advertiser_id], "limit": 0} == shown["params"]
    assert 0 == cli("reports", "remove", "mine").code
    assert [] == cli("reports", "list").records


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("save", "Not A Name", "--advertiser-id", "7"), "lower-case"),
        (("save", "one", "--limit", "-3"), "0 or more"),
        (("save", "one", "--advertiser-id", "7", "--filtering", '{"ad_ids": null}'), "filtering"),
        (("run", "missing"), "missing"),
        (("show", "../adloom"), "../adloom"),
        (("remove", "missing"), "missing"),
    ],
)
def test_what_cannot_be_saved_or_found_is_wrong_input(
    cli: Cli, arguments: tuple[str, ...], told: str
) -> None:
    shown = cli("reports", *arguments)

    assert 2 == shown.code
    assert told in shown.err


@pytest.mark.parametrize("text", ["no = toml = here", "other = 1", '[params]\nlimit = "x"\n'])
def test_a_definition_that_cannot_be_used_names_its_file(
    cli: Cli, practice: Practice, text: str
) -> None:
    (practice.folder / "reports").mkdir(exist_ok=True)
    (practice.folder / "reports" / "bad.toml").write_text(text)
    shown = cli("reports", "run", "bad")

    assert 2 == shown.code
    assert "bad.toml" in shown.err


# --- what there is --------------------------------------------------------------------------------


def test_metrics_and_dimensions_are_found_by_a_word(cli: Cli) -> None:
    metrics = {one["name"]: one for one in cli("reports", "metrics", "spend").records}
    dimensions = cli("reports", "dimensions", "gender").records

    assert ("core", "decimal") == (metrics["spend"]["group"], metrics["spend"]["type"])
    assert [{"name": "gender", "report_type": "AUDIENCE", "data_level": None}] == dimensions
    assert len(cli("reports", "metrics").records) > 800
    assert json.loads(cli("reports", "dimensions").out.splitlines()[0])["name"]
