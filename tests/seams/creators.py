"""A workspace connected to a creator's account at a simulator, through the real consent."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from adloom.cli.consent import settings_from
from adloom.cli.init import make_workspace
from adloom.cli.session import open_session
from adloom.cli.stage import click_allow, free_port
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator import Running
from adloom.simulator.options import PRACTICE_APP
from connections.authorise import connect
from connections.connection import Connection
from connections.oauth import Listener, begin
from connections.providers import PROVIDERS, provider_named
from tests.seams.practice import APP_SECRET, SETTINGS

__all__ = ["creator_workspace"]


async def creator_workspace(
    simulator: Running,
    folder: Path,
    *,
    scopes: Sequence[str] = (),
    deadline: float = 5.0,
    lag: float = 0.3,
) -> Connection:
    """Make a workspace and connect the account, for everything unless scopes are named."""
    await make_workspace(folder, "file", folder.parent / f"{folder.name}.key")
    text = SETTINGS.format(port=free_port(), deadline=deadline, lag=lag)
    await asyncio.to_thread((folder / SETTINGS_FILE).write_text, text)
    async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
        provider = provider_named("tiktok")
        values = {
            "client_key": PRACTICE_APP,
            "host": simulator.url,
            "scopes": list(scopes or PROVIDERS["tiktok"].permissions),
            "requests_per_second": 10_000,
        }
        port = session.workspace.settings.oauth.port
        settings = settings_from(provider, values, port=port)
        consent = begin(provider, settings)
        async with Listener(consent) as listener:
            clicking = asyncio.create_task(asyncio.to_thread(click_allow, consent.address))
            code = await listener.code()
            await clicking
        secrets = {"client_secret": Secret(APP_SECRET)}
        new = Connection("creator", provider.name, settings, secrets=secrets)
        return await connect(new, code, session.wiring)
