"""`adloom scenarios test`: what scenarios do, tried without a network and without an account."""

import asyncio
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from adloom.cli.session import say, workspace_at
from adloom.cli.words import json_option
from adloom.errors import UnknownNameError, UsageError
from adloom.json_text import dump
from adloom.settings import SETTINGS_FILE, Workspace
from scenarios.places import say_path
from scenarios.problems import Problem
from scenarios.testing.folder import Ready, beside, make_ready, scripts_in
from scenarios.testing.model import Case, is_script
from scenarios.yaml_edit import set_value
from scheduler.judging import Mismatch, expected_of, judge, told
from scheduler.testing import run_ready

__all__ = ["test"]

EXIT_FAILED = 1
EXIT_FAULTS = 2


@dataclass(frozen=True)
class Tried:
    """A case that was run.

    Args:
        ready: The file it stands in.
        case: The case.
        found: What was not as expected.
    """

    ready: Ready
    case: Case
    found: Sequence[Mismatch]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--update", is_flag=True, help="Write down what happened as what is expected.")
@json_option
def test(names: Sequence[str], *, update: bool, as_json: bool) -> None:
    """Run the tests of scenarios.

    Of those that are named, or of all. They stand beside a scenario, in NAME.test.yaml: what is
    given, and what it has to come to. Nothing is asked or sent, and no account is needed; a file
    may also be named by its path. The exit code is 1 if a test fails, 2 if a file has faults.
    """
    files = _files(names)
    ready = list(_ready(files))
    for one in (problem for file in ready for problem in file.problems):
        _tell_problem(one, as_json=as_json)
    sound = [file for file in ready if file.is_sound]
    tried = [one for file in sound for one in _try(file, update=update)]
    for each in tried:
        _tell(each, as_json=as_json)
    failed = sum(bool(one.found) for one in tried)
    say(_summary(tried, failed, len(ready) - len(sound)))
    if len(sound) < len(ready) or failed:
        code = EXIT_FAULTS if len(sound) < len(ready) else EXIT_FAILED
        click.get_current_context().exit(code)


def _summary(tried: Sequence[Tried], failed: int, faulty: int) -> str:
    said = f"{len(tried)} test{'' if len(tried) == 1 else 's'}: {len(tried) - failed} ok"
    said += f", {failed} failed" if failed else ""
    return said + (f"; {faulty} file{'' if faulty == 1 else 's'} with faults." if faulty else ".")


# --- files ----------------------------------------------------------------------------------------


def _files(names: Sequence[str]) -> list[Path]:
    """The files of tests that are meant.

    Raises:
        UnknownNameError: There is none of a name.
        UsageError: There is no workspace to look in.
    """
    chosen = [Path(name) for name in names if is_script(Path(name)) and Path(name).exists()]
    left = [name for name in names if Path(name) not in chosen]
    if names and not left:
        return chosen
    known = scripts_in(_folder())
    return chosen + ([one for name in left for one in _named(name, known)] if names else known)


def _folder() -> Path:
    """Where the scenarios lie: in the workspace; its databases are left alone."""
    place = workspace_at(click.get_current_context())
    if not (place / SETTINGS_FILE).exists():
        raise UsageError(
            f"There is no adloom workspace in {place}.",
            hint="Name a file of tests: adloom scenarios test scenarios/NAME.test.yaml",
        )
    return Workspace.open(place).scenarios


def _named(name: str, known: Sequence[Path]) -> list[Path]:
    """The files that test a scenario, by its name or by that of a file."""
    found = [one for one in known if name in (one.name, _stem(one), str(one))]
    if not found and known:
        scenarios = beside(known[0].parent)
        for one in known:
            scenario = make_ready(one, scenarios).scenario
            found += [one] if scenario is not None and scenario.name == name else []
    if not found:
        hint = f"Write one: {name}.test.yaml beside the scenario"
        raise UnknownNameError("test of a scenario", name, map(_stem, known), hint=hint)
    return found


def _stem(path: Path) -> str:
    return path.name.partition(".test.y")[0]


def _ready(files: Sequence[Path]) -> Iterator[Ready]:
    """Every file with its scenario; what lies beside them is read once."""
    libraries = {folder: beside(folder) for folder in dict.fromkeys(one.parent for one in files)}
    for one in files:
        yield make_ready(one, libraries[one.parent])


# --- running --------------------------------------------------------------------------------------


def _try(ready: Ready, *, update: bool) -> list[Tried]:
    assert ready.script is not None  # noqa: S101 - the file is sound
    tried = []
    text = ready.script.text
    for case in ready.script.cases:
        happened = asyncio.run(run_ready(ready, case))
        found = judge(case, happened)
        if update and found and not any(one.is_final for one in found):
            text = set_value(text, (*case.path, "expect"), expected_of(case, happened))
            say(f"{ready.path.name}: “{case.name}” expects now what happened.")
            found = []
        tried.append(Tried(ready, case, found))
    if text != ready.script.text:
        _replace(ready.path, text)
    return tried


def _replace(path: Path, text: str) -> None:
    """Write a file anew, whole or not at all."""
    beside_it = path.with_name(f".{path.name}.new")
    beside_it.write_bytes(text.encode())
    shutil.copymode(path, beside_it)
    beside_it.replace(path)


# --- telling --------------------------------------------------------------------------------------


def _tell_problem(problem: Problem, *, as_json: bool) -> None:
    if not as_json:
        click.echo(_shortened(str(problem)))
        return
    told_ = {
        "file": str(problem.file),
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": problem.severity,
        "path": say_path(problem.path),
        "text": problem.text,
        "hint": problem.hint,
    }
    sys.stdout.buffer.write(dump(told_) + b"\n")


def _tell(tried: Tried, *, as_json: bool) -> None:
    script = tried.ready.script
    assert script is not None  # noqa: S101 - as above
    if as_json:
        data = {
            "file": str(tried.ready.path),
            "scenario": tried.ready.scenario.name if tried.ready.scenario else None,
            "case": tried.case.name,
            "line": script.place_of(tried.case.path).line,
            "ok": not tried.found,
            "mismatches": [
                {
                    "line": script.place_of(one.path).line,
                    "path": say_path(one.path),
                    "text": one.text,
                }
                for one in tried.found
            ],
        }
        sys.stdout.buffer.write(dump(data) + b"\n")
        return
    colour, word = ("red", "failed") if tried.found else ("green", "ok    ")
    click.secho(word, fg=colour, bold=True, nl=False)
    click.echo(f" {_stem(tried.ready.path)}: {tried.case.name}")
    for one in tried.found:
        click.echo(f"       {_shortened(told(script, one))}")


def _shortened(text: str) -> str:
    return text.replace(f"{Path.cwd()}/", "", 1)
