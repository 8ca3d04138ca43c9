import http.client
import json
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import pytest

from adloom.simulator import Running
from tests.simulator.client import ROOT, Client
from tests.simulator.conftest import START


def test_a_path_without_its_closing_slash_is_a_plain_404(client: Client) -> None:
    answer = client.send("GET", f"{ROOT}/ad/get")

    assert answer.status == 404
    assert answer.body == b"404 page not found"
    assert answer.headers["content-type"].startswith("text/plain")


def test_an_unknown_endpoint_is_an_envelope_with_40008(client: Client) -> None:
    answer = client.send("GET", f"{ROOT}/ad/gett/")

    assert answer.status == 200
    assert answer.json["code"] == 40008


def test_a_path_beside_the_api_is_a_plain_404(client: Client) -> None:
    assert client.send("GET", "/elsewhere/").status == 404


def test_a_closed_version_says_so(client: Client) -> None:
    assert client.send("GET", "/open_api/v1.2/ad/get/").json["code"] == 40006


@pytest.mark.parametrize(("method", "path"), [("POST", "/ad/get/"), ("DELETE", "/ad/get/")])
def test_a_wrong_method_is_an_http_405(client: Client, method: str, path: str) -> None:
    assert client.send(method, ROOT + path).status == 405


def test_a_request_for_headers_only_is_an_http_405(client: Client) -> None:
    answer = client.send("HEAD", f"{ROOT}/ad/get/")

    assert (answer.status, answer.body) == (405, b"")


def test_an_envelope_has_four_fields_and_a_long_request_id(client: Client, big: str) -> None:
    envelope = client.get("/ad/get/", advertiser_id=big)

    assert list(envelope) == ["code", "message", "request_id", "data"]
    assert envelope["message"] == "OK"
    assert len(envelope["request_id"]) == 34
    assert envelope["request_id"].startswith("20260901120000")


def test_two_answers_have_two_request_ids(client: Client) -> None:
    assert client.get("/user/info/")["request_id"] != client.get("/user/info/")["request_id"]


def test_headers_trace_the_request_and_tell_simulated_time(client: Client) -> None:
    answer = client.send("GET", f"{ROOT}/user/info/")

    assert answer.headers["x-tt-logid"] == answer.json["request_id"]
    assert answer.headers["x-tt-trace-id"]
    assert parsedate_to_datetime(answer.headers["date"]) == START


def test_no_token_is_40104_with_tiktoks_text(simulator: Running) -> None:
    envelope = Client(simulator.url).get("/user/info/")

    assert envelope["code"] == 40104
    assert envelope["message"] == (
        "Access token is null, you should set it in http header with key Access-Token."
    )


def test_a_bearer_token_is_no_token(simulator: Running) -> None:
    bearer = {"Authorization": f"Bearer {simulator.token()}"}
    answer = Client(simulator.url).send("GET", f"{ROOT}/user/info/", headers=bearer)

    assert answer.json["code"] == 40104


def test_an_unknown_token_is_40105_with_tiktoks_text(simulator: Running) -> None:
    envelope = Client(simulator.url, "made up").get("/user/info/")

    assert envelope["code"] == 40105
    assert envelope["message"] == "Access token is incorrect or has been revoked."


def test_an_account_that_was_not_granted_is_40001(simulator: Running, big: str, small: str) -> None:
    client = Client(simulator.url, simulator.token(advertiser_ids=[small]))

    assert client.get("/ad/get/", advertiser_id=small)["code"] == 0
    assert client.get("/ad/get/", advertiser_id=big)["code"] == 40001
    assert client.get("/pixel/list/", advertiser_id=big)["code"] == 40001
    assert client.get("/advertiser/info/", advertiser_ids=[small, big])["code"] == 40001


def test_a_refusal_comes_with_http_200_and_empty_data(client: Client) -> None:
    answer = client.send("GET", f"{ROOT}/ad/get/")

    assert answer.status == 200
    assert answer.json["data"] == {}


def test_who_am_i_works_by_get_and_by_post(client: Client) -> None:
    assert client.get("/user/info/")["data"] == client.post("/user/info/")["data"]


def test_ids_are_texts_of_sixteen_and_nineteen_digits(client: Client, big: str) -> None:
    row = client.get("/ad/get/", advertiser_id=big)["data"]["list"][0]

    assert {name: len(row[name]) for name in ("ad_id", "adgroup_id", "campaign_id")} == {
        "ad_id": 16,
        "adgroup_id": 16,
        "campaign_id": 16,
    }
    assert len(row["advertiser_id"]) == 19


def test_a_connection_serves_many_requests(client: Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(client.url).netloc, timeout=5)
    try:
        ports = set()
        for _ in range(3):
            connection.request("GET", f"{ROOT}/user/info/", headers={"Access-Token": client.token})
            connection.getresponse().read()
            ports.add(connection.sock.getsockname()[1])

        assert len(ports) == 1
    finally:
        connection.close()


def test_a_body_that_is_no_json_object_is_40002(client: Client) -> None:
    for body in (b"{", b"[]", b"[" * 5000):
        answer = client.send("POST", f"{ROOT}/ad/status/update/", body=body)

        assert answer.json["code"] == 40002


def test_the_body_is_compact_json_with_real_letters(client: Client, limited: str) -> None:
    query = f"advertiser_ids={quote(json.dumps([limited]))}"
    body = client.send("GET", f"{ROOT}/advertiser/info/", query=query).body

    assert "青空スタジオ".encode() in body
