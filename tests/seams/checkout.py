"""The checkout these tests belong to, and the packages in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["PACKAGES", "ROOT", "texts"]

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("adloom", "connections", "modules", "scenarios", "scheduler")
#: What people write, not what tools leave behind.
WRITTEN: Final = {".py", ".md", ".toml", ".yaml", ".yml", ".cfg", ".ini", ".sh", ""}


def texts(*suffixes: str) -> Iterator[Path]:
    """The files of the checkout that people write, or those with some suffixes."""
    wanted = set(suffixes) or WRITTEN
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        hidden = any(part.startswith(".") and part != ".ci" for part in inside.parts)
        built = {"__pycache__", "dist", "build"} & set(inside.parts)
        if path.is_file() and path.suffix in wanted and not hidden and not built:
            yield path
