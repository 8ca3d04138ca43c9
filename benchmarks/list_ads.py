"""List 100,000 ads: adloom beside the official SDK and a plain loop.

Run: `.venv/bin/python -m benchmarks.list_ads [--sdk-python PATH] [--ads N] [--runs N]`
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adloom.cli.init import make_workspace
from adloom.clock import SystemClock
from adloom.database import open_database
from adloom.secret import Secret
from benchmarks.measuring import compare, table
from connections.connection import Connection
from connections.keys import FileKey
from connections.store import MIGRATIONS, ConnectionStore
from connections.vault import Vault

PORT = 8931
PEERS = Path(__file__).parent / "peers"


@contextmanager
def server(ads: int) -> Iterator[str]:
    """The static server, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.static_server", str(PORT), str(ads)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield f"http://127.0.0.1:{PORT}"
    process.communicate()


async def workspace(folder: Path, url: str) -> None:
    """A workspace with a connection to the server, its rate out of the way."""
    await make_workspace(folder / "w", "file", folder / "key")
    where = folder / "w" / "connections.db"
    async with open_database(where, MIGRATIONS, set_name="connections") as db:
        vault = await Vault.open(db, lambda: Secret(""))
        assert isinstance(vault.source, FileKey)
        settings = {"app_id": "7300000000000000001", "host": url, "requests_per_second": 10_000}
        secrets = {"access_token": Secret("token"), "app_secret": Secret("secret")}
        connection = Connection("bench", "tiktok-business", settings, secrets=secrets)
        await ConnectionStore(db, vault, SystemClock()).save(connection)


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--sdk-python", help="a Python with tiktok-business-api-sdk-official")
    options.add_argument("--ads", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name, server(chosen.ads) as url:
        folder = Path(name)
        asyncio.run(workspace(folder, url))
        adloom = [sys.executable, "-m", "adloom", "--workspace", str(folder / "w"), "run"]
        search = ["search-ads", "--advertiser-id", "7100000000000000001", "--limit", "0"]
        loop, sdk = str(PEERS / "httpx_loop.py"), str(PEERS / "official_sdk.py")
        commands = {
            "adloom run search-ads --limit 0": [*adloom, *search],
            "httpx + json, lines written": [sys.executable, loop, url, "write"],
            "httpx + json, only decoded": [sys.executable, loop, url],
        }
        against = "httpx + json, lines written"
        if chosen.sdk_python:
            against = "official SDK, lines written"
            commands[against] = [chosen.sdk_python, sdk, url, "write"]
            commands["official SDK, only decoded"] = [chosen.sdk_python, sdk, url]
        print(table(compare(commands, chosen.runs), against))


if __name__ == "__main__":
    main()
