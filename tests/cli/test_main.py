"""The root command: light to start, helpful about mistakes, honest exit codes."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from adloom import VERSION
from adloom.cli import main
from adloom.cli.main import COMMANDS, adloom
from adloom.cli.problems import report
from adloom.errors import RejectedError, UsageError
from adloom.secret import Secret
from tests.cli.conftest import Cli


def test_help_shows_every_command_with_a_sentence(bare: Cli) -> None:
    shown = bare("--help")

    assert shown.code == 0
    for name, (_, text) in COMMANDS.items():
        assert name in shown.out
        assert text in " ".join(shown.out.split())


def test_help_imports_no_http_no_yaml_no_database_and_no_module() -> None:
    code = (
        "import sys; from adloom.cli.main import run; run(['--help']);"
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    heavy = {"httpx", "yaml", "sqlite_utils", "pydantic", "starlette", "requests", "rich", "ssl"}
    assert loaded & heavy == set()
    assert {name for name in loaded if name.startswith(("modules", "connections"))} == set()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_exists_and_explains_itself(name: str, bare: Cli) -> None:
    shown = bare(name, "--help")

    assert shown.code == 0
    assert f"adloom {name}" in shown.out
    command = adloom.get_command(click.Context(adloom), name)
    assert command is not None
    assert (command.help or "").strip().split("\n")[0].rstrip().endswith(".")


def test_every_option_of_every_command_has_a_help_text() -> None:
    def check(command: click.Command, path: str) -> None:
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{path} {param.name}"
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                check(inner, f"{path} {name}")

    check(adloom, "adloom")


def test_the_version_is_told(bare: Cli) -> None:
    assert bare("--version").out == f"adloom, version {VERSION}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "No such command"),
        (["conections"], "Did you mean connections"),
        (["run", "serch-ads"], "Did you mean search-ads"),
        (["run", "search-ads", "--advertizer-id", "1"], "--advertiser-id"),
        (["call", "GET"], "Missing argument"),
        (["modules", "get-add"], "Did you mean get-ad"),
        (["connections", "add", "Not A Name"], "lower-case letters"),
    ],
)
def test_a_slip_is_exit_code_2_and_says_what_was_probably_meant(
    arguments: list[str], words: str, bare: Cli
) -> None:
    shown = bare(*arguments)

    assert shown.code == 2
    assert words in shown.err
    assert shown.out == ""


def test_a_missing_workspace_says_how_to_make_one(bare: Cli, tmp_path: Path) -> None:
    shown = bare("--workspace", str(tmp_path), "connections", "list")

    assert shown.code == 2
    assert "adloom init" in shown.err


def test_settings_that_cannot_be_used_name_their_place(bare: Cli, tmp_path: Path) -> None:
    (tmp_path / "adloom.toml").write_text("[http]\ndeadline = -1\nproxi = 'x'\n")

    shown = bare("--workspace", str(tmp_path), "connections", "list")

    assert shown.code == 2
    assert "http.deadline" in shown.err
    assert "http.proxi" in shown.err


def test_a_fault_of_ours_is_exit_code_3_with_a_file_that_holds_no_secret(
    no_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = Secret("bug-token-8c1f4b2a9d")

    def explode() -> None:
        raise RuntimeError(f"cannot use {token.reveal()}")

    with pytest.raises(RuntimeError) as caught:
        explode()
    code = report(caught.value)

    told = capsys.readouterr().err
    [file] = no_home.rglob("fault-*.log")
    written = file.read_text()
    assert code == 3
    assert str(file) in told
    assert "explode" in written
    assert token.reveal() not in written + told
    assert file.stat().st_mode & 0o777 == 0o600


def test_details_are_shown_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    error = RejectedError("no", hint="do this", details="the whole answer")

    codes = [report(error), report(error, verbose=True)]

    told = capsys.readouterr().err
    assert codes == [1, 1]
    assert told.count("the whole answer") == 1
    assert "do this" in told


def test_interruption_is_exit_code_130(
    bare: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("adloom.settings.Workspace.open", interrupt)

    assert bare("--workspace", str(tmp_path), "connections", "list").code == 130


def test_usage_errors_are_exit_code_2() -> None:
    assert report(UsageError("wrong")) == 2


def test_commands_live_where_the_list_says() -> None:
    assert all(place.startswith("adloom.cli.") for place, _ in COMMANDS.values())
    assert main.COMMANDS is COMMANDS


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is told another way there")
def test_who_stops_reading_gets_no_report_of_a_fault(tmp_path: Path) -> None:
    lines = '{"event": "Search", "page": {"url": "https://shop.example/"}}\n' * 5_000
    (tmp_path / "hits.jsonl").write_text(lines)
    command = f"{sys.executable} -m adloom events map {tmp_path}/hits.jsonl | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602 - our own words

    assert 1 == len(done.stdout.splitlines())
    assert "fault in adloom" not in done.stderr
