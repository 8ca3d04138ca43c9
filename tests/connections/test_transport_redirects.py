"""A token goes to its own origin only, and no redirect is followed (reliability.md §4.2)."""

import pytest

from adloom.errors import ApiError, UnknownOutcomeError, UnusableAnswerError
from adloom.secret import Secret
from connections.hosts import Origin
from connections.outgoing import Credential
from connections.transport import Transport
from tests.connections.wires import TOKEN, RequestFor, changing, reading
from tests.seams.wire_server import answer, says, wire_server

STATUSES = [
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
]


def redirect(status: str, target: str) -> bytes:
    return answer(b"", status=status, headers={"Location": target})


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    ("request_for", "error"), [(reading, UnusableAnswerError), (changing, UnknownOutcomeError)]
)
async def test_another_host_is_never_called(
    transport: Transport, status: str, request_for: RequestFor, error: type[ApiError]
) -> None:
    async with wire_server(says(answer())) as other:
        elsewhere = other.address.replace("127.0.0.1", "localhost")
        async with wire_server(says(redirect(status, f"{elsewhere}/steal/?x=1"))) as server:
            with pytest.raises(error, match="redirects to localhost,") as caught:
                await transport.exchange(request_for(server.address))

    assert 0 == other.connected
    assert 1 == len(server.asked)
    assert "steal" not in str(caught.value)


@pytest.mark.parametrize("status", STATUSES)
async def test_another_path_of_the_same_host_is_not_called_either(
    transport: Transport, status: str
) -> None:
    async with wire_server(says(redirect(status, "/elsewhere/"))) as server:
        with pytest.raises(UnusableAnswerError, match="redirects to another path,"):
            await transport.exchange(reading(server.address))

    assert ["/open_api/v1.3/ad/get/"] == [asked.target for asked in server.asked]


async def test_a_redirect_to_nowhere_is_an_unusable_answer(transport: Transport) -> None:
    async with wire_server(says(redirect("302 Found", "http://\x07"))) as server:
        with pytest.raises(UnusableAnswerError, match="an address that is none"):
            await transport.exchange(reading(server.address))


async def test_a_redirect_without_a_target_is_left_to_the_provider(transport: Transport) -> None:
    async with wire_server(says(answer(b"moved", status="302 Found"))) as server:
        found = await transport.exchange(reading(server.address))

    assert (302, b"moved") == (found.status, found.body)


async def test_the_token_goes_to_its_own_origin(transport: Transport) -> None:
    async with wire_server(says(answer())) as server:
        await transport.exchange(reading(server.address))

    assert TOKEN == server.asked[0].headers["access-token"]


@pytest.mark.parametrize(
    "mine",
    ["https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://localhost:{port}"],
    ids=["another scheme", "another port", "another host"],
)
async def test_the_token_goes_nowhere_else(transport: Transport, mine: str) -> None:
    async with wire_server(says(answer())) as server:
        origin = Origin.of(mine.format(port=server.address.rpartition(":")[2]))
        credential = Credential("access-token", Secret(TOKEN), (origin,))
        await transport.exchange(reading(server.address, credential=credential))

    assert "access-token" not in server.asked[0].headers
    assert TOKEN not in str(server.asked[0])


async def test_cookies_are_not_kept(transport: Transport) -> None:
    async with wire_server(says(answer(headers={"Set-Cookie": "sid=1; Path=/"}))) as server:
        for _ in range(2):
            await transport.exchange(reading(server.address))

    assert [False, False] == ["cookie" in asked.headers for asked in server.asked]
    assert 1 == server.connected


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire_server(says(answer())) as server, wire_server(says(answer())) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        async with Transport() as transport:
            await transport.exchange(reading(server.address))

    assert (1, 0) == (server.connected, proxy.connected)


async def test_a_proxy_of_the_settings_is_used() -> None:
    async with (
        wire_server(says(answer(b'{"by": "proxy"}'))) as proxy,
        Transport(proxy=proxy.address) as transport,
    ):
        found = await transport.exchange(reading("http://127.0.0.1:1"))

    assert b'{"by": "proxy"}' == found.body
