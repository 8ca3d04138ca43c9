import hashlib
import hmac
import json
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adloom.simulator import Options, Running
from adloom.simulator.webhooks import deliveries
from adloom.simulator.webhooks.addresses import callback_of
from adloom.simulator.webhooks.deliveries import LONGEST_WAIT, PATIENCE, ROOM, Delivery
from tests.simulator.client import Client
from tests.simulator.conftest import START
from tests.simulator.webhooks.receiver import Received, Receiver
from tests.simulator.webhooks.steps import APP, SECRET, finished, subscribe, tell, until

# --- bodies -------------------------------------------------------------------------------------


def is_signed(received: Received) -> bool:
    escaped = json.dumps(received.body.decode())[1:-1].encode().decode()
    signed = escaped.replace('\\"', '"').replace("\\\\", "\\").encode()
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return received.headers["x-open-signature"] == digest


def test_a_lead_is_told_with_ids_as_numbers(client: Client, receiver: Receiver, big: str) -> None:
    subscribe(client, receiver.url)
    assert tell(client) == 1
    found = receiver.wait()[0]
    entry = found.json["entry"][0]

    assert (found.method, found.path) == ("POST", "/hooks?from=tiktok")
    assert found.headers["content-type"] == "application/json"
    assert is_signed(found)
    assert found.json["object"] == 1
    assert found.json["time"] == entry["create_time"] == START.timestamp()
    assert entry["advertiser_id"] == int(big)
    assert len(str(entry["id"])) == 19
    for name in ("page_id", "campaign_id", "adgroup_id", "ad_id"):
        assert type(entry[name]) is int
    assert [change["field"] for change in entry["changes"]] == ["email", "phone_number", "name"]


def test_every_lead_is_another_one(client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver.url)
    for _ in range(3):
        tell(client)
    found = [received.json for received in receiver.wait(3)]

    assert len({told["entry"][0]["id"] for told in found}) == 3
    assert len({told["request_id"] for told in found}) == 3


@pytest.mark.parametrize(("entity", "kind"), [("AD", 3), ("AD_GROUP", 2)])
def test_a_denied_ad_is_told_by_itself(
    client: Client, receiver: Receiver, entity: str, kind: int
) -> None:
    subscribe(client, receiver.url, entity)
    while not client.control("GET", "webhooks")["deliveries"]:
        client.control("POST", "clock", {"move": 3600})
    found = receiver.wait()[0]
    entry = found.json["entry"][0]
    names = [
        "log_id",
        "adv_id",
        "campaign_id",
        "campaign_name",
        "adgroup_id",
        "adgroup_name",
        "ad_id",
        "ad_name",
        "reject_reason",
    ]
    if entity == "AD_GROUP":
        names = [name for name in names if not name.startswith("ad_")]

    assert found.json["object"] == kind
    assert list(entry) == names
    assert type(entry["adgroup_id"]) is type(entry["adv_id"]) is int
    assert is_signed(found)


def test_a_review_is_told_of_the_ad_that_was_asked_for(
    client: Client, receiver: Receiver, big: str
) -> None:
    ad = client.get("/ad/get/", advertiser_id=big)["data"]["list"][3]
    subscribe(client, receiver.url, "AD")
    tell(client, "AD", ad_id=ad["ad_id"])
    entry = receiver.wait()[0].json["entry"][0]

    assert entry["ad_id"] == int(ad["ad_id"])
    assert entry["ad_name"] == ad["ad_name"]


def test_names_in_other_scripts_are_sent_as_they_are(
    client: Client, receiver: Receiver, limited: str
) -> None:
    subscribe(client, receiver.url)
    tell(client, advertiser_id=limited)
    found = receiver.wait()[0]

    assert "Müller".encode() in found.body
    assert is_signed(found)


def test_changed_reports_are_told_on_request(
    client: Client, receiver: Receiver, small: str
) -> None:
    subscribe(client, receiver.url, "REPORT_DATA_CHANGE")
    tell(client, "REPORT_DATA_CHANGE", advertiser_id=small)
    told = receiver.wait()[0].json

    assert told["object"] == 11
    assert told["entry"] == [
        {"advertiser_id": int(small), "start_date": "2026-08-31", "end_date": "2026-09-01"}
    ]


