"""The safety net itself (tests/conftest.py)."""

import asyncio
import os
import random
import socket
import time
from pathlib import Path

import pytest

from adloom.settings import find_workspace, key_folder, log_folder
from tests.seams.refusals import LONGEST_SLEEP, RefusedInTestsError


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("business-api.tiktok.com", 443)])
def test_no_socket_reaches_beyond_this_machine(call: str, address: tuple[str, int]) -> None:
    with socket.socket() as outside, pytest.raises(RefusedInTestsError, match=address[0]):
        getattr(outside, call)(address)


def test_no_datagram_leaves_this_machine() -> None:
    with (
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outside,
        pytest.raises(RefusedInTestsError),
    ):
        outside.sendto(b"hello", ("2001:db8::1", 53))


@pytest.mark.parametrize("name", ["business-api.tiktok.com", b"example.com"])
def test_no_name_server_is_asked(name: str | bytes) -> None:
    with pytest.raises(RefusedInTestsError):
        socket.getaddrinfo(name, 443)


async def test_the_event_loop_is_guarded_as_well() -> None:
    with pytest.raises(RefusedInTestsError):
        await asyncio.open_connection("192.0.2.1", 443)


async def test_this_machine_can_be_reached() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("localhost", port)
        said = await reader.read()
        writer.close()

    assert b"" == said


def test_nobody_sleeps_for_long() -> None:
    with pytest.raises(RefusedInTestsError, match="sleep"):
        time.sleep(LONGEST_SLEEP + 0.01)
    time.sleep(0)


def test_home_is_an_empty_folder_of_the_test_run(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    base = tmp_path_factory.getbasetemp()
    places = [Path.home(), key_folder(), log_folder(), find_workspace(None, folder=base)]

    assert [True] * 4 == [place.is_relative_to(base) for place in places]
    assert "ADLOOM_KEY" not in os.environ
    assert "HTTPS_PROXY" not in os.environ


@pytest.mark.parametrize("_run", [1, 2])
def test_chance_takes_the_same_course_in_every_test(_run: int) -> None:
    assert random.Random(20_261_121).random() == random.random()  # noqa: S311 - the point
