"""What a simulator remembers for its reports."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from adloom.simulator.reports.asked import Asked
from adloom.simulator.reports.deliveries import Deliveries
from adloom.simulator.reports.plans import Plan
from adloom.simulator.reports.rows import Sheet
from adloom.simulator.reports.sources import Source
from adloom.simulator.reports.tasks import Tasks
from adloom.simulator.world import World

__all__ = ["Reports"]

#: Plans of more objects than this, or with more rows to put in order, are kept for a while, a few
#: at a time; small ones are made anew.
MANY: Final = 2_000
LARGE: Final = 20_000
KEPT_FOR: Final = 180
KEPT: Final = 4
ALL: Final = 1 << 62

Key = tuple[Asked, tuple[tuple[int, ...], ...]]


class Reports:
    """What the ads of a simulator delivered, and the reports about it.

    Args:
        world: Its accounts, as they are at the start.
        real: Real seconds, by which asynchronous reports get ready.
        delay: How many of them that takes.
        most_ids: How many objects a synchronous report covers at most, the newest ones.
    """

    def __init__(self, world: World, real: Callable[[], float], *, delay: float, most_ids: int):
        self.deliveries = {
            advertiser_id: Deliveries(account, world.now)
            for advertiser_id, account in world.accounts.items()
        }
        self.tasks = Tasks(real, delay)
        self._most_ids = most_ids
        self._kept: OrderedDict[Key, tuple[float, Plan]] = OrderedDict()

    def planned(
        self, asked: Asked, advertiser_ids: Sequence[str], now: float
    ) -> tuple[Plan, Sheet]:
        """The rows of a synchronous report, and who builds them.

        Args:
            asked: The report.
            advertiser_ids: The accounts that it covers.
            now: Simulated UNIX seconds.
        """
        sources = self._sources(asked, advertiser_ids, now)
        # The order of a large report stays while somebody pages through it, unless it covers
        # other objects or they deliver otherwise; what its rows show is always of now.
        covered = tuple((source.deliveries.version, *source.rows) for source in sources)
        key = replace(asked, metrics=()), covered
        made_at, plan = self._kept.get(key, (now, None))
        if plan is None or now - made_at >= KEPT_FOR:
            plan = Plan(asked, sources, self._most_ids)
            self._keep(key, now, plan)
        return plan, Sheet(plan, asked, sources)

    def _keep(self, key: Key, now: float, plan: Plan) -> None:
        self._kept.pop(key, None)
        if len(plan.entities) > MANY or (plan.is_sorted and plan.total > LARGE):
            self._kept[key] = (now, plan)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def complete(
        self, asked: Asked, advertiser_ids: Sequence[str], now: float
    ) -> tuple[Plan, Sheet]:
        """The rows of an asynchronous report, however many objects it covers."""
        sources = self._sources(asked, advertiser_ids, now)
        plan = Plan(asked, sources, ALL)
        return plan, Sheet(plan, asked, sources)

    def _sources(self, asked: Asked, advertiser_ids: Sequence[str], now: float) -> list[Source]:
        return [Source(self.deliveries[known], asked, now) for known in advertiser_ids]