def test_other_bodies_are_given_by_hand(client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver.url, "CREATIVE_FATIGUE")
    subscribe(client, receiver.url, "AD_ACCOUNT_SUSPENSION")
    fatigue = tell(client, "CREATIVE_FATIGUE", entry={"ad_id": 5})
    suspension = tell(client, "AD_ACCOUNT_SUSPENSION", object=9, entry={})
    objects = sorted(received.json["object"] for received in receiver.wait(2))

    assert (fatigue, suspension) == (1, 1)
    assert objects == [8, 9]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"entity": "GREMLINS"},
        {"entity": "CREATIVE_FATIGUE"},
        {"entity": "LEAD", "advertiser_id": "1"},
        {"entity": "AD", "ad_id": "1"},
    ],
)
def test_nonsense_is_not_told(client: Client, wrong: dict[str, str]) -> None:
    answer = client.send("POST", "/_simulator/webhooks", body=json.dumps(wrong).encode())

    assert answer.status == 400
    assert answer.json["error"]


# --- who is told --------------------------------------------------------------------------------


def test_only_those_are_told_who_asked(
    client: Client, receiver: Receiver, big: str, small: str
) -> None:
    ad = client.get("/ad/get/", advertiser_id=big)["data"]["list"][0]
    subscribe(client, receiver.url, "AD")
    subscribe(client, receiver.url, "LEAD", advertiser_id=small)
    subscribe(client, receiver.url, "LEAD", advertiser_ids=[small])
    subscribe(client, receiver.url, "LEAD", ad_id="1")

    assert tell(client, advertiser_id=big) == 0
    assert tell(client, advertiser_id=small) == 2
    assert tell(client, "AD", ad_id=ad["ad_id"]) == 1


def test_a_token_without_the_account_is_told_nothing(
    client: Client, simulator: Running, receiver: Receiver, big: str, small: str
) -> None:
    client.token = simulator.token(advertiser_ids=[small])
    subscribe(client, receiver.url)

    assert tell(client, advertiser_id=big) == 0
    assert tell(client, advertiser_id=small) == 1


def test_a_revoked_token_ends_subscriptions_without_a_word(
    client: Client, receiver: Receiver
) -> None:
    subscribe(client, receiver.url)
    client.control("POST", "revoke", {"token": client.token})

    assert tell(client) == 0
    assert client.control("GET", "webhooks")["subscriptions"] == []
    assert client.get("/subscription/get/", **APP)["data"]["subscriptions"] == []
    assert receiver.received == []


def test_what_is_on_its_way_ends_with_the_token(client: Client) -> None:
    client.control("POST", "webhooks/settings", {"speed": 150})
    with Receiver(503) as receiver:
        subscribe(client, receiver.url)
        tell(client)
        receiver.wait()
        client.control("POST", "revoke", {"token": client.token})
        delivery = until(client, finished(1))["deliveries"][0]

    assert delivery["outcome"] == "ended"
    assert delivery["answers"] == [503]


def test_what_is_on_its_way_ends_with_the_subscription(client: Client) -> None:
    client.control("POST", "webhooks/settings", {"speed": 150})
    with Receiver(503) as receiver:
        identity = subscribe(client, receiver.url)
        tell(client)
        receiver.wait()
        client.post("/subscription/unsubscribe/", **APP, subscription_id=identity)

        assert until(client, finished(1))["counts"]["ended"] == 1


# --- at least once ------------------------------------------------------------------------------


def test_a_refused_delivery_comes_again_until_it_is_taken(client: Client) -> None:
    with Receiver(500, 404, 302, 204) as receiver:
        subscribe(client, receiver.url)
        tell(client)
        found = receiver.wait(4)
        told = until(client, finished(1))

    assert len({received.body for received in found}) == 1
    assert len({received.headers["x-open-signature"] for received in found}) == 1
    assert told["deliveries"][0]["answers"] == [500, 404, 302, 204]
    assert told["counts"] == {
        "queued": 1,
        "attempts": 4,
        "failed attempts": 3,
        "delivered": 1,
    }
    assert told["waiting"] == 0


def test_a_delivery_that_nobody_takes_is_given_up_after_three_days(client: Client) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        subscribe(client, f"http://127.0.0.1:{closed.getsockname()[1]}/")
        tell(client)
        told = until(client, finished(1))["deliveries"][0]

    assert told["outcome"] == "given up"
    assert len(told["answers"]) > 15
    assert all(isinstance(answer, str) for answer in told["answers"])


