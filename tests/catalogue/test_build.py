"""From the sheets to the tables, on sheets small enough to be read."""

import json
import os
import shutil
from pathlib import Path

import pytest

from adloom.catalogue import Catalogue, Code, Endpoint, KnownReport, Metric, Param
from adloom.catalogue.build import build, main
from adloom.catalogue.reading import SHIPPED
from adloom.catalogue.sheets.endpoints import only_reads

SHEETS = Path(__file__).parent / "fixtures"
REAL_SHEETS = os.environ.get("ADLOOM_SHEETS")


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("catalogue")
    build(SHEETS, folder)
    return Catalogue(folder)


def known(catalogue: Catalogue, method: str, path: str) -> Endpoint:
    endpoint = catalogue.endpoint(method, path)
    assert endpoint is not None
    return endpoint


def params(catalogue: Catalogue, method: str, path: str) -> dict[str, Param]:
    return {param.name: param for param in known(catalogue, method, path).params}


def test_what_several_sheets_know_about_a_parameter_is_joined(invented: Catalogue) -> None:
    filtering = params(invented, "GET", "/ad/get/")["filtering"]

    assert (
        Param(
            "filtering",
            "object",
            fields=(
                Param("ad_ids", "string[]", min_items=1, max_items=100),
                Param("colour", "string"),
                Param("modified_after", "datetime"),
                Param(
                    "primary_status",
                    choices=("STATUS_ALL", "STATUS_NOT_DELETE"),
                    default="STATUS_NOT_DELETE",
                ),
            ),
        )
        == filtering
    )


def test_required_and_choices_come_from_the_finer_sheet(invented: Catalogue) -> None:
    found = params(invented, "POST", "/ad/status/update/")

    assert Param("ad_ids", "string[]", required=True, min_items=1, max_items=20) == found["ad_ids"]
    assert (
        Param("operation_status", required=True, choices=("ENABLE", "DISABLE"))
        == found["operation_status"]
    )
    assert {"ad_ids", "operation_status"} == set(found)


def test_a_list_of_required_names_is_enough(invented: Catalogue) -> None:
    assert params(invented, "POST", "/ad/create/")["advertiser_id"].required


def test_headers_are_no_parameters(invented: Catalogue) -> None:
    assert "Access-Token" not in params(invented, "GET", "/ad/get/")


def test_fields_that_only_a_client_knows_are_there(invented: Catalogue) -> None:
    assert (
        Param("with_wings", "boolean", default=False)
        == (params(invented, "GET", "/ad/get/")["with_wings"])
    )


def test_defaults_get_the_type_of_their_parameter(invented: Catalogue) -> None:
    listing = params(invented, "GET", "/ad/get/")

    assert (1, 10) == (listing["page"].default, listing["page_size"].default)
    assert ["RED", "BLUE"] == params(invented, "POST", "/ad/create/")["colours"].default


def test_the_largest_whole_number_of_a_machine_is_no_limit(invented: Catalogue) -> None:
    assert params(invented, "GET", "/ad/get/")["page"].maximum is None


def test_limits_on_text_and_dates_are_read(invented: Catalogue) -> None:
    found = params(invented, "POST", "/ad/create/")

    assert (40, "datetime") == (found["name"].max_length, found["start"].type)


def test_ranges_in_words_become_limits(invented: Catalogue) -> None:
    assert Param("page", "integer", minimum=1) == params(invented, "GET", "/kite/colours/")["page"]


def test_the_smallest_page_size_that_is_told_wins(invented: Catalogue) -> None:
    endpoint = known(invented, "GET", "/kite/list/")

    assert 20 == endpoint.page_size_max
    assert 20 == params(invented, "GET", "/kite/list/")["page_size"].maximum
    assert 1000 == known(invented, "GET", "/ad/get/").page_size_max


def test_an_answer_has_types_and_words_but_no_limits(invented: Catalogue) -> None:
    rows = known(invented, "GET", "/ad/get/").response[0]

    assert (
        Param(
            "list",
            "object[]",
            fields=(
                Param("ad_id"),
                Param("campaign_automation_type", choices=("MANUAL", "SMART_PLUS")),
                Param("colour", choices=("RED", "BLUE")),
                Param("sails", "object[]", fields=(Param("cloth"), Param("size"))),
                Param("wings_left", "number|string"),
            ),
        )
        == rows
    )


def test_the_finer_sheet_decides_what_is_in_an_answer(invented: Catalogue) -> None:
    answer = known(invented, "POST", "/ad/create/").response

    assert [("ad_id", "string"), ("ads", "object[]"), ("checked", "boolean")] == [
        (field.name, field.type) for field in answer
    ]
    assert "sails" in {field.name for field in answer[1].fields}


def test_an_entity_is_a_row_of_its_listing(invented: Catalogue) -> None:
    assert {"advertiser_id": "string", "balance": "number|string", "motto": "string"} == (
        invented.entity("advertiser")
    )


def test_types_of_programming_languages_become_plain_words(invented: Catalogue) -> None:
    kites = known(invented, "GET", "/kite/list/").response[1]

    assert [("kite_id", "integer|string"), ("tail", "object")] == [
        (field.name, field.type) for field in kites.fields
    ]


def test_parts_of_a_form_that_hold_a_file_are_files(invented: Catalogue) -> None:
    upload = known(invented, "POST", "/file/kite/upload/")

    assert ("multipart/form-data", "array") == (upload.content_type, upload.data_type)
    assert [("kite_file", "file"), ("pattern", "file")] == [
        (param.name, param.type) for param in upload.params
    ]


