"""What an evaluation is told besides the bundles, so that a replay gives the same."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from adloom.mapping.misfit import MisfitError

__all__ = ["Moment", "zone_named"]


@dataclass(frozen=True, slots=True)
class Moment:
    """When, where and in which execution something is evaluated.

    Args:
        now: The recorded present, with its time zone.
        timezone: Where days begin and end, and how dates are written, unless a function is told.
        execution_id: What the variable `executionId` is.
        seed: Decides `random`, `uuid` and `shuffle`: equal seeds give equal values. Give every
            operation a seed of its own, for example its id.
    """

    now: datetime
    timezone: str = "UTC"
    execution_id: str = ""
    seed: str = ""

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("the present needs its time zone")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name, for example `Europe/Prague`.

    Raises:
        MisfitError: There is none of that name.
    """
    try:
        return _zone(name)
    except (LookupError, ValueError, OSError):
        hint = "Zones are named like Europe/Prague, America/New_York or UTC."
        raise MisfitError(f"There is no time zone named {name[:50]!r}.", hint) from None
