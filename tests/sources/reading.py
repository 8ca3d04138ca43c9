"""What tests of sources read with: files made of bytes, and rows in short."""

from pathlib import Path
from typing import Any

import pytest

from adloom.sources import BadRow, Row, open_source, window

__all__ = ["bad", "file_of", "read", "records", "small_pieces"]


def file_of(folder: Path, name: str, content: bytes) -> Path:
    """A file with a content."""
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path, **options: Any) -> list[Row | BadRow]:
    """All rows of a file."""
    with open_source(path, **options) as source:
        return list(source)


def records(rows: list[Row | BadRow]) -> list[dict[str, Any]]:
    """The records among rows."""
    return [row.record for row in rows if isinstance(row, Row)]


def bad(rows: list[Row | BadRow]) -> dict[int, str]:
    """Why rows are none, by their numbers."""
    return {row.number: row.reason for row in rows if isinstance(row, BadRow)}


def small_pieces(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Read so few bytes at a time that everything is cut somewhere."""
    monkeypatch.setattr(window, "PIECE", size)
