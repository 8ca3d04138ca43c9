"""The table of modules in `docs/import.md`, made from the aliases themselves.

Run: `python -m scenarios.blueprint.reference docs/import.md` after changing one.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scenarios.blueprint.aliases import Alias, all_aliases

__all__ = ["BEGIN", "END", "alias_table", "main"]

BEGIN: Final = "<!-- aliases: python -m scenarios.blueprint.reference docs/import.md -->\n"
END: Final = "<!-- end of aliases -->\n"

#: What nodes become that are no module of ours.
_BECOMES: Final[Mapping[str, str]] = {
    "compose": "`set`, with the text as `value`",
    "directive": "`on_error` of the module that failed",
    "get": "`get`",
    "if_else": "`router` with `first_match: true`",
    "iterator": "`iterator`",
    "json_text": "`set`, with the text as `json`",
    "leads": "`watch_webhook`, then an `iterator` over its leads",
    "merge": "nothing, if nothing follows it",
    "repeater": "`iterator` over the numbers, up to 100 known beforehand",
    "router": "`router`",
    "set": "`set`",
    "sleep": "`sleep`",
}


def alias_table() -> str:
    """Every row of the table of aliases."""
    rows = [
        "| app of Make | function | here | besides | known from |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows += [_row(alias) for alias in all_aliases()]
    return "\n".join(rows) + "\n"


def _row(alias: Alias) -> str:
    apps = ", ".join(f"`{one}`" for one in alias.apps)
    cells = (apps, ", ".join(alias.verbs), _becomes(alias), "; ".join(_besides(alias)))
    known = "reference" if alias.source == "sheet" else "assumed"
    return f"| {' | '.join(_cell(one) for one in (*cells, known))} |"


def _becomes(alias: Alias) -> str:
    match alias.recipe:
        case "refused":
            return f"not translated: {alias.reason}"
        case "aggregator":
            return f"`aggregator` of the kind {alias.kind}"
        case "store":
            return f"`store` with the operation {alias.kind}"
        case "directive":
            return f"{_BECOMES['directive']}: {alias.kind}"
        case recipe if recipe in _BECOMES:
            return _BECOMES[recipe]
        case _:
            return f"`{alias.module}`"


def _besides(alias: Alias) -> Iterator[str]:
    if alias.fields:
        yield "parameters: " + _pairs(alias.fields)
    if alias.outputs:
        yield "fields of its bundles: " + _pairs(alias.outputs)
    for name, reason in alias.refused.items():
        yield f"`{name}` is not translated: {reason}"
    if alias.loose:
        yield "parameters nobody knows are told of, and left out"


def _pairs(names: Mapping[str, str]) -> str:
    said = (("all others" if a == "*" else f"`{a}`", b) for a, b in names.items())
    return ", ".join(f"{a} → `{b}`" if a != "all others" else f"{a} below `{b}`" for a, b in said)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Put the table into the page named on the command line."""
    page = Path(sys.argv[1])
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}{alias_table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