def test_waits_grow_and_never_last_longer_than_three_days() -> None:
    url = "http://127.0.0.1/"
    delivery = Delivery("LEAD", url, callback_of(url), b"", dict, lambda: True)
    waits = []
    delivery.answers.append(500)
    while (wait := delivery.next_wait()) is not None:
        waits.append(wait)
        delivery.waited += wait
        delivery.answers.append(500)

    assert waits == sorted(waits)
    assert waits[:3] == [15, 30, 60]
    assert waits[-1] == LONGEST_WAIT
    assert PATIENCE - LONGEST_WAIT < sum(waits) <= PATIENCE


def test_deliveries_may_be_doubled() -> None:
    options = Options(port=0, speed=0, start=START, webhook_copies=2)
    with Running(options) as simulator, Receiver() as receiver:
        client = Client(simulator.url, simulator.token())
        subscribe(client, receiver.url)
        tell(client)
        first, second = receiver.wait(2)

    assert first.body == second.body


def test_settings_change_at_run_time(client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver.url)
    told = client.control("POST", "webhooks/settings", {"copies": 3})
    tell(client)
    receiver.wait(3)
    wrong = client.send("POST", "/_simulator/webhooks/settings", body=b'{"copies":0}')

    assert told == {"copies": 3, "speed": 1e7}
    assert wrong.status == 400


def test_a_receiver_that_talks_no_http_has_not_taken_it(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        subscribe(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        client.control("POST", "webhooks/settings", {"speed": 0.001})
        tell(client)
        wire, _ = listening.accept()
        with wire:
            wire.recv(65536)
            wire.sendall(b"nonsense\r\n\r\n")
        told = until(client, lambda found: found["counts"].get("attempts") == 1)

    assert re.match("no HTTP", told["deliveries"][0]["answers"][0])
    assert told["waiting"] == 1


def test_a_receiver_that_hangs_up_has_not_taken_it(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        subscribe(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        client.control("POST", "webhooks/settings", {"speed": 0.001})
        tell(client)
        wire, _ = listening.accept()
        with wire:
            wire.recv(65536)
        told = until(client, lambda found: found["counts"].get("attempts") == 1)

    assert told["deliveries"][0]["answers"][0]


def test_a_receiver_may_announce_its_answer_first(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        subscribe(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        tell(client)
        wire, _ = listening.accept()
        with wire:
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n")
            told = until(client, finished(1))["deliveries"][0]

    assert told["answers"] == [202]


def test_a_receiver_that_takes_too_long_has_not_taken_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "SLOWEST", 0.05)
    client.control("POST", "webhooks/settings", {"speed": 0.001})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        subscribe(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        tell(client)
        told = until(client, lambda found: found["counts"].get("attempts") == 1)

    assert told["deliveries"][0]["answers"] == ["no answer in time"]


def test_there_is_only_so_much_room(client: Client) -> None:
    client.control("POST", "webhooks/settings", {"copies": ROOM + 7, "speed": 0.001})
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        subscribe(client, f"http://127.0.0.1:{closed.getsockname()[1]}/")
        tell(client)
        told = client.control("GET", "webhooks")

    assert told["counts"]["dropped"] == 7
    assert told["waiting"] == ROOM


def test_the_simulator_ends_while_deliveries_wait_and_hang() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with Running(Options(port=0, speed=0, start=START)) as simulator:
            client = Client(simulator.url, simulator.token())
            subscribe(client, f"http://127.0.0.1:{listening.getsockname()[1]}/")
            for _ in range(20):
                tell(client)
            listening.settimeout(5)
            wire, _ = listening.accept()
            began = simulator.clock.real()
        wire.close()

    assert simulator.clock.real() - began < 4


def test_a_world_that_moves_by_itself_tells_by_itself() -> None:
    with Running(Options(port=0, speed=0, start=START)) as simulator, Receiver() as receiver:
        client = Client(simulator.url, simulator.token())
        client.control("POST", "clock", {"speed": 500_000})
        subscribe(client, receiver.url, "AD")

        assert receiver.wait()[0].json["object"] == 3
        client.control("POST", "clock", {"speed": 0})


# --- TLS ----------------------------------------------------------------------------------------


def certificate(folder: Path) -> Path:
    """A file with a homemade certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "homemade")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


def test_https_works_with_a_homemade_certificate(client: Client, tmp_path: Path) -> None:
    with Receiver(certificate=certificate(tmp_path)) as receiver:
        subscribe(client, receiver.url)
        tell(client)
        receiver.wait()
        told = until(client, finished(1))["deliveries"][0]

    assert told["url"].startswith("https://")
    assert told["outcome"] == "delivered"
