import gzip
import http.client
import json
import zlib
from contextlib import suppress

import pytest

from adloom.simulator import Running
from adloom.simulator.faults import KINDS
from tests.simulator.client import Client
from tests.simulator.steps import AD_GET, ads, hurt

# --- data ---------------------------------------------------------------------------------------


def test_the_total_may_lie(client: Client, simulator: Running, big: str) -> None:
    right = ads(client, big)["page_info"]["total_number"]
    hurt(simulator, "wrong_total", number=-3)

    assert ads(client, big)["page_info"]["total_number"] == right - 3


def test_faults_of_pages_leave_other_answers_alone(client: Client, simulator: Running) -> None:
    for kind in ("wrong_total", "empty_last_page", "repeat_last_page"):
        hurt(simulator, kind)

        assert client.get("/user/info/")["data"]["display_name"]


def test_the_last_page_may_be_empty(client: Client, simulator: Running, big: str) -> None:
    last = ads(client, big, page_size=100)["page_info"]["total_page"]
    hurt(simulator, "empty_last_page")

    assert len(ads(client, big, page_size=100, page=last - 1)["list"]) == 100
    assert ads(client, big, page_size=100, page=last)["list"] == []


def test_pages_past_the_end_may_repeat_the_last_one(
    client: Client, simulator: Running, big: str
) -> None:
    page_info = ads(client, big, page_size=100)["page_info"]
    last = ads(client, big, page_size=100, page=page_info["total_page"])
    hurt(simulator, "repeat_last_page")
    past = ads(client, big, page_size=100, page=page_info["total_page"] + 4)

    assert past["list"] == last["list"]
    assert past["page_info"]["page"] == page_info["total_page"] + 4
    assert ads(client, big, page_size=100, page=page_info["total_page"]) == last


def test_ids_may_come_as_numbers(client: Client, simulator: Running, big: str) -> None:
    right = ads(client, big)["list"]
    hurt(simulator, "ids_as_numbers")
    found = ads(client, big)["list"]

    assert [row["ad_id"] for row in found] == [int(row["ad_id"]) for row in right]
    assert {type(row["advertiser_id"]) for row in found} == {int}
    assert [row["ad_name"] for row in found] == [row["ad_name"] for row in right]


def test_a_field_may_be_missing_null_or_something_else(
    client: Client, simulator: Running, big: str
) -> None:
    right = ads(client, big)["list"]
    hurt(simulator, "missing_field", field="ad_name")
    assert not any("ad_name" in row for row in ads(client, big)["list"])
    hurt(simulator, "null_field", field="ad_name")
    assert {row["ad_name"] for row in ads(client, big)["list"]} == {None}
    hurt(simulator, "other_type", field="ad_name")
    assert [row["ad_name"] for row in ads(client, big)["list"]] == [
        {"value": row["ad_name"]} for row in right
    ]
    simulator.faults.clear()
    assert ads(client, big)["list"] == right


def test_a_list_may_come_as_an_object(client: Client, simulator: Running, big: str) -> None:
    right = ads(client, big, page_size=2)["list"]
    hurt(simulator, "list_as_object")

    assert ads(client, big, page_size=2)["list"] == {"0": right[0], "1": right[1]}


def test_tokens_may_lack_a_field(client: Client, simulator: Running) -> None:
    form = "client_key=1&client_secret=x&grant_type=client_credentials"
    hurt(simulator, "missing_field", field="expires_in", path="/v2/oauth/token/")
    answer = client.send("POST", "/v2/oauth/token/", body=form.encode()).json

    assert answer["access_token"]
    assert "expires_in" not in answer


def test_new_words_may_appear(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "extra_enum", field="ad_format")

    assert {row["ad_format"] for row in ads(client, big)["list"]} <= {
        "CAROUSEL_ADS_NEWER",
        "SINGLE_IMAGE_NEWER",
        "SINGLE_VIDEO_NEWER",
    }


# --- bytes --------------------------------------------------------------------------------------