def test_a_post_is_json_unless_told_otherwise(invented: Catalogue) -> None:
    assert "application/json" == known(invented, "POST", "/kite/fly/").content_type
    assert "" == known(invented, "GET", "/ad/get/").content_type


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/ad/get/", "list"),  # pages, and a list of that name
        ("/kite/list/", "kites"),  # a cursor, and one list of objects
        ("/kite/shapes/", "shapes"),  # nothing but one list of objects
        ("/kite/colours/", "list"),  # pages, and an answer that nobody wrote down
        ("/kite/get/", None),  # one object
    ],
)
def test_the_rows_of_a_listing_are_found(invented: Catalogue, path: str, key: str | None) -> None:
    assert key == known(invented, "GET", path).list_key


def test_a_change_is_no_listing_even_if_it_answers_with_a_list(invented: Catalogue) -> None:
    fly = known(invented, "POST", "/kite/fly/")

    assert fly.changes
    assert fly.list_key is None


def test_a_path_always_ends_with_a_slash(invented: Catalogue) -> None:
    assert invented.endpoint("GET", "/kite/get") is None
    assert not known(invented, "POST", "/kite/get/").changes


def test_an_operation_that_only_the_facts_know_is_added(invented: Catalogue) -> None:
    assert (Param("core_user_id"), Param("create_time", "integer")) == (
        known(invented, "GET", "/user/info/").response
    )


def test_an_endpoint_may_have_a_speed_of_its_own(invented: Catalogue) -> None:
    assert 3 == known(invented, "GET", "/kite/list/").per_second
    assert known(invented, "GET", "/ad/get/").per_second is None


@pytest.mark.parametrize("path", ["/a/get/", "/a/list/", "/a/info/", "/a/search/", "/a/recommend/"])
def test_posts_that_read_are_told_by_their_verb(path: str) -> None:
    assert only_reads(path)


@pytest.mark.parametrize(
    "path",
    ["/a/update/", "/get/a/", "/a/task/", "/a/generate/", "/a/verify/", "/a/forget/", "/a/send/"],
)
def test_whatever_is_not_known_to_read_changes_something(path: str) -> None:
    assert not only_reads(path)


def test_codes_get_our_words_or_those_of_their_constant(invented: Catalogue) -> None:
    assert Code(0, "OK", "done", "ok") == invented.code(0)
    assert Code(51012, "PIXEL_ERROR", "pixel error", "retry") == invented.code(51012)


def test_the_second_list_of_codes_only_fills_gaps(invented: Catalogue) -> None:
    assert "retry-limited" == invented.code(40902).retry
    assert "poll" == invented.code(40201).retry


def test_remarks_are_cut_from_old_names(invented: Catalogue) -> None:
    assert {"opt_status": "operation_status"} == invented.renamed_params()
    assert {"placement": "placement_type"} == invented.renamed_params("report")


def test_a_star_stands_for_the_fields_that_are_known(invented: Catalogue) -> None:
    assert {"wing_left": "wings_left"} == invented.renamed_params("ad")


def test_one_old_path_may_lead_to_two_new_ones(invented: Catalogue) -> None:
    assert "/kite/fly/" == invented.renamed_path("POST", "/kites/list/")
    assert "/kite/list/" == invented.renamed_path("GET", "/kites/list/")
    assert invented.renamed_path("GET", "/ad/get/") is None


def test_metrics_keep_their_group_type_and_levels(invented: Catalogue) -> None:
    assert {"attribute": ("ad_name", "currency"), "core": ("clicks", "spend")} == invented.metrics()
    assert Metric("ad_name", "attribute", "string", ("AD",)) == invented.metric("ad_name")


def test_words_between_dimensions_are_left_out(invented: Catalogue) -> None:
    assert ("ad_id", "stat_time_day", "country_code") == invented.dimensions("BASIC")
    assert ("catalog_id",) == invented.dimensions("CATALOG")


def test_a_breakdown_by_country_belongs_where_its_metrics_belong(invented: Catalogue) -> None:
    level = "AUCTION_AD"

    assert (
        KnownReport("BASIC", level, ("ad_id", "country_code"), ("spend", "clicks", "ad_name")),
        KnownReport("AUDIENCE", level, ("ad_id", "gender"), ("spend", "currency")),
        KnownReport("AUDIENCE", level, ("ad_id", "country_code"), ("spend", "currency")),
        KnownReport("BASIC", level, ("ad_id",), ("spend", "clicks")),
    ) == invented.known_good_reports()


def test_an_enumeration_of_numbers_is_text_too(invented: Catalogue) -> None:
    assert (("1", "2"), ()) == (invented.enum("Numbered"), invented.enum("conf"))


def test_no_sentence_and_no_sample_of_the_sheets_is_written(tmp_path: Path) -> None:
    written = b"".join(path.read_bytes() for path in build(SHEETS, tmp_path))

    for left_behind in (b"not shipped", b"Somebody", b"somebody", b"never mind"):
        assert left_behind not in written


def test_building_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    once = [path.read_bytes() for path in build(SHEETS, first)]
    again = [path.read_bytes() for path in build(SHEETS, second)]

    assert once == again


def test_the_command_names_each_file_with_its_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main([str(SHEETS), str(tmp_path)])

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
        ("business_api.yaml", "'220': Somebody", "'229': Somebody"),
        ("business_api.yaml", "code: 51012, sdk_const: PIXEL_ERROR,", "code: 51012,"),
    ],
)
def test_a_sheet_that_is_not_understood_is_refused(
    tmp_path: Path, sheet: str, where: str, fault: str
) -> None:
    sheets = tmp_path / "sheets"
    shutil.copytree(SHEETS, sheets)
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


def test_every_table_is_json_with_one_entry_on_a_line(tmp_path: Path) -> None:
    for path in build(SHEETS, tmp_path):
        table = json.loads(path.read_bytes())

        assert len(table) == len(path.read_text().splitlines()) - 2, path.name
