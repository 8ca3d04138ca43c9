import pytest

from adloom.simulator import Options, Running
from adloom.simulator.control import control
from adloom.simulator.envelope import Plain
from adloom.simulator.state import Incoming, State
from tests.simulator.client import Client
from tests.simulator.conftest import START


def test_the_list_names_everything_there_is(client: Client) -> None:
    text = client.send("GET", "/_simulator/").body.decode()
    for line in text.splitlines():
        method, path = line.split()[:2]
        if method != "POST":
            assert client.send(method, path).status == 200


def test_faults_are_switched_at_run_time(client: Client) -> None:
    rule = {"kind": "code", "code": 40100, "path": "/user/info/", "times": 2}
    client.control("POST", "faults", [rule])
    codes = [client.get("/user/info/")["code"] for _ in range(3)]

    assert codes == [40100, 40100, 0]
    assert client.control("GET", "faults") == [{"rule": rule, "met": 3, "struck": 2}]
    assert client.control("DELETE", "faults") == []
    assert client.control("GET", "faults") == []


def test_a_malformed_fault_is_refused_with_a_reason(client: Client) -> None:
    answer = client.send("POST", "/_simulator/faults", body=b'[{"kind":"gremlins"}]')

    assert answer.status == 400
    assert "gremlins" in answer.json["error"]
    assert client.send("POST", "/_simulator/faults", body=b"[").status == 400
    assert client.send("POST", "/_simulator/faults", body=b"[1]").status == 400


def test_faults_never_hit_the_control_endpoint(client: Client) -> None:
    client.control("POST", "faults", [{"kind": "reset"}])

    assert client.control("DELETE", "faults") == []


def test_effects_are_told_and_forgotten(client: Client, big: str) -> None:
    rows = client.rows(
        "/ad/get/",
        advertiser_id=big,
        filtering={"primary_status": "STATUS_DELIVERY_OK", "campaign_automation_type": "MANUAL"},
    )
    ad = rows[0]["ad_id"]
    for _ in range(2):
        client.post(
            "/ad/status/update/", advertiser_id=big, ad_ids=[ad], operation_status="DISABLE"
        )
    client.get("/nowhere/")
    told = client.control("GET", "effects")

    assert told["objects"] == {ad: 1}
    assert told["requested"] == {ad: {"/ad/status/update/": 2}}
    assert told["changes"] == {"/ad/status/update/": 1}
    assert told["requests"] == {
        "GET /ad/get/": 1,
        "GET /nowhere/": 1,
        "POST /ad/status/update/": 2,
    }
    assert told["codes"] == {"0": 3, "40008": 1}
    assert [(change["ids"], change["effective"]) for change in told["log"]] == [
        ([ad], [ad]),
        ([ad], []),
    ]
    assert told["log"][0]["operation_status"] == "DISABLE"
    assert told["log"][0]["at"] == START.timestamp()
    assert client.control("POST", "reset")["requests"] == {}
    assert client.control("GET", "effects")["log"] == []


def test_a_refused_change_is_counted_as_a_request(client: Client, big: str) -> None:
    client.post("/ad/status/update/", advertiser_id=big, ad_ids=["1"], operation_status="DISABLE")
    told = client.control("GET", "effects")

    assert told["objects"] == {"1": 0}
    assert told["requested"] == {"1": {"/ad/status/update/": 1}}
    assert told["codes"] == {"40007": 1}


def test_time_jumps_and_life_goes_on(client: Client, big: str) -> None:
    before = client.get("/ad/get/", advertiser_id=big)["data"]["page_info"]["total_number"]
    told = client.control("POST", "clock", {"move": 86400})
    after = client.get("/ad/get/", advertiser_id=big)["data"]["page_info"]["total_number"]

    assert told == {"now": START.timestamp() + 86400, "speed": 0}
    assert client.control("GET", "clock") == told
    assert after > before


def test_time_runs_at_another_speed(client: Client) -> None:
    client.control("POST", "clock", {"speed": 1_000_000})
    first = client.control("GET", "clock")["now"]

    assert client.control("GET", "clock")["now"] > first


@pytest.mark.parametrize("asked", [b'{"move":-1}', b'{"speed":-1}', b"{}", b"[]", b'{"move":"x"}'])
def test_time_is_not_set_to_nonsense(client: Client, asked: bytes) -> None:
    assert client.send("POST", "/_simulator/clock", body=asked).status == 400


def test_a_token_comes_without_consent(client: Client, simulator: Running, small: str) -> None:
    every = client.control("POST", "token", {})
    one = client.control("POST", "token", {"app_id": "5", "advertiser_ids": [small]})

    assert every["advertiser_ids"] == list(simulator.world.accounts)
    assert Client(client.url, one["access_token"]).get("/ad/get/", advertiser_id=small)["code"] == 0
    assert client.send("POST", "/_simulator/token", body=b'{"advertiser_ids":["1"]}').status == 400


def test_consent_is_withdrawn_wholly_or_in_part(client: Client, big: str, small: str) -> None:
    client.control("POST", "revoke", {"token": client.token, "advertiser_ids": [big]})
    partly = client.get("/ad/get/", advertiser_id=big)["code"]
    rest = client.get("/ad/get/", advertiser_id=small)["code"]
    client.control("POST", "revoke", {"token": client.token})

    assert (partly, rest) == (40001, 0)
    assert client.get("/user/info/")["code"] == 40105


def test_every_consent_is_withdrawn_at_once(client: Client) -> None:
    assert client.control("POST", "revoke", {"all": True}) == {"revoked": 1}
    assert client.get("/user/info/")["code"] == 40105
    assert client.send("POST", "/_simulator/revoke", body=b"{}").status == 400
    assert client.send("POST", "/_simulator/revoke", body=b'{"token":"x"}').status == 400


def test_only_this_machine_may_control() -> None:
    state = State(Options(speed=0, start=START))

    def status(client: str, **headers: str) -> int:
        answer = control(state, Incoming("GET", "/_simulator/clock", headers=headers), client)
        assert isinstance(answer, Plain)
        return answer.status

    assert status("127.0.0.1") == status("::1") == 200
    assert status("192.0.2.7") == status("") == status("unknown") == 403
    assert status("127.0.0.1", origin="https://evil.example.com") == 403


def test_there_is_nothing_else(client: Client) -> None:
    assert client.send("GET", "/_simulator/nothing").status == 404
    assert client.send("PUT", "/_simulator/clock").status == 404
