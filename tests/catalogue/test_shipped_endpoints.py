"""The shipped endpoints: all of them, and consistent."""

import re
from collections.abc import Iterable, Iterator

import pytest

from adloom.catalogue import Catalogue, Endpoint, Param, load
from adloom.catalogue.sheets.corrections import (
    LIST_KEYS,
    NOT_LISTINGS,
    REFINED,
    RESPONSES,
)

PLAIN_TYPES = {
    *("string", "integer", "number", "boolean", "datetime", "date", "object", "file", "any"),
    *("integer|string", "number|string"),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def flat(params: Iterable[Param]) -> Iterator[Param]:
    for param in params:
        yield param
        yield from flat(param.fields)


def every_param(catalogue: Catalogue) -> Iterator[tuple[Endpoint, Param]]:
    for endpoint in catalogue.endpoints():
        for param in flat([*endpoint.params, *endpoint.response]):
            yield endpoint, param


def test_every_operation_of_the_sheets_is_there(catalogue: Catalogue) -> None:
    endpoints = catalogue.endpoints()

    assert len({endpoint.path for endpoint in endpoints}) == 477
    # 481 of the endpoint sheet, and GET /user/info/, which only the facts know.
    assert len(endpoints) == 482


def test_operations_are_sorted_by_path_and_method(catalogue: Catalogue) -> None:
    keys = [(endpoint.path, endpoint.method) for endpoint in catalogue.endpoints()]

    assert sorted(keys) == keys


def test_every_path_has_its_closing_slash(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        assert re.fullmatch(r"(/[a-z0-9_]+)+/", endpoint.path), endpoint.path


def test_only_get_and_post_are_used(catalogue: Catalogue) -> None:
    assert {endpoint.method for endpoint in catalogue.endpoints()} == {"GET", "POST"}


def test_every_type_is_a_plain_word(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        assert param.type.removesuffix("[]") in PLAIN_TYPES, (endpoint.path, param.name)


def test_choices_are_words_and_belong_to_text(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        where = (endpoint.path, param.name)

        assert all(param.choices), where
        assert not param.choices or param.type in ("string", "string[]"), where


def test_a_default_is_one_of_the_choices(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        defaults = param.default if isinstance(param.default, list) else [param.default]
        if param.choices and param.default is not None:
            assert set(defaults) <= set(param.choices), (endpoint.path, param.name)


def test_limits_are_in_order(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        for low, high in ((param.minimum, param.maximum), (param.min_items, param.max_items)):
            assert low is None or high is None or low <= high, (endpoint.path, param.name)


def test_no_header_is_a_parameter(catalogue: Catalogue) -> None:
    names = {param.name.lower() for _, param in every_param(catalogue)}

    assert names.isdisjoint({"access-token", "content-type"})


def test_a_name_stands_once_among_its_neighbours(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        for params in (endpoint.params, endpoint.response):
            names = [param.name for param in params]

            assert sorted(set(names)) == names, endpoint.path


def test_every_list_key_names_a_list_of_the_answer(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        fields = {field.name: field.type for field in endpoint.response}
        if endpoint.list_key and fields:
            assert fields[endpoint.list_key].endswith("[]"), endpoint.path


def test_whatever_takes_pages_and_reads_is_a_listing(catalogue: Catalogue) -> None:
    paged = {"page", "page_size", "cursor"}
    lost = {
        f"{endpoint.method} {endpoint.path}"
        for endpoint in catalogue.endpoints()
        if paged & {param.name for param in endpoint.params}
        and not endpoint.changes
        and endpoint.list_key is None
    }

    assert lost == NOT_LISTINGS


def test_no_change_is_a_listing(catalogue: Catalogue) -> None:
    assert [each for each in catalogue.endpoints() if each.changes and each.list_key] == []


@pytest.mark.parametrize(
    ("path", "key", "largest"),
    [
        ("/ad/get/", "list", 1000),
        ("/adgroup/get/", "list", 1000),
        ("/campaign/get/", "list", 1000),
        ("/report/integrated/get/", "list", 1000),
        ("/subscription/get/", "subscriptions", 1000),
        ("/pixel/list/", "pixels", 20),
        ("/file/video/ad/search/", "list", 100),
        ("/file/image/ad/search/", "list", 100),
        ("/identity/get/", "identity_list", 20),
        ("/creative/portfolio/list/", "creative_portfolios", 100),
        ("/file/music/get/", "musics", 1000),
        ("/comment/list/", "comments", None),
        ("/business/comment/list/", "comments", None),
        ("/advertiser/info/", "list", None),
        ("/page/library/get/", "list", None),
    ],
)
def test_known_listings_are_right(
    catalogue: Catalogue, path: str, key: str, largest: int | None
) -> None:
    endpoint = catalogue.endpoint("GET", path)

    assert endpoint is not None
    assert (endpoint.list_key, endpoint.page_size_max) == (key, largest)


def test_page_size_says_the_same_as_the_endpoint(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        sizes = [param.maximum for param in endpoint.params if param.name == "page_size"]

        assert sizes in ([], [endpoint.page_size_max]), endpoint.path


def test_no_get_changes_anything(catalogue: Catalogue) -> None:
    assert [each for each in catalogue.endpoints() if each.changes and each.method == "GET"] == []


def test_the_posts_that_only_read_are_these(catalogue: Catalogue) -> None:
    """Whoever adds one here says that repeating it and leaving it out of a journal is harmless."""
    reads = [
        endpoint.path
        for endpoint in catalogue.endpoints()
        if endpoint.method == "POST" and not endpoint.changes
    ]

    assert reads == [
        "/audience/insight/info/",
        "/business/message/media/download/",
        "/gmv_max/creation/custom_anchor_video_list/get/",
        "/report/task/cancel/",
        "/report/task/create/",
        "/tcm/creator/discover/",
        "/tool/bid/recommend/",
        "/tool/targeting/info/",
        "/tool/targeting/search/",
        "/tool/targeting_category/recommend/",
        "/tt_user/token_info/get/",
        "/user/info/",
    ]


def test_uploads_are_forms_with_a_file(catalogue: Catalogue) -> None:
    forms = [each for each in catalogue.endpoints() if each.content_type == "multipart/form-data"]

    assert len(forms) == 11
    for endpoint in forms:
        assert any(param.type == "file" for param in endpoint.params), endpoint.path


def test_only_a_video_upload_answers_with_an_array(catalogue: Catalogue) -> None:
    arrays = [each.path for each in catalogue.endpoints() if each.data_type == "array"]

    assert arrays == ["/file/video/ad/upload/"]


def test_endpoints_with_a_speed_of_their_own(catalogue: Catalogue) -> None:
    speeds = {each.path: each.per_second for each in catalogue.endpoints() if each.per_second}

    assert speeds == {
        "/ad/create/": 5,
        "/campaign/copy/task/check/": 2,
        "/campaign/copy/task/create/": 1,
        "/catalog/product/delete/": 2,
        "/catalog/product/upload/": 5,
        "/gmv_max/report/get/": 8,
        "/report/task/create/": 2,
        "/event/track/": 1000,
        "/pixel/batch/": 1000,
        "/pixel/track/": 1000,
    }


def test_corrections_name_operations_that_exist(catalogue: Catalogue) -> None:
    for key in [*REFINED, *RESPONSES, *LIST_KEYS, *NOT_LISTINGS]:
        method, path = key.split()

        assert catalogue.endpoint(method, path), key


def test_a_video_upload_has_exactly_its_parts(catalogue: Catalogue) -> None:
    upload = catalogue.endpoint("POST", "/file/video/ad/upload/")

    assert upload is not None
    assert {param.name: param.type for param in upload.params} == {
        "advertiser_id": "string",
        "auto_bind_enabled": "boolean",
        "auto_fix_enabled": "boolean",
        "file_id": "string",
        "file_name": "string",
        "flaw_detect": "boolean",
        "is_third_party": "boolean",
        "upload_type": "string",
        "video_file": "file",
        "video_id": "string",
        "video_signature": "string",
        "video_url": "string",
    }
