"""The advertiser accounts and what happens in them."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from adloom.simulator.world.account import Account
from adloom.simulator.world.history import accounts_at
from adloom.simulator.world.life import Life
from adloom.simulator.world.tables import Level

__all__ = ["Account", "World"]


@dataclass(frozen=True)
class _Later:
    """A switch that was set but is not visible to reads yet."""

    due: float
    account: Account
    level: Level
    index: int
    switch: int
    at: int


class World:
    """Three advertiser accounts that live on while simulated time passes.

    The same seed and start, with the same calls at the same simulated times, give the same world.

    Args:
        start: When it begins, in UNIX seconds.
        seed: What it is made from.
        ads: How many ads the first account has.
    """

    def __init__(self, *, start: int, seed: int = 1, ads: int = 240):
        self.now = start
        self._accounts = accounts_at(start, seed=seed, ads=ads)
        self._life = Life(self._accounts, seed=seed, start=start)
        self._later: deque[_Later] = deque()

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts by their advertiser id; the first one is the large one."""
        return self._accounts

    def advance(self, now: float, *, real: float = 0.0) -> None:
        """Let time pass.

        Args:
            now: Simulated UNIX seconds; going back changes nothing.
            real: Real seconds, by which late changes become visible.
        """
        if now > self.now:
            self.now = int(now)
            self._life.advance(self.now)
        while self._later and self._later[0].due <= real:
            self._show(self._later.popleft())

    def switch(
        self, account: Account, level: Level, index: int, switch: int, *, due: float | None = None
    ) -> None:
        """Switch an object on, off, or delete it.

        Args:
            account: Where it is.
            level: What it is.
            index: Its row.
            switch: Its new switch.
            due: The real time from which reads show it; None is at once.
        """
        later = _Later(due or 0.0, account, level, index, switch, self.now)
        if due is None:
            self._show(later)
            return
        account.table(level).intended[index] = switch
        self._later.append(later)

    def _show(self, change: _Later) -> None:
        table = change.account.table(change.level)
        change.account.set_switch(change.level, change.index, change.switch, change.at, self.now)
        if table.intended.get(change.index) == change.switch:
            del table.intended[change.index]
