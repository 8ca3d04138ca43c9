"""The table as a page to read: `python -m tests.connections.fault_page` writes `docs/faults.md`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from adloom.simulator.faults import KINDS
from tests.connections.fault_calls import CALLS, Call
from tests.connections.fault_natures import Fault, faults, strikes
from tests.connections.fault_table import Ending, expected
from tests.connections.fault_twists import TWISTS
from tests.seams.checkout import ROOT

__all__ = ["PAGE", "page"]

PAGE: Final = ROOT / "docs" / "faults.md"

INTRODUCTION: Final = """\
# What happens when something goes wrong

Platforms fail: connections break, answers come late, damaged or twice, tokens end. This page says
what adloom makes of it. Every line is tried against the simulator, over HTTP, with every kind of
call (`tests/connections/test_fault_table.py`); `python -m tests.connections.fault_page` writes the
page, and a test compares the two. Each fault can be switched on in the simulator by its name:
`adloom simulator --help` says how.

Four things hold for all of it:

- A read never changes anything, so it is sent again: up to four times, with growing pauses.
- A change is sent once. Only where the platform refused the token, and so has done nothing, is it
  sent once more with the next one.
- No call outlives its deadline (`[http] deadline` in `adloom.toml`), whatever the other side does.
- No message shows a token, a secret or a code.
"""

#: What each ending is called here, its mark in the grid, and what comes next.
ENDINGS: Final[Mapping[Ending, tuple[str, str, str]]] = {
    Ending.ANSWERED: ("answered", "·", "The call goes on as if nothing had been."),
    Ending.PARTLY: (
        "answered in part",
        "p",
        "The platform did some of it and says which; the rest is told as failed.",
    ),
    Ending.RETRY: (
        "tried again",
        "r",
        "Nothing happened. A read has been sent four times by then; later runs try again.",
    ),
    Ending.SLOWER: (
        "slowed down",
        "s",
        "The platform wants a pause. Everybody who uses this limit rests, then goes on.",
    ),
    Ending.RECONNECT: (
        "to be reconnected",
        "c",
        "The consent is gone. The connection waits for `adloom connections reconnect`.",
    ),
    Ending.NOT_COVERED: (
        "not covered",
        "n",
        "The consent is good, but not for this account or operation.",
    ),
    Ending.REJECTED: ("refused", "x", "It would be refused again; this item is set aside."),
    Ending.UNUSABLE: (
        "unreadable",
        "u",
        "An answer came and cannot be trusted; nothing of it is used, this item is set aside.",
    ),
    Ending.UNKNOWN: (
        "in doubt",
        "?",
        "It may have happened. adloom looks before it repeats; where nobody can look, it asks you.",
    ),
}
PARTS: Final = {
    "answer": "Another answer than the right one",
    "bytes": "Damaged bytes",
    "wire": "A broken connection",
    "data": "Odd data",
    "world": "Accounts and consents that change meanwhile",
}

#: Endings by the name of the call, and the moments at which they are these.
Row = tuple[Fault, str, Mapping[str, Ending]]


def page() -> str:
    """The page as Markdown."""
    parts = [
        INTRODUCTION,
        "## How a call can end\n",
        _table(
            ("ending", "error", "what comes next"),
            [(name, _error(one), text) for one, (name, _, text) in ENDINGS.items()],
        ),
        "## The calls\n",
        _table(
            ("", "call", "what it is", "kind"),
            [
                (str(number), call.name, call.meaning, "change" if call.changes else "read")
                for number, call in enumerate(CALLS, 1)
            ],
        ),
        "## What happens when\n",
        "`before` means that the fault strikes before the platform does what it was asked, `after`",
        "that it has done it. The last column names the calls that end otherwise.\n",
        *(_section(part, title) for part, title in PARTS.items()),
        "## Why some calls end otherwise\n",
        *(f"- {twist.reason}" for twist in TWISTS),
        "- Renewing a token ends nothing in doubt: nothing was done with the connection yet.",
        "",
        "## Every cell\n",
        "The columns are the numbers of the calls. "
        + ", ".join(f"`{mark}` {name}" for name, mark, _ in ENDINGS.values())
        + "; a blank means that the fault cannot strike there.\n",
        _grid(),
    ]
    return "\n".join(parts)


def _error(ending: Ending) -> str:
    return f"`{ending}`" if ending.endswith("Error") else ""


def _rows(part: str) -> list[Row]:
    """The faults of a part; those that end alike whenever they strike are one row."""
    found: dict[str, dict[str, Row]] = {}
    for fault in faults():
        if fault.part == part:
            ends = {call.name: expected(call, fault).ending for call in _struck(fault)}
            found.setdefault(fault.name, {})[fault.when] = (fault, fault.when, ends)
    return [row for moments in found.values() for row in _merged(list(moments.values()))]


def _merged(moments: list[Row]) -> list[Row]:
    first = moments[0]
    alike = len(moments) == 2 and moments[0][2] == moments[1][2]
    return [(first[0], "before, after", first[2])] if alike else moments


def _struck(fault: Fault) -> list[Call]:
    return [call for call in CALLS if strikes(fault, call)]


def _section(part: str, title: str) -> str:
    rows = [
        (f"`{fault.name}` {KINDS[fault.kind].meaning}", when, *_summary(ends))
        for fault, when, ends in _rows(part)
    ]
    header = ("what goes wrong", "strikes", "a read", "a change", "but")
    return f"### {title}\n\n{_table(header, rows)}"


def _summary(ends: Mapping[str, Ending]) -> tuple[str, str, str]:
    """What most reads and most changes come to, and which calls do not."""
    usual: dict[bool, Ending] = {}
    for changes in (False, True):
        kinds = [ends[call.name] for call in CALLS if call.name in ends and call.changes == changes]
        if kinds:
            usual[changes] = Counter(kinds).most_common(1)[0][0]
    others: dict[Ending, list[str]] = {}
    for call in CALLS:
        if call.name in ends and ends[call.name] is not usual[call.changes]:
            others.setdefault(ends[call.name], []).append(call.name)
    told = [f"{', '.join(names)}: {ENDINGS[one][0]}" for one, names in others.items()]
    return _name(usual.get(False)), _name(usual.get(True)), "; ".join(told)


def _name(ending: Ending | None) -> str:
    return "" if ending is None else ENDINGS[ending][0]


def _grid() -> str:
    header = ("fault", "strikes", *(str(number) for number, _ in enumerate(CALLS, 1)))
    rows = [
        (f"`{fault.name}`", when, *(_mark(ends.get(call.name)) for call in CALLS))
        for part in PARTS
        for fault, when, ends in _rows(part)
    ]
    return _table(header, rows)


def _mark(ending: Ending | None) -> str:
    return "" if ending is None else ENDINGS[ending][1]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
