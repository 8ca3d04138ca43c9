"""Where things stand: in the file by line and column, in the document by their path."""

from dataclasses import dataclass

__all__ = ["FieldPath", "Place", "say_path"]

#: The way to a value in the document, for example `("steps", 2, "params", "advertiser_id")`.
FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


def say_path(path: FieldPath) -> str:
    """Write a path as people do: `steps[2].params.advertiser_id`; items count from 1."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else part
    return said
