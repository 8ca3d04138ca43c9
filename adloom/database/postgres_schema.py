"""The tables of a workspace in a PostgreSQL schema, brought up to date."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from adloom.database.migrations import Migration, missing
from adloom.database.postgres_dialect import schema_statement
from adloom.database.postgres_link import Address

__all__ = ["migrate", "turn"]

#: Where it is noted which steps were applied.
TABLE: Final = "_adloom_migrations"
MAKE_TABLE: Final = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (migration_set TEXT NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY (migration_set, name))"
)
NOTE: Final = f"INSERT INTO {TABLE} (migration_set, name) VALUES (%s, %s)"  # noqa: S608 - our name
APPLIED: Final = f"SELECT name FROM {TABLE} WHERE migration_set = %s"  # noqa: S608 - our name

Connection = psycopg.Connection[Any]


def turn(schema: str, set_name: str) -> int:
    """The number of the advisory lock that whoever writes a set of tables holds."""
    digest = hashlib.sha256(f"adloom/{schema}/{set_name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def migrate(
    connection: Connection, address: Address, migrations: Sequence[Migration], set_name: str
) -> None:
    """Bring a schema up to date, all or nothing, one process at a time.

    Raises:
        WorkspaceError: A newer adloom has written it.
    """
    if not missing(address.place, migrations, _applied(connection, address, set_name)):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [turn(address.schema, "")])
        if _value(connection, "SELECT to_regnamespace(%s)", address.schema) is None:
            made = sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(address.schema))
            connection.execute(made)
        connection.execute(MAKE_TABLE)
        # Another process may have been faster.
        applied = _applied(connection, address, set_name)
        for step in missing(address.place, migrations, applied):
            for one in step.statements:
                connection.execute(schema_statement(one))
            connection.execute(NOTE, [set_name, step.name])


def _applied(connection: Connection, address: Address, set_name: str) -> set[str]:
    """The steps that a schema has seen."""
    if _value(connection, "SELECT to_regclass(%s)", f"{address.schema}.{TABLE}") is None:
        return set()
    return {row[0] for row in connection.execute(APPLIED, [set_name])}


def _value(connection: Connection, ask: str, given: str) -> Any:
    return connection.execute(ask, [given]).fetchall()[0][0]
