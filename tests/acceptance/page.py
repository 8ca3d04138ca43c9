"""The items as a page to read; `docs/make_acceptance.py` writes it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from tests.acceptance.items import ITEMS, Item, part_of
from tests.seams.checkout import ROOT

__all__ = ["PAGE", "page"]

PAGE: Final = ROOT / "docs" / "events-acceptance.md"
WITHOUT_A_TEST: Final = "(none)"

INTRODUCTION: Final = """\
# What the event sender does, and what proves it

Five documents of products that send events to TikTok, and what their peers do besides, ask for
136 things. Each stands below in our own words with the tests that prove it, or with the reason why
it is left out or covered in part. The table is data (`tests/acceptance/items.toml`); a test looks
for every test that it names, and compares it with this page, which
`.venv/bin/python docs/make_acceptance.py` writes.

## Worth knowing before you send

- **TikTok takes two events for one** where source id, event name and event id are the same. Of a
  pixel and a server, what comes within five minutes is merged: the second fills in what the first
  lacks. What comes later, up to 48 hours, is dropped. Of two servers the second is dropped at once.
- **Give your pixel's event id** to an event that your pixel sends too. Where pixel and server send
  different events, they need no common id.
- **An event without an id gets one here** that is the same each time: from the order id of a sale,
  from what the event says where it has a time of its own, else from its place in your file. So the
  same file, or the same request, may be sent again.
- **Optimising for value** learns from completed payments: `Purchase`, which older texts call
  `CompletePayment`. Send a value and a currency with each of them.
- **Events of your own** can be reported on and make audiences; TikTok does not optimise for them.
- **A test event code** shows events under Test Events and is not for live ones: take it out of the
  connection afterwards. `adloom events verify` tells where one is left.
"""


def page(items: Iterable[Item] = ITEMS) -> str:
    """The page, as `docs/events-acceptance.md` holds it."""
    items = list(items)
    return "\n".join([INTRODUCTION, *_totals(items), *_reasons(items), *_tables(items)]) + "\n"


def _totals(items: list[Item]) -> Iterator[str]:
    counted = Counter(item.state for item in items)
    tests = len({test.partition("[")[0] for item in items for test in item.tests})
    yield "## In short"
    yield ""
    yield "| items | |"
    yield "| --- | ---: |"
    yield f"| covered | {counted['covered']} |"
    yield f"| covered in part | {counted['in part']} |"
    yield f"| left out | {counted['left out']} |"
    yield f"| all, with {tests} tests | {len(items)} |"
    yield ""


def _reasons(items: list[Item]) -> Iterator[str]:
    yield "## What is left out, and why"
    yield ""
    for item in items:
        if item.reason:
            yield f"- **{item.id}** ({item.state}). {item.asks} {item.reason}"
    yield ""


def _tables(items: list[Item]) -> Iterator[str]:
    for part, inside in groupby(items, part_of):
        yield f"## {part}"
        yield ""
        yield "| item | what is asked for | tests |"
        yield "| --- | --- | --- |"
        for item in inside:
            tests = "<br>".join(f"`{test}`" for test in item.tests) or WITHOUT_A_TEST
            mark = "" if item.state == "covered" else f" *({item.state})*"
            yield f"| {item.id} | {item.asks}{mark} | {tests} |"
        yield ""
