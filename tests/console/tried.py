"""What the editor tells of a trial or a run, read as somebody would."""

import re

from tests.console.conftest import Console
from tests.console.editing import Editing

__all__ = ["counts", "plain", "sent", "shown_bundles"]


def sent(console: Console) -> int:
    """How many changes the platform has seen."""
    return sum(console.practice.simulator.effects.changes.values())


def plain(text: str) -> str:
    """A fragment as one reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def counts(text: str) -> dict[str, list[str]]:
    """What the table says of every step: in, out, and what stayed."""
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", text, re.DOTALL)
    found: dict[str, list[str]] = {}
    for row in rows:
        step = re.search(r'mono small muted">([^<]+)<', row)
        cells = [plain(one) for one in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        if step is not None:
            found[step[1]] = cells[:3]
    return found


async def shown_bundles(editor: Editing, run: str, place: str, **query: str) -> str:
    """The bundles of a step, as a page with an outcome leads to them."""
    job = re.search(r"bundles\?(job|execution)=([\w%-]+)", run)
    assert job is not None, run
    where = {job[1]: job[2], "place": place, **query}
    return await editor.console.get(f"{editor.base}/bundles", **where)
