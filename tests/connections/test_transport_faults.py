"""Every fault of the wire (reliability.md §2.3), met by a read and by a change."""

import asyncio
import gzip
import zlib

import pytest

from adloom.errors import (
    ApiError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from connections.transport import Transport
from tests.connections.wires import TOKEN, RequestFor, changing, reading
from tests.seams.wire_server import (
    Reply,
    answer,
    breaks_off,
    chunked,
    drips,
    free_port,
    head,
    says,
    stays_silent,
    wire_server,
)

GZIP = {"Content-Encoding": "gzip"}
CHUNKED = {"Transfer-Encoding": "chunked"}
ROWS = b'{"list": [' + b'{"ad_id": "1700000000000001"},' * 200 + b"{}]}"
PACKED = gzip.compress(ROWS)
BOMB = gzip.compress(b"0" * 5_000_000)


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return answer(body, headers={"Content-Encoding": encoding})


#: Faults after which nobody knows what the platform did.
LOST: dict[str, Reply] = {
    "gzip cut in half": says(packed(PACKED[: len(PACKED) // 2])),
    "gzip cut within its first bytes": says(packed(PACKED[:8])),
    "gzip without its trailer": says(packed(PACKED[:-8])),
    "gzip with a wrong checksum": says(packed(PACKED[:-8] + b"12345678")),
    "gzip that is none": says(packed(b"these bytes are not compressed")),
    "gzip with rubbish behind it": says(packed(PACKED + b"rubbish")),
    "deflate cut in half": says(packed(zlib.compress(ROWS)[:60], "deflate")),
    "shorter than its length": says(answer(b'{"code": 0', length=100), closes=True),
    "chunked, cut between chunks": says(chunked([b'{"code":'], ended=False), closes=True),
    "chunked, cut within a chunk": says(head("200 OK", CHUNKED) + b'40\r\n{"code"', closes=True),
    "chunked, with a length that is none": says(
        head("200 OK", CHUNKED) + b"zz\r\n{}\r\n", closes=True
    ),
    "ended by closing": says(head("200 OK", {}) + b'{"code": 0}', closes=True),
    "an empty answer": says(b"", closes=True),
    "a garbage line": says(b"SMTP ready\r\n\r\n", closes=True),
    "headers without an end": says(b"HTTP/1.1 200 OK\r\nX-", closes=True),
    "a header of 200 kB": says(head("200 OK", {"X-Long": "x" * 200_000}), closes=True),
    "a reset": breaks_off,
}

#: Answers that arrived and cannot be taken.
REFUSED: dict[str, Reply] = {
    "larger than allowed": says(answer(b"x" * 100_001)),
    "larger than allowed, in chunks": says(chunked([b"x" * 50_000] * 3)),
    "a gzip bomb": says(packed(BOMB)),
    "a deflate bomb": says(packed(zlib.compress(b"0" * 5_000_000), "deflate")),
    "an encoding nobody asked for": says(packed(b"xx", "br")),
}

TOO_LATE: dict[str, Reply] = {
    "silence": stays_silent,
    "dripping headers": drips(answer(b"{}")),
    "a dripping body": drips(b" " * 999, first=answer(b"", length=999)),
    "a dripping gzip body": drips(PACKED, first=answer(b"", length=len(PACKED), headers=GZIP)),
    "dripping chunks": drips(b"1\r\n \r\n" * 999, first=head("200 OK", CHUNKED)),
}


@pytest.mark.parametrize("fault", LOST)
async def test_a_read_without_a_whole_answer_may_be_repeated(
    transport: Transport, fault: str
) -> None:
    async with wire_server(LOST[fault]) as server:
        with pytest.raises(RetryableError, match=r"127\.0\.0\.1"):
            await transport.exchange(reading(server.address))

    assert 1 == len(server.asked)


@pytest.mark.parametrize("fault", LOST)
async def test_a_change_without_a_whole_answer_is_neither_done_nor_undone(
    transport: Transport, fault: str
) -> None:
    async with wire_server(LOST[fault]) as server:
        with pytest.raises(UnknownOutcomeError, match="may or may not"):
            await transport.exchange(changing(server.address))

    assert 1 == len(server.asked)


@pytest.mark.parametrize("fault", REFUSED)
async def test_a_read_with_an_unacceptable_answer_is_not_repeated(
    transport: Transport, fault: str
) -> None:
    async with wire_server(REFUSED[fault]) as server:
        with pytest.raises(UnusableAnswerError):
            await transport.exchange(reading(server.address))


@pytest.mark.parametrize("fault", REFUSED)
async def test_a_change_with_an_unacceptable_answer_may_have_happened(
    transport: Transport, fault: str
) -> None:
    async with wire_server(REFUSED[fault]) as server:
        with pytest.raises(UnknownOutcomeError):
            await transport.exchange(changing(server.address))


@pytest.mark.parametrize("fault", TOO_LATE)
@pytest.mark.parametrize(
    ("request_for", "error"), [(reading, RetryableError), (changing, UnknownOutcomeError)]
)
async def test_the_deadline_covers_the_whole_call(
    transport: Transport, fault: str, request_for: RequestFor, error: type[ApiError]
) -> None:
    async with wire_server(TOO_LATE[fault]) as server:
        with pytest.raises(error, match=r"within 0\.1 seconds"):
            await transport.exchange(request_for(server.address, deadline=0.1))


@pytest.mark.parametrize("request_for", [reading, changing])
async def test_what_never_reached_the_platform_may_be_repeated(
    transport: Transport, request_for: RequestFor
) -> None:
    with pytest.raises(RetryableError, match="cannot be reached"):
        await transport.exchange(request_for(f"http://127.0.0.1:{free_port()}"))


async def test_a_handshake_that_never_ends_has_let_nothing_out(transport: Transport) -> None:
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    # Long enough for a busy machine: connecting may take a tenth of it, or the deadline is faster.
    try:
        with pytest.raises(RetryableError, match="cannot be reached"):
            await transport.exchange(changing(f"https://127.0.0.1:{port}", deadline=1.0))
    finally:
        # It does not wait to be closed: from Python 3.12 on, that takes until nobody talks to it.
        silent.close()
        for writer in held:
            writer.close()

    assert 1 == len(held)


async def test_a_change_that_waited_for_its_turn_in_vain_was_not_sent(
    transport: Transport,
) -> None:
    async with wire_server(stays_silent) as server:
        deadlines = [*[0.5] * 20, *[0.2] * 3]
        changes = [transport.exchange(changing(server.address, deadline=one)) for one in deadlines]
        found = await asyncio.gather(*changes, return_exceptions=True)

    assert 20 == len(server.asked)
    assert [*[UnknownOutcomeError] * 20, *[RetryableError] * 3] == [type(one) for one in found]


async def test_a_connection_the_platform_has_closed_is_not_used_again(
    transport: Transport,
) -> None:
    async with wire_server(says(answer(), closes=True)) as server:
        for _ in range(3):
            await transport.exchange(changing(server.address))

    assert 3 == len(server.asked) == server.connected


async def test_no_message_holds_the_token_or_the_path(transport: Transport) -> None:
    async with wire_server(breaks_off) as server:
        with pytest.raises(RetryableError) as caught:
            await transport.exchange(reading(server.address))

    text = f"{caught.value} {caught.value.hint} {caught.value.details}"
    assert TOKEN not in text
    assert "open_api" not in text
