"""Hints as a page says them: commands become words, and buttons that lead to the same."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import quote

__all__ = ["for_page", "ways_of"]

#: A name in a command, with or without quotes around it.
NAME: Final = r"[“'\"]?(\w(?:[\w.-]*\w)?)[”'\"]?"
#: What begins a command, and what somebody is told to do in a folder.
BEGINS: Final = re.compile(r"\badloom (?=[a-z])|\b(?=Remove the file STOP\b)")
#: What follows there, how a page says that, a button's label, and where that leads. The first
#: row that fits counts; `{0}` is the first name.
ROWS: Final = tuple(
    (re.compile(pattern.replace("NAME", NAME)), words, label, address)
    for pattern, words, label, address in (
        (
            r"connections reconnect NAME(?: --scopes \S+)?",
            "“Reconnect” on its page",
            "Reconnect {0}",
            "/connections/{0}/reconnect",
        ),
        (
            r"connections add NAME --kind NAME",
            "“Connect” among the connections",
            "Connect",
            "/connections/new/{1}",
        ),
        (
            r"connections add NAME",
            "“Connect” among the connections",
            "Connect",
            "/connections/new",
        ),
        (r"connections (?:show|test) NAME", "its page", "{0}", "/connections/{0}"),
        (r"connections list", "the connections", "Connections", "/connections"),
        (
            r"executions resume --again NAME",
            "“It did not happen” on its page",
            "Execution {0}",
            "/executions/{0}",
        ),
        (
            r"executions resume NAME",
            "“Try again” on its page",
            "Execution {0}",
            "/executions/{0}",
        ),
        (r"executions drop NAME", "“Give up” on its page", "Execution {0}", "/executions/{0}"),
        (r"executions undo NAME", "“Undo” on its page", "Execution {0}", "/executions/{0}"),
        (r"executions replay NAME", "“Replay” on its page", "Execution {0}", "/executions/{0}"),
        (r"executions show NAME", "its page", "Execution {0}", "/executions/{0}"),
        (
            r"executions audit --execution NAME",
            "the audit",
            "The audit",
            "/executions/audit?execution={0}",
        ),
        (r"executions holds", "what is held", "What is held", "/executions?status=held"),
        (
            r"executions list --scenario NAME(?: --open)?",
            "its executions",
            "Its executions",
            "/executions?scenario={0}",
        ),
        (r"executions list", "the executions", "Executions", "/executions"),
        (r"scenarios plans", "the plans", "Plans", "/plans"),
        (
            r"scenarios plan NAME",
            "“See what it would do” on its page",
            "{0}",
            "/scenarios/{0}",
        ),
        (r"scenarios enable NAME", "switch it on again", "{0}", "/scenarios/{0}"),
        (r"scenarios show NAME", "its page", "{0}", "/scenarios/{0}"),
        (r"scenarios (?:list|check)", "the scenarios", "Scenarios", "/scenarios"),
        (r"modules\b", "the modules", "Modules", "/modules"),
        (r"reports list", "the saved reports", "Saved reports", "/reports/saved"),
        (r"events (?:status|retry)(?: --\w+)*", "the events", "Events", "/events"),
        (r"doctor\b", "the doctor", "Doctor", "/doctor"),
        (
            r"Remove the file STOP from the workspace",
            "Let everything go on again in the settings",
            "Settings",
            "/settings#stop",
        ),
    )
)


class _Way(NamedTuple):
    """A command in a text, and what a page has in its place."""

    begin: int
    end: int
    words: str
    label: str
    href: str


def for_page(text: str) -> str:
    """A text without the commands that somebody in front of a page cannot type."""
    said, end = "", 0
    for way in _ways(text):
        said += text[end : way.begin] + way.words
        end = way.end
    return said + text[end:]


def ways_of(text: str) -> list[tuple[str, str]]:
    """Where a page does what the commands in a text do: label and address."""
    return list(dict.fromkeys((way.label, way.href) for way in _ways(text)))


def _ways(text: str) -> Iterator[_Way]:
    for begun in BEGINS.finditer(text):
        for pattern, words, label, address in ROWS:
            if (match := pattern.match(text, begun.end())) is None:
                continue
            names = match.groups()
            href = address.format(*(quote(name, safe="") for name in names))
            yield _Way(begun.start(), match.end(), words, label.format(*names), href)
            break
