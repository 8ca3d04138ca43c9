"""Our SQL as PostgreSQL and psycopg want it: other marks for values, other names for types."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

__all__ = ["NamedRow", "named_rows", "schema_statement", "statement", "values"]

#: What may hold a question mark or a type's name without meaning it, then what does mean it.
TOKEN: Final = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | [A-Za-z_][A-Za-z_0-9]* | \? | %""",
    re.DOTALL | re.VERBOSE,
)
#: Whole numbers of 64 bits, bytes, and texts that are sorted and compared byte by byte: as SQLite
#: does it, and as ISO dates need it, whatever the server's language.
TYPES: Final[Mapping[str, str]] = {
    "INTEGER": "BIGINT",
    "BLOB": "BYTEA",
    "TEXT": 'TEXT COLLATE "C"',
}


@lru_cache(maxsize=1024)
def statement(sql: str) -> str:
    """A statement with `%s` for `?`, and every other `%` doubled, as psycopg wants it."""

    def changed(found: re.Match[str]) -> str:
        text = found.group()
        return "%s" if text == "?" else text.replace("%", "%%")

    return TOKEN.sub(changed, sql)


def schema_statement(sql: str) -> str:
    """A statement of a migration, with PostgreSQL's names for the types of columns."""
    return TOKEN.sub(lambda found: TYPES.get(found.group().upper(), found.group()), sql)


def values(params: Sequence[Any]) -> Sequence[Any]:
    """Values as columns of ours hold them: a truth value is a number, as it is in SQLite."""
    if any(type(value) is bool for value in params):
        return [int(value) if type(value) is bool else value for value in params]
    return params


class NamedRow(tuple[Any, ...]):
    """One row: values by position or by column name, like `sqlite3.Row`."""

    __slots__ = ()
    places: ClassVar[Mapping[str, int]] = {}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                key = self.places[key]
            except KeyError:
                raise IndexError(f"No column is named {key!r}") from None
        return super().__getitem__(key)

    def keys(self) -> list[str]:
        """The names of the columns; with them a row can be made a dict."""
        return list(self.places)


def named_rows(cursor: Any) -> Callable[[Sequence[Any]], NamedRow]:
    """Make rows of what a cursor finds; psycopg calls this a row factory."""
    return _row_class(tuple(column.name for column in cursor.description or ()))


@lru_cache(maxsize=1024)
def _row_class(names: tuple[str, ...]) -> type[NamedRow]:
    places = {name: place for place, name in enumerate(names)}
    return type("NamedRow", (NamedRow,), {"__slots__": (), "places": places})
