"""Planted secrets are in no byte a run leaves behind: output, logs, databases, crash reports.

The whole way is walked at DEBUG: consent, search, change, raw call, faults of every kind, a crash.
Then every byte produced is searched for every secret, in each form it could take.
"""

import base64
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from adloom.cli.stage import click_allow, free_port
from adloom.simulator import Options, Running

APP_SECRET = "canary-app-secret/7d1e+9a4c"
PASSPHRASE = "canary passphrase 5b2f 8e6d"
TOKEN = "canary-brought-along/4f8a+2e6c"
PASSWORD = "canary-password-9d3e"
BODY_SECRET = "canary-body-secret-3c9b7f1e"

#: Runs the command line with every logger talking.
TALKATIVE = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from adloom.cli.main import run
code = run(sys.argv[1:])
sys.exit(code)
"""
#: Does the same, and then breaks with the token in the exception's text.
CRASHING = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from connections.transport import Transport
async def explode(self, request):
    raise RuntimeError("broken with " + request.credential.token.reveal())
Transport.exchange = explode
from adloom.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


@dataclass
class Walk:
    """Everything a walk produced.

    Args:
        folder: Where it happened; HOME and workspace lie in it.
        simulator: The other side.
        port: For the consent's answer.
        produced: What the commands wrote.
        codes: How they ended.
    """

    folder: Path
    simulator: Running
    port: int
    produced: bytes = b""
    codes: list[int] = field(default_factory=list)

    def do(self, *arguments: str, program: str = TALKATIVE) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "--workspace", str(self.folder / "w"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(),
        )
        assert process.stderr is not None
        said = b""
        for line in process.stderr:
            said += line
            if b"Waiting for the answer" in line:
                page = rb"http://\S+/(?:portal/auth|v2/auth/authorize)\S+"
                found = re.search(page, said.rpartition(b"Agree on this page")[2])
                assert found is not None
                threading.Thread(target=click_allow, args=(found[0].decode(),)).start()
        assert process.stdout is not None
        self.produced += said + process.stdout.read()
        self.codes.append(process.wait(30))
        process.stdout.close()
        process.stderr.close()

    def environment(self) -> dict[str, str]:
        names = ("HOME", *(f"XDG_{one}_HOME" for one in ("CONFIG", "STATE", "DATA", "CACHE")))
        home = dict.fromkeys(names, str(self.folder / "home"))
        return {
            **os.environ,
            **home,
            "BROWSER": "true",
            "ADLOOM_APP_SECRET": APP_SECRET,
            "ADLOOM_ACCESS_TOKEN": TOKEN,
            "ADLOOM_ADDRESSES": f"json://someone:{PASSWORD}@127.0.0.1:9/somewhere",
            "ADLOOM_PASSPHRASE": PASSPHRASE,
        }

    def bytes_left(self) -> dict[str, bytes]:
        files = {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }
        return {"output": self.produced, **files}


def forms(secret: str) -> set[bytes]:
    encoded = base64.b64encode(secret.encode()).decode()
    return {
        form.encode()
        for form in (secret, quote(secret, safe=""), quote(secret), encoded, encoded.rstrip("="))
    }


def walk_everything(walk: Walk) -> None:
    app = ["--app-id", "7300000000000000001", "--host", walk.simulator.url]
    walk.do("init", str(walk.folder / "w"), "--key", "passphrase")
    settings = f"[oauth]\nport = {walk.port}\n[http]\ndeadline = 2\nvisibility_lag = 0.1\n"
    (walk.folder / "w" / "adloom.toml").write_text(settings)
    walk.do("connections", "add", "acme", *app)
    me = ["--kind", "tiktok", "--client-key", "awsample1", "--host", walk.simulator.url]
    walk.do("connections", "add", "me", *me)
    walk.do("connections", "test", "me")
    walk.do("connections", "add", "team", "--kind", "notify")
    walk.do("connections", "show", "team")
    walk.do("connections", "test", "team", "--yes")
    shop = ["--kind", "tiktok-events", "--source-id", "C1", "--host", walk.simulator.url]
    walk.do("connections", "add", "shop", *shop)
    web = ["--kind", "web", "--base-url", walk.simulator.url, "--login", "header"]
    walk.do("connections", "add", "web", *web, "--allow-private")
    for command in (["connections", "show", "acme"], ["connections", "test", "acme", "--json"],
                    ["connections", "list"], ["run", "list-advertisers"]):  # fmt: skip
        walk.do(*command)
    account = next(iter(walk.simulator.world.accounts))
    search = ["run", "search-ads", "--advertiser-id", account, "--limit", "5"]
    walk.do(*search)
    body = f'{{"secret": "{BODY_SECRET}", "advertiser_id": "{account}"}}'
    call = ["call", "POST", "/campaign/create/", "-d", body]
    walk.do(*call, "--dry-run")
    walk.do(*call, "--yes")
    walk.do(*call, "--curl")
    walk.do("executions", "list")
    for fault in (
        {"kind": "code", "code": 40002, "message": f"secret: {APP_SECRET} is not valid"},
        {"kind": "redirect", "status": 307, "location": "http://127.0.0.1:9/elsewhere"},
        {"kind": "html"},
        {"kind": "reset"},
        {"kind": "truncate"},
        {"kind": "nested"},
    ):
        walk.simulator.faults.add([{**fault, "path": "/ad/get/", "times": 1}])
        walk.do("--verbose", *search)
    walk.do(*search, program=CRASHING)
    walk.do("vault", "rotate")
    walk.simulator.grants.revoke_all()
    walk.do(*search)
    walk.do("connections", "reconnect", "acme")
    walk.do("connections", "remove", "acme", "--yes")
    walk.do("connections", "remove", "me", "--yes")


@pytest.mark.slow
def test_no_planted_secret_is_in_any_byte_a_run_produces(tmp_path: Path) -> None:
    issued: list[str] = []
    with Running(Options(port=0, ads=30, speed=0)) as simulator:
        grants = simulator.grants
        issue = grants.issue

        def noted(app_id: str, advertiser_ids: object) -> str:
            token = issue(app_id, advertiser_ids)  # type: ignore[arg-type] # passed on as it came
            issued.append(token)
            return token

        grants.issue = noted  # type: ignore[method-assign] # looks over its shoulder
        mint = grants.mint

        def minted(kind: str) -> str:
            issued.append(mint(kind))
            return issued[-1]

        grants.mint = minted  # type: ignore[method-assign] # as above
        walk = Walk(tmp_path, simulator, free_port())
        walk_everything(walk)

    produced = walk.bytes_left()
    assert issued, walk.produced.decode()
    assert 3 in walk.codes, "nothing crashed, so the crash report was not searched"
    assert any(name.endswith(".log") for name in produced), "there is no crash report"
    assert {0, 1, 3} <= set(walk.codes)
    assert b"httpcore" in walk.produced or b"DEBUG" in walk.produced, "the loggers were silent"
    hits = {
        (name, secret[:12])
        for secret in (APP_SECRET, PASSPHRASE, BODY_SECRET, TOKEN, PASSWORD, *issued)
        for form in forms(secret)
        for name, content in produced.items()
        if form in content
    }
    assert hits == set()
