"""Endpoints of sheets small enough to be read."""

import pytest

from adloom.catalogue import Catalogue, Endpoint, Param
from adloom.catalogue.sheets.endpoints import only_reads


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
    assert params(invented, "POST", "/kite/create/")["advertiser_id"].required


def test_headers_are_no_parameters(invented: Catalogue) -> None:
    assert "Access-Token" not in params(invented, "GET", "/ad/get/")


def test_fields_that_only_a_client_knows_are_there(invented: Catalogue) -> None:
    assert (
        Param("with_wings", "boolean", default=False)
        == (params(invented, "GET", "/ad/get/")["with_wings"])
    )


def test_defaults_get_the_type_of_their_parameter(invented: Catalogue) -> None:
    listing = params(invented, "GET", "/ad/get/")

    assert (listing["page"].default, listing["page_size"].default) == (1, 10)
    assert params(invented, "POST", "/kite/create/")["colours"].default == ["RED", "BLUE"]


def test_the_largest_whole_number_of_a_machine_is_no_limit(invented: Catalogue) -> None:
    assert params(invented, "GET", "/ad/get/")["page"].maximum is None


def test_limits_on_text_and_dates_are_read(invented: Catalogue) -> None:
    found = params(invented, "POST", "/kite/create/")

    assert (found["name"].max_length, found["start"].type) == (40, "datetime")


def test_ranges_in_words_become_limits(invented: Catalogue) -> None:
    assert Param("page", "integer", minimum=1) == params(invented, "GET", "/kite/colours/")["page"]


def test_the_smallest_page_size_that_is_told_wins(invented: Catalogue) -> None:
    endpoint = known(invented, "GET", "/kite/list/")

    assert endpoint.page_size_max == 20
    assert params(invented, "GET", "/kite/list/")["page_size"].maximum == 20
    assert known(invented, "GET", "/ad/get/").page_size_max == 1000


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
    answer = known(invented, "POST", "/kite/create/").response

    assert [(field.name, field.type) for field in answer] == [
        ("ad_id", "string"),
        ("ads", "object[]"),
        ("checked", "boolean"),
    ]
    assert "sails" in {field.name for field in answer[1].fields}


def test_an_entity_is_a_row_of_its_listing(invented: Catalogue) -> None:
    assert (invented.entity("advertiser")) == {
        "advertiser_id": "string",
        "balance": "number|string",
        "motto": "string",
    }


def test_types_of_programming_languages_become_plain_words(invented: Catalogue) -> None:
    kites = known(invented, "GET", "/kite/list/").response[1]

    assert [(field.name, field.type) for field in kites.fields] == [
        ("kite_id", "integer|string"),
        ("tail", "object"),
    ]


def test_parts_of_a_form_that_hold_a_file_are_files(invented: Catalogue) -> None:
    upload = known(invented, "POST", "/file/kite/upload/")

    assert (upload.content_type, upload.data_type) == ("multipart/form-data", "array")
    assert [(param.name, param.type) for param in upload.params] == [
        ("kite_file", "file"),
        ("pattern", "file"),
    ]


def test_a_post_is_json_unless_told_otherwise(invented: Catalogue) -> None:
    assert known(invented, "POST", "/kite/fly/").content_type == "application/json"
    assert known(invented, "GET", "/ad/get/").content_type == ""


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
    assert known(invented, "GET", "/kite/list/").per_second == 3
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
