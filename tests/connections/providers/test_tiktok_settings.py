"""How requests are written, and what they count against (business_api.md §1.1, §1.5)."""

from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

import pytest

from adloom.errors import InvalidParamsError
from adloom.fields import fields_of, validate
from adloom.wire import Body, FileBody, JsonBody, Request, TextBody
from connections.providers.encoding import encode
from connections.providers.tiktok_settings import TikTokSettings, limited_keys
from tests.connections.samples import business

FILE = FileBody("/videos/a.mp4", "video_file", "a.mp4", "", {"advertiser_id": "71"})


class Status(StrEnum):
    ENABLE = "ENABLE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sommer & Meer", "Sommer & Meer"),
        (2**64 + 1, "18446744073709551617"),
        (True, "true"),
        (False, "false"),
        (Decimal("0.10"), "0.10"),
        (Status.ENABLE, "ENABLE"),
        (["ad_id", "é"], '["ad_id","é"]'),
        (("1", "2"), '["1","2"]'),
        ({"ad_ids": ["1"]}, '{"ad_ids":["1"]}'),
        ([], "[]"),
        ("", ""),
    ],
)
def test_lists_and_objects_travel_as_json_text(value: Any, expected: str) -> None:
    query, _, _ = encode(Request("GET", "/ad/get/", {"x": value}))

    assert [("x", expected)] == parse_qsl(query, keep_blank_values=True)


def test_parameters_without_a_value_are_left_out() -> None:
    query, content, content_type = encode(Request("GET", "/ad/get/", {"x": None}))

    assert ("", b"", None) == (query, content, content_type)


@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        (JsonBody({"id": 2**63}), b'{"id":9223372036854775808}', "application/json"),
        (JsonBody(None), b"null", "application/json"),
        (TextBody("a,b\n"), b"a,b\n", "text/plain; charset=utf-8"),
        (TextBody("é", "text/csv"), "é".encode(), "text/csv"),
        (FILE, b"", None),
        (None, b"", None),
    ],
)
def test_a_body_is_written_once(body: Body | None, content: bytes, content_type: str) -> None:
    assert ("", content, content_type) == encode(Request("POST", "/x/", body=body))


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/ad/get/", {"name": "\udcff"}),
        Request("GET", "/ad/get/", {"filtering": {"name": "\ud83d"}}),
        Request("POST", "/ad/create/", body=JsonBody({"ad_name": "\ud83d"})),
        Request("POST", "/ad/create/", body=TextBody("\ud83d")),
    ],
)
def test_what_is_no_text_is_refused_before_it_is_sent(request_: Request) -> None:
    with pytest.raises(InvalidParamsError, match="no text"):
        encode(request_)


@pytest.mark.parametrize(
    ("query", "body", "advertiser"),
    [
        ({"advertiser_id": "71"}, None, "71"),
        ({}, JsonBody({"advertiser_id": "72"}), "72"),
        ({}, FILE, "71"),
        ({}, JsonBody(["72"]), None),
        ({}, TextBody("advertiser_id"), None),
    ],
)
def test_a_request_counts_for_its_app_its_endpoint_and_its_advertiser(
    query: dict[str, str], body: Body | None, advertiser: str | None
) -> None:
    host = "business-api.tiktok.com"
    app = f"{host}/app/7200000000000000001"
    own = f"{host}/advertiser/{advertiser}/x/" if advertiser else None

    assert (app, f"{app}/x/", own) == limited_keys(business(), Request("GET", "/x/", query, body))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "app_id"),
        ({"app_id": "acme"}, "app_id"),
        ({"app_id": "7", "requests_per_second": "0"}, "requests_per_second"),
        ({"app_id": "7", "requests_per_second": "nan"}, "requests_per_second"),
        ({"app_id": "7", "requests_per_second": "inf"}, "requests_per_second"),
        ({"app_id": "7", "secret": "x"}, "secret"),
    ],
)
def test_settings_that_will_not_do_are_named(values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidParamsError) as caught:
        validate(TikTokSettings, values)

    assert [field] == [fault.path for fault in caught.value.faults]


def test_every_setting_says_what_it_is() -> None:
    assert [] == [
        field.name
        for field in fields_of(TikTokSettings)
        if not field.title or not field.description.endswith(".")
    ]
