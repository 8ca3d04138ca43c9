"""Rules that are kept, backups that go with their holder, and what a bug report says."""

import gc
from datetime import UTC, datetime
from pathlib import Path

from adloom.cli.init import make_workspace
from adloom.services.backups import key_facts, make_backup, shown
from adloom.services.checkups import diagnostics
from adloom.services.importing_rules import keep_rule
from adloom.settings import Settings, Workspace
from scheduler.findings import ok, warn

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_rule_is_kept_once_and_another_of_its_name_beside_it(tmp_path: Path) -> None:
    first = keep_rule("My rule", "rule: a\n", tmp_path)
    again = keep_rule("My rule", "rule: a\n", tmp_path)
    other = keep_rule("My rule", "rule: b\n", tmp_path)

    assert first == again == tmp_path / "my-rule.yaml"
    assert tmp_path / "my-rule-2.yaml" == other
    assert "rule: a\n" == first.read_text()


async def test_a_backup_goes_with_whoever_holds_it(tmp_path: Path) -> None:
    await make_workspace(tmp_path / "w", "file", tmp_path / "key")
    workspace = Workspace.open(tmp_path / "w")
    facts = await key_facts(workspace)

    made = make_backup(workspace, facts, NOW)
    folder = made.path.parent
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert {"kind", "path"} == set(shown(facts))
    del made
    gc.collect()

    assert not folder.exists()


def test_a_bug_report_names_no_folder_of_its_writer(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Settings())
    found = [ok("clock", "right"), warn("files", f"{tmp_path}/a is open", f"chmod {tmp_path}/a")]

    text = diagnostics(workspace, found, NOW)

    assert "WORKSPACE/a is open" in text
    assert str(tmp_path) not in text
    assert text.startswith("adloom doctor, 2026-11-21 12:00 UTC\n")
