"""Faults of the wire, seen through a bare socket."""

import socket
import struct
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client, raw


def ask(simulator: Running, big: str) -> bytes:
    return (
        f"GET /open_api/v1.3/ad/get/?advertiser_id={big} HTTP/1.1\r\n"
        f"Host: localhost\r\nAccess-Token: {simulator.token()}\r\n\r\n"
    ).encode()


def seen(simulator: Running, big: str, kind: str, **more: Any) -> tuple[bytes, bytes]:
    """Head and body of what arrives until the connection closes."""
    simulator.faults.add([{"kind": kind, **more}])
    head, _, body = raw(simulator.url, ask(simulator, big)).partition(b"\r\n\r\n")
    return head.lower(), body


def test_a_reset_connection_says_nothing(simulator: Running, big: str) -> None:
    simulator.faults.add([{"kind": "reset"}])

    with pytest.raises(ConnectionResetError):
        raw(simulator.url, ask(simulator, big))


def test_a_closed_connection_says_nothing_politely(simulator: Running, big: str) -> None:
    assert seen(simulator, big, "close") == (b"", b"")


def test_a_truncated_body_is_shorter_than_its_length(simulator: Running, big: str) -> None:
    head, body = seen(simulator, big, "truncate")
    length = int(head.partition(b"content-length: ")[2].split()[0])

    assert head.startswith(b"http/1.1 200 ok")
    assert length // 2 == len(body)


def test_a_chunked_body_ends_within_a_chunk(simulator: Running, big: str) -> None:
    head, body = seen(simulator, big, "cut_chunked")

    assert b"transfer-encoding: chunked" in head
    assert not body.endswith(b"0\r\n\r\n")
    size, _, rest = body.partition(b"\r\n")
    chunk = rest[: int(size, 16)]
    assert chunk.startswith(b'{"code":0')


def test_a_body_without_length_is_cut(simulator: Running, big: str) -> None:
    head, body = seen(simulator, big, "no_length_cut")

    assert b"content-length" not in head
    assert b"chunked" not in head
    assert body.startswith(b'{"code":0')
    assert not body.endswith(b"}")


def test_garbage_is_no_http(simulator: Running, big: str) -> None:
    simulator.faults.add([{"kind": "garbage"}])

    assert not raw(simulator.url, ask(simulator, big)).startswith(b"HTTP")


@pytest.mark.parametrize("part", ["body", "headers"])
def test_a_dripping_answer_comes_byte_by_byte(simulator: Running, big: str, part: str) -> None:
    simulator.faults.add([{"kind": "drip", "part": part, "seconds": 0.02}])
    where = urlsplit(simulator.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as wire:
        wire.sendall(ask(simulator, big))
        received = b""
        began = time.monotonic()
        while b"\r\n\r\n" not in received and time.monotonic() - began < 0.3:
            received += wire.recv(4096)
        following = [wire.recv(4096) for _ in range(4)]

    # A loaded machine may join a few drops.
    assert (b"\r\n\r\n" in received) == (part == "body")
    assert max(len(drop) for drop in following) <= 8


def test_a_dripping_answer_is_whole_in_the_end(simulator: Running, big: str) -> None:
    head, body = seen(simulator, big, "drip", seconds=0)
    length = int(head.partition(b"content-length: ")[2].split()[0])

    assert length == len(body)


def test_a_client_that_gives_up_stops_the_drip(
    simulator: Running, client: Client, big: str
) -> None:
    simulator.faults.add([{"kind": "drip", "seconds": 0.01, "times": 1}])
    where = urlsplit(simulator.url)
    wire = socket.create_connection((where.hostname or "", where.port or 0), timeout=5)
    wire.sendall(ask(simulator, big))
    wire.recv(100)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()

    assert client.get("/user/info/")["code"] == 0


def test_others_are_served_while_one_answer_drips(
    simulator: Running, client: Client, big: str
) -> None:
    simulator.faults.add([{"kind": "drip", "seconds": 0.01, "path": "/ad/get/", "times": 1}])
    where = urlsplit(simulator.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as wire:
        wire.sendall(ask(simulator, big))
        wire.recv(10)

        assert client.get("/user/info/")["code"] == 0


@pytest.mark.parametrize("kind", ["reset", "truncate", "garbage", "close"])
@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])
def test_a_broken_answer_may_hide_an_effect(
    simulator: Running, client: Client, big: str, kind: str, when: str, effects: int
) -> None:
    rows = client.rows(
        "/ad/get/",
        advertiser_id=big,
        filtering={"primary_status": "STATUS_DELIVERY_OK", "campaign_automation_type": "MANUAL"},
    )
    ad = rows[0]["ad_id"]
    body = f'{{"advertiser_id":"{big}","ad_ids":["{ad}"],"operation_status":"DISABLE"}}'
    request = (
        f"POST /open_api/v1.3/ad/status/update/ HTTP/1.1\r\nHost: x\r\n"
        f"Access-Token: {client.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    simulator.faults.add([{"kind": kind, "when": when}])
    try:
        raw(simulator.url, request)
    except ConnectionResetError:
        assert kind == "reset"

    assert simulator.effects.effective(ad) == effects


def test_what_is_no_http_is_answered_with_400(simulator: Running) -> None:
    assert raw(simulator.url, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_nothing_is_printed_about_broken_connections(
    simulator: Running, big: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for kind in ("reset", "close", "truncate", "cut_chunked", "no_length_cut", "garbage", "drip"):
        simulator.faults.clear()
        simulator.faults.add([{"kind": kind, "seconds": 0}])
        try:
            raw(simulator.url, ask(simulator, big))
        except ConnectionResetError:
            assert kind == "reset"
    raw(simulator.url, b"no http\r\n\r\n")

    assert capfd.readouterr() == ("", "")


def test_a_hundred_connections_at_once_are_served(client: Client, big: str) -> None:
    codes: list[int] = []

    def call() -> None:
        codes.append(client.get("/ad/get/", advertiser_id=big)["code"])

    threads = [threading.Thread(target=call) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [0] * 100
