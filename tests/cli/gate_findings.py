"""What the events gate has found, and the look for raw personal data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.cli.gate_file import CANARIES

__all__ = ["Findings", "leaks"]

CHUNK: Final = 1 << 22


@dataclass
class Findings:
    """What a gate came to.

    Args:
        figures: What was counted, by name.
        faults: What is not as it has to be.
    """

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, name: str, expected: object, found: object) -> None:
        """Note a figure, and that it is wrong if it is."""
        self.figures[name] = found
        if expected != found:
            self.faults.append(f"{name}: {found} instead of {expected}")

    def told(self) -> str:
        """The figures as a table."""
        rows = [
            f"| {name} | {figure:,} |" if isinstance(figure, int) else f"| {name} | {figure} |"
            for name, figure in self.figures.items()
        ]
        return "\n".join(["| | |", "| --- | ---: |", *rows])


def leaks(files: Iterable[Path]) -> Iterator[str]:
    """Where in files raw personal data can be read."""
    longest = max(map(len, CANARIES))
    for path in files:
        with path.open("rb") as file:
            before = b""
            while part := file.read(CHUNK):
                text = before + part.lower()
                yield from (f"{path.name}: {word.decode()}" for word in CANARIES if word in text)
                before = text[-longest:]
