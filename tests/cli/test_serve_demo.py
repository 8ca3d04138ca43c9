"""`adloom serve --demo`: a TikTok to practise on, connected already; it goes with its runner."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from adloom.cli.demo_account import SimulatedAccount
from adloom.cli.init import make_workspace
from adloom.cli.session import Session, open_session
from adloom.cli.stage import click_allow, free_port
from adloom.errors import AdloomError, UnknownNameError
from adloom.services.connecting import try_connection
from adloom.services.serve_log import ServeLog
from adloom.settings import Workspace
from connections.authorise import reconnect
from connections.oauth import Listener, begin
from connections.providers import provider_named
from modules import find_module

SIMULATOR: Final = re.compile(r"The demo account runs at (http://\S+)")
PATIENCE: Final = 30.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's home, where nothing of adloom's is yet."""
    for name in ("ADLOOM_WORKSPACE", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, list[str]]]:
    """A runner with its demo account; where that is, and what it has said."""
    command = [sys.executable, "-m", "adloom", *options, "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if "Running." in line:
                break
        found = SIMULATOR.search("".join(said))
        yield found[1] if found else "", said
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        said += rest.splitlines()


def adloom(folder: Path, *words: str, code: int = 0) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "adloom", "--workspace", str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def is_gone(address: str) -> bool:
    """Whether nobody answers at an address any more."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/_simulator/clock", timeout=5).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, ConnectionError):
            return True
        time.sleep(0.05)
    return False


def test_it_needs_nothing_and_comes_back_with_the_same_accounts(home: Path) -> None:
    folder = home / "data" / "adloom" / "demo"
    with serving("serve", "--demo") as (first, said):
        one = {row["name"]: row for row in adloom(folder, "connections", "list")}
        ads = adloom(folder, "run", "search-ads", "--advertiser-id",
                     one["demo"]["account"]["advertisers"][0]["advertiser_id"])  # fmt: skip
        adloom(folder, "run", "notify", "--connection", "demo-team", "--text", "hello", "--yes")
    assert is_gone(first)
    off = adloom(folder, "run", "list-advertisers", "--connection", "demo", code=1)
    with serving("--workspace", str(folder), "serve") as (second, _):
        two = {row["name"]: row for row in adloom(folder, "connections", "list")}
        again = adloom(folder, "run", "search-ads", "--advertiser-id",
                       two["demo"]["account"]["advertisers"][0]["advertiser_id"])  # fmt: skip

    assert ["demo", "demo-events", "demo-team"] == sorted(one)
    assert any("hello" in line for line in said)
    assert [] == off
    assert second
    assert {one[name]["created_at"] for name in one} == {two[name]["created_at"] for name in two}
    assert {row["ad_id"] for row in ads} == {row["ad_id"] for row in again}
    adloom(folder, "scenarios", "check")
    listed = adloom(folder, "scenarios", "list", "--json")
    assert {"demo-pause-expensive-ads", "demo-new-ad-alert"} <= {row["name"] for row in listed}
    assert not any(row["enabled"] for row in listed)


@pytest.mark.usefixtures("home")
def test_where_no_workspace_is_another_link_leads_to_the_demo() -> None:
    command = [sys.executable, "-m", "adloom", "console", "--no-browser"]
    before = subprocess.run(command, capture_output=True, text=True, check=False)
    with serving("serve", "--demo") as (_, said):
        [place] = re.findall(r"console is at (http://[^/]+)/", "".join(said))
        link = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert before.returncode == 2
    assert "no adloom workspace" in before.stderr
    assert link.startswith(f"{place}/signin#")


def test_where_its_port_is_taken_it_moves_and_its_connections_follow(home: Path) -> None:
    folder = home / "practice"
    with serving("--workspace", str(folder), "serve", "--demo") as (first, _):
        pass
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(first.rsplit(":", 1)[1])))
        taken.listen()
        with serving("--workspace", str(folder), "serve", "--demo") as (second, _):
            found = adloom(folder, "run", "list-advertisers", "--connection", "demo")

    assert second not in ("", first)
    assert 3 == len(found)


def test_the_simulator_ends_also_with_a_runner_that_is_killed(home: Path) -> None:
    folder = home / "killed"
    command = [sys.executable, "-m", "adloom", "--workspace", str(folder), "serve", "--demo"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--no-browser"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    address = next(found[1] for line in lines if (found := SIMULATOR.search(line)))
    process.kill()
    process.communicate(timeout=60)

    assert is_gone(address)


def test_a_workspace_that_only_lies_here_is_left_alone(home: Path) -> None:
    (home / "adloom.toml").write_text("")
    with serving("serve", "--demo") as (address, _):
        assert address

    assert not (home / "connections.db").exists()
    assert (home / "data" / "adloom" / "demo" / "connections.db").exists()


def test_a_name_that_is_taken_is_left_to_its_owner(home: Path) -> None:
    folder = home / "shared"
    adloom(folder, "init", "--key", "file")
    adloom(folder, "connections", "add", "demo", "--kind", "files", "--folder", str(home))
    with serving("--workspace", str(folder), "serve", "--demo"):
        kinds = {row["name"]: row["kind"] for row in adloom(folder, "connections", "list")}

    assert "files" == kinds["demo"]
    assert "tiktok-business" == kinds["demo-2"]


class Quiet(ServeLog):
    """A runner's log that leaves the logging of this process alone."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, about: str = "runner") -> None:
        self.said.append(f"{about}: {text}")

    def alert(self, text: str, about: str = "runner") -> None:
        self.said.append(f"{about}! {text}")


async def renewed(session: Session, account: SimulatedAccount) -> None:
    """Reconnect as its owner does, on the consent page, while every call is refused."""
    await account.misbehave("rejected")
    known = await session.wiring.store.load("demo")
    settings = {**known.settings, "redirect_uri": f"http://127.0.0.1:{free_port()}/callback"}
    consent = begin(provider_named(known.provider), settings)
    async with Listener(consent) as listener:
        await asyncio.to_thread(click_allow, consent.address)
        code = await listener.code()
    await account.misbehave(None)
    await reconnect(replace(known, settings=settings), code, session.wiring)


async def test_it_is_started_once_mended_when_removed_and_misbehaves_on_demand(
    tmp_path: Path,
) -> None:
    await make_workspace(tmp_path / "w", "file", tmp_path / "key")
    async with open_session(Workspace.open(tmp_path / "w"), tell=lambda _: None) as session:
        account = SimulatedAccount(session, Quiet())
        told: list[str] = []
        try:
            starts = (account.start(told.append), account.start(told.append))
            names = set(await asyncio.gather(*starts))
            first = account.address
            await session.wiring.store.remove("demo")
            again = await account.start()
            await account.misbehave("expired")
            wrong = await account.faults()
            with pytest.raises(AdloomError, match=r"revoked|no longer"):
                await try_connection(session, "demo")
            with pytest.raises(UnknownNameError):
                await account.misbehave("gremlins")
            await account.misbehave("busy")
            both = await account.faults()
            await account.misbehave(None)
            lasting = await account.faults()
            await renewed(session, account)
            right = await account.faults()
            await try_connection(session, "demo")
            engine = await session.engine()
            message = {"title": "Hello", "text": "team"}
            await engine.apply(await engine.plan(find_module("notify"), message, "demo-team"))
            heard = [(one.title, one.text) for one in account.messages]
        finally:
            await account.end()

        assert {"demo"} == names
        assert 1 == told.count("Starting a TikTok to practise on…")
        assert (again, first) == ("demo", first)
        assert wrong == lasting == {"expired"}
        assert both == {"expired", "busy"}
        assert not right
        assert [("Hello", "team")] == heard
        assert account.address is None
        with pytest.raises(AdloomError, match="not running"):
            await account.faults()
