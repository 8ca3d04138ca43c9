"""Arbitrary calls: what people write is understood, put right aloud, and kept on the track."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import InvalidParamsError
from adloom.fields import validate
from adloom.paths import PATH
from adloom.wire import Answer, FileBody, JsonBody, TextBody
from modules.make_api_call import MakeApiCall, MakeApiCallParams, prepare
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for

ADVERTISER = "7100000000000000001"
ACTION = MakeApiCall()


def written(path: str, method: str = "GET", **values: Any) -> MakeApiCallParams:
    return validate(MakeApiCallParams, {"path": path, "method": method, **values})


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/ad/get/", "/ad/get/"),
        ("ad/get", "/ad/get/"),
        ("/ad/get", "/ad/get/"),
        ("v1.3/ad/get/", "/ad/get/"),
        ("/open_api/v1.3/ad/get", "/ad/get/"),
        ("/v1.2/ad/get", "/ad/get/"),
        ("/open_api/v1.2/reports/integrated/get/", "/report/integrated/get/"),
    ],
)
def test_a_path_is_understood_with_or_without_version_and_slashes(path: str, meant: str) -> None:
    assert prepare(written(path)).request.path == meant


def test_an_old_version_is_rewritten_aloud() -> None:
    prepared = prepare(written("/v1.2/ad/update/status/", "POST", body={"opt_status": "ENABLE"}))

    assert prepared.request.path == "/ad/status/update/"
    assert prepared.request.body == JsonBody({"operation_status": "ENABLE"})
    assert any("/v1.3/ad/status/update/" in note for note in prepared.notes)
    assert any("opt_status is now called operation_status" in note for note in prepared.notes)


def test_a_current_path_keeps_names_that_only_look_old() -> None:
    """`opt_status` still exists in version 1.3 reports, with another meaning."""
    prepared = prepare(written("/report/integrated/get/", query={"opt_status": "x"}))

    assert prepared.request.query == {"opt_status": "x"}


@given(st.text(max_size=80))
def test_whatever_is_written_stays_below_the_root(path: str) -> None:
    try:
        prepared = prepare(MakeApiCallParams(path=path or "/"))
    except InvalidParamsError:
        return

    assert PATH.fullmatch(prepared.request.path)


@pytest.mark.parametrize(
    "path",
    ["https://evil.test/x", "//evil.test/", "/ad/../../oauth/", "/ad/%2e%2e/", "/ad/get/?a=1",
     "/ad\\get/", "/ad/get/\r\nX: y", "@evil.test/", "/AD/GET/", "/ad/get/#x", "/ad/ge t/"],
)  # fmt: skip
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(InvalidParamsError, match="path"):
        prepare(written(path))


@pytest.mark.parametrize(
    "name",
    ["Access-Token", "Authorization", "Cookie", "Host", "Content-Length", "Transfer-Encoding",
     "Proxy-Authorization", "X-Forwarded-For", "x-custom"],
)  # fmt: skip
def test_headers_that_are_not_for_a_call_to_set_are_refused_loudly(name: str) -> None:
    with pytest.raises(InvalidParamsError, match="may not be set"):
        written("/ad/get/", headers={name: "x"})


def test_a_header_cannot_break_out_of_its_line() -> None:
    with pytest.raises(InvalidParamsError, match="cannot carry"):
        written("/ad/get/", headers={"Accept": "a\r\nAccess-Token: stolen"})


def test_the_allowed_headers_pass() -> None:
    prepared = prepare(written("/page/lead/task/", headers={"X-Lead-Region": "eu"}))

    assert prepared.request.headers == {"x-lead-region": "eu"}


@pytest.mark.parametrize(
    ("method", "path", "changes"),
    [
        ("GET", "/ad/get/", False),
        ("GET", "/never/heard/of/", False),
        ("POST", "/ad/status/update/", True),
        ("POST", "/never/heard/of/", True),
        ("POST", "/tool/targeting/search/", False),
        ("DELETE", "/ad/get/", True),
    ],
)
def test_only_what_is_known_to_read_counts_as_reading(
    method: str, path: str, changes: bool
) -> None:
    assert ACTION.changes(written(path, method)) is changes


def test_doubts_about_parameters_are_told_and_the_call_is_sent_all_the_same() -> None:
    notes = prepare(
        written(
            "/ad/status/update/",
            "POST",
            body={
                "advertiser_id": ADVERTISER,
                "ad_ids": [str(number) for number in range(21)],
                "operation_status": "OFF",
                "operation_statuss": 1,
            },
        )
    ).notes

    assert any("21 values; TikTok takes 20 at most" in note for note in notes)
    assert any("'OFF'" in note and "DISABLE" in note for note in notes)
    assert any("Did you mean operation_status" in note for note in notes)


def test_missing_and_misshapen_parameters_are_told() -> None:
    notes = prepare(written("/ad/get/", query={"fields": "ad_id", "page_size": 5000})).notes

    assert any("advertiser_id is missing" in note for note in notes)
    assert any("fields should be a list" in note for note in notes)
    assert any("1000 at most" in note for note in notes)


def test_an_unknown_path_names_its_neighbours() -> None:
    notes = prepare(written("/ad/gets/")).notes

    assert any("does not know /ad/gets/" in note and "/ad/get/" in note for note in notes)


def test_the_wrong_method_is_told() -> None:
    notes = prepare(written("/ad/get/", "POST")).notes

    assert any("knows /ad/get/ with GET, not with POST" in note for note in notes)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"body": {"a": 1}}, "a GET carries no body"),
        ({"text": "x"}, "a GET carries no body"),
        ({"method": "POST", "body": {"a": 1}, "text": "x"}, "together"),
        ({"method": "POST", "file": "a.mp4", "body": [1]}, "an object"),
        ({"method": "TRACE"}, "GET"),
    ],
)
def test_bodies_that_contradict_each_other_are_refused(values: Any, words: str) -> None:
    with pytest.raises(InvalidParamsError, match=words):
        validate(MakeApiCallParams, {"path": "/ad/get/", **values})


def test_a_text_goes_as_it_stands() -> None:
    params = written("/x/create/", "POST", text="a,b", headers={"content-type": "text/csv"})

    assert prepare(params).request.body == TextBody("a,b", "text/csv")


async def test_a_file_is_pinned_to_what_it_holds(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"not really a video")
    params = written(
        "/file/video/ad/upload/",
        "POST",
        file=str(video),
        file_part="video_file",
        body={"advertiser_id": ADVERTISER, "labels": ["a"]},
    )

    before = await ACTION.before(params, context_for(FakeApi()))
    [call] = ACTION.calls(params, before)

    assert call.request.body == FileBody(
        path=str(video),
        part="video_file",
        file_name="clip.mp4",
        sha256=hashlib.sha256(b"not really a video").hexdigest(),
        fields={"advertiser_id": ADVERTISER, "labels": '["a"]'},
    )


async def test_what_is_shown_hides_secrets() -> None:
    params = written("/oauth2/revoke_token/", "POST", body={"secret": "s3cr3t", "app_id": "7"})

    [call] = ACTION.calls(params, [])

    assert call.changes[0].new == {"secret": "•••", "app_id": "7"}


async def test_reading_yields_the_whole_answer() -> None:
    answer = Answer(200, {"x-tt-logid": "1"}, {"code": 0, "data": {}}, {})
    api = FakeApi(answers={"/user/info/": answer})

    [page] = [page async for page in ACTION.read(written("/user/info/"), context_for(api))]

    assert page.records == [
        {"status_code": 200, "headers": {"x-tt-logid": "1"}, "body": {"code": 0, "data": {}}}
    ]


async def test_all_pages_of_a_listing_come_one_by_one() -> None:
    rows = [ad_row(number) for number in range(1500)]
    api = FakeApi({"/ad/get/": by_ids(rows)})
    params = written("/ad/get/", all_pages=True, query={"advertiser_id": ADVERTISER})

    pages = [page async for page in ACTION.read(params, context_for(api))]

    assert [len(page.records[0]["body"]["list"]) for page in pages] == [1000, 500]
    assert api.asked[0].query["key"] == "ad_id"
