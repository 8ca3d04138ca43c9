"""`adloom demo`: the whole story, on a TikTok to practise on, in under a minute and a half."""

import asyncio
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from adloom.cli.consent import settings_from
from adloom.cli.demo_runner import the_runner_works
from adloom.cli.demo_words import command, scene, table
from adloom.cli.init import make_workspace
from adloom.cli.output import plain, show_changes
from adloom.cli.session import Session, open_session, say
from adloom.cli.stage import Screen, Simulator, click_allow, free_port, simulator_process
from adloom.errors import AdloomError
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.wire import Record
from connections.authorise import connect, connect_with_token
from connections.connection import Connection
from connections.oauth import Listener, begin
from connections.providers import provider_named
from modules import find_module

__all__ = ["demo"]

NAME: Final = "practice"
TEAM: Final = "team"
#: How much faster time goes by, here and in the simulator.
SPEED: Final = 60
#: Short enough to show a recovery while somebody watches.
SETTINGS: Final = (
    "[oauth]\nport = {port}\n[http]\ndeadline = 4\nvisibility_lag = 0.5\n[intake]\nport = 0\n"
    "[practice]\nspeed = {speed}\nsince = {since}\n"
)


@click.command()
@click.option("--keep", is_flag=True, help="Leave simulator and workspace for playing.")
def demo(*, keep: bool) -> None:
    """See everything work at once, on a simulated TikTok: no account, nothing is spent.

    Consent, a change with its diff, a raw call; then two scenarios that run by themselves: what
    they would do is shown first, new ads are told, an ad that overspends is switched off, the
    runner is killed in the middle of a change and goes on, and what was changed is taken back.
    Takes less than a minute and a half and leaves nothing behind, unless you --keep it.
    """
    folder = Path(tempfile.mkdtemp(prefix="adloom-demo-"))
    try:
        with simulator_process("--seed", "7", "--speed", str(SPEED)) as simulator:
            with Screen() as screen:
                asyncio.run(_story(simulator, screen, folder / "workspace"))
            if keep:
                _stay(simulator, folder / "workspace")
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


async def _story(simulator: Simulator, screen: Screen, folder: Path) -> None:
    began = time.monotonic()
    scene(
        "A TikTok to practise on",
        f"It runs on this machine, at {simulator.url}. A minute there takes a second here.",
    )
    await make_workspace(folder, "file", folder.parent / "demo.key")
    settings = SETTINGS.format(
        port=free_port(), speed=SPEED, since=datetime.now(UTC).isoformat(timespec="seconds")
    )
    (folder / SETTINGS_FILE).write_text(settings)
    workspace = Workspace.open(folder)
    async with open_session(workspace) as session:
        await _connect(session, simulator)
        await _team(session, screen)
        advertiser_id = await _accounts(session)
        await _change(session, advertiser_id)
        await _raw_call(session, advertiser_id)
    await the_runner_works(workspace, simulator, screen, advertiser_id)
    scene("That was the whole story", f"It took {time.monotonic() - began:.0f} seconds.")
    click.echo(NEXT)


async def _connect(session: Session, simulator: Simulator) -> None:
    scene(
        "1. Connect an account",
        "The owner of an ad account agrees on a consent page; adloom keeps the token sealed.",
    )
    command(f"connections add {NAME} --host {simulator.url}")
    provider = provider_named("tiktok-business")
    settings = settings_from(
        provider,
        {"app_id": "7300000000000000001", "host": simulator.url, "requests_per_second": 50},
        port=session.workspace.settings.oauth.port,
    )
    consent = begin(provider, settings)
    async with Listener(consent) as listener:
        clicking = asyncio.create_task(asyncio.to_thread(click_allow, consent.address))
        code = await listener.code()
        await clicking
    secrets = {"app_secret": Secret("demo-app-secret-1234")}
    new = Connection(NAME, provider.name, settings, secrets=secrets)
    connection = await connect(new, code, session.wiring)
    token = connection.secrets["access_token"]
    click.echo(f"Connected as {plain(connection.account['display_name'])}; token {token}.")


async def _team(session: Session, screen: Screen) -> None:
    """A chat of the team: here it is this screen."""
    provider = provider_named("notify")
    settings = settings_from(provider, {}, port=0)
    new = Connection(TEAM, provider.name, settings, secrets={"addresses": Secret(screen.address)})
    await connect_with_token(new, session.wiring)
    click.echo("What scenarios tell the team appears on this screen.")


async def _accounts(session: Session) -> str:
    command("run list-advertisers")
    rows = await _read(session, "list_advertisers", {"limit": 0})
    table(["advertiser_id", "name", "currency", "timezone", "balance"], rows)
    return str(rows[0]["advertiser_id"])


async def _change(session: Session, advertiser_id: str) -> None:
    scene(
        "2. Switch an ad off",
        "Read first, show the difference, write down the intent, send, look whether it is so.",
    )
    wanted = {"advertiser_id": advertiser_id, "primary_status": "STATUS_DELIVERY_OK", "limit": 20}
    ads = [ad for ad in await _read(session, "search_ads", wanted) if not ad["smart_plus_ad_id"]]
    if not ads:
        raise AdloomError("The simulated account has no running ads.")
    command(
        f"run update-ad-status --advertiser-id {advertiser_id} --ad-id {ads[0]['ad_id']}"
        " --status DISABLE"
    )
    values = {"advertiser_id": advertiser_id, "ad_ids": [ads[0]["ad_id"]], "status": "DISABLE"}
    plan = await (await session.engine()).plan(find_module("update_ad_status"), values, NAME)
    show_changes(plan.changes, err=False)
    result = await (await session.engine()).apply(plan)
    table(["ad_id", "ad_name", "before", "after", "changed"], result.records)


async def _raw_call(session: Session, advertiser_id: str) -> None:
    scene("3. Any other call", "Old paths are put right, parameters are checked.")
    command(f"call GET /v1.2/campaign/get -q advertiser_id={advertiser_id} -q page_size=2")
    values = {
        "path": "/v1.2/campaign/get",
        "query": {"advertiser_id": advertiser_id, "page_size": 2, "fields": ["campaign_name"]},
    }
    [answer] = await _read(session, "make_api_call", values)
    click.echo(f"HTTP {answer['status_code']}: {plain(answer['body'])[:200]}")


async def _read(session: Session, module: str, values: dict[str, Any]) -> list[Record]:
    found = find_module(module)
    return [
        record async for page in session.reader.read(found, values, NAME) for record in page.records
    ]


def _stay(simulator: Simulator, folder: Path) -> None:
    scene("Yours to play with", "Ctrl-C ends the simulator; the workspace stays.")
    click.echo(f"  export ADLOOM_WORKSPACE={folder}")
    click.echo(f"  adloom scenarios list   (TikTok is at {simulator.url})")
    click.echo("  adloom serve")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say(f"The workspace is still in {folder}")


NEXT: Final = """
What to try next
  adloom demo --keep          the same, and it stays for you to play with
  adloom modules              what can be done
  adloom scenarios new NAME   a scenario of your own, from an example or a few answers
  adloom simulator            a TikTok to practise on, in a window of its own
  adloom init                 a workspace of your own, then: adloom connections add NAME
"""
