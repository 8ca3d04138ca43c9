"""`adloom demo` and `adloom simulator`, as processes of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.cli.conftest import Cli


def test_the_demo_tells_the_whole_story_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "adloom", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )

    assert done.returncode == 0, done.stderr
    for scene in ("Connected as", "ENABLE → DISABLE", "/v1.3/campaign/get/", "✉ New ad: ",
                  "✉ Ad switched off: ", "✗ killed", "It had happened.",
                  "A plan sends nothing", "The simulator counted one change",
                  "no way back"):  # fmt: skip
        assert scene in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_simulator_announces_itself_misbehaves_on_demand_and_ends_on_request(
    tmp_path: Path,
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "code", "code": 60001, "path": "/user/info/"}]))
    process = subprocess.Popen(
        [sys.executable, "-m", "adloom", "simulator", "--port", "0", "--faults", str(faults)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = re.search(r"http://\S+", process.stdout.readline())
    assert address is not None

    with urllib.request.urlopen(f"{address[0]}/open_api/v1.3/user/info/") as answer:  # noqa: S310 - loopback
        code = json.load(answer)["code"]
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)

    assert code == 60001
    assert process.returncode == 0
    assert "adloom connections add practice" in said
    assert "--kind tiktok-events --source-id C" in said


def test_a_port_in_use_and_bad_faults_are_told(bare: Cli, tmp_path: Path) -> None:
    import socket

    broken = tmp_path / "broken.json"
    broken.write_text("{")
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"kind": "gremlins"}]')
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        used = bare("simulator", "--port", port)

    assert used.code == 2
    assert port in used.err
    assert bare("simulator", "--faults", str(broken)).code == 2
    assert bare("simulator", "--faults", str(tmp_path / "missing.json")).code == 2
    unknown = bare("simulator", "--faults", str(wrong))
    assert unknown.code == 2
    assert "gremlins" in unknown.err


def test_what_is_modelled_can_be_read(bare: Cli) -> None:
    shown = bare("simulator", "--describe")

    assert shown.code == 0
    assert "ssum" in shown.out
    assert "stale_replica" in shown.out
