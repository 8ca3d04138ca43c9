"""A workspace in a test's own folder, with connections that need nobody's consent."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adloom.cli.init import make_workspace
from adloom.cli.session import Session, open_session
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from connections.authorise import connect_with_token
from connections.connection import Connection
from connections.providers import provider_named
from modules import find_module
from scheduler.plan import Result

__all__ = ["carried_out", "connected", "opened_workspace"]

SETTINGS = "[http]\ndeadline = {deadline}\nvisibility_lag = {lag}\n"


@asynccontextmanager
async def opened_workspace(
    folder: Path, *, deadline: float = 2.0, lag: float = 0.05, said: list[str] | None = None
) -> AsyncIterator[Session]:
    """A workspace, made if need be, with patience for little."""
    if not (folder / SETTINGS_FILE).exists():
        await make_workspace(folder, "file", folder.parent / f"{folder.name}.key")
    text = SETTINGS.format(deadline=deadline, lag=lag)
    await asyncio.to_thread((folder / SETTINGS_FILE).write_text, text)
    tell = said.append if said is not None else lambda _: None
    async with open_session(Workspace.open(folder), tell=tell) as session:
        yield session


async def connected(
    session: Session, name: str, kind: str, secrets: Mapping[str, str], **settings: Any
) -> Connection:
    """Add a connection, tried before it is saved."""
    model = provider_named(kind).settings_model.model_validate(settings)
    sealed = {name: Secret(text) for name, text in secrets.items()}
    new = Connection(name, kind, model.model_dump(mode="json"), secrets=sealed)
    return await connect_with_token(new, session.wiring)


async def carried_out(session: Session, module: str, connection: str, **values: Any) -> Result:
    """Plan an action and carry it out, as `adloom run --yes` does."""
    engine = await session.engine()
    return await engine.apply(await engine.plan(find_module(module), values, connection))
