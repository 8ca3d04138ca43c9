"""Parquet: typed columns, written group by group, so that memory does not grow with the report."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from adloom.errors import UsageError
from adloom.nested_rows import NestedRows
from adloom.sinks.columns import Column, Columns

__all__ = ["ParquetFile"]

GROUP: Final = 65_536


class ParquetFile:
    """Rows in columns: text as strings, figures as float64.

    A figure that is no number, such as `<5`, is left empty and counted in `left_out`.

    Args:
        path: The file.
        columns: Its columns.

    Raises:
        UsageError: The library for it is not installed.
    """

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        try:
            import pyarrow as pa  # type: ignore[import-untyped] # it has no types
            import pyarrow.parquet as pq  # type: ignore[import-untyped] # as above
        except ImportError:
            raise UsageError(
                "Writing Parquet takes a library that is not installed.",
                hint="Install it: pip install 'adloom[parquet]'; or write .csv, .jsonl or .sqlite.",
            ) from None
        self._arrow = pa
        self._columns = Columns(columns, exact=False)
        types = [pa.float64() if one.is_number else pa.string() for one in columns]
        self._schema = pa.schema(list(zip(self._columns.names, types, strict=True)))
        self._file = pq.ParquetWriter(path, self._schema)
        self._waiting: list[Any] = []
        self._rows = 0
        self.left_out = 0

    def write(self, rows: NestedRows) -> int:
        """Add some rows; say how many."""
        columns = self._columns.of(rows)
        arrays = [
            self._array(values, kind)
            for values, kind in zip(columns, self._schema.types, strict=True)
        ]
        self._waiting.append(self._arrow.record_batch(arrays, schema=self._schema))
        self._rows += len(columns[0])
        if self._rows >= GROUP:
            self._write_group()
        return len(columns[0])

    def _array(self, values: Sequence[Any], kind: Any) -> Any:
        try:
            return self._arrow.array(values, kind)
        except self._arrow.ArrowException:
            figures = [value if isinstance(value, float) else None for value in values]
            self.left_out += sum(isinstance(value, str) for value in values)
            return self._arrow.array(figures, kind)

    def _write_group(self) -> None:
        table = self._arrow.Table.from_batches(self._waiting, self._schema)
        self._file.write_table(table, row_group_size=len(table))
        self._waiting, self._rows = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._waiting and error is None:
                self._write_group()
        finally:
            self._file.close()
