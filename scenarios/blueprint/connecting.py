"""Finds out which connection a step needs, and what it is called here.

A blueprint never carries connections along (platforms.md §1.9): it has their numbers, at best with
what the editor showed for them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import UsageError
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.report import Report, Verdict, What
from scenarios.blueprint.wording import line

__all__ = ["Connections", "is_connection"]

_KEY: Final = re.compile(
    r"__imt(?:conn|key)__|\w*connection(?:id)?|\w*keychain|oauthaccount|hook|datastore|agent|"
    r"bodydatastructure",
    re.IGNORECASE,
)
_PREFIX: Final = "choose-"


def is_connection(name: str) -> bool:
    """Whether a parameter names a connection, key, webhook or store, which no file carries."""
    return bool(_KEY.fullmatch(name)) or name.startswith("__IMT")


@dataclass
class Connections:
    """The connections of one blueprint.

    Args:
        given: Our names by Make's: the number, what the editor showed, or the app.
        report: Is told of each.
    """

    given: Mapping[str, str]
    report: Report
    _open: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)
    _known: set[str] = field(default_factory=set)

    def name_for(self, node: Node, provider: str, *, host: str = "", hint: str = "") -> str:
        """What a step's connection is called here; a name to be replaced if nobody said.

        Args:
            node: Whose connection.
            provider: The kind of connection our module needs.
            host: Where it leads, for a web API.
            hint: What else to know when it is made.
        """
        number, label = _of(node)
        names = [one for one in (host, number, label, node.app) if one]
        self._known.update(names)
        key = (provider, host or number or node.app)
        found = next((one for one in names if one in self.given), None)
        if found is not None:
            self._used.add(found)
            chosen, verdict = self.given[found], Verdict.TRANSLATED
            said = f"is {chosen} here; it has to be of the kind {provider}"
        else:
            chosen, verdict = (
                self._open.setdefault(key, self._placeholder(provider, host)),
                Verdict.WARNED,
            )
            also = f"; {hint}" if hint else ""
            said = f"put the name of a connection of the kind {provider} in place of {chosen}{also}"
        if key not in self._told:
            self._told.add(key)
            shown = (node.app, host or number, f"“{label}”" if label else "")
            self.report.other(What.CONNECTION, " ".join(filter(None, shown)), verdict, said)
        return chosen

    def _placeholder(self, provider: str, host: str) -> str:
        """A name nobody has used yet."""
        stem = f"{_PREFIX}{provider}" + (f"-{_word(host)}" if host else "")
        taken = set(self._open.values())
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        return next(one for one in (stem, *numbered) if one not in taken)

    def is_open(self, name: str) -> bool:
        """Whether a person has to put a name in its place."""
        return name in self._open.values()

    def refuse_unused(self) -> None:
        """Refuse names that were given for connections there are none of.

        Raises:
            UsageError: It has no connection of this name.
        """
        for name in self.given:
            if name not in self._used:
                known = ", ".join(sorted(map(line, self._known))) or "none"
                raise UsageError(
                    f"This blueprint has no connection {name!r}.", hint=f"It has: {known}."
                )


def _of(node: Node) -> tuple[str, str]:
    """The number of a node's connection, and what the editor showed for it."""
    for name, value in node.parameters.items():
        # A webhook or a data store is none.
        if is_connection(name) and name not in ("hook", "datastore") and _is_number(value):
            return str(value), node.labels.get(name, "")
    return "", next(iter(_labels(node)), "")


def _labels(node: Node) -> Iterable[str]:
    return (label for name, label in node.labels.items() if name.startswith("__IMTCONN"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and str(value).isdigit()


def _word(host: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:60]
