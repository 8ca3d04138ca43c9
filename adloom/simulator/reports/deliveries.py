"""When the ads of an account delivered, and what was spent out of turn.

Since the simulator started every change is known to the second. What was before is derived from
the state at the start: an ad that delivers then has delivered since it was reviewed; another one
until it, its group or its campaign was last modified, if that is what switched it off.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adloom.simulator.reports.showing import MINUTE, Extra, Run, Showing
from adloom.simulator.world import Account
from adloom.simulator.world.statuses import DELIVERING
from adloom.simulator.world.tables import ENABLE, ID_SHIFT, Review, mix

__all__ = ["Deliveries"]

DAY: Final = 86_400
#: Later than everything, in minutes.
FOREVER: Final = 1 << 40
#: How long the review of an ad took in the past, in seconds.
REVIEW: Final = 900
#: Since when a limited account was limited at the start (assumed).
LIMITED: Final = 45 * DAY


class Deliveries:
    """The past and the present of the ads of one account.

    Args:
        account: Whose.
        start: When the simulator started, in UNIX seconds.
    """

    def __init__(self, account: Account, start: int):
        self.account = account
        self.zone = ZoneInfo(account.facts.timezone)
        #: What was spent out of turn, by ad.
        self.extras: dict[int, list[Extra]] = {}
        self._start = start
        self._old = len(account.ads)
        # Schedules can be changed later; what was before the start stays.
        self._began = account.groups.starts[:]
        self._ahead = _ahead(self.zone, start)
        #: When the ads that do not deliver at the start ceased to.
        self._ceased = {
            ad: self._last_moment(ad)
            for ad, status in enumerate(account.ads.status)
            if status != DELIVERING
        }

    @property
    def version(self) -> int:
        """A number that grows whenever an ad begins or ceases to deliver, or overspends."""
        changes = sum(map(len, self.account.deliveries.values()))
        return changes + sum(map(len, self.extras.values()))

    def _last_moment(self, ad: int) -> int:
        """When an ad ceased to deliver before the start; 0 where it never did."""
        account = self.account
        ads, groups = account.ads, account.groups
        group = ads.group[ad]
        if ads.review[ad] in (Review.WAITING, Review.DENIED):
            return 0
        moments = [groups.ends[group], self._start]
        campaign = groups.campaign[group]
        for table, row in ((ads, ad), (groups, group), (account.campaigns, campaign)):
            if table.switch[row] != ENABLE:
                moments.append(table.modified[row] or self._somewhen(ad))
        if ads.review[ad] == Review.AGAIN:
            moments.append(ads.modified[ad] or self._somewhen(ad))
        if account.is_punished:
            moments.append(self._start - LIMITED)
        return min(moments)

    def _somewhen(self, ad: int) -> int:
        """A moment in the life of an ad that tells none."""
        number = self.account.ads.ids[ad]
        return (number >> ID_SHIFT) + mix(number ^ 0x51) % (30 * DAY)

    def runs(self, ad: int) -> list[Run]:
        """When an ad delivered, one time after the other; the last one may go on for ever."""
        moments: list[int] = []
        if ad < self._old:
            ads = self.account.ads
            reviewed = (ads.ids[ad] >> ID_SHIFT) + REVIEW
            moments.append(max(reviewed, self._began[ads.group[ad]]) // MINUTE)
            if ad in self._ceased:
                moments.append(self._ceased[ad] // MINUTE)
        moments.extend(change // MINUTE for change in self.account.deliveries.get(ad, ()))
        if len(moments) % 2:
            moments.append(FOREVER)
        pairs = zip(moments[::2], moments[1::2], strict=True)
        return [(first, end) for first, end in pairs if first < end]

    def today(self, now: float) -> int:
        """The minute at which the day began."""
        midnight = datetime.fromtimestamp(now, self.zone).replace(hour=0, minute=0, second=0)
        return int(midnight.timestamp()) // MINUTE

    def showing(self, ad: int) -> Showing:
        """One ad with its stream."""
        ads = self.account.ads
        return Showing(
            ads.ids[ad],
            group_kind=ads.group_kind[ad],
            rate=self.account.spends(ad),
            ahead=self._ahead,
            runs=self.runs(ad),
            extras=self.extras.get(ad, ()),
        )


def _ahead(zone: ZoneInfo, at: int) -> int:
    """Minutes by which the clocks of a zone are ahead, without summer time."""
    moment = datetime.fromtimestamp(at, zone)
    shift = (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())
    return int(shift.total_seconds()) // MINUTE
