"""`adloom demo`: the whole path, on a TikTok to practise on, in under a minute."""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import click

from adloom.cli.consent import settings_from
from adloom.cli.init import make_workspace
from adloom.cli.output import plain, show_changes, show_table
from adloom.cli.session import Session, open_session, say
from adloom.cli.stage import Simulator, click_allow, free_port, simulator_process
from adloom.errors import AdloomError
from adloom.secret import Secret
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.wire import Record
from connections.authorise import connect
from connections.connection import Connection
from connections.oauth import Listener, begin
from connections.providers import provider_named
from modules import find_module
from scheduler.records import CallState

__all__ = ["demo"]

NAME: Final = "practice"
#: Short enough to show a recovery while somebody watches.
SETTINGS: Final = "[oauth]\nport = {port}\n[http]\ndeadline = 4\nvisibility_lag = 0.5\n"
SLOW: Final = {
    "kind": "slow", "path": "/ad/status/update/", "seconds": 30, "when": "after", "times": 1
}  # fmt: skip
PATIENCE: Final = 10.0


@click.command()
@click.option("--keep", is_flag=True, help="Leave simulator and workspace for playing.")
def demo(*, keep: bool) -> None:
    """See everything work at once, on a simulated TikTok: no account, nothing is spent.

    Consent, search, a change with its diff, a raw call, and a change that is killed half-way and
    recovered. Takes less than a minute and leaves nothing behind, unless you --keep it.
    """
    folder = Path(tempfile.mkdtemp(prefix="adloom-demo-"))
    try:
        with simulator_process("--seed", "7") as simulator:
            asyncio.run(_story(simulator, folder / "workspace"))
            if keep:
                _stay(simulator, folder / "workspace")
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


async def _story(simulator: Simulator, folder: Path) -> None:
    began = time.monotonic()
    _scene("A TikTok to practise on", f"It runs on this machine, at {simulator.url}.")
    await make_workspace(folder, "file", folder.parent / "demo.key")
    (folder / SETTINGS_FILE).write_text(SETTINGS.format(port=free_port()))
    workspace = Workspace.open(folder)
    async with open_session(workspace) as session:
        await _connect(session, simulator)
        advertiser_id = await _accounts(session)
        ads = await _ads(session, advertiser_id)
        await _change(session, advertiser_id, ads[0])
        await _raw_call(session, advertiser_id)
        await _killed(session, simulator, advertiser_id, ads[1])
    _scene("That was the whole path", f"It took {time.monotonic() - began:.0f} seconds.")
    click.echo(NEXT)


async def _connect(session: Session, simulator: Simulator) -> None:
    _scene(
        "1. Connect an account",
        "The owner of an ad account agrees on a consent page; adloom keeps the token sealed.",
    )
    _command(f"connections add {NAME} --host {simulator.url}")
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


async def _accounts(session: Session) -> str:
    _scene("2. Which accounts may it use?")
    _command("run list-advertisers")
    rows = await _read(session, "list_advertisers", {"limit": 0})
    columns = ["advertiser_id", "name", "currency", "timezone", "balance"]
    _table(columns, rows)
    return str(rows[0]["advertiser_id"])


async def _ads(session: Session, advertiser_id: str) -> list[Record]:
    _scene("3. Find ads that are running")
    values = {"advertiser_id": advertiser_id, "primary_status": "STATUS_DELIVERY_OK", "limit": 50}
    _command(
        f"run search-ads --advertiser-id {advertiser_id} --status STATUS_DELIVERY_OK --limit 50"
    )
    rows = await _read(session, "search_ads", values)
    usable = [row for row in rows if not row.get("smart_plus_ad_id")]
    _table(["ad_id", "ad_name", "operation_status", "create_time"], usable[:5])
    click.echo(f"{len(rows)} ads are running; these are five of them.")
    if len(usable) < 2:  # noqa: PLR2004 - one to switch off, one to be killed over
        raise AdloomError("The simulated account has too few running ads.")
    return usable


