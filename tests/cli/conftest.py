"""A connected workspace and a way to call the command line as a user would."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adloom.cli.main import run
from adloom.simulator import Options, Running
from tests.seams.practice import Practice, practise


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[Any]:
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


Cli = Callable[..., Outcome]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with Running(Options(port=0, ads=240, seed=11, speed=0)) as running:
        yield running


@pytest.fixture(scope="module")
def practice(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    folder = tmp_path_factory.mktemp("cli") / "workspace"
    return asyncio.run(practise(simulator, folder, deadline=3))


@pytest.fixture
def bare(capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """The command line without a workspace of its own."""

    def call(*arguments: str) -> Outcome:
        capfdbinary.readouterr()
        code = run(list(arguments))
        out, err = capfdbinary.readouterr()
        return Outcome(code, out.decode(), err.decode())

    return call


@pytest.fixture
def cli(bare: Cli, practice: Practice) -> Iterator[Cli]:
    """The command line in the connected workspace; faults are cleared afterwards."""
    yield lambda *arguments: bare("--workspace", str(practice.folder), *arguments)
    practice.simulator.faults.clear()


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home folder of its own, for what commands write there."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path
