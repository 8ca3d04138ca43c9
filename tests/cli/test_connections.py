"""`adloom connections`: the consent as a user goes through it, and what follows."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.cli.stage import click_allow, free_port
from adloom.simulator import Options, Running
from tests.cli.conftest import Cli

SECRET = "connections-app-secret-42"
APP = ["--app-id", "7300000000000000001"]


@pytest.fixture
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=20, speed=0)) as running:
        yield running


@pytest.fixture
def workspace(bare: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADLOOM_APP_SECRET", SECRET)
    folder = tmp_path / "w"
    made = bare("init", str(folder), "--key", "file", "--key-file", str(tmp_path / "key"))
    assert made.code == 0, made.err
    port = free_port()
    (folder / "adloom.toml").write_text(f"[oauth]\nport = {port}\n[http]\ndeadline = 5\n")
    return folder


def consented(folder: Path, *arguments: str, consent: bool = True) -> tuple[int, str, str]:
    """Run a command that waits for a consent, and give it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "--workspace", str(folder), "connections", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "BROWSER": "true"},
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if "Waiting for the answer" in line and consent:
            address = re.search(r"http://\S+/portal/auth\S+", said)
            assert address is not None
            threading.Thread(target=click_allow, args=(address[0],)).start()
    out, _ = process.communicate(timeout=20)
    return process.returncode, out, said


def test_an_account_is_connected_tried_and_saved(
    workspace: Path, simulator: Running, bare: Cli
) -> None:
    code, out, said = consented(workspace, "add", "acme", *APP, "--host", simulator.url)

    shown = bare("--workspace", str(workspace), "connections", "show", "acme")
    assert code == 0, said
    assert "acme is connected as" in out
    assert len(shown.records[0]["account"]["advertisers"]) == 3
    assert shown.records[0]["secrets"]["access_token"].startswith("•••")
    assert shown.records[0]["secrets"]["app_secret"] == "•••t-42"
    assert SECRET not in out + said + shown.out


def test_a_pasted_address_does_as_well(workspace: Path, simulator: Running) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "--workspace", str(workspace), "connections", "add",
         "acme", *APP, "--host", simulator.url, "--paste", "--redirect-uri",
         "https://example.test/done"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(5)]
    address = re.search(r"http://\S+/portal/auth\S+", "".join(lines))
    assert address is not None
    landed = redirected(address[0])

    out, said = process.communicate(landed + "\n", timeout=20)

    assert process.returncode == 0, said
    assert "acme is connected as" in out


def redirected(address: str) -> str:
    """Agree on the page and return where the browser would be sent, without going there."""
    import urllib.error
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    urllib.request.install_opener(opener)
    try:
        click_allow(address)
    except urllib.error.HTTPError as error:
        return str(error.headers["Location"])
    finally:
        urllib.request.install_opener(urllib.request.build_opener())
    raise AssertionError("the page did not redirect")


def test_an_address_of_another_consent_is_refused(workspace: Path, simulator: Running) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "--workspace", str(workspace), "connections", "add",
         "acme", *APP, "--host", simulator.url, "--paste"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    _, said = process.communicate(
        "http://127.0.0.1:8917/callback?auth_code=stolen&state=guessed\n", timeout=20
    )

    assert process.returncode == 2
    assert "does not belong to the consent" in said


def test_a_taken_port_is_told_before_anybody_is_sent_to_a_page(
    workspace: Path, simulator: Running, bare: Cli
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (workspace / "adloom.toml").write_text(f"[oauth]\nport = {port}\n")

        shown = bare(
            "--workspace", str(workspace), "connections", "add", "acme", *APP,
            "--host", simulator.url,
        )  # fmt: skip

    assert shown.code == 2
    assert f"Port {port}" in shown.err
    assert "/portal/auth" not in shown.err


def test_a_token_that_was_brought_along_needs_no_consent(
    workspace: Path, simulator: Running, bare: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ["--workspace", str(workspace), "connections"]
    arguments = [*APP, "--host", simulator.url, "--token"]
    missing = bare(*here, "add", "acme", *arguments)
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", "wrong-token-0123456789")
    wrong = bare(*here, "add", "acme", *arguments)
    monkeypatch.setenv("ADLOOM_ACCESS_TOKEN", simulator.token())

    right = bare(*here, "add", "acme", *arguments)

    renewed = bare(*here, "reconnect", "acme", "--token")
    shown = bare(*here, "show", "acme").records[0]
    removed = bare(*here, "remove", "acme", "--yes")
    assert (missing.code, wrong.code, right.code, renewed.code) == (2, 1, 0, 0)
    assert "ADLOOM_ACCESS_TOKEN" in missing.err
    assert "40105" in wrong.err
    assert list(shown["secrets"]) == ["access_token"]
    assert "takes the app's secret" in removed.out


def test_the_sandbox_asks_for_its_token(workspace: Path, bare: Cli) -> None:
    shown = bare(
        "--workspace", str(workspace), "connections", "add", "sand", *APP, "--host", "sandbox"
    )

    assert shown.code == 2
    assert "--token" in shown.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--app-id", "abc"], "app_id: is not an id"),
        ([*APP, "--host", "http://example.test"], "without encryption"),
        ([*APP, "--host", "sandbx"], "sandbox"),
        ([*APP, "--requests-per-second", "0"], "requests_per_second"),
        ([*APP, "--secret-file", "missing"], "missing cannot be read"),
    ],
)
def test_settings_that_will_not_do_are_told_by_name(
    arguments: list[str], words: str, workspace: Path, bare: Cli
) -> None:
    shown = bare("--workspace", str(workspace), "connections", "add", "acme", *arguments)

    assert shown.code == 2
    assert words in shown.err


def test_without_a_secret_nothing_is_started(
    workspace: Path, bare: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADLOOM_APP_SECRET")

    shown = bare("--workspace", str(workspace), "connections", "add", "acme", *APP)

    assert shown.code == 2
    assert "App secret is missing" in shown.err


def test_a_connection_lives_is_renewed_and_given_back(
    workspace: Path, simulator: Running, bare: Cli
) -> None:
    here = ["--workspace", str(workspace), "connections"]
    consented(workspace, "add", "acme", *APP, "--host", simulator.url)
    before = bare(*here, "show", "acme").records[0]
    simulator.grants.revoke_all()
    broken = bare(*here, "test", "acme")

    code, _, said = consented(workspace, "reconnect", "acme")

    tested = bare(*here, "test", "acme")
    renamed = bare(*here, "rename", "acme", "umbrella")
    duplicate = bare(*here, "add", "umbrella", *APP)
    removed = bare(*here, "remove", "umbrella", "--yes")
    listed = bare(*here, "list")
    assert (broken.code, code) == (1, 0), said
    assert tested.code == 0
    assert tested.records[0]["account"]["identity"] == before["account"]["identity"]
    assert renamed.code == 0
    assert duplicate.code == 2
    assert "TikTok has forgotten the grant too" in removed.out
    assert listed.out == ""
