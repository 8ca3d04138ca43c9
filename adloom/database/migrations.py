"""Schemas: a list of steps, each applied once, forward only; a newer schema is refused."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from adloom.errors import WorkspaceError

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

__all__ = ["Migration", "migrate", "missing"]

#: Where sqlite-utils notes what it has applied.
TABLE: Final = "_sqlite_migrations"


@dataclass(frozen=True)
class Migration:
    """One step of a schema, applied once and forward only.

    Args:
        name: Unique within its database; the order of the list is the order of application.
        statements: Portable SQL.
    """

    name: str
    statements: tuple[str, ...]


def missing(
    place: str, migrations: Sequence[Migration], applied: Collection[str]
) -> list[Migration]:
    """The steps that a database has not seen yet.

    Args:
        place: How a person would name the database.
        migrations: Its schema.
        applied: The names of those it has seen.

    Raises:
        WorkspaceError: It has seen some that are not in the schema: a newer adloom's.
    """
    known = {migration.name for migration in migrations}
    if newer := set(applied) - known:
        raise WorkspaceError(
            f"{place} was written by a newer adloom (it knows {', '.join(sorted(newer))}).",
            hint="Update adloom, or use the workspace with the version that wrote it.",
        )
    return [migration for migration in migrations if migration.name not in applied]


def migrate(connection: Any, path: Path, migrations: Sequence[Migration], set_name: str) -> None:
    """Bring an SQLite file up to date, all or nothing.

    Raises:
        WorkspaceError: A newer adloom has written it.
    """
    if not missing(str(path), migrations, _applied(connection, set_name)):
        return
    # Imported when there is something to do: it would double the start-up of every command.
    from sqlite_utils import Database as SqliteUtils
    from sqlite_utils import Migrations

    wanted = Migrations(set_name)
    for migration in migrations:
        wanted(name=migration.name)(_step(migration.statements))
    tools = SqliteUtils(connection, recursive_triggers=False, execute_plugins=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        wanted.apply(tools)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _applied(connection: Any, set_name: str) -> set[str]:
    """The steps a file has seen."""
    table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if not connection.execute(table, [TABLE]).fetchall():
        return set()
    names = f"SELECT name FROM {TABLE} WHERE migration_set = ?"  # noqa: S608 - our own name
    return {row[0] for row in connection.execute(names, [set_name])}


def _step(statements: tuple[str, ...]) -> "Callable[[SqliteUtils], None]":
    def apply(database: "SqliteUtils") -> None:
        for statement in statements:
            database.conn.execute(statement)

    return apply
