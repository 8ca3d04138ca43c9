"""A real PostgreSQL for tests: Debian's package, on a socket in a folder of its own, no network.

    async def test_it_holds_everywhere(place: Place) -> None:
        async with open_database(named(place, "journal"), MIGRATIONS, set_name="journal") as found:

A test that asks for `place` runs twice: with a folder for SQLite files, and with the address of an
empty schema. Where PostgreSQL is not installed the second run is skipped, unless the environment
says ADLOOM_REQUIRE_POSTGRES=1.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
import pytest

__all__ = [
    "Place",
    "PostgresServer",
    "fresh_schema",
    "named",
    "place",
    "postgres",
    "running_server",
]

#: A folder, or the address of a PostgreSQL schema.
Place = Path | str

REQUIRED: Final = "ADLOOM_REQUIRE_POSTGRES"
DEBIAN: Final = Path("/usr/lib/postgresql")
PATIENCE: Final = 60.0
#: Texts in an order of their own, so that who relies on the order of bytes has to ask for it.
LANGUAGE: Final = ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")
OPTIONS: Final = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=16MB",
    "autovacuum=off",
)


@dataclass
class PostgresServer:
    """A server that belongs to the tests.

    Args:
        folder: Where its data and its socket lie.
        programs: Where its programs lie.
    """

    folder: Path
    programs: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _running: "subprocess.Popen[bytes] | None" = None

    def address(self, schema: str, socket: Path | None = None) -> str:
        """The address of a schema, through another socket if one is named."""
        where = quote(str(socket or self.folder), safe="")
        return f"postgresql://adloom@/postgres?host={where}&schema={schema}"

    def new_schema(self) -> str:
        """A name that no schema has yet."""
        return f"t{next(self._numbers)}"

    def make(self) -> None:
        """Make an empty database."""
        self.folder.chmod(0o755)
        if os.getuid() == 0:
            os.chown(self.folder, _servant(), -1)
        initdb: list[str | Path] = [
            self.programs / "initdb",
            "--pgdata",
            self.folder / "data",
            "--username=adloom",
        ]
        made = subprocess.run(
            [*initdb, "--auth=trust", "--encoding=UTF8", "--no-sync", *self._language()],
            capture_output=True,
            text=True,
            check=False,
            **self._as_servant(),
        )
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"-c{one}" for one in (*OPTIONS, f"unix_socket_directories={self.folder}")]
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                **self._as_servant(),
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._running.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < until, "PostgreSQL does not answer."
            time.sleep(0.02)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every connection, SIGQUIT is like a loss of power."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait(PATIENCE)
            self._running = None

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Execute a statement as the owner of everything."""
        info = f"host={self.folder} user=adloom dbname=postgres"
        with psycopg.connect(info, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self.run("SELECT 1"))
        return False

    def _language(self) -> tuple[str, ...]:
        said = subprocess.run(
            [self.programs / "initdb", "--help"], capture_output=True, text=True, check=True
        )
        return LANGUAGE if "--icu-locale" in said.stdout else ("--locale=C",)

    def _as_servant(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root."""
        if os.getuid() != 0:
            return {}
        return {"user": _servant(), "group": _servant(group=True), "extra_groups": []}


def _servant(*, group: bool = False) -> int:
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_gid if group else found.pw_uid
    raise LookupError("PostgreSQL does not run as root, and there is nobody else.")


def _programs() -> Path | None:
    """The newest installed PostgreSQL, or the one on the PATH."""
    installed = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    if installed:
        return max(installed, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server of one's own, gone at the end of the block."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason} ({REQUIRED} is set)")
        pytest.skip(reason)
    # A socket's path may not be long; pytest's folders are.
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="adloom-pg-")), programs)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of this run of tests; it stays up."""
    with running_server() as server:
        yield server


@contextmanager
def fresh_schema(server: PostgresServer) -> Iterator[str]:
    """The address of an empty schema, gone at the end of the block."""
    schema = server.new_schema()
    yield server.address(schema)
    server.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a test's databases are: once in a folder, once in a schema."""
    if request.param == "sqlite":
        yield tmp_path
    else:
        with fresh_schema(request.getfixturevalue("postgres")) as address:
            yield address


def named(place: Place, name: str) -> Place:
    """One of the databases of a place: a file of this name, or the schema that holds them all."""
    return place / f"{name}.db" if isinstance(place, Path) else place


def spot(text: str) -> Place:
    """A place that was written down, to be handed to another process."""
    return text if text.startswith("postgresql://") else Path(text)
