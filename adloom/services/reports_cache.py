"""Figures that were fetched a moment ago, kept in memory so that looking twice asks once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from adloom.clock import Clock
from adloom.services.reports_accounts import Account
from adloom.services.reports_fetching import Fetched
from adloom.services.reports_view import View

__all__ = ["FRESH", "ReportCache"]

#: How long figures are shown again without asking.
FRESH: Final = timedelta(minutes=5)
#: Names, currencies and zones change rarely.
FACTS_FRESH: Final = 3600.0
MOST: Final = 40


@dataclass
class ReportCache:
    """What was fetched lately, by what was asked.

    Args:
        clock: The time.
    """

    clock: Clock
    _found: dict[View, tuple[float, Fetched]] = field(default_factory=dict, repr=False)
    _accounts: dict[str, tuple[float, Sequence[Account]]] = field(default_factory=dict, repr=False)

    def find(self, view: View) -> Fetched | None:
        """What was fetched for a look, unless that is too long ago."""
        kept = self._found.get(view.key)
        if kept is None or self.clock.monotonic() - kept[0] > FRESH.total_seconds():
            self._found.pop(view.key, None)
            return None
        return kept[1]

    def keep(self, view: View, fetched: Fetched) -> None:
        """Keep what was fetched; of too many, the oldest go."""
        self._found.pop(view.key, None)
        self._found[view.key] = self.clock.monotonic(), fetched
        while len(self._found) > MOST:
            del self._found[next(iter(self._found))]

    def forget(self, view: View) -> None:
        """Ask anew the next time."""
        self._found.pop(view.key, None)

    def accounts(self, connection: str) -> Sequence[Account]:
        """The accounts of a connection, if they were asked for lately."""
        kept = self._accounts.get(connection)
        if kept is None or self.clock.monotonic() - kept[0] > FACTS_FRESH:
            return ()
        return kept[1]

    def keep_accounts(self, connection: str, accounts: Sequence[Account]) -> None:
        """Keep what the accounts of a connection are like."""
        self._accounts[connection] = self.clock.monotonic(), accounts
