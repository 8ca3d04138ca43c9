"""What is wrong with events, told on stderr: each error with its place, warnings not for ever."""

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import click

from adloom.cli.events_portions import Trouble
from adloom.cli.output import plain
from adloom.json_text import dump
from adloom.services.events_words import count

__all__ = ["Problems"]

#: A warning of one kind is told so often; then it is only counted.
SHOWN: Final = 3
#: Kinds of problems that are told apart; reasons may hold figures of their own.
KINDS: Final = 1_000


class Problems:
    """Tells problems as they come, and counts them.

    Args:
        as_json: Whether to write JSON lines, every problem in full.
        most_errors: How many errors of one kind are told; 0 means all.
    """

    def __init__(self, *, as_json: bool, most_errors: int = 0) -> None:
        self._as_json = as_json
        self._most = {True: most_errors, False: SHOWN}
        self._seen: Counter[tuple[bool, str, str]] = Counter()
        self.place = "line"
        self.errors = 0
        self.warnings = 0

    def tell(self, troubles: Iterable[Trouble]) -> None:
        """Tell what is wrong with some rows."""
        for one in troubles:
            self.errors += one.error
            self.warnings += not one.error
            if self._as_json:
                _write(one, self.place)
            elif self._is_new_enough(one):
                self._say(one)

    def tell_rest(self) -> None:
        """Say how often what was no longer told came again."""
        if self._as_json:
            return
        for (error, field, reason), times in self._seen.items():
            hidden = times - (self._most[error] or times)
            if hidden > 0:
                kind = "error" if error else "warning"
                text = f"{field}: {reason}" if field else reason
                click.secho(f"… and {count(hidden, kind)} more: {plain(text)}", err=True)

    def _is_new_enough(self, one: Trouble) -> bool:
        kind = (one.error, _without_places(one.field), one.reason)
        if kind not in self._seen and len(self._seen) >= KINDS:
            kind = (one.error, "", "of other kinds")
        self._seen[kind] += 1
        most = self._most[one.error]
        return most == 0 or self._seen[kind] <= most

    def _say(self, one: Trouble) -> None:
        digest = f", sha256 {one.sha256[:12]}…" if one.sha256 else ""
        field = f"{one.field}: " if one.field else ""
        click.secho(
            "error:   " if one.error else "warning: ",
            fg="red" if one.error else "yellow",
            nl=False,
            err=True,
        )
        place = f"{self.place} {one.number} (offset {one.offset}{digest})"
        click.echo(plain(f"{place}: {field}{one.reason}"), err=True)


def _without_places(field: str) -> str:
    """A path whose list places are all the same: `contents[3].price` is `contents[].price`."""
    return "".join(letter for letter in field if not letter.isdigit())


def _write(one: Trouble, place: str) -> None:
    told: dict[str, Any] = {
        "severity": "error" if one.error else "warning",
        place: one.number,
        "offset": one.offset,
        "field": one.field,
        "reason": one.reason,
    }
    if one.sha256:
        told["sha256"] = one.sha256
    sys.stderr.buffer.write(dump(told) + b"\n")
    sys.stderr.buffer.flush()
