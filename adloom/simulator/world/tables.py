"""Campaigns, ad groups and ads as columns: a few bytes each, whole records only on demand.

An id holds its second of creation above bit 20, as TikTok's do (business_api.md §7), eighteen
random bits, and the level in the lowest two, so that no two objects ever share one. Rows are kept
in the order of their ids.
"""

from array import array
from bisect import bisect_left, bisect_right
from typing import Any, Final, Literal

__all__ = [
    "DELETE",
    "DISABLE",
    "ENABLE",
    "FROZEN",
    "ID_SHIFT",
    "SWITCHES",
    "Ads",
    "Campaigns",
    "Groups",
    "Level",
    "Review",
    "Table",
    "mix",
    "parse_id",
]

Level = Literal["campaign", "adgroup", "ad"]

ID_SHIFT: Final = 20
RANDOM_BITS: Final = (1 << 18) - 1
#: What an id ends in; 3 is an Upgraded Smart+ ad, named after its first creative.
LEVEL_BITS: Final = {"campaign": 0, "adgroup": 1, "ad": 2}
SMART_AD_BIT: Final = 1
NEXT_ID: Final = 4
LONGEST_ID: Final = 19

ENABLE, DISABLE, DELETE, FROZEN = range(4)
#: `operation_status` by its number.
SWITCHES: Final = ("ENABLE", "DISABLE", "DELETE", "FROZEN")


class Review:
    """Where the review of an ad stands."""

    PASSED, WAITING, AGAIN, DENIED = range(4)


def parse_id(text: str) -> int | None:
    """The number in an id, or None where it cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def mix(number: int) -> int:
    """Thirty-two well-stirred bits of an id, for everything about an object that looks random."""
    return (number * 0x9E3779B97F4A7C15 >> 24) & 0xFFFFFFFF


class Table:
    """What the three levels have in common.

    Args:
        level: Which of them it is.
    """

    def __init__(self, level: Level):
        self.level = level
        self.ids = array("Q")
        self.switch = bytearray()
        self.status = bytearray()
        #: UNIX seconds; 0 where TikTok shows none (Upgraded Smart+).
        self.modified = array("I")
        self.campaign_kind = bytearray()
        #: What somebody changed since, by row and field.
        self.changed: dict[int, dict[str, Any]] = {}
        #: Switches that were set but are not visible yet (read-after-write lag).
        self.intended: dict[int, int] = {}
        #: Fields that were changed but are not visible yet, and rows that are not.
        self.coming: dict[int, dict[str, Any]] = {}
        self.hidden: set[int] = set()
        #: The rows that a client made, and for each how many before it came about by themselves.
        self.made: set[int] = set()
        self._made_after = array("I")

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, text: str) -> int | None:
        """The row of an id, or None."""
        number = parse_id(text)
        return None if number is None else self.position(number)

    def position(self, number: int) -> int | None:
        """The row of an id as a number, or None."""
        place = bisect_left(self.ids, number)
        return place if place < len(self.ids) and self.ids[place] == number else None

    def created(self, index: int) -> int:
        """When it was created, in UNIX seconds."""
        return self.ids[index] >> ID_SHIFT

    def switch_of(self, index: int) -> int:
        """Its switch as it was last set, whether or not reads show that yet."""
        return self.intended.get(index, self.switch[index])

    def value(self, index: int, field: str) -> Any:
        """What a field was last changed to, visible or not; None where it never was."""
        for values in (self.coming.get(index), self.changed.get(index)):
            if values is not None and field in values:
                return values[field]
        return None

    # --- rows that came about by themselves -----------------------------------------------------

    def mark_made(self, index: int) -> None:
        """Remember that a client made the newest row."""
        self.made.add(index)
        self._made_after.append(index - len(self._made_after))

    @property
    def lived(self) -> int:
        """How many rows came about by themselves."""
        return len(self.ids) - len(self._made_after)

    def lived_row(self, ordinal: int) -> int:
        """The row that came about by itself as the n-th, counted from 0."""
        return ordinal + bisect_right(self._made_after, ordinal)

    def _append(self, at: int, bits: int, campaign_kind: int, modified: int, switch: int) -> int:
        number = at << ID_SHIFT | (bits & RANDOM_BITS) << 2 | LEVEL_BITS[self.level]
        if self.ids and number <= self.ids[-1]:
            number = self.ids[-1] + NEXT_ID
        self.ids.append(number)
        self.switch.append(switch)
        self.status.append(0)
        self.modified.append(modified)
        self.campaign_kind.append(campaign_kind)
        return len(self.ids) - 1


class Campaigns(Table):
    """The campaigns of an account, with the rows of their groups."""

    def __init__(self) -> None:
        super().__init__("campaign")
        self.groups: list[list[int]] = []

    def add(self, *, at: int, bits: int, kind: int, modified: int, switch: int) -> int:
        """Append a campaign and return its row."""
        self.groups.append([])
        return self._append(at, bits, kind, modified, switch)


class Groups(Table):
    """The ad groups of an account, with their campaign and the rows of their ads."""

    def __init__(self) -> None:
        super().__init__("adgroup")
        self.campaign = array("I")
        self.group_kind = bytearray()
        self.starts = array("I")
        self.ends = array("I")
        self.ads: list[list[int]] = []

    def add(
        self,
        *,
        at: int,
        bits: int,
        campaign: int,
        campaign_kind: int,
        group_kind: int,
        starts: int,
        ends: int,
        modified: int,
        switch: int,
    ) -> int:
        """Append a group and return its row."""
        self.campaign.append(campaign)
        self.group_kind.append(group_kind)
        self.starts.append(starts)
        self.ends.append(ends)
        self.ads.append([])
        return self._append(at, bits, campaign_kind, modified, switch)


class Ads(Table):
    """The ads of an account, with their group and their review.

    A row is one ad, or one creative of an Upgraded Smart+ ad.
    """

    def __init__(self) -> None:
        super().__init__("ad")
        self.group = array("I")
        self.group_kind = bytearray()
        self.review = bytearray()

    def add(
        self,
        *,
        at: int,
        bits: int,
        group: int,
        campaign_kind: int,
        group_kind: int,
        review: int,
        modified: int,
        switch: int,
    ) -> int:
        """Append an ad and return its row."""
        self.group.append(group)
        self.group_kind.append(group_kind)
        self.review.append(review)
        return self._append(at, bits, campaign_kind, modified, switch)
