"""A rule as it was written: frozen, every part a word of `scenarios.rules.words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from scenarios.places import FieldPath, Place
from scenarios.rules.metrics import Metric
from scenarios.rules.words import (
    ActionKind,
    Calculation,
    FrequencyKind,
    How,
    Level,
    Match,
    NotifyWhen,
    Raising,
    Unit,
    Which,
    Window,
)

__all__ = [
    "Action",
    "ApplyTo",
    "Check",
    "Condition",
    "Email",
    "Frequency",
    "Rule",
    "Stretch",
]

HOUR: Final = 3600
DAY: Final = 24 * HOUR
_SECONDS: Final = {Unit.MINUTES: 60, Unit.HOURS: HOUR, Unit.DAYS: DAY}
_FIXED: Final = {
    FrequencyKind.ONCE: None,
    FrequencyKind.ONCE_IN_24_HOURS: DAY,
    FrequencyKind.ONCE_IN_48_HOURS: 2 * DAY,
    FrequencyKind.ONCE_A_WEEK: 7 * DAY,
}


@dataclass(frozen=True)
class ApplyTo:
    """Which objects a rule is about.

    Args:
        level: What they are.
        which: All of them whose switch is on or off, or those that are named.
        ids: Their ids; with `under`, the ids of what they belong to.
        under: What the ids are of, if not of the objects: `campaigns`, `ad groups`, or `parents`
            where TikTok does not say which of the two.
    """

    level: Level
    which: Which
    ids: tuple[str, ...] = ()
    under: str | None = None


@dataclass(frozen=True)
class Condition:
    """What has to hold.

    Args:
        metric: What is compared.
        match: How; None where nothing is.
        values: With what: numbers as text, or texts; two for `BETWEEN`.
        over: The time it is about, for figures of reports.
        of: Whether each object is looked at, or all together.
    """

    metric: Metric
    match: Match | None = None
    values: tuple[str, ...] = ()
    over: Window | None = None
    of: Calculation = Calculation.EACH

    @property
    def key(self) -> str:
        """What its figure is called in the scenario: `cost_today`."""
        name = self.metric.name.replace(" ", "_")
        return f"{name}_{self.over.word}" if self.over else name

    @property
    def said(self) -> str:
        """In words: `cost today > 50`."""
        over = f" {self.over}" if self.over else ""
        of = " of all together" if self.of is Calculation.ALL else ""
        return f"{self.metric.name}{over}{of}{self.compared}"

    @property
    def compared(self) -> str:
        """The comparison in words: ` > 50`."""
        if self.match is None:
            return ""
        joiner = " and " if self.match is Match.BETWEEN else ", "
        return f" {self.match} {joiner.join(self.values)}"


@dataclass(frozen=True)
class Frequency:
    """How often an action may be done to one object.

    Args:
        kind: One of TikTok's, or a custom one.
        times: How often.
        amount: In how much time, of a custom one.
        unit: What that is counted in.
    """

    kind: FrequencyKind
    times: int = 1
    amount: int = 0
    unit: Unit = Unit.HOURS

    @property
    def seconds(self) -> int | None:
        """In how much time; None is ever."""
        if self.kind is FrequencyKind.CUSTOM:
            return self.amount * _SECONDS[self.unit]
        return _FIXED[self.kind]

    def __str__(self) -> str:
        if self.kind is not FrequencyKind.CUSTOM:
            return self.kind.value
        unit = self.unit.value if self.amount != 1 else self.unit.value.removesuffix("s")
        return f"{self.times} time{'' if self.times == 1 else 's'} in {self.amount} {unit}"


@dataclass(frozen=True)
class Action:
    """What is done.

    Args:
        kind: What.
        how: Which way an amount goes.
        amount: By how much, or to what.
        is_percent: Whether that is a share of what is there.
        bound: No higher than this for an increase, no lower for a decrease.
        frequency: How often at most, for each object; None is at every check.
        text: Of a message: what it says.
    """

    kind: ActionKind
    how: How | None = None
    amount: Decimal | None = None
    is_percent: bool = False
    bound: Decimal | None = None
    frequency: Frequency | None = None
    text: str | None = None

    @property
    def raises(self) -> bool:
        """Whether it may raise spending; an amount that is set may."""
        return self.kind is ActionKind.TURN_ON or self.how in (How.INCREASE, How.SET)

    @property
    def said(self) -> str:
        """In words: `increase the daily budget by 20 %, at most 100`."""
        if self.how is None:
            return self.kind.value
        by = "to" if self.how is How.SET else "by"
        share = " %" if self.is_percent else ""
        most = "at most" if self.how is How.INCREASE else "at least"
        bound = f", {most} {self.bound}" if self.bound is not None else ""
        return f"{self.how} the {self.kind} {by} {self.amount}{share}{bound}"


@dataclass(frozen=True)
class Stretch:
    """A time in which a rule is checked.

    Args:
        unit: What the numbers are: `DAY`, `WEEK` (1 is Monday, assumed) or `MONTH`.
        numbers: Weekdays, or days of the month; what they are of a `DAY` nobody says.
        start: From this time of the day, `09:00`.
        end: To this one.
    """

    unit: str
    numbers: tuple[int, ...]
    start: str
    end: str


@dataclass(frozen=True)
class Check:
    """When a rule is checked.

    Args:
        every_seconds: The time from one check to the next; None if it is at a time of the day.
        at: The time of the day, or a moment; as it was written.
        during: Only in these stretches; empty is always.
        is_custom: Whether TikTok calls it `CUSTOM` instead of half hours in a time period.
    """

    every_seconds: int | None = HOUR // 2
    at: str | None = None
    during: tuple[Stretch, ...] = ()
    is_custom: bool = False


@dataclass(frozen=True)
class Email:
    """TikTok's own mail about a native rule; adloom carries it there and back, and sends none.

    Args:
        period: `EVERY_TIME` or `TIME_SCHEDULE`.
        times: When, for the latter.
        mute: `MUTE` or `UNMUTE`.
        no_result: Whether it also tells that nothing was found.
    """

    period: str | None = None
    times: tuple[str, ...] | None = None
    mute: str | None = None
    no_result: bool | None = None


@dataclass(frozen=True)
class Rule:
    """A rule.

    Args:
        name: What it is called.
        apply_to: The objects; TikTok allows several groups.
        conditions: All of them have to hold.
        actions: What is done, in this order.
        description: What it is for.
        account: The advertiser account.
        connection: The connection for it.
        check: When it is checked.
        timezone: Where; `account` is the account's own.
        notify: When somebody is told.
        tell: The connection by which.
        email: TikTok's own mail, for export.
        min_spend: Nothing is decided by rates before this much was spent; 0 waives that, and None
            is nothing said.
        raising: What becomes of actions that may raise spending.
        limits: More limits for the scenario, as they are written there.
        native_id: TikTok's id of the rule it was imported from.
        places: Where each value stands in the file.
    """

    name: str
    apply_to: tuple[ApplyTo, ...]
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    description: str = ""
    account: str = ""
    connection: str = ""
    check: Check = field(default_factory=Check)
    timezone: str = "account"
    notify: NotifyWhen = NotifyWhen.ANY_CHANGE
    tell: str | None = None
    email: Email | None = None
    min_spend: Decimal | None = None
    raising: Raising = Raising.HOLD
    limits: Mapping[str, Any] = field(default_factory=dict)
    native_id: str | None = None
    places: Mapping[FieldPath, Place] = field(default_factory=dict, repr=False, compare=False)

    @property
    def level(self) -> Level:
        """What it looks at."""
        return self.apply_to[0].level

    def place_of(self, path: FieldPath) -> Place:
        """Where a value stands in the file, or the nearest thing around it that is there."""
        for length in range(len(path), 0, -1):
            if (place := self.places.get(path[:length])) is not None:
                return place
        return Place()
