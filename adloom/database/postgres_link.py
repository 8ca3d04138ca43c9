"""A connection to a PostgreSQL server that is made again when it was lost."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adloom.database.postgres_dialect import named_rows
from adloom.database.postgres_troubles import out_of_reach, server_too_old, wrong_encoding
from adloom.errors import WorkspaceError

__all__ = ["Address", "Link", "read_address"]

#: Where a workspace's tables are if the address does not say.
SCHEMA: Final = "adloom"
SCHEMA_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
OLDEST: Final = 130_000
LOOK_AGAIN: Final = 0.1
#: What PostgreSQL says of a plan whose columns have changed: a feature that is not supported.
STALE_PLAN: Final = "0A000"
#: So that a server whose machine is gone is noticed within half a minute. Seconds, but for the
#: last one, which is milliseconds.
PATIENCE: Final[Mapping[str, Any]] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "adloom",
}


@dataclass(frozen=True)
class Address:
    """Where a workspace's tables are.

    Args:
        conninfo: What libpq is told.
        schema: The schema that holds them.
        place: The same for a person, without the password.
    """

    conninfo: str = field(repr=False)
    schema: str
    place: str


def read_address(url: str) -> Address:
    """Read `postgresql://user@host/database?schema=name`; libpq's other options may follow.

    Raises:
        WorkspaceError: It is no such address.
    """
    before, _, query = url.partition("?")
    options = {one.partition("=")[0]: one for one in query.split("&") if one}
    schema = unquote(options.pop("schema", f"schema={SCHEMA}").partition("=")[2])
    if not SCHEMA_NAME.fullmatch(schema):
        raise WorkspaceError(
            f"{schema!r} cannot be the name of a schema.",
            hint="Use lower-case letters, digits and underscores, at most 63.",
        )
    unset = {name: value for name, value in PATIENCE.items() if name not in options}
    try:
        known: dict[str, Any] = conninfo_to_dict(f"{before}?{'&'.join(options.values())}", **unset)
    except psycopg.Error:
        # The reason may show the password.
        raise WorkspaceError(
            "This is not the address of a PostgreSQL database.",
            hint="It looks like postgresql://USER:PASSWORD@HOST/DATABASE?schema=NAME",
        ) from None
    name, host = known.get("dbname") or "of the same name as its user", known.get("host")
    where = f" on {host}" if host else ""
    place = f"PostgreSQL database {name}{where}, schema {schema}"
    return Address(make_conninfo(**known), schema, place)


class Link:
    """One connection, used by one thread at a time.

    Args:
        address: Where the server is.
        lock_wait: For how many seconds to wait while another process writes.
    """

    def __init__(self, address: Address, *, lock_wait: float) -> None:
        self._address = address
        self._lock_wait = lock_wait
        self._connection: psycopg.Connection[Any] | None = None
        self._uses = 0

    def is_lost(self, error: BaseException) -> bool:
        """Whether an error means that the connection has to be made again.

        So it is if there is no server at the other end any more, and if the plans that were
        prepared on it do not fit any more because a newer adloom has added columns.
        """
        if not isinstance(error, psycopg.Error) or self._connection is None:
            return False
        if error.sqlstate == STALE_PLAN and self._uses > 1:
            self._connection.close()
        return self._connection.closed

    def open(self, until: float | None = None) -> psycopg.Connection[Any]:
        """The connection, made again if it was lost.

        Args:
            until: Up to when to try, on the monotonic clock; once if it is not said.

        Raises:
            WorkspaceError: The server cannot be reached, or is none that we can use.
        """
        while self._connection is None or self._connection.closed:
            try:
                self._connection = self._connect()
            except psycopg.OperationalError as error:
                if until is None or time.monotonic() > until:
                    raise out_of_reach(self._address.place, error) from None
                time.sleep(LOOK_AGAIN)
            self._uses = 0
        self._uses += 1
        return self._connection

    def close(self) -> None:
        """Close it, if it is open."""
        if self._connection is not None:
            self._connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(
            self._address.conninfo, autocommit=True, row_factory=named_rows
        )
        try:
            self._check(connection)
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: psycopg.Connection[Any]) -> None:
        if connection.info.server_version < OLDEST:
            raise server_too_old(self._address.place, connection.info.server_version)
        encoding = connection.info.parameter_status("server_encoding") or "an unknown encoding"
        if encoding != "UTF8":
            raise wrong_encoding(self._address.place, encoding)

    def _prepare(self, connection: psycopg.Connection[Any]) -> None:
        """Say how this connection keeps its word.

        A process that hangs in the middle of writing gives up its turn before the others give up
        waiting for it. What is acknowledged is on disk, whatever the server's default is.
        """
        wait = int(self._lock_wait * 1000)
        settings = sql.SQL(
            "SET client_encoding = 'UTF8'; SET client_min_messages = warning;"
            " SET standard_conforming_strings = on; SET search_path = {schema};"
            " SET lock_timeout = {wait}; SET idle_in_transaction_session_timeout = {idle};"
            " SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        schema = sql.Identifier(self._address.schema)
        connection.execute(settings.format(schema=schema, wait=wait, idle=max(wait // 2, 100)))
