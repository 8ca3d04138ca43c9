"""Append rows to a file."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from adloom.appending import FORMATS, format_of
from adloom.errors import Fault, InvalidParamsError
from adloom.json_text import JsonError, dump, parse_strict
from adloom.paths import check_data_path
from adloom.wire import JsonBody, Record, Request
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.bundles import Bundle

__all__ = ["AppendRows", "AppendRowsParams", "AppendedRows", "append_rows"]

APPEND = "/rows/append/"
APPENDED = "/rows/appended/"
MOST_ROWS = 10_000
LARGEST = 5_000_000
Column = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class AppendRowsParams(Params):
    """Which rows, and where they go."""

    file: str = Field(
        title="File",
        description="Below the folder for data: a .csv, .jsonl or .sqlite file, made if need be.",
    )
    rows: Annotated[list[dict[Column, Any]], BeforeValidator(_listed)] = Field(
        min_length=1,
        max_length=MOST_ROWS,
        title="Rows",
        description="One object, or a list of objects; their fields become columns.",
    )
    columns: list[Column] = Field(
        default_factory=list,
        max_length=500,
        title="Columns",
        description="Fields to write, in this order; by default all of them.",
    )
    table: str = Field(
        default="rows",
        pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$",
        title="Table",
        description="Table of a .sqlite file; it is made if need be.",
    )

    @field_validator("file")
    @classmethod
    def _known_file(cls, value: str) -> str:
        if format_of(check_data_path(value)) is None:
            known = ", ".join(ending for endings in FORMATS.values() for ending in endings)
            raise InvalidParamsError([Fault("file", f"{value} ends like none of {known}")])
        return value

    @field_validator("table")
    @classmethod
    def _own_table(cls, value: str) -> str:
        if value.lower().startswith("sqlite_"):
            raise ValueError("names that begin with sqlite_ belong to SQLite")
        return value

    @model_validator(mode="after")
    def _has_columns(self) -> Self:
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("columns: one of them stands twice")
        if not self.columns and not any(self.rows):
            raise ValueError("rows: none of them has a field")
        return self


class AppendedRows(Bundle):
    """Rows that stand in a file now."""

    file: str | None = Field(
        default=None, title="File", description="The file, below the folder for data."
    )
    table: str | None = Field(
        default=None, title="Table", description="The table of a SQLite file."
    )
    rows: int | None = Field(default=None, title="Rows", description="How many were added.")


class AppendRows(Action[AppendRowsParams, AppendedRows]):
    """Append rows to a CSV, JSON lines or SQLite file, each exactly once.

    No cell of a CSV file is a formula. A CSV file that is there already decides about the columns;
    a SQLite table gets those it lacks.
    """

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    answer_is_proof: ClassVar[bool] = True
    no_inverse: ClassVar[str | None] = (
        "Others may have read the file or added to it since; take the rows out by hand."
    )

    async def before(self, params: AppendRowsParams, context: Context) -> list[Record]:  # noqa: ARG002 - Action's signature
        """Name the addition, so that it is recognised when it comes again."""
        return [{"key": context.operation_id}]

    def calls(self, params: AppendRowsParams, before: Sequence[Record]) -> list[Call]:
        """The one addition."""
        rows = _plain(params)
        body = {"file": params.file, "key": before[0]["key"], "rows": rows, "table": params.table}
        table = params.table if _has_tables(params) else ""
        shown = rows[0] if len(rows) == 1 else f"{len(rows)} rows"
        change = Change("file", "", params.file, table or "rows", None, shown)
        request = Request("POST", APPEND, body=JsonBody(body))
        return [Call(f"append to {params.file}", request, (change,))]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """The file knows the additions it has."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        asked = call.request.body.value
        query = {"file": asked["file"], "key": asked["key"]}
        answer = await context.api.get(APPENDED, query)
        verdicts = {True: Outcome.HAPPENED, False: Outcome.NOT_HAPPENED, None: Outcome.UNKNOWN}
        return verdicts[answer.data["appended"]]

    def result(
        self,
        params: AppendRowsParams,
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """How many rows went where."""
        table = params.table if _has_tables(params) else None
        return [
            {"file": params.file, "table": table, "rows": len(params.rows)}
            for one in done
            if one.outcome is Outcome.HAPPENED
        ]


def _has_tables(params: AppendRowsParams) -> bool:
    return format_of(params.file) == "sqlite"


def _plain(params: AppendRowsParams) -> list[Record]:
    """The rows as JSON data, the same now and when they are read back from the journal.

    Raises:
        InvalidParamsError: They cannot be written as JSON, or are too much for one call.
    """
    names = params.columns
    rows = [{name: row.get(name) for name in names} if names else row for row in params.rows]
    if format_of(params.file) == "csv":
        # Figures stay exactly as they came: a number would lose the zeros at its end.
        rows = [{name: _as_text(value) for name, value in row.items()} for row in rows]
    try:
        text = dump(rows)
        plain: list[Record] = parse_strict(text)
    except (TypeError, UnicodeError, JsonError) as error:
        raise InvalidParamsError([Fault("rows", f"cannot be written: {error}")]) from None
    if len(text) > LARGEST:
        raise InvalidParamsError([Fault("rows", f"has more than {LARGEST:,} bytes")])
    return plain


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


append_rows = module(kind="action", title="Append rows", provider="files", permission=None)(
    AppendRows
)
