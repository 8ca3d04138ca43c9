"""Scenario texts as people might lay them out, with comments in every place."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

__all__ = ["Layout", "comments_of", "layouts"]

TITLES = ["Plain", '"# no comment"', "'it''s: odd'", '"🎬 ﷽ {{ads.ad_id}}"', '"a, b"', "yes"]
#: What may stand behind a key; `~` is that key's indentation.
VALUES = [
    "5",
    "[1, 2]   # a list",
    "{a: 1, b: [x, y]}",
    '"{{ads.ad_name}}" # mapped',
    "\n~  deep: 1\n~  # in the middle\n~  deeper:\n~    - 1\n~    - {x: 2}",
    "|\n~  # text, no comment\n~\n~    more text",
    "|-\n~  text\n~   - indented",
    ">\n~  folded\n~  text\n",
    '"a text\n~  of two lines"',
]
#: A comment that no value looks like.
COMMENT = re.compile(r"# c[0-9]+\b")


@dataclass(frozen=True)
class Layout:
    """A text, and how many steps its list and the routes in it have.

    Args:
        text: The scenario.
        steps: How many steps there are at the top.
    """

    text: str
    steps: int


def comments_of(text: str) -> list[str]:
    """Every comment that was put in, sorted."""
    return sorted(COMMENT.findall(text))


class _Writer:
    """Writes steps with everything around them drawn by chance."""

    def __init__(self, draw: st.DrawFn):
        self._draw = draw
        self._comments = 0
        self._ids = 0

    def comment(self) -> str:
        self._comments += 1
        return f"# c{self._comments}"

    def gap(self, indent: int) -> str:
        """Blank lines and comments between things."""
        parts = []
        for kind in self._draw(
            st.lists(st.sampled_from(["blank", "at", "deep", "left"]), max_size=3)
        ):
            if kind == "blank":
                parts.append("\n")
            else:
                column = {"at": indent, "deep": indent + 3, "left": 0}[kind]
                parts.append(" " * column + self.comment() + "\n")
        return "".join(parts)

    def tail(self) -> str:
        return f"  {self.comment()}\n" if self._draw(st.booleans()) else "\n"

    def step(self, indent: int, depth: int) -> str:
        """A step whose dash stands in a column."""
        self._ids += 1
        inner = " " * (indent + 2)
        lines = f"{' ' * indent}- id: s{self._ids}{self.tail()}"
        if self._draw(st.booleans()):
            lines += f"{inner}title: {self._draw(st.sampled_from(TITLES))}{self.tail()}"
        if depth and self._draw(st.booleans()):
            lines += f"{inner}router:{self.tail()}{inner}  routes:\n{inner}    - title: T\n"
            lines += f"{inner}      steps:{self.tail()}{self.steps(indent + 8, depth - 1)[0]}"
        else:
            lines += self.gap(indent + 2).replace("\n\n", "\n")
            value = self._draw(st.sampled_from(VALUES)).replace("~", inner + "    ")
            lines += f"{inner}set:\n{inner}  variables:\n{inner}    one: 1{self.tail()}"
            lines += f"{inner}    two: {value}".rstrip(" ") + "\n"
        return lines

    def steps(self, indent: int, depth: int) -> tuple[str, int]:
        count = self._draw(st.integers(2, 3))
        written = ""
        for _ in range(count):
            written += self.gap(indent) + self.step(indent, depth)
        return written, count


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A scenario that may look like anything people write."""
    writer = _Writer(draw)
    text = writer.gap(0) + f"name: x{writer.tail()}" + writer.gap(0) + f"steps:{writer.tail()}"
    steps, count = writer.steps(draw(st.sampled_from([0, 2, 4])), 1)
    text += steps + writer.gap(0)
    if draw(st.booleans()):
        text += f"description: d{writer.tail()}{writer.gap(0)}"
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return Layout(text.rstrip("\r\n") if draw(st.booleans()) else text, count)
