"""Reports in words and files; figures in the cache; definitions on disk."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from adloom.errors import InvalidParamsError, UsageError, WorkspaceError
from adloom.services import reports_saved
from adloom.services.figures import compare
from adloom.services.figures_measures import Kind, measure_of
from adloom.services.reports_cache import FRESH, MOST, ReportCache
from adloom.services.reports_definitions import definition_of, view_of
from adloom.services.reports_fetching import Fetched
from adloom.services.reports_files import can_write_parquet, file_of
from adloom.services.reports_saved import Saved
from adloom.services.reports_view import View
from adloom.services.reports_words import breakdown_word, change_told, figure_told
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.wire import Record

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = "7048218394563018753"
VIEW = View("acme", ACCOUNT)


# --- words and files ----------------------------------------------------------------------------


def test_figures_are_told_in_what_they_are_counted_in() -> None:
    assert figure_told(measure_of("spend"), Decimal("1234.5"), "EUR") == "1,234.50 EUR"
    assert figure_told(measure_of("spend"), Decimal("1234.5"), "JPY") == "1,234 JPY"
    assert figure_told(measure_of("ctr"), Decimal("1.255"), "EUR") == "1.26 %"
    assert figure_told(measure_of("clicks"), None) == "-"
    assert figure_told(measure_of("impressions"), "<5") == "<5"
    assert measure_of("something_new").kind is Kind.TEXT
    assert breakdown_word("AGE_25_34") == "25\N{EN DASH}34"
    assert breakdown_word("AGE_55_100") == "55+"
    assert breakdown_word(None) == "Unknown"


def test_a_change_from_nothing_has_no_percentage() -> None:
    assert change_told(compare("clicks", Decimal(5), Decimal(0))) == "+ from nothing"
    assert change_told(compare("clicks", Decimal(5), Decimal(10))) == "\N{MINUS SIGN}50.0 %"
    assert change_told(compare("clicks", Decimal(220), Decimal(10))) == "22 times"
    assert change_told(compare("clicks", Decimal(5), Decimal(5))) == "unchanged"
    assert change_told(compare("clicks", None, Decimal(5))) == "-"


def test_files_have_the_same_rows_and_no_formulas() -> None:
    rows: list[Record] = [
        {"campaign_id": "1", "campaign_name": "=HYPERLINK(1)\nx", "spend": Decimal("1.50")},
        {"campaign_id": "2", "campaign_name": "plain", "spend": None},
    ]
    text = file_of("csv", VIEW, rows).decode()

    assert "'=HYPERLINK(1)" in text
    assert ",1.50," in text
    assert file_of("json", VIEW, rows).startswith(b'[{"advertiser_id":null,"campaign_id":"1"')
    assert b'"spend":1.50' in file_of("json", VIEW, rows)
    assert file_of("json", VIEW, []) == b"[]\n"
    with pytest.raises(UsageError):
        file_of("xlsx", VIEW, rows)


@pytest.mark.skipif(not can_write_parquet(), reason="pyarrow is not installed")
def test_parquet_has_figures_as_numbers(tmp_path: Path) -> None:
    import pyarrow.parquet as pq  # type: ignore[import-untyped] # it has no types

    place = tmp_path / "x.parquet"
    place.write_bytes(file_of("parquet", VIEW, [{"campaign_id": "1", "spend": Decimal("1.50")}]))
    (row,) = pq.read_table(place).to_pylist()

    assert (row["campaign_id"], row["spend"]) == ("1", 1.5)


# --- cache and definitions ----------------------------------------------------------------------


def test_figures_are_kept_for_a_few_minutes_by_what_was_asked() -> None:
    clock = FrozenClock(NOW)
    cache, fetched = ReportCache(clock), Fetched([], NOW)
    cache.keep(VIEW, fetched)

    assert cache.find(View("acme", ACCOUNT, sort="clicks", page=2)) is fetched
    assert cache.find(View("acme", ACCOUNT, days="today")) is None
    clock.move(FRESH.total_seconds() + 1)
    assert cache.find(VIEW) is None


def test_only_so_much_is_kept() -> None:
    cache = ReportCache(FrozenClock(NOW))
    for number in range(MOST + 1):
        cache.keep(View("acme", str(number)), Fetched([], NOW))

    assert cache.find(View("acme", "0")) is None
    assert cache.find(View("acme", str(MOST))) is not None


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / SETTINGS_FILE).write_text("")
    return Workspace.open(tmp_path)


def test_a_saved_look_is_a_report_of_the_command_line(workspace: Workspace) -> None:
    view = View("acme", ACCOUNT, level="ad", by="country", columns="video", compare="none")
    reports_saved.save(workspace, "mine", definition_of(view, [ACCOUNT]), replace=False)
    found = reports_saved.load(workspace, "mine")

    assert found.values["data_level"] == "AUCTION_AD"
    assert found.values["dimensions"] == ["ad_id", "country_code"]
    assert found.values["date_range"] == "last 7 days"
    back = view_of(found, "mine")
    assert back is not None
    assert (back.key, back.columns, back.report) == (view.key, "video", "mine")


def test_reports_are_renamed_without_touching_another(workspace: Workspace) -> None:
    for name in ("one", "two"):
        reports_saved.save(workspace, name, definition_of(VIEW, [ACCOUNT]), replace=False)
    with pytest.raises(UsageError):
        reports_saved.rename(workspace, "one", "two")
    with pytest.raises(InvalidParamsError):
        reports_saved.rename(workspace, "one", "../evil")
    reports_saved.rename(workspace, "one", "three")

    assert reports_saved.names(workspace) == ["three", "two"]


def test_what_stands_beside_a_saved_report_has_to_be_known(workspace: Workspace) -> None:
    reports_saved.save(workspace, "mine", definition_of(VIEW, [ACCOUNT]), replace=False)
    place = workspace.path / "reports" / "mine.toml"
    place.write_text(place.read_text() + "\n[surprise]\nx = 1\n")
    with pytest.raises(WorkspaceError, match=r"\[view\]"):
        reports_saved.load(workspace, "mine")


@pytest.mark.parametrize(
    "values",
    [
        {"advertiser_ids": [ACCOUNT], "data_level": "AUCTION_AD", "lifetime": True},
        {"advertiser_ids": [ACCOUNT], "dimensions": ["ad_id", "stat_time_day"]},
        {"advertiser_ids": [ACCOUNT, "2"], "data_level": "AUCTION_AD", "dimensions": ["ad_id"]},
        {"bc_id": "1", "report_type": "BC", "dimensions": ["advertiser_id"]},
        {"nonsense": 1},
    ],
)
def test_a_report_that_the_console_cannot_show_is_no_look(values: dict[str, object]) -> None:
    assert view_of(Saved(values, "acme")) is None
