"""What can be counted: events of the streams, and what they mean for ads of each kind."""

from collections.abc import Mapping, Sequence
from typing import Final

from adloom.simulator.reports.streams import LENGTH, Places, before, split, worth
from adloom.simulator.world.kinds import GROUP_KINDS, GroupKind

__all__ = ["EVENT_OF", "Figures", "Part"]

#: What an ad is for, and which event is its result; conversions for all others.
RESULTS: Final[Mapping[str, str]] = {
    "CLICK": "clicks",
    "ENGAGED_VIEW": "video_watched_6s",
    "FOLLOWERS": "follows",
    "REACH": "reach",
    "SHOW": "impressions",
}
#: What a conversion is called, by what is promoted, optimised for, or both.
EVENT_OF: Final[Mapping[str, str]] = {
    "ACTIVE_PAY": "purchase",
    "FORM": "form",
    "INSTALL": "app_install",
    "LEAD_GENERATION": "onsite_form",
    "PURCHASES": "onsite_shopping",
    "SHOPPING": "complete_payment",
}
VALUE: Final = " value"
NOTHING: Final[Places] = ()
NEVER: Final[Places] = bytes(LENGTH + 1)

#: The event, where it happens, and what each one counts. Where is told by the places, if figures
#: are split; otherwise by how often it happened before each place, None being every impression.
Part = tuple[str, Places | None, int]


class Figures:
    """The figures of a query, in their order.

    Args:
        names: An event, `result`, the name of a conversion, or that name and ` value`.
        dimensions: What they are split by.
    """

    def __init__(self, names: Sequence[str], dimensions: tuple[str, ...] = ()):
        self.names = tuple(names)
        self.dimensions = dimensions
        self._known: dict[tuple[int, int, int], list[Part]] = {}

    def parts(self, stream: int, group_kind: int, value: int = 0) -> list[Part]:
        """How to count the figures of an ad.

        Args:
            stream: The ad's.
            group_kind: The kind of its group.
            value: The number of a value, if they are split.
        """
        key = stream, group_kind, value
        if key not in self._known:
            kind = GROUP_KINDS[group_kind]
            self._known[key] = [self._part(name, stream, kind, value) for name in self.names]
        return self._known[key]

    def _part(self, name: str, stream: int, kind: GroupKind, value: int) -> Part:
        event, counts, happens = _meaning(name, stream, kind)
        if not happens:
            return event, NOTHING if self.dimensions else NEVER, counts
        if self.dimensions:
            return event, split(stream, event, self.dimensions)[value], counts
        return event, None if event == "impressions" else before(stream, event), counts


def _meaning(name: str, stream: int, kind: GroupKind) -> tuple[str, int, bool]:
    """The event behind a figure, what each one counts, and whether ads of the kind have it."""
    if name == "result":
        return RESULTS.get(kind.optimization_goal, "conversion"), 1, True
    if name == "conversion":
        return name, 1, kind.optimization_goal not in RESULTS
    called = EVENT_OF.get(kind.optimization_event or kind.optimization_goal)
    if (conversion := name.removesuffix(VALUE)) in EVENT_OF.values():
        counts = 1 if conversion == name else worth(stream)
        return ("conversion", counts, True) if called == conversion else ("", 0, False)
    return name, 1, True
