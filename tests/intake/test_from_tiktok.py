"""From TikTok's own webhooks, as the simulator sends them, into an inbox: once, whatever fails."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adloom.clock import SystemClock
from adloom.errors import WorkspaceError
from adloom.intake import Hook, hook_for, intake_app, intake_server
from adloom.simulator import Options, Running
from adloom.simulator.options import PRACTICE_APP
from adloom.wire import Record
from connections.signatures import proof_for
from modules import find_module
from modules.watch_webhook import WatchWebhookParams
from tests.connections.samples import of_kind
from tests.seams.wire_server import free_port
from tests.simulator.client import Client
from tests.simulator.webhooks.steps import SECRET, finished, subscribe, tell, until


class Inbox:
    """Keeps each key once; cannot, the first time."""

    def __init__(self) -> None:
        self.kept: dict[str, Record] = {}
        self.tries = 0

    async def keep(self, bundles: Sequence[tuple[str, Record]]) -> None:
        self.tries += 1
        if self.tries == 1:
            raise WorkspaceError("the database is locked")
        for key, bundle in bundles:
            self.kept.setdefault(key, bundle)


@asynccontextmanager
async def listening(inbox: Inbox, signature: str, **values: Any) -> AsyncIterator[str]:
    """The address of a scenario that listens to TikTok."""
    trigger = find_module("watch_webhook").instant
    assert trigger is not None
    connection = of_kind("webhook", {"client_secret": SECRET}, signature=signature)
    proves = proof_for(connection, SystemClock().now)
    params = WatchWebhookParams(**values)
    hooks: dict[str, Hook] = {
        "push": hook_for(trigger, params, proves=proves, keep=inbox.keep, status=200)
    }
    port = free_port()
    server = intake_server(intake_app(hooks), port=port)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{port}/hooks/push"
    finally:
        server.should_exit = True
        await running


async def test_a_lead_arrives_once_though_it_is_delivered_twice() -> None:
    inbox = Inbox()
    with Running(Options(port=0, webhook_speed=1e7)) as simulator:
        client = Client(simulator.url, simulator.token())
        async with listening(inbox, "tiktok-ads") as url:

            def deliver() -> Any:
                subscribe(client, url)
                client.control("POST", "webhooks/settings", {"copies": 2})
                tell(client)
                return until(client, finished(2))

            told = await asyncio.to_thread(deliver)

    assert ["delivered", "delivered"] == [one["outcome"] for one in told["deliveries"]]
    assert 3 == inbox.tries
    (bundle,) = inbox.kept.values()
    assert 1 == bundle["body"]["object"]


@pytest.mark.parametrize("secret", [SECRET, "another-secret"])
async def test_what_happened_to_a_creator_arrives_if_it_was_signed_by_our_app(secret: str) -> None:
    inbox = Inbox()
    with Running(Options(port=0, webhook_speed=1e7)) as simulator:
        client = Client(simulator.url, simulator.token())
        async with listening(inbox, "tiktok", unfold=["content"]) as url:
            app = {"client_key": PRACTICE_APP, "client_secret": secret, "callback_url": url}
            event = {"event": "video.publish.completed", "content": {"share_id": "video.7"}}

            def deliver() -> Any:
                client.control("POST", "webhooks/client", app)
                client.control("POST", "webhooks/creator", event)
                return until(client, finished(1))

            told = await asyncio.to_thread(deliver)

    outcomes = [one["outcome"] for one in told["deliveries"]]
    if secret != SECRET:
        assert (["given up"], {}) == (outcomes, inbox.kept)
        return
    (bundle,) = inbox.kept.values()
    assert (["delivered"], {"share_id": "video.7"}) == (outcomes, bundle["body"]["content"])
