"""The builder as a whole: the same bytes every time, no sentences, no guessing."""

import json
import os
import shutil
from pathlib import Path

import pytest

from adloom.catalogue.build import build, main
from adloom.catalogue.reading import SHIPPED

REAL_SHEETS = os.environ.get("ADLOOM_SHEETS")


def test_no_sentence_and_no_sample_of_the_sheets_is_written(
    invented_sheets: Path, tmp_path: Path
) -> None:
    written = b"".join(path.read_bytes() for path in build(invented_sheets, tmp_path))

    for left_behind in (b"not shipped", b"Somebody", b"somebody", b"never mind"):
        assert left_behind not in written


def test_building_twice_writes_the_same_bytes(invented_sheets: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    once = [path.read_bytes() for path in build(invented_sheets, first)]
    again = [path.read_bytes() for path in build(invented_sheets, second)]

    assert once == again


def test_the_command_names_each_file_with_its_size(
    invented_sheets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(invented_sheets), str(tmp_path)]) == 0

    said = capsys.readouterr().out
    assert [f"{path.stat().st_size:,} {path}" for path in sorted(tmp_path.iterdir())] == [
        line.strip() for line in said.splitlines()
    ]


@pytest.mark.parametrize(
    ("sheet", "where", "fault"),
    [
        ("business_api_endpoints.yaml", "type: boolean", "type: perhaps"),
        ("business_api_endpoints.yaml", "range: '1-1,000'", "range: some"),
        ("business_api_endpoints.yaml", "enum_ref: Colour", "enum_ref: Flavour"),
        ("business_api_endpoints.yaml", "has_more: {type: boolean}", "more: {type: 'object[]'}"),
        ("business_api_endpoints.yaml", "advertiser_ids: {", "advertisers: {"),
        ("business_api.yaml", "'220': Somebody", "'229': Somebody"),
        ("business_api.yaml", "code: 51012, sdk_const: PIXEL_ERROR,", "code: 51012,"),
    ],
)
def test_a_sheet_that_is_not_understood_is_refused(
    invented_sheets: Path, tmp_path: Path, sheet: str, where: str, fault: str
) -> None:
    sheets = tmp_path / "sheets"
    shutil.copytree(invented_sheets, sheets)
    text = (sheets / sheet).read_text()
    (sheets / sheet).write_text(text.replace(where, fault))

    assert where in text
    with pytest.raises(ValueError, match=r"unknown|there is no|where are the rows|wording"):
        build(sheets, tmp_path)


@pytest.mark.skipif(
    REAL_SHEETS is None,
    reason="ADLOOM_SHEETS IS NOT SET: nobody checked that the shipped tables fit the fact sheets",
)
def test_the_shipped_tables_are_what_the_fact_sheets_give(tmp_path: Path) -> None:
    for path in build(Path(REAL_SHEETS or ""), tmp_path):
        assert path.read_bytes() == (SHIPPED / path.name).read_bytes(), path.name


def test_every_table_is_json_with_one_entry_on_a_line(
    invented_sheets: Path, tmp_path: Path
) -> None:
    for path in build(invented_sheets, tmp_path):
        table = json.loads(path.read_bytes())

        assert len(table) == len(path.read_text().splitlines()) - 2, path.name
