"""Requests from outside: whose secret counts, and what proves that it is known."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adloom.errors import InvalidParamsError, UnknownNameError, UsageError
from adloom.fields import validate
from adloom.secret import Secret
from adloom.simulator.webhooks.signing import business_signature, creator_signature
from adloom.wire import Answer, Request
from connections.connection import Connection, check_name
from connections.hooks import hook_connection, hook_name, hook_path, remove_hook, renew_hook
from connections.providers.webhook import Webhook, WebhookSettings
from connections.signatures import Proves, proof_for
from connections.store import ConnectionStore
from tests.connections.samples import business, of_kind

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "hook-secret-canary-0123"
BODY = '{"content":"{\\"a\\":1}","name":"Sömmer 🌞"}'.encode()


def proof(**settings: Any) -> Proves:
    return proof_for(of_kind("webhook", {"client_secret": SECRET}, **settings), lambda: NOW)


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"authorization": f"Bearer {SECRET}"}, {}),
        ({"authorization": f"bearer  {SECRET}"}, {}),
        ({"x-adloom-secret": SECRET}, {}),
        ({}, {"secret": SECRET}),
    ],
)
def test_the_secret_may_come_along_in_three_places(
    headers: dict[str, str], query: dict[str, str]
) -> None:
    assert proof()(headers, query, BODY)


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, {}),
        ({"authorization": SECRET}, {}),
        ({"authorization": f"Basic {SECRET}"}, {}),
        ({"authorization": "Bearer "}, {"secret": ""}),
        ({"x-adloom-secret": SECRET[:-1]}, {}),
        ({"x-adloom-secret": SECRET + "x"}, {}),
        ({}, {"secret": SECRET.upper()}),
        ({}, {"token": SECRET}),
        ({"x-adloom-secret": "ü\ud800"}, {}),
    ],
)
def test_anything_else_is_not_the_secret(headers: dict[str, str], query: dict[str, str]) -> None:
    assert not proof()(headers, query, BODY)


def test_a_signature_stands_where_it_was_said_with_or_without_its_kind() -> None:
    proves = proof(signature="sha256", signature_header="X-Hub-Signature-256")
    digest = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()

    for written in (digest, digest.upper(), f"sha256={digest}"):
        assert proves({"x-hub-signature-256": written}, {}, BODY)
        assert not proves({"x-hub-signature-256": written}, {}, BODY + b" ")
        assert not proves({"x-other": written}, {}, BODY)
    assert not proves({"x-hub-signature-256": ""}, {"secret": SECRET}, BODY)


def test_tiktok_ads_signs_the_body_with_its_signs_escaped() -> None:
    proves = proof(signature="tiktok-ads")
    signature = business_signature(SECRET, BODY)

    assert proves({"x-open-signature": signature}, {}, BODY)
    assert not proves({"x-open-signature": signature}, {}, BODY.replace(b"1", b"2"))
    assert not proves({"x-open-signature": business_signature("other", BODY)}, {}, BODY)
    assert not proves({"x-open-signature": signature}, {}, b"\xff")


@pytest.mark.parametrize(
    ("age", "fits"),
    [
        (timedelta(0), True),
        (timedelta(hours=72), True),
        (timedelta(hours=74), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_tiktok_signs_the_moment_as_well(age: timedelta, fits: bool) -> None:
    at = int((NOW - age).timestamp())
    signature = creator_signature(SECRET, BODY, at)
    proves = proof(signature="tiktok")

    assert fits is proves({"tiktok-signature": signature}, {}, BODY)
    assert not proves({"tiktok-signature": signature.replace(str(at), str(at - 1))}, {}, BODY)


@pytest.mark.parametrize(
    "signature",
    ["", "t=,s=", "t=1", "s=00", "t=x,s=00", "t=1,t=2,s=00", "t=²,s=0", "t=" + "9" * 40],
)
def test_half_a_signature_is_none(signature: str) -> None:
    assert not proof(signature="tiktok")({"tiktok-signature": signature}, {}, BODY)


def test_a_moment_beyond_all_dates_is_no_moment() -> None:
    signature = creator_signature(SECRET, BODY, 10**30)

    assert not proof(signature="tiktok")({"tiktok-signature": signature}, {}, BODY)


def test_a_signature_of_ones_own_takes_the_name_of_its_header() -> None:
    with pytest.raises(InvalidParamsError, match="signature_header"):
        validate(WebhookSettings, {"signature": "sha256"})


async def nobody(_: Request) -> Answer:
    raise AssertionError("nothing goes out through a webhook")


async def test_a_secret_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="16 signs"):
        await Webhook().examine(nobody, of_kind("webhook", {"client_secret": "short"}))

    facts = await Webhook().examine(nobody, of_kind("webhook", {"client_secret": SECRET}))
    assert {"display_name": "by secret"} == facts


async def test_nothing_goes_out_through_a_webhook() -> None:
    connection = of_kind("webhook", {"client_secret": SECRET})

    with pytest.raises(UsageError, match="none goes out"):
        await Webhook().send(connection, Request("POST", "/"), deadline=1)


async def test_a_scenario_has_a_secret_of_its_own_and_keeps_it(store: ConnectionStore) -> None:
    first = await hook_connection(store, "orders")
    again = await hook_connection(store, "orders")
    other = await hook_connection(store, "leads")

    assert ("hook-orders", "webhook") == (first.name, first.provider)
    assert first.secrets == again.secrets != other.secrets
    assert len(first.secrets["client_secret"].reveal()) >= 40
    assert first.secrets["client_secret"].reveal() not in repr(first)
    assert "/hooks/orders" == hook_path("orders")


async def test_a_new_secret_ends_the_old_one(store: ConnectionStore) -> None:
    first = await hook_connection(store, "orders")
    renewed = await renew_hook(store, "orders")

    assert first.secrets != renewed.secrets
    assert renewed.secrets == (await hook_connection(store, "orders")).secrets


async def test_a_scenario_that_is_gone_leaves_no_secret(store: ConnectionStore) -> None:
    await hook_connection(store, "orders")
    await remove_hook(store, "orders")

    assert [] == await store.names()


async def test_a_step_may_name_a_webhook_and_nothing_else(store: ConnectionStore) -> None:
    await store.save(business())
    shared = Connection("push", "webhook", WebhookSettings(signature="tiktok").model_dump())
    await store.save(Connection(**{**vars(shared), "secrets": {"client_secret": Secret(SECRET)}}))

    assert "push" == (await hook_connection(store, "orders", "push")).name
    with pytest.raises(UsageError, match="kind webhook; 'acme' is for tiktok-business"):
        await hook_connection(store, "orders", "acme")
    with pytest.raises(UnknownNameError):
        await hook_connection(store, "orders", "pull")


@pytest.mark.parametrize("scenario", ["orders", "Orders", "mine & yours", "x" * 80, "ü", "a_b"])
def test_every_scenario_has_a_name_for_its_connection(scenario: str) -> None:
    check_name(hook_name(scenario))

    assert hook_name(scenario) != hook_name(scenario + "-")
    assert hook_name("a_b") != hook_name("a-b")
