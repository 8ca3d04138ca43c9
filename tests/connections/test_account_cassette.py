"""A TikTok account from consent to revocation, recorded from the simulator and played back.

ADLOOM_RECORD=1 records the one in `cassettes/` anew.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adloom.clock import FrozenClock
from adloom.errors import AuthorizationError, RejectedError
from adloom.secret import Secret
from adloom.settings import HttpSettings
from adloom.simulator import Options, Running
from adloom.simulator.creator_tokens import Ask
from connections.api import ConnectionApi, Wiring
from connections.authorise import connect
from connections.connection import State
from connections.limits import Limiter
from connections.providers.base import Code
from connections.providers.tiktok_open import TikTokAccount
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import account
from tests.seams.cassettes import conversation

CASSETTE = Path(__file__).parent / "cassettes" / "life_of_an_account.yaml"
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
CLIENT_SECRET = "client-secret-canary-77aa"
SCOPES = ("user.info.basic", "user.info.profile", "video.list")


@dataclass
class Life:
    """What such a connection goes through."""

    wiring: Wiring
    clock: FrozenClock
    secrets: list[str] = field(default_factory=list)

    async def live(self, host: str, code: str) -> dict[str, Any]:
        """Connect, list, be renewed, be refused, be revoked."""
        asking = account(host=host, secrets={"client_secret": Secret(CLIENT_SECRET)}, account={})
        made = await connect(asking, Code(Secret(code)), self.wiring)
        api = ConnectionApi(made, self.wiring)
        listing = {"fields": ["id", "create_time"]}
        pages = api.pages("/v2/video/list/", listing, key="id", page_size=10)
        first = await anext(aiter(pages))
        self.clock.move(7000)
        again = await anext(aiter(api.pages("/v2/video/list/", listing, key="id", page_size=10)))
        with pytest.raises(RejectedError) as refused:
            await api.get("/v2/user/info/", {"fields": ["shoe_size"]})
        self.secrets = [
            secret.reveal() for one in (made, api.connection) for secret in one.secrets.values()
        ]
        await TikTokAccount().revoke(self._send(api), api.connection)
        with pytest.raises(AuthorizationError):
            await api.get("/v2/user/info/", {"fields": ["open_id"]})
        return {
            "who": made.account["display_name"],
            "granted": made.account["permissions"],
            "videos": [row["id"] for row in first.records],
            "again": [row["id"] for row in again.records],
            "generations": (made.generation, api.connection.generation),
            "refused": str(refused.value).partition(" (")[2].partition(",")[0],
            "state": api.connection.state,
        }

    @staticmethod
    def _send(api: ConnectionApi) -> Any:
        return ConnectionApi(api.connection, api._wiring, trial=True).change


@pytest.fixture
def life(store: ConnectionStore, transport: Transport, clock: FrozenClock) -> Life:
    limiter = Limiter(store.database, clock)
    return Life(Wiring(transport, limiter, store, clock, HttpSettings(deadline=5)), clock)


async def recorded(life: Life, path: Path) -> tuple[dict[str, Any], list[str]]:
    """A life against the simulator, and every secret that was in it."""
    with Running(Options(port=0, speed=0, start=START)) as simulator:
        asking = account().settings
        ask = Ask(asking["client_key"], asking["redirect_uri"], SCOPES, None)
        code = simulator._state.creators.consent(ask, SCOPES)
        with conversation(path, "all"):
            lived = await life.live(simulator.url, code)
    return lived, [code, *life.secrets]


async def test_a_recording_holds_no_secret_and_plays_back_the_same(
    life: Life, store: ConnectionStore, tmp_path: Path
) -> None:
    lived, secrets = await recorded(life, tmp_path / "life.yaml")
    written = (tmp_path / "life.yaml").read_text()
    await store.remove("me")
    with conversation(tmp_path / "life.yaml"):
        again = await life.live("http://127.0.0.1:1", "another-code")

    assert lived == again
    assert len(set(secrets)) >= 7
    assert [] == [secret for secret in secrets if secret in written]
    assert "127.0.0.1:" not in written.replace("127.0.0.1:8917", "")


async def test_the_cassette_of_the_repository_plays_back(life: Life) -> None:
    if os.environ.get("ADLOOM_RECORD"):
        await recorded(life, CASSETTE)
        return
    with conversation(CASSETTE) as played:
        lived = await life.live("http://127.0.0.1:1", "code")

    assert list(SCOPES) == lived["granted"]
    assert 0 < len(lived["videos"]) <= 10
    assert lived["videos"] == lived["again"]
    assert ((1, 2), "invalid_params") == (lived["generations"], lived["refused"])
    assert State.RECONNECT == lived["state"]
    assert played.all_played
