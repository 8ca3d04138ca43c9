"""The advertiser accounts and what happens in them."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.simulator.world.account import Account
from adloom.simulator.world.growth import stream
from adloom.simulator.world.history import accounts_at
from adloom.simulator.world.kinds import CampaignKind, GroupKind
from adloom.simulator.world.life import Life
from adloom.simulator.world.making import apply, make_ad, make_campaign, make_group
from adloom.simulator.world.tables import Level

__all__ = ["Account", "World"]

#: Ids of one second follow each other at random distances, from a random start as low as this.
LOW_BITS: Final = 10


@dataclass(frozen=True)
class _Later:
    """A change that reads do not show yet: a switch, new fields, or a whole new row."""

    due: float
    account: Account
    level: Level
    index: int
    at: int
    switch: int | None = None
    values: dict[str, Any] | None = None


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
        self._chance = stream(seed, "made by clients")
        self._later: deque[_Later] = deque()

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts by their advertiser id; the first one is the large one."""
        return self._accounts

    def denials(self) -> Iterator[tuple[str, int, int]]:
        """Ads that were denied since somebody asked last: account, row and moment."""
        while self._life.denials:
            yield self._life.denials.popleft()

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

    # --- switches -------------------------------------------------------------------------------

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
        if due is not None:
            account.table(level).intended[index] = switch
        self._change(_Later(due or 0.0, account, level, index, self.now, switch=switch), due)

    def _change(self, change: _Later, due: float | None) -> None:
        if due is None:
            self._show(change)
        else:
            self._later.append(change)

    def _show(self, change: _Later) -> None:
        account, level, index = change.account, change.level, change.index
        table = account.table(level)
        if change.switch is not None:
            account.set_switch(level, index, change.switch, change.at, self.now)
            if table.intended.get(index) == change.switch:
                del table.intended[index]
        elif change.values is not None:
            apply(account, self._life, level, index, change.values, change.at)
            if table.coming.get(index) is change.values:
                del table.coming[index]
        else:
            table.hidden.discard(index)

    # --- what clients make and change -----------------------------------------------------------

    def add_campaign(
        self,
        account: Account,
        *,
        kind: CampaignKind,
        switch: int,
        values: dict[str, Any],
        due: float | None = None,
    ) -> int:
        """Create a campaign and return its row; see `make_campaign`."""
        row = make_campaign(
            account, self.now, self._bits(), kind=kind, switch=switch, values=values
        )
        self._appear(account, "campaign", row, due)
        return row

    def add_group(
        self,
        account: Account,
        *,
        campaign: int,
        kind: GroupKind,
        span: tuple[int, int],
        switch: int,
        values: dict[str, Any],
        due: float | None = None,
    ) -> int:
        """Create an ad group and return its row; see `make_group`."""
        row = make_group(
            account,
            self.now,
            self._bits(),
            campaign=campaign,
            kind=kind,
            span=span,
            switch=switch,
            values=values,
        )
        self._life.expect_schedule(account, row, self.now)
        self._appear(account, "adgroup", row, due)
        return row

    def add_ad(
        self,
        account: Account,
        *,
        group: int,
        switch: int,
        values: dict[str, Any],
        due: float | None = None,
    ) -> int:
        """Create an ad, have it reviewed after a while, and return its row."""
        row = make_ad(account, self.now, self._bits(), group=group, switch=switch, values=values)
        self._life.expect_review(account, row, self.now)
        self._appear(account, "ad", row, due)
        return row

    def edit(
        self,
        account: Account,
        level: Level,
        index: int,
        values: dict[str, Any],
        *,
        due: float | None = None,
    ) -> None:
        """Change fields of an object, and its `modify_time`; see `apply`."""
        if due is not None:
            coming = account.table(level).coming
            coming[index] = values = coming.get(index, {}) | values
        self._change(_Later(due or 0.0, account, level, index, self.now, values=values), due)

    def plan_budget(self, account: Account, group: int, at: int) -> None:
        """Let the scheduled budget of a group become its budget at a moment."""
        self._life.expect_budget(account, group, at)

    def _bits(self) -> int:
        return self._chance.getrandbits(LOW_BITS)

    def _appear(self, account: Account, level: Level, row: int, due: float | None) -> None:
        """Let a new row show, at once or later."""
        if due is not None:
            account.table(level).hidden.add(row)
            self._later.append(_Later(due, account, level, row, self.now))