async def _change(session: Session, advertiser_id: str, ad: Record) -> None:
    _scene(
        "4. Switch one off",
        "Read first, show the difference, write down the intent, send, look whether it is so.",
    )
    _command(f"run update-ad-status --advertiser-id {advertiser_id} --ad-id {ad['ad_id']} "
             "--status DISABLE")  # fmt: skip
    values = {"advertiser_id": advertiser_id, "ad_ids": [ad["ad_id"]], "status": "DISABLE"}
    plan = await (await session.engine()).plan(find_module("update_ad_status"), values, NAME)
    show_changes(plan.changes, err=False)
    result = await (await session.engine()).apply(plan)
    _table(["ad_id", "ad_name", "before", "after", "changed"], result.records)


async def _raw_call(session: Session, advertiser_id: str) -> None:
    _scene("5. Any other call", "Old paths are put right, parameters are checked.")
    _command(f"call GET /v1.2/campaign/get -q advertiser_id={advertiser_id} -q page_size=2")
    values = {
        "path": "/v1.2/campaign/get",
        "query": {"advertiser_id": advertiser_id, "page_size": 2, "fields": ["campaign_name"]},
    }
    [answer] = await _read(session, "make_api_call", values)
    click.echo(f"HTTP {answer['status_code']}: {plain(answer['body'])[:300]}")


async def _killed(session: Session, simulator: Simulator, advertiser_id: str, ad: Record) -> None:
    _scene(
        "6. Killed in the middle of a change",
        "A second adloom switches another ad off. TikTok does it, but before the answer arrives "
        "the process is killed. Nobody knows what happened. Or does somebody?",
    )
    simulator.add_fault(SLOW)
    options = ["--advertiser-id", advertiser_id, "--ad-id", str(ad["ad_id"]), "--status", "DISABLE"]
    _command(f"run update-ad-status {' '.join(options)} --yes")
    command = [sys.executable, "-m", "adloom", "--workspace", str(session.workspace.path),
               "run", "update-ad-status", *options, "--yes"]  # fmt: skip
    process = await asyncio.to_thread(_start, command)
    await _until_sent(session, simulator, str(ad["ad_id"]))
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    await asyncio.to_thread(process.wait)
    click.secho("✗ killed", fg="red", bold=True)
    [left] = await (await session.journal()).all(only_open=True)
    click.echo(f"The journal holds an intent without an outcome: execution {left.id}.")
    simulator.clear_faults()
    [result] = await (await session.engine()).recover()
    _table(["ad_id", "ad_name", "before", "after", "changed"], result.records)
    times = simulator.effects()["objects"].get(str(ad["ad_id"]), 0)
    counted = "one change" if times == 1 else f"{times} changes"
    click.secho(f"✓ {result.execution.status}; the simulator counted {counted}.", fg="green")


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def _until_sent(session: Session, simulator: Simulator, ad_id: str) -> None:
    """Wait until the intent is on disk and the change has been made."""
    for _ in range(int(PATIENCE / 0.05)):
        for execution in await (await session.journal()).all(only_open=True):
            states = {one.state for step in execution.operations for one in step.calls}
            if CallState.INTENT in states and simulator.effects()["objects"].get(ad_id):
                return
        await asyncio.sleep(0.05)
    raise AdloomError("The second process did not get as far as its change.")


async def _read(session: Session, module: str, values: dict[str, Any]) -> list[Record]:
    found = find_module(module)
    return [
        record async for page in session.reader.read(found, values, NAME) for record in page.records
    ]


def _stay(simulator: Simulator, folder: Path) -> None:
    _scene("Yours to play with", "Ctrl-C ends the simulator; the workspace stays.")
    click.echo(f"  export ADLOOM_WORKSPACE={folder}")
    click.echo(f"  adloom run search-ads --advertiser-id …   (TikTok is at {simulator.url})")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say(f"The workspace is still in {folder}")


def _scene(title: str, text: str = "") -> None:
    click.secho(f"\n{title}", bold=True)
    if text:
        click.echo(text)


def _command(text: str) -> None:
    click.secho(f"$ adloom {text}", fg="cyan")


def _table(columns: list[str], rows: list[Record]) -> None:
    titles = [column.replace("_", " ") for column in columns]
    show_table(titles, [[row.get(column) for column in columns] for row in rows])


NEXT: Final = """
What to try next
  adloom demo --keep          the same, and it stays for you to play with
  adloom modules              what can be done
  adloom simulator            a TikTok to practise on, in a window of its own
  adloom init                 a workspace of your own, then: adloom connections add NAME
"""
