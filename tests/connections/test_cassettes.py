"""Conversations with a platform, recorded without secrets and played back without a network.

ADLOOM_RECORD=1 records the one in `cassettes/` anew from the simulator.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from vcr.errors import (  # type: ignore[import-untyped] # vcrpy carries no types
    CannotOverwriteExistingCassetteException,
)

from adloom.clock import FrozenClock
from adloom.errors import AuthorizationError, RejectedError
from adloom.secret import Secret
from adloom.settings import HttpSettings
from adloom.simulator import Options, Running
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi, Wiring
from connections.authorise import connect
from connections.limits import Limiter
from connections.providers.base import Code
from connections.store import ConnectionStore
from connections.transport import Transport
from tests.connections.samples import business
from tests.seams.cassettes import conversation

CASSETTE = Path(__file__).parent / "cassettes" / "life_of_a_connection.yaml"
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
APP_SECRET = "app-secret-canary-1f2e3d4c"


@dataclass
class Life:
    """What a connection goes through."""

    wiring: Wiring
    tokens: list[str] = field(default_factory=list)

    async def live(self, host: str, code: str) -> dict[str, Any]:
        """Connect, look around, be refused, change something, be revoked."""
        secrets = {"app_secret": Secret(APP_SECRET)}
        connection = business(host=host, secrets=secrets, account={})
        made = await connect(connection, Code(Secret(code)), self.wiring)
        api = ConnectionApi(made, self.wiring)
        account = made.account["advertisers"][0]["advertiser_id"]
        asked = {"advertiser_id": account, "fields": ["ad_id", "ad_name", "operation_status"]}
        pages = api.pages("/ad/get/", asked, key="ad_id", page_size=20)
        first = await anext(aiter(pages))
        with pytest.raises(RejectedError) as refused:
            await api.get("/ad/get/", {"advertiser_id": account, "page_size": 5000})
        change = {"advertiser_id": account, "ad_ids": [first.records[0]["ad_id"]]}
        body = JsonBody({**change, "operation_status": "DISABLE"})
        done = await api.change(Request("POST", "/ad/status/update/", body=body))
        token = made.secrets["access_token"].reveal()
        self.tokens.append(token)
        forgotten = {"app_id": "7200000000000000001", "secret": APP_SECRET, "access_token": token}
        await api.change(Request("POST", "/oauth2/revoke_token/", body=JsonBody(forgotten)))
        with pytest.raises(AuthorizationError):
            await api.get("/user/info/")
        return {
            "accounts": made.account["advertisers"],
            "total": first.total,
            "ads": [row["ad_id"] for row in first.records],
            "refused": refused.value.code,
            "changed": done.data["ad_ids"],
        }


@pytest.fixture
def life(store: ConnectionStore, transport: Transport, clock: FrozenClock) -> Life:
    limiter = Limiter(store.database, clock)
    return Life(Wiring(transport, limiter, store, clock, HttpSettings(deadline=5)))


async def recorded(life: Life, path: Path) -> tuple[dict[str, Any], list[str]]:
    """A life against the simulator, and every secret that was in it."""
    with Running(Options(port=0, speed=0, start=START)) as simulator:
        accounts = list(simulator.world.accounts)
        code = simulator.grants.consent("7200000000000000001", accounts)
        with conversation(path, "all"):
            lived = await life.live(simulator.url, code)
    return lived, [APP_SECRET, code, *life.tokens]


async def test_a_recording_holds_no_secret_and_plays_back_the_same(
    life: Life, store: ConnectionStore, tmp_path: Path
) -> None:
    lived, secrets = await recorded(life, tmp_path / "life.yaml")
    written = (tmp_path / "life.yaml").read_text()
    await store.remove("acme")
    with conversation(tmp_path / "life.yaml"):
        again = await life.live("http://127.0.0.1:1", "another-code")

    assert lived == again
    assert 3 == len(secrets)
    assert [] == [secret for secret in secrets if secret in written]
    assert "127.0.0.1" not in written
    assert "access-token" not in written.lower().replace("access_token", "")


async def test_the_cassette_of_the_repository_plays_back(life: Life) -> None:
    if os.environ.get("ADLOOM_RECORD"):
        await recorded(life, CASSETTE)
        return
    with conversation(CASSETTE) as played:
        lived = await life.live("http://127.0.0.1:1", "code")

    assert 3 == len(lived["accounts"])
    assert 20 == len(lived["ads"]) < lived["total"]
    assert (40002, lived["ads"][:1]) == (lived["refused"], lived["changed"])
    assert played.all_played


async def test_a_question_nobody_recorded_never_reaches_a_network(life: Life) -> None:
    api = ConnectionApi(business(host="http://127.0.0.1:1"), life.wiring)
    unknown = pytest.raises(CannotOverwriteExistingCassetteException, match="/nobody/asked/this/")
    with conversation(CASSETTE), unknown:
        await api.get("/nobody/asked/this/")


@pytest.mark.parametrize("path", sorted(CASSETTE.parent.glob("*.yaml")), ids=lambda path: path.name)
def test_no_cassette_holds_anything_that_looks_like_a_secret(path: Path) -> None:
    text = path.read_text()
    words = [word.strip("\"',:{}[]") for word in text.split()]
    long = [word for word in words if len(word) >= 30 and word.isalnum() and not word.isdigit()]

    assert [] == [word for word in long if not word.isupper()]
    assert "canary" not in text
    assert "127.0.0.1" not in text
