"""Make the shipped tables from the fact sheets.

    python -m adloom.catalogue.build SHEETS_FOLDER [OUTPUT_FOLDER]

Facts, shapes and figures are carried over, sentences are not: what a code or a permission means is
said in our own words in `sheets.wording`. The same sheets give the same bytes.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from adloom.catalogue.sheets.endpoints import endpoints_table
from adloom.catalogue.sheets.tables import (
    codes_table,
    enums_table,
    renames_table,
    reports_table,
    scopes_table,
    statuses_table,
)

__all__ = ["build", "main"]

FACTS: Final = "business_api.yaml"
ENDPOINTS: Final = "business_api_endpoints.yaml"
MORE_CODES: Final = "events/business_api_return_codes.json"

Table = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the tables and say how large they are."""
    reader = argparse.ArgumentParser(prog="python -m adloom.catalogue.build")
    reader.add_argument("sheets", type=Path, help="the folder of the fact sheets")
    reader.add_argument("output", type=Path, nargs="?", default=Path(__file__).parent)
    given = reader.parse_args(arguments)
    for path in build(given.sheets, given.output):
        sys.stdout.write(f"{path.stat().st_size:>9,} {path}\n")
    return 0


def build(sheets: Path, output: Path) -> list[Path]:
    """Write every table.

    Args:
        sheets: Where the fact sheets lie.
        output: Where the tables go.

    Returns:
        The files written.
    """
    # Only whoever rebuilds the catalogue has it.
    import yaml

    facts = yaml.safe_load((sheets / FACTS).read_bytes())
    sheet = yaml.safe_load((sheets / ENDPOINTS).read_bytes())
    more_codes = json.loads((sheets / MORE_CODES).read_bytes())
    endpoints = endpoints_table(facts, sheet)
    tables = {
        "codes": codes_table(facts, more_codes),
        "endpoints": endpoints,
        "enums": enums_table(facts),
        "renames": renames_table(facts, endpoints),
        "reports": reports_table(facts),
        "scopes": scopes_table(facts),
        "statuses": statuses_table(facts),
    }
    _check_enums(endpoints, tables["enums"])
    written = []
    for name, table in tables.items():
        path = output / f"{name}.json"
        path.write_bytes(_lines(table))
        written.append(path)
    return written


def _lines(table: Table) -> bytes:
    """JSON with one entry on each line, so that a change is seen where it is."""
    entries = (
        f"{json.dumps(name)}:"
        + json.dumps(table[name], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        for name in sorted(table)
    )
    return ("{\n" + ",\n".join(entries) + "\n}\n").encode()


def _check_enums(value: Any, enums: Table) -> None:
    """Refuse a reference to an enumeration that is not there."""
    if not isinstance(value, Mapping):
        return
    choices = value.get("choices")
    if isinstance(choices, str) and choices not in enums:
        raise ValueError(f"there is no enumeration {choices!r}")
    for inner in value.values():
        _check_enums(inner, enums)


if __name__ == "__main__":
    raise SystemExit(main())
