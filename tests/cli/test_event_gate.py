"""The events gate with a small file; a large one: `python -m benchmarks.event_gate`."""

from pathlib import Path

import pytest

from tests.cli import gate_findings
from tests.cli.gate import gate
from tests.cli.gate_findings import Findings, leaks


@pytest.mark.slow
def test_every_event_counts_once_through_faults_throttling_and_kills(tmp_path: Path) -> None:
    findings = gate(tmp_path, events=20_000, kills=3, deadline=0.6, batch_size=100)

    assert [] == findings.faults


def test_raw_data_is_found_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_findings, "CHUNK", 64)
    (tmp_path / "clean.db").write_bytes(b"x" * 200)
    (tmp_path / "log").write_bytes(b"x" * 60 + b"Somebody@CANARY-mail.example" + b"x" * 200)

    found = set(leaks(sorted(tmp_path.iterdir())))

    assert {"log: canary-mail.example"} == found


def test_a_figure_that_is_wrong_is_a_fault() -> None:
    findings = Findings()
    findings.expect("sent", 1_000, 1_000)
    findings.expect("dead", 0, 1)

    assert ["dead: 1 instead of 0"] == findings.faults
    assert "| sent | 1,000 |" in findings.told()
