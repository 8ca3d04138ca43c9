"""What stands in the files."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped] # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UsageError
from adloom.nested_rows import NestedRows
from adloom.sinks import FORMATS, format_of, open_sink
from adloom.sinks.csv_file import defused
from adloom.sinks.parquet_file import GROUP, ParquetFile
from tests.sinks.reports import COLUMNS, nested, wire_row

NAMES = [one.name for one in COLUMNS]


def written(kind: str, path: Path, *pages: NestedRows, **options: Any) -> Path:
    with open_sink(kind, path, COLUMNS, table="report", **options) as sink:
        for page in pages:
            assert len(page) == sink.write(page)
    return path


def table(path: Path, query: str = "SELECT * FROM report") -> list[tuple[Any, ...]]:
    database = sqlite3.connect(path)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "csv"), ("a.NDJSON", "jsonl"), ("a.pq", "parquet"), ("a.db", "sqlite")],
)
def test_the_ending_says_the_format(name: str, kind: str) -> None:
    assert kind == format_of(Path(name))
    assert "csv" == format_of(Path(name), "csv")


def test_an_unknown_ending_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"\.parquet") as caught:
        format_of(Path("report.xlsx"))

    assert all(kind in (caught.value.hint or "") for kind in FORMATS)


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\rx", "=", "-", "+"]
)
def test_a_cell_that_a_spreadsheet_would_calculate_is_defused(cell: str) -> None:
    assert f"'{cell}" == defused(cell)


@pytest.mark.parametrize("cell", ["-1.5", "+3", "-1e5", "-0.20%", "", "Kite", "'=1", "1=1", " =1"])
def test_numbers_and_ordinary_text_stay_as_they_are(cell: str) -> None:
    assert cell == defused(cell)


@given(st.text(max_size=12))
def test_no_cell_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    safe = defused(text)

    assert safe.removeprefix("'") == text.removeprefix("'") or safe == text
    assert safe[:1] not in set("=+-@\t\r") or float(safe.rstrip("%")) is not None


def test_csv_keeps_figures_exactly_and_names_whole(tmp_path: Path) -> None:
    name = '=HYPERLINK("https://example.com"), "quoted"\nand more'
    path = written(
        "csv", tmp_path / "a.csv", nested(wire_row(ad_name=name, ctr="-", spend="-2.50"))
    )

    with path.open(encoding="utf-8", newline="") as file:
        assert [NAMES, ["17", "2026-11-01", "71", f"'{name}", "-2.50", ""]] == list(
            csv.reader(file)
        )


# --- JSON lines -----------------------------------------------------------------------------------


def test_json_lines_hold_bundles_with_exact_figures(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path / "a.jsonl", nested(wire_row(spend="20.000", new="007")))

    [line] = path.read_text(encoding="utf-8").splitlines()
    assert '"spend":20.000' in line
    assert "007" == json.loads(line)["new"]


# --- Parquet --------------------------------------------------------------------------------------


def test_parquet_has_text_and_floats_in_bounded_groups(tmp_path: Path) -> None:
    page = nested(*(wire_row(ad_id=str(one)) for one in range(GROUP // 4)))
    path = written("parquet", tmp_path / "a.parquet", *[page] * 5)

    file = pq.ParquetFile(path)
    assert [GROUP, GROUP // 4] == [
        file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)
    ]
    assert ["string"] * 4 + ["double"] * 2 == [str(one.type) for one in file.schema_arrow]
    assert ("0", "2026-11-01", "71", "Kite", 1.5, 0.25) == tuple(
        file.read_row_group(0).slice(0, 1).to_pylist()[0].values()
    )


def test_parquet_leaves_out_what_is_no_number_and_counts_it(tmp_path: Path) -> None:
    with ParquetFile(tmp_path / "a.parquet", COLUMNS) as sink:
        sink.write(nested(wire_row(spend="<5", ctr="-"), wire_row()))

    assert [None, 1.5] == pq.read_table(tmp_path / "a.parquet")["spend"].to_pylist()
    assert 1 == sink.left_out


def test_without_its_library_parquet_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(UsageError) as caught:
        ParquetFile(tmp_path / "a.parquet", COLUMNS)
    assert "adloom[parquet]" in (caught.value.hint or "")


# --- SQLite ---------------------------------------------------------------------------------------


def test_sqlite_has_a_typed_table(tmp_path: Path) -> None:
    path = written("sqlite", tmp_path / "a.db", nested(wire_row(), wire_row(spend="<5", ctr="-")))

    assert [
        ("17", "2026-11-01", "71", "Kite", 1.5, 0.25),
        ("17", "2026-11-01", "71", "Kite", "<5", None),
    ] == table(path)
    types = table(path, "SELECT type FROM pragma_table_info('report')")
    assert ["TEXT"] * 4 + ["REAL"] * 2 == [kind for (kind,) in types]


def test_a_table_is_replaced_and_others_are_left_alone(tmp_path: Path) -> None:
    path = written("sqlite", tmp_path / "a.db", nested(wire_row(), wire_row()))
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE mine (x)")
    database.execute("INSERT INTO mine VALUES (1)")
    database.commit()
    database.close()
    written("sqlite", path, nested(wire_row(ad_id="18")))

    assert ["18"] == [row[0] for row in table(path)]
    assert [(1,)] == table(path, "SELECT * FROM mine")


def test_appending_keeps_rows_and_adds_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_sink("sqlite", path, COLUMNS[:3], table="report") as sink:
        sink.write(nested(wire_row(ad_id="1")))
    written("sqlite", path, nested(wire_row(ad_id="2")), append=True)

    assert [("1", None), ("2", 1.5)] == table(path, "SELECT ad_id, spend FROM report")


def test_a_failure_leaves_a_table_as_it_was(tmp_path: Path) -> None:
    path = written("sqlite", tmp_path / "a.db", nested(wire_row()))

    def stopped() -> None:
        with open_sink("sqlite", path, COLUMNS, table="report") as new:
            new.write(nested(wire_row(ad_id="99")))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert ["17"] == [row[0] for row in table(path)]


def test_names_of_tables_and_columns_cannot_smuggle_anything(tmp_path: Path) -> None:
    name = 'x"; DROP TABLE report; --'
    with open_sink("sqlite", tmp_path / "a.db", COLUMNS, table=name) as sink:
        sink.write(nested(wire_row()))

    assert [(name,)] == table(tmp_path / "a.db", "SELECT name FROM sqlite_master")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("These are words. " * 100)

    with pytest.raises(UsageError, match="cannot be written"):
        open_sink("sqlite", tmp_path / "a.db", COLUMNS, table="report")
