"""`adloom connections` with every kind of connection but TikTok ads."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.cli.stage import click_allow, free_port
from adloom.simulator import Options, Running
from connections.providers import PROVIDERS
from tests.cli.conftest import Cli, Outcome

SECRET = "kinds-client-secret-4242"
EVENTS = ["--kind", "tiktok-events", "--source-id", "CPIXEL0123"]


@pytest.fixture
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=20, speed=0)) as simulator:
        yield simulator


@pytest.fixture
def workspace(bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ADLOOM_ACCESS_TOKEN", "ADLOOM_ADDRESSES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ADLOOM_APP_SECRET", SECRET)
    folder = tmp_path / "w"
    made = bare("init", str(folder), "--key", "file", "--key-file", str(tmp_path / "key"))
    assert made.code == 0, made.err
    (folder / "adloom.toml").write_text(f"[oauth]\nport = {free_port()}\n[http]\ndeadline = 5\n")
    return folder


@pytest.fixture
def here(workspace: Path, bare: Cli) -> Cli:
    """`adloom connections` in that workspace."""
    return lambda *arguments: bare("--workspace", str(workspace), "connections", *arguments)


def consented(folder: Path, *arguments: str) -> Outcome:
    """Run a command that waits for a consent, and give it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "--workspace", str(folder), "connections", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "BROWSER": "true"},
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "Waiting for the answer" in line:
            address = re.search(r"http://\S+/v2/auth/authorize/\S+", said)
            assert address is not None
            threading.Thread(target=click_allow, args=(address[0],)).start()
    out, _ = process.communicate(timeout=20)
    return Outcome(process.returncode, out, said)


def test_a_tiktok_account_is_connected_renewed_and_given_back(
    workspace: Path, simulator: Running, here: Cli
) -> None:
    account = ["--kind", "tiktok", "--client-key", "awsample1", "--host", simulator.url]
    made = consented(workspace, "add", "me", *account)
    shown = here("show", "me").records[0]
    tested = here("test", "me")
    more = consented(workspace, "reconnect", "me", "--scopes", "user.info.basic,video.upload")
    renewed = here("show", "me").records[0]
    removed = here("remove", "me", "--yes")

    assert made.code == 0, made.err
    assert "code_challenge_method=S256" in made.err
    assert "me is connected as" in made.out
    assert "The consent ends on" in made.out
    assert tested.code == 0
    assert ["access_token", "client_secret", "open_id", "refresh_token"] == sorted(shown["secrets"])
    assert all(secret.startswith("•••") for secret in shown["secrets"].values())
    assert "video.list" in shown["account"]["permissions"]
    assert more.code == 0, more.err
    assert ["user.info.basic", "video.upload"] == renewed["account"]["permissions"]
    assert shown["account"]["identity"] == renewed["account"]["identity"]
    assert "TikTok has forgotten the grant too" in removed.out
    assert SECRET not in made.out + made.err + str(shown)


def test_a_tiktok_account_takes_no_token(here: Cli) -> None:
    shown = here("add", "me", "--kind", "tiktok", "--client-key", "awsample1", "--token")

    assert shown.code == 2
    assert "takes no token" in shown.err


def test_an_event_source_is_connected_in_five_steps(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = [*EVENTS, "--host", simulator.url, "--test-event-code", "TEST12345"]
    missing = here("add", "shop", *source)
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", "wrong-token-0123456789")
    wrong = here("add", "shop", *source)
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", simulator.token())
    right = here("add", "shop", *source)
    tested = here("test", "shop")
    live = here("reconnect", "shop", "--test-event-code", "")
    after = here("show", "shop").records[0]
    removed = here("remove", "shop", "--yes")

    assert (missing.code, wrong.code, right.code, tested.code, live.code) == (2, 1, 0, 0, 0)
    assert "ADLOOM_ACCESS_TOKEN" in missing.err
    assert all(f"  {number}. " in missing.err for number in range(1, 6))
    assert "40105" in wrong.err
    assert "Generate a new token" in wrong.err
    assert "shop is connected as Pixel CPIXEL0123." in right.out
    assert "TEST12345 is on" in right.err + right.out
    assert "TEST12345 is on" in tested.records[0]["notes"][0]
    assert "events are live" in live.out
    assert after["settings"]["test_event_code"] is None
    assert "TikTok" not in removed.out
    assert not any("event" in path for path in simulator.effects.requests)


def test_without_a_source_id_nothing_is_asked(here: Cli) -> None:
    shown = here("add", "shop", "--kind", "tiktok-events")

    assert shown.code == 2
    assert "source_id: is required" in shown.err


def test_public_pages_need_no_secret(here: Cli, simulator: Running) -> None:
    made = here("add", "pages", "--kind", "tiktok-public", "--host", simulator.url)
    removed = here("remove", "pages", "--yes")

    assert made.code == 0, made.err
    assert "pages is connected as the public pages of 127.0.0.1." in made.out
    assert "pages is forgotten here.\n" == removed.out


def test_a_web_api_inside_has_to_be_allowed(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = ["--kind", "web", "--base-url", simulator.url, "--login", "header"]
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", "web-header-canary-0123")
    refused = here("add", "api", *api)
    made = here("add", "api", *api, "--allow-private", "--header-name", "X-Api-Key")
    shown = here("show", "api")
    renewed = here("reconnect", "api", "--no-allow-private")

    assert (refused.code, made.code, renewed.code) == (2, 0, 2), made.err
    assert "private network" in refused.err
    assert "private network" in renewed.err
    assert {"header_value": "•••0123"} == shown.records[0]["secrets"]


def test_notifications_are_tried_with_a_message_only_when_that_is_wanted(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADLOOM_ADDRESSES", "slakc://a/b/c-canary")
    unknown = here("add", "team", "--kind", "notify")
    place = simulator.url.replace("http://", "json://")
    monkeypatch.setenv("ADLOOM_ADDRESSES", f"{place}/_simulator/canary-path")
    made = here("add", "team", "--kind", "notify")
    asked = here("test", "team")
    sent = here("test", "team", "--yes")
    shown = here("show", "team")

    assert (unknown.code, made.code, asked.code, sent.code) == (2, 0, 2, 1), asked.err
    assert "slakc:// is not the beginning" in unknown.err
    assert "A test message goes to every address" in asked.err
    assert "not taken by json" in sent.err
    assert "Messages go to json://•••path." in made.out
    every = [unknown, made, asked, sent, shown]
    assert "canary" not in "".join(one.out + one.err for one in every)


def test_an_option_of_another_kind_is_not_passed_over(here: Cli) -> None:
    shown = here("add", "shop", *EVENTS, "--app-id", "7300000000000000001")

    assert shown.code == 2
    assert "--app-id is no setting of the kind tiktok-events" in shown.err


def test_the_help_lists_each_setting_under_its_kind(bare: Cli) -> None:
    text = bare("connections", "add", "--help").out
    places = [text.index(f"Settings of {name} ") for name in PROVIDERS if name != "notify"]

    assert sorted(places) == places
    assert places[2] < text.index("--test-event-code") < places[3]
    assert 4 == text.count("--host TEXT")


def test_every_kind_is_listed_with_what_it_talks_to(
    here: Cli, simulator: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", simulator.token())
    here("add", "shop", *EVENTS, "--host", simulator.url)
    here("add", "api", "--kind", "web", "--base-url", simulator.url, "--allow-private")
    listed = {one["name"]: one["kind"] for one in here("list").records}

    assert {"shop": "tiktok-events", "api": "web"} == listed