def body(client: Client, big: str) -> bytes:
    return client.send("GET", AD_GET, query=f"advertiser_id={big}").body


def test_json_may_hold_what_json_cannot(client: Client, simulator: Running, big: str) -> None:
    found = {}
    kinds = ("nan", "duplicate_keys", "bom", "bad_utf8", "huge_integer", "lone_surrogate")
    for kind in (*kinds, "infinite_number"):
        hurt(simulator, kind)
        found[kind] = body(client, big)

    assert b":NaN," in found["nan"]
    assert b":1e999," in found["infinite_number"]
    assert found["duplicate_keys"].startswith(b'{"code":50000,"code":0,')
    assert found["bom"].startswith(b'\xef\xbb\xbf{"code":0,')
    with pytest.raises(UnicodeDecodeError):
        found["bad_utf8"].decode()
    assert b"9" * 5000 in found["huge_integer"]
    assert b'"ad_name":"\\ud83d"' in found["lone_surrogate"]
    assert {row["ad_name"] for row in json.loads(found["lone_surrogate"])["data"]["list"]} == {
        "\ud83d"
    }


def test_brackets_may_be_nested_deeply(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "nested")

    assert body(client, big) == b"[" * 100_000 + b"]" * 100_000


def test_a_small_body_may_unpack_into_a_large_one(client: Client, simulator: Running) -> None:
    hurt(simulator, "oversize", megabytes=8)
    answer = client.send("GET", AD_GET)

    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 20_000
    assert len(gzip.decompress(answer.body)) > 8 * 2**20


def test_gzip_may_end_too_early(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "truncated_gzip")
    answer = client.send("GET", AD_GET, query=f"advertiser_id={big}")

    assert answer.headers["content-encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_two_hundred_megabytes_fit_into_two_hundred_kilobytes(
    client: Client, simulator: Running
) -> None:
    hurt(simulator, "oversize", megabytes=200)
    packed = client.send("GET", AD_GET).body
    unpacking = zlib.decompressobj(31)
    size = len(unpacking.decompress(packed, 2**20))
    while unpacking.unconsumed_tail:
        size += len(unpacking.decompress(unpacking.unconsumed_tail, 2**20))

    assert len(packed) < 250_000
    assert size > 200 * 2**20


def test_gzip_may_come_without_its_trailer(client: Client, simulator: Running, big: str) -> None:
    right = body(client, big)
    hurt(simulator, "gzip_without_trailer")
    answer = client.send("GET", AD_GET, query=f"advertiser_id={big}")
    unpacking = zlib.decompressobj(31)
    found = unpacking.decompress(answer.body)

    assert len(right) == len(found)
    assert not unpacking.eof
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_what_is_no_json_object_stays_as_it_is(client: Client, simulator: Running) -> None:
    found = {}
    for kind in ("nan", "infinite_number", "duplicate_keys", "huge_integer", "missing_field"):
        hurt(simulator, kind)
        found[kind] = client.send("GET", "/nowhere").body

    assert set(found.values()) == {b"404 page not found"}


def test_an_empty_object_gets_a_field_too(client: Client, simulator: Running) -> None:
    hurt(simulator, "infinite_number")
    secret = "client_key=7300000000000000001&client_secret=practice-secret&token=x"
    answer = client.send("POST", "/v2/oauth/revoke/", body=secret.encode())

    assert answer.body == b'{"simulated":1e999}'


def test_a_body_may_be_empty(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "empty_body")

    assert body(client, big) == b""


def test_every_kind_leaves_the_next_request_alone(
    client: Client, simulator: Running, big: str
) -> None:
    for kind in KINDS:
        client.token = simulator.token()
        hurt(simulator, kind, times=1, seconds=0)
        with suppress(OSError, http.client.HTTPException):
            Client(client.url, simulator.token()).send(
                "GET", AD_GET, query=f"advertiser_id={big}&page_size=1"
            )

        assert client.get("/ad/get/", advertiser_id=big)["code"] == 0
