"""The shipped tables: whole, consistent, and free of other people's sentences."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from adloom.catalogue import Catalogue, Endpoint, Param, load
from adloom.catalogue.reading import SHIPPED
from adloom.catalogue.sheets.corrections import (
    EVENT_PATHS,
    LIST_KEYS,
    NOT_LISTINGS,
    REFINED,
    RESPONSES,
)
from adloom.catalogue.sheets.wording import MEANINGS, SCOPE_TITLES

ODD_DEFAULTS: set[tuple[str, str]] = set()
MOVED_ELSEWHERE: set[str] = set()
RETRY_WORDS = {
    *("ok", "no", "throttle", "poll", "retry", "retry-limited", "retry-after-read", "later"),
}
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


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_no_text_is_long_enough_to_be_a_sentence_of_the_sheets() -> None:
    longest = {
        max(texts(json.loads(path.read_bytes())), key=len) for path in SHIPPED.glob("*.json")
    }

    assert [] == [text for text in longest if len(text) > 80]


def test_only_codes_and_permissions_are_described_in_words() -> None:
    wordless = [path for path in SHIPPED.glob("*.json") if path.stem not in ("codes", "scopes")]
    word = re.compile(r"\S+( \S+){0,4}")

    assert 5 == len(wordless)
    for path in wordless:
        for text in texts(json.loads(path.read_bytes())):
            assert word.fullmatch(text), (path.name, text)


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.glob("*.json")) < 1_000_000


def test_every_operation_of_the_sheets_is_there(catalogue: Catalogue) -> None:
    endpoints = catalogue.endpoints()

    assert 477 == len({endpoint.path for endpoint in endpoints})
    # 481 of the endpoint sheet, and GET /user/info/, which only the facts know.
    assert 482 == len(endpoints)


def test_operations_are_sorted_by_path_and_method(catalogue: Catalogue) -> None:
    keys = [(endpoint.path, endpoint.method) for endpoint in catalogue.endpoints()]

    assert sorted(keys) == keys


def test_every_path_has_its_closing_slash(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        assert re.fullmatch(r"(/[a-z0-9_]+)+/", endpoint.path), endpoint.path


def test_only_get_and_post_are_used(catalogue: Catalogue) -> None:
    assert {"GET", "POST"} == {endpoint.method for endpoint in catalogue.endpoints()}


def test_every_type_is_a_plain_word(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        assert param.type.removesuffix("[]") in PLAIN_TYPES, (endpoint.path, param.name)


def test_choices_are_words_and_belong_to_text(catalogue: Catalogue) -> None:
    for endpoint, param in every_param(catalogue):
        assert all(param.choices), (endpoint.path, param.name)
        assert not param.choices or param.type in ("string", "string[]"), (
            endpoint.path,
            param.name,
        )


def test_a_default_is_one_of_the_choices(catalogue: Catalogue) -> None:
    odd = {
        (endpoint.path, param.name)
        for endpoint, param in every_param(catalogue)
        if param.choices and isinstance(param.default, str) and param.default not in param.choices
    }

    # The sheets have one list of choices for all versions of a field.
    assert ODD_DEFAULTS == odd


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

    assert NOT_LISTINGS == lost


def test_no_change_is_a_listing(catalogue: Catalogue) -> None:
    assert [] == [each for each in catalogue.endpoints() if each.changes and each.list_key]


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
    assert (key, largest) == (endpoint.list_key, endpoint.page_size_max)


def test_page_size_says_the_same_as_the_endpoint(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints():
        sizes = [param.maximum for param in endpoint.params if param.name == "page_size"]

        assert sizes in ([], [endpoint.page_size_max]), endpoint.path


def test_no_get_changes_anything(catalogue: Catalogue) -> None:
    assert [] == [each for each in catalogue.endpoints() if each.changes and each.method == "GET"]


def test_the_posts_that_only_read_are_these(catalogue: Catalogue) -> None:
    """Whoever adds one here says that repeating it and leaving it out of a journal is harmless."""
    reads = [
        endpoint.path
        for endpoint in catalogue.endpoints()
        if endpoint.method == "POST" and not endpoint.changes
    ]

    assert [
        "/audience/insight/info/",
        "/business/message/media/download/",
        "/gmv_max/creation/custom_anchor_video_list/get/",
        "/tcm/creator/discover/",
        "/tool/bid/recommend/",
        "/tool/targeting/info/",
        "/tool/targeting/search/",
        "/tool/targeting_category/recommend/",
        "/tt_user/token_info/get/",
        "/user/info/",
    ] == reads


def test_uploads_are_forms_with_a_file(catalogue: Catalogue) -> None:
    forms = [each for each in catalogue.endpoints() if each.content_type == "multipart/form-data"]

    assert 11 == len(forms)
    for endpoint in forms:
        assert any(param.type == "file" for param in endpoint.params), endpoint.path


def test_only_a_video_upload_answers_with_an_array(catalogue: Catalogue) -> None:
    arrays = [each.path for each in catalogue.endpoints() if each.data_type == "array"]

    assert ["/file/video/ad/upload/"] == arrays


def test_endpoints_with_a_speed_of_their_own(catalogue: Catalogue) -> None:
    speeds = {each.path: each.per_second for each in catalogue.endpoints() if each.per_second}

    assert {
        "/ad/create/": 5,
        "/campaign/copy/task/check/": 2,
        "/campaign/copy/task/create/": 1,
        "/catalog/product/delete/": 2,
        "/catalog/product/upload/": 5,
        "/event/track/": 1000,
        "/gmv_max/report/get/": 8,
        "/pixel/batch/": 1000,
        "/pixel/track/": 1000,
        "/report/task/create/": 2,
    } == speeds
    assert speeds.keys() - set(EVENT_PATHS) == {
        path for path, speed in speeds.items() if speed < 1000
    }


def test_corrections_name_operations_that_exist(catalogue: Catalogue) -> None:
    for key in [*REFINED, *RESPONSES, *LIST_KEYS, *NOT_LISTINGS]:
        method, path = key.split()

        assert catalogue.endpoint(method, path), key


def test_corrections_refine_parameters_that_exist(catalogue: Catalogue) -> None:
    for key, refined in REFINED.items():
        method, path = key.split()
        endpoint = catalogue.endpoint(method, path)

        assert endpoint is not None
        for name, made in refined.items():
            param = next(param for param in endpoint.params if param.name == name)
            for inner in made.get("fields", {}):
                assert inner in {field.name for field in param.fields}, (key, inner)


def test_every_code_has_a_meaning_and_a_known_retry_word(catalogue: Catalogue) -> None:
    codes = catalogue.codes()

    assert 166 == len(codes)
    for code in codes:
        assert code.meaning, code
        assert code.retry in RETRY_WORDS, code


def test_own_words_are_for_codes_and_permissions_that_exist(catalogue: Catalogue) -> None:
    assert set(MEANINGS) <= {code.code for code in catalogue.codes()}
    for text in [*MEANINGS.values(), *SCOPE_TITLES.values()]:
        assert text == text.strip(" .")
        assert len(text) <= 70, text


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        (0, "ok"),
        (20001, "ok"),
        (40002, "no"),
        (40016, "throttle"),
        (40100, "throttle"),
        (40105, "no"),
        (40133, "throttle"),
        (40200, "retry-limited"),
        (40201, "poll"),
        (40202, "retry-after-read"),
        (50000, "retry"),
        (60001, "later"),
        (61000, "throttle"),
    ],
)
def test_the_important_codes_are_repeated_as_they_should(
    catalogue: Catalogue, code: int, retry: str
) -> None:
    assert retry == catalogue.code(code).retry


def test_every_enumeration_has_words(catalogue: Catalogue) -> None:
    enums = json.loads((SHIPPED / "enums.json").read_bytes())

    assert 300 == len(enums)
    for name, words in enums.items():
        assert words, name
        assert len(set(words)) == len(words), name
        assert words == list(catalogue.enum(name))


def test_entities_have_all_their_fields(catalogue: Catalogue) -> None:
    counts = {kind: len(catalogue.entity(kind)) for kind in ("ad", "adgroup", "campaign")}

    assert {"ad": 102, "adgroup": 145, "campaign": 39} == counts
    assert "datetime" == catalogue.entity("ad")["modify_time"]
    # The only one that counts in UNIX seconds (business_api.md §3.6).
    assert "integer" == catalogue.entity("advertiser")["create_time"]


def test_statuses_are_known_words(catalogue: Catalogue) -> None:
    primary, secondary = catalogue.primary_statuses(), set(catalogue.enum("SecondaryStatus"))

    assert set(catalogue.enum("PrimaryStatus")) == set(primary)
    assert secondary >= set(catalogue.status_wildcards())
    for kind in ("ad", "adgroup", "campaign"):
        for first, seconds in catalogue.secondary_statuses(kind).items():
            assert first in primary
            assert secondary >= set(seconds)


def test_a_status_belongs_to_one_primary_status_of_its_level(catalogue: Catalogue) -> None:
    for kind in ("ad", "adgroup", "campaign"):
        groups = catalogue.secondary_statuses(kind).values()
        all_of_them = [status for group in groups for status in group]

        assert len(set(all_of_them)) == len(all_of_them), kind


def test_the_misspelled_status_of_tiktok_is_kept_as_it_is(catalogue: Catalogue) -> None:
    not_delivering = catalogue.secondary_statuses("ad")["STATUS_NOT_DELIVERY"]

    assert "AD_STAUS_PIXEL_UNBIND" in not_delivering
    assert "AD_STATUS_PIXEL_UNBIND" not in catalogue.enum("SecondaryStatus")


def test_every_permission_has_a_title(catalogue: Catalogue) -> None:
    scopes = {endpoint.scope for endpoint in catalogue.endpoints()} - {None}

    assert 90 < len(scopes)
    for scope in scopes:
        assert scope is not None
        assert catalogue.scope_title(scope), scope


def test_what_was_renamed_leads_to_something_that_exists(catalogue: Catalogue) -> None:
    renames = json.loads((SHIPPED / "renames.json").read_bytes())

    assert 7 == len(renames["paths"])
    for old, new in renames["paths"].items():
        method, path = old.split()

        assert catalogue.endpoint(method, new), old
        assert new == catalogue.renamed_path(method, path)


def test_renamed_fields_of_an_ad_group_have_their_new_name(catalogue: Catalogue) -> None:
    renamed, entity = catalogue.renamed_params("adgroup"), catalogue.entity("adgroup")

    assert 30 <= len(renamed)
    assert set() == {new for new in renamed.values() if new not in entity} - MOVED_ELSEWHERE


def test_metrics_are_all_there_and_each_in_one_group(catalogue: Catalogue) -> None:
    names = [name for group in catalogue.metrics().values() for name in group]

    assert 826 == len(names) == len(set(names))
    assert {"string", "bool", "int", "decimal", "datetime"} == {
        metric.type for metric in map(catalogue.metric, names) if metric
    }


def test_known_good_reports_ask_for_what_exists(catalogue: Catalogue) -> None:
    reports = [*catalogue.known_good_reports(), catalogue.default_report()]

    assert 31 == len(reports)
    for report in reports:
        assert set(report.dimensions) <= set(catalogue.dimensions(report.report_type))
        assert report.data_level == catalogue.data_level(report.dimensions[0])
        assert all(map(catalogue.metric, report.metrics)), report
        assert len(set(report.metrics)) == len(report.metrics)
