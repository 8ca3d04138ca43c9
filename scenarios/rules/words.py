"""The words rules are written in: levels, windows, comparisons, actions; nothing here decides."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "FACTS",
    "ActionKind",
    "Calculation",
    "FrequencyKind",
    "How",
    "Level",
    "LevelFacts",
    "Match",
    "NotifyWhen",
    "Raising",
    "Unit",
    "Which",
    "Window",
    "plain_word",
]


class Level(StrEnum):
    """What a rule looks at, one by one."""

    CAMPAIGN = "campaign"
    AD_GROUP = "ad group"
    AD = "ad"


class Which(StrEnum):
    """Which objects of a level: those whose own switch is on, those where it is off, or some."""

    ACTIVE = "all active"
    INACTIVE = "all inactive"
    SELECTED = "selected"


class Window(StrEnum):
    """The time a figure is about, where the account is.

    Days are whole days; the past ones end yesterday, and the last hour is the last full one.
    """

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_HOUR = "last hour"
    PAST_3_DAYS = "past 3 days"
    PAST_5_DAYS = "past 5 days"
    PAST_7_DAYS = "past 7 days"
    LIFETIME = "lifetime"

    @property
    def word(self) -> str:
        """As part of a name: `past_3_days`."""
        return self.value.replace(" ", "_")


class Calculation(StrEnum):
    """Whether a figure is that of each object, or of all objects of the rule together."""

    EACH = "each"
    ALL = "all"


class Match(StrEnum):
    """How a value is compared."""

    ABOVE = ">"
    BELOW = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    BETWEEN = "between"
    CONTAINS = "contains"
    NOT_CONTAINS = "does not contain"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    EQUALS = "equals"
    ONE_OF = "one of"


class ActionKind(StrEnum):
    """What a rule does; a `budget` is whichever the object has."""

    TURN_ON = "turn on"
    TURN_OFF = "turn off"
    MESSAGE = "message"
    DAILY_BUDGET = "daily budget"
    LIFETIME_BUDGET = "lifetime budget"
    BUDGET = "budget"
    BID = "bid"

    @property
    def is_amount(self) -> bool:
        """Whether it moves an amount."""
        return self in (self.DAILY_BUDGET, self.LIFETIME_BUDGET, self.BUDGET, self.BID)

    @property
    def is_budget(self) -> bool:
        """Whether it moves a budget."""
        return self.is_amount and self is not ActionKind.BID


class How(StrEnum):
    """Which way an amount is moved."""

    INCREASE = "increase"
    DECREASE = "decrease"
    SET = "set"


class FrequencyKind(StrEnum):
    """How often an action may be done to one object."""

    ONCE = "once"
    ONCE_IN_24_HOURS = "once in 24 hours"
    ONCE_IN_48_HOURS = "once in 48 hours"
    ONCE_A_WEEK = "once a week"
    CUSTOM = "custom"


class Unit(StrEnum):
    """What the time of a custom frequency is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class NotifyWhen(StrEnum):
    """When somebody is told."""

    ANY_CHANGE = "any change"
    EVERY_RUN = "every run"
    NEVER = "never"


class Raising(StrEnum):
    """What becomes of actions that may raise spending."""

    HOLD = "hold"
    ALLOW = "allow"


@dataclass(frozen=True)
class LevelFacts:
    """What a level is called elsewhere.

    Args:
        plural: In sentences, and as the id of the step that lists them.
        data_level: The level of reports (business_api.md §5.1).
        key: The column of its id.
        name: The column of its name.
        listing: The module that lists them.
        ids: The parameter of a listing that names some.
        status: The module that switches them.
        budget: The module that changes their budgets; None where they have none.
    """

    plural: str
    data_level: str
    key: str
    name: str
    listing: str
    ids: str
    status: str
    budget: str | None


FACTS: Final = {
    Level.CAMPAIGN: LevelFacts(
        "campaigns", "AUCTION_CAMPAIGN", "campaign_id", "campaign_name", "list_campaigns",
        "campaign_ids", "update_campaign_status", "update_campaign_budget",
    ),
    Level.AD_GROUP: LevelFacts(
        "ad groups", "AUCTION_ADGROUP", "adgroup_id", "adgroup_name", "list_ad_groups",
        "adgroup_ids", "update_ad_group_status", "update_ad_group_budget",
    ),
    Level.AD: LevelFacts(
        "ads", "AUCTION_AD", "ad_id", "ad_name", "search_ads", "ad_ids", "update_ad_status", None,
    ),
}  # fmt: skip


def plain_word(text: str) -> str:
    """A word or two the way these are written: small, with single blanks."""
    return " ".join(text.replace("_", " ").replace("-", " ").lower().split())
