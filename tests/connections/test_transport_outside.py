"""Requests that must not reach this machine or its private network (reliability.md §4.3)."""

import socket
from typing import Any

import pytest

from adloom.errors import RetryableError, UsageError
from connections.hosts import is_outside
from connections.outgoing import WireRequest
from connections.transport import Transport
from tests.seams.wire_server import answer, says, wire_server


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nobody binds to it
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::10.0.0.1", False),
        ("2002:0a00:0001::1", False),
    ],
)
def test_an_address_is_inside_or_outside(address: str, expected: bool) -> None:
    assert expected == is_outside(address)


def outwards(address: str) -> WireRequest:
    return WireRequest("POST", f"{address}/x", changes=True, outside_only=True, deadline=2)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9", "http://localhost:9", "http://a.localhost:9", "http://localhost.:9",
     "http://[::1]:9", "https://10.1.2.3", "https://[fe80::1]"],
)  # fmt: skip
async def test_a_host_that_says_it_is_inside_is_not_called(
    address: str, transport: Transport
) -> None:
    with pytest.raises(UsageError, match="nothing was sent"):
        await transport.exchange(outwards(address))


def resolving(patch: pytest.MonkeyPatch, name: str) -> None:
    """Let a name server say that a name is this machine."""
    ask = socket.getaddrinfo

    def told(host: Any, *args: Any, **kwargs: Any) -> Any:
        named = host.decode() if isinstance(host, bytes) else host
        return ask("127.0.0.1" if named == name else host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", told)


async def test_a_name_that_turns_out_to_be_inside_gets_nothing(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that was really connected to decides, whatever a name server said before."""
    resolving(monkeypatch, "rebound.example")
    async with wire_server(says(answer())) as server:
        address = server.address.replace("127.0.0.1", "rebound.example")
        for _ in range(2):
            with pytest.raises(UsageError, match=r"rebound\.example is on this machine"):
                await transport.exchange(outwards(address))

    assert [] == server.asked


async def test_a_connection_that_others_opened_is_not_shared(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "rebound.example")
    async with wire_server(says(answer())) as server:
        address = server.address.replace("127.0.0.1", "rebound.example")
        await transport.exchange(WireRequest("GET", f"{address}/x", deadline=2))
        with pytest.raises(UsageError):
            await transport.exchange(outwards(address))

    assert 1 == len(server.asked)


async def test_through_a_proxy_only_the_name_is_checked() -> None:
    async with (
        wire_server(says(answer(b'{"by":"proxy"}'))) as server,
        Transport(proxy=server.address) as proxied,
    ):
        told = await proxied.exchange(outwards("http://far.example"))
        with pytest.raises(UsageError, match="private network"):
            await proxied.exchange(outwards("http://10.0.0.1"))

    assert b'{"by":"proxy"}' == told.body


async def test_a_host_outside_that_cannot_be_reached_changed_nothing(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RetryableError, match="cannot be reached"):
        await transport.exchange(outwards("https://nowhere.example"))
