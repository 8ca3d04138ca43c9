"""The table of functions in `README.md`, made from the functions themselves.

Run: `python -m adloom.mapping.reference` after changing one.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from adloom.mapping.functions import GROUPS, Function
from adloom.mapping.moment import Moment

__all__ = ["BEGIN", "END", "PAGE", "SAMPLE", "SAMPLE_MOMENT", "function_tables", "main"]

PAGE: Final = Path(__file__).with_name("README.md")
BEGIN: Final = "<!-- functions: python -m adloom.mapping.reference -->\n"
END: Final = "<!-- end of functions -->\n"

#: What the examples read.
SAMPLE: Final[dict[str, Any]] = {
    "ad": {
        "id": "1790000000000000017",
        "name": "Summer sale",
        "spend": Decimal("12.30"),
        "tags": ["b", "a", "b"],
        "rows": [{"id": "11", "cost": 5}, {"id": "22", "cost": 7}],
        "info": {"country": "CZ", "age": "25-34"},
        "created": "2026-11-20 08:30:00",
        "nothing": None,
    }
}
#: When they are read.
SAMPLE_MOMENT: Final = Moment(
    datetime(2026, 11, 20, 12, tzinfo=UTC), execution_id="e-1", seed="sample"
)


def function_tables() -> str:
    """Every function with its arguments, its meaning and its examples, by group."""
    parts: list[str] = []
    for group in GROUPS:
        parts += [
            f"### {group.group}\n",
            "| function | meaning | examples |",
            "| --- | --- | --- |",
        ]
        parts += [_row(function) for function in group.values()]
        parts.append("")
    return "\n".join(parts)


def _row(function: Function) -> str:
    examples = "<br>".join(
        f"`{_cell(one)}` → {f'`{_cell(result)}`' if result else '(nothing)'}"
        for one, result in function.examples.items()
    )
    return f"| `{function.signature}` | {_cell(function.meaning)} | {examples} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Put the tables into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}{function_tables()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
