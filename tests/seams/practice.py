"""A workspace connected to a simulator through the real consent, as a user would have it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from adloom.cli.consent import settings_from
from adloom.cli.init import make_workspace
from adloom.cli.session import open_session
from adloom.cli.stage import click_allow, free_port
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator import Running
from connections.authorise import connect
from connections.connection import Connection
from connections.oauth import Listener, begin
from connections.providers import provider_named
from modules import find_module

__all__ = ["Practice", "practise"]

APP_SECRET = "practice-app-secret-0123456789"
SETTINGS = """
[oauth]
port = {port}
[http]
deadline = {deadline}
visibility_lag = {lag}
"""


@dataclass(frozen=True)
class Practice:
    """A simulator and a workspace connected to it.

    Args:
        simulator: The simulator.
        folder: The workspace.
        advertiser_id: Its large account.
        connection: The connection, with its secrets.
    """

    simulator: Running
    folder: Path
    advertiser_id: str
    connection: Connection

    async def running_ads(self) -> list[str]:
        """Ids of ordinary ads that are switched on and deliver."""
        values = {
            "advertiser_id": self.advertiser_id,
            "primary_status": "STATUS_DELIVERY_OK",
            "limit": 0,
        }
        async with open_session(Workspace.open(self.folder)) as session:
            pages = session.reader.read(find_module("search_ads"), values, self.connection.name)
            rows = [row async for page in pages for row in page.records]
        return [
            row["ad_id"] for row in rows if not row.get("smart_plus_ad_id") and not row["is_aco"]
        ]


async def practise(
    simulator: Running,
    folder: Path,
    *,
    name: str = "practice",
    deadline: float = 5.0,
    lag: float = 0.3,
    rate: float = 10_000,
) -> Practice:
    """Make a workspace and connect it."""
    await make_workspace(folder, "file", folder.parent / f"{folder.name}.key")
    text = SETTINGS.format(port=free_port(), deadline=deadline, lag=lag)
    await asyncio.to_thread((folder / SETTINGS_FILE).write_text, text)
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        provider = provider_named("tiktok-business")
        settings = settings_from(
            provider,
            {
                "app_id": "7300000000000000001",
                "host": simulator.url,
                "requests_per_second": rate,
            },
            port=session.workspace.settings.oauth.port,
        )
        consent = begin(provider, settings)
        async with Listener(consent) as listener:
            clicking = asyncio.create_task(asyncio.to_thread(click_allow, consent.address))
            code = await listener.code()
            await clicking
        secrets = {"app_secret": Secret(APP_SECRET)}
        new = Connection(name, provider.name, settings, secrets=secrets)
        connection = await connect(new, code, session.wiring)
    advertisers = connection.account["advertisers"]
    return Practice(simulator, folder, advertisers[0]["advertiser_id"], connection)
