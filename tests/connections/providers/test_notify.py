"""Notification addresses: sealed, checked, never told, tried with a real message."""

import logging
from typing import Any

import pytest

from adloom.errors import RetryableError, UsageError
from adloom.json_text import parse_strict
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.providers.notify import Notify
from tests.connections.samples import of_kind
from tests.seams.wire_server import answer, says, wire_server

PROVIDER = Notify()
MAIL = "mailto://me:mail-password-canary@mail.example"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"


def told(*addresses: str) -> Connection:
    return of_kind("notify", {"addresses": " \n".join(addresses)})


async def nobody(_: Request) -> Answer:
    raise AssertionError("an address is not an API")


async def test_an_address_is_known_by_its_service_and_its_end() -> None:
    facts = await PROVIDER.examine(nobody, told(MAIL, SLACK))

    assert {
        "display_name": "E-Mail, Slack",
        "addresses": ["mailto://•••mple", "slack://•••7FQ/"],
    } == facts
    shown = Connection("team", "notify", {}, account=facts)
    assert ["Messages go to mailto://•••mple.", "Messages go to slack://•••7FQ/."] == (
        PROVIDER.notes(shown)
    )


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("mailtoo://me:password-canary@mail.example", "mailtoo://"),
        ("slack://canary", "slack://"),
        ("password-canary", "…://"),
        ("pass canary://x", "…://"),
        ("password-canary-password-canary-password://x", "…://"),
    ],
)
async def test_an_address_nobody_speaks_to_is_refused_without_being_told(
    address: str, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(UsageError) as caught:
        await PROVIDER.examine(nobody, told(address))

    assert str(caught.value).startswith(scheme)
    assert "canary" not in str(caught.value) + str(caught.value.hint) + caplog.text


async def test_one_bad_address_among_good_ones_is_refused() -> None:
    with pytest.raises(UsageError, match="slakc://"):
        await PROVIDER.examine(nobody, told(MAIL, "slakc://a/b/c"))


async def test_no_address_is_none() -> None:
    with pytest.raises(UsageError, match="no notification address"):
        await PROVIDER.examine(nobody, told(" "))


async def test_a_test_message_goes_to_every_address() -> None:
    async with wire_server(says(answer(b"{}"))) as server:
        place = server.address.replace("http://", "json://")
        await PROVIDER.try_aloud(told(f"{place}/one", f"{place}/two"))

    bodies = [parse_strict(asked.body) for asked in server.asked]
    assert ["/one", "/two"] == [asked.target for asked in server.asked]
    assert {("adloom", "This is a test message of adloom.")} == {
        (body["title"], body["message"]) for body in bodies
    }


async def test_a_service_that_takes_nothing_is_named_and_its_address_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with wire_server(says(answer(b"no", status="500 Internal Server Error"))) as server:
        place = server.address.replace("http://", "json://")
        with caplog.at_level(logging.DEBUG), pytest.raises(RetryableError) as caught:
            await PROVIDER.try_aloud(told(f"{place}/canary-path"))

    assert "The message was not taken by json." == str(caught.value)
    assert "canary" not in caplog.text


async def test_there_is_no_api_behind_it() -> None:
    calls: list[Any] = [
        lambda: PROVIDER.wire(told(MAIL), Request("GET", "/"), deadline=1),
        lambda: PROVIDER.read(told(MAIL), Request("GET", "/"), None),  # type: ignore[arg-type] # never read
    ]
    for call in calls:
        with pytest.raises(UsageError, match="no API"):
            call()
