"""A console in the test's own process: a workspace connected to a simulator, and a client."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from adloom.clock import SystemClock
from adloom.console.app import create_app
from adloom.console.binding import allowed_hosts, allowed_origins
from adloom.console.desk import Desk
from adloom.console.sessions import Access
from adloom.secret import Secret
from adloom.services.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from tests.seams.practice import Practice, practise

PORT = 8920


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=60, seed=11, speed=0)) as running:
        yield running


@pytest.fixture(scope="module")
def practice(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    folder = tmp_path_factory.mktemp("console") / "workspace"
    return asyncio.run(practise(simulator, folder, deadline=3))


@dataclass
class Console:
    """The console as a browser and as a program sees it.

    Args:
        client: Signed in; sends what htmx sends.
        desk: What its views are given.
        practice: The simulator behind it, and its workspace.
    """

    client: httpx.AsyncClient
    desk: Desk
    practice: Practice

    async def get(self, path: str, **query: str) -> str:
        """A page or fragment that is there."""
        answer = await self.client.get(path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, path: str, expect: Any = 200, **form: Any) -> str:
        """What a form gets back; `expect` is the status.

        Typed loosely, so that dictionaries of fields can be spread into it.
        """
        answer = await self.client.post(path, data=form)
        assert answer.status_code == expect, answer.text
        return answer.text

    async def goes_to(self, path: str, **form: Any) -> str:
        """Where a form sends the browser."""
        answer = await self.client.post(path, data=form)
        assert answer.status_code == 204, answer.text
        return answer.headers["HX-Redirect"]

    async def settled(self) -> None:
        """Wait until every job has ended."""
        async with asyncio.timeout(30):
            for job in self.desk.jobs.all():
                await job.wait()


@pytest.fixture
async def console(practice: Practice) -> AsyncIterator[Console]:
    async with opened_console(practice) as made:
        yield made
    practice.simulator.faults.clear()


@pytest.fixture
async def own_console(simulator: Running, tmp_path: Path) -> AsyncIterator[Console]:
    """One whose workspace no other test uses."""
    async with opened_console(await practise(simulator, tmp_path / "own", deadline=3)) as made:
        yield made
    simulator.faults.clear()


@asynccontextmanager
async def opened_console(practice: Practice) -> AsyncIterator[Console]:
    workspace = Workspace.open(practice.folder)
    async with open_session(workspace, tell=lambda _: None, ask=lambda: Secret("")) as session:
        workshop = await session.workshop()
        await workshop.synchronise()
        access = Access(port=PORT, clock=SystemClock())
        desk = Desk(session, workshop, running=True, changed=workshop.synchronise)
        app = create_app(desk, access, hosts=allowed_hosts(PORT), origins=allowed_origins(PORT))
        cookie = access.sign_in(access.new_code())
        assert cookie is not None
        client = httpx.AsyncClient(
            # A fault of ours is to be seen as the page it makes.
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=f"http://127.0.0.1:{PORT}",
            cookies={access.cookie: cookie},
            headers={"HX-Request": "true", "Sec-Fetch-Site": "same-origin"},
        )
        async with client:
            yield Console(client, desk, practice)
        await desk.jobs.settle()
