"""Texts with comments in every place, and what must hold after any edit of one."""

import re
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from adloom.services.editing_nodes import step_nodes
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.yaml_nodes import Node
from scenarios.yaml_reading import compose
from tests.scenarios.layouts import Layout, layouts

__all__ = [
    "FEW",
    "FLOW",
    "PAUSE",
    "PLAIN",
    "at",
    "bare",
    "changed",
    "comments",
    "data_of",
    "linked",
    "paths_of",
    "root_of",
    "same_but",
]

#: Each example is read many times, slowly.
FEW = settings(max_examples=max(12, settings.default.max_examples // 5) if settings.default else 12)

PLAIN = """\
# About all of it.
name: x   # its name
schedule: {every: 30 minutes}

steps:
  # The first,
  # and what there is to know of it.
  - id: ads
    title: Look for ads   # what people see
    module: search_ads
    connection: acme   # the account
    params:
      advertiser-id: 7100000000000000001   # not in quotes
      # How many.
      limit: 0   # all
      ad_ids:
        - "1"   # one
        - "2"

  - id: tell
    module: notify
    when: "{{ads.ad_name}}"
    params: {text: "{{ads.ad_name}}", title: T}   # short
# The end.
"""

PAUSE = """\
name: x
steps:
  # Where it begins.
  - id: ads
    module: search_ads
    connection: acme
    params: {advertiser_id: "7100000000000000001"}

  # Which way.
  - id: way
    router:
      routes:
        # The first one.
        - title: Yes
          when: "{{ads.ad_name != 'ads.ad_name'}}"
          steps:
            # Keep it.
            - id: keep
              set: {variables: {name: "{{ads.ad_name}}", odd: "{{`ads`}}"}}
            - id: tell
              module: notify
              params:
                title: ads   # no mapping
                text: >-
                  {{keep.name}} of
                  {{ads.ad_id}} and ads
        - title: No
          steps:
            - id: other
              set: {variables: {}}
      fallback:
        - id: rest
          set: {variables: {a: "{{ads.ad_id}}"}}
"""

FLOW = """\
name: x   # c1
steps: [   # c2
  {id: a, sleep: 5 seconds},   # c3
  # c4
  {id: b, router: {routes: [   # c5
    {title: R, steps: [{id: c, set: {variables: {x: "a # no"}}}]}
  ]}}   # c6
]   # c7
# c8
"""

_COMMENT = re.compile(r"# c[0-9]+\b")


def root_of(text: str) -> Node:
    node = compose(text if text.endswith("\n") else text + "\n", Problems())
    assert node is not None
    return node


def data_of(text: str) -> Any:
    return root_of(text).plain()


def at(data: Any, path: FieldPath) -> Any:
    for part in path:
        data = data[part]
    return data


def comments(text: str) -> list[str]:
    """Every comment of a drawn layout, sorted."""
    return sorted(_COMMENT.findall(text))


def paths_of(text: str) -> list[FieldPath]:
    """The path of every step, those of routes included."""
    return [path for path, _ in step_nodes(root_of(text))]


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def bare(text: str) -> list[str]:
    """Its lines without their indentation: a comment left of its step cannot go further left."""
    return [line.strip() for line in text.rstrip("\r\n").split("\n")]


def same_but(text: str, other: str) -> bool:
    """Whether two texts are the same, but for a line end at the very end."""
    return text.rstrip("\r\n") == other.rstrip("\r\n")


@st.composite
def linked(draw: st.DrawFn) -> Layout:
    """A drawn layout in which steps read each other, in every kind of quotes."""
    layout: Layout = draw(layouts())
    ids = re.findall(r"- id: (s[0-9]+)", layout.text)
    name = st.sampled_from(ids)

    def mapped(_: re.Match[str]) -> str:
        one, other = draw(name), draw(name)
        quotes = draw(st.sampled_from(QUOTED))
        return f"one: {quotes(one, other)}"

    return Layout(re.sub(r"one: 1", mapped, layout.text), layout.steps)


QUOTED: tuple[Callable[[str, str], str], ...] = (
    lambda one, other: f'"{{{{{one}.x + {other}.{one}}}}}"',
    lambda one, other: f"'{{{{if({one}.x; \"{other}.y\"; `{other}`)}}}} {one}'",
    lambda one, other: f'"{one} \\"{{{{{other}.a}}}}\\""',
    lambda one, other: f"text {{{{{one}.a}}}}{other}{{{{{other}.{other}}}}}",
    lambda one, _: f'"\\n{{{{{one}.a}}}}\\x41"',
)
