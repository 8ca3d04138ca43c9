"""One evaluation: what it may read, what it may still spend, and its chance values."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sized
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from adloom.mapping.bounds import MOST_WORK
from adloom.mapping.misfit import MisfitError
from adloom.mapping.moment import Moment, zone_named

__all__ = ["Evaluate", "Evaluation"]

CHARACTERS_A_UNIT = 10


class Evaluation:
    """One walk through a compiled value.

    Args:
        scope: The bundles of the steps before, by step id.
        moment: The present and the rest of what is injected.
    """

    __slots__ = ("_moment", "drawn", "left", "scope")

    def __init__(self, scope: Mapping[str, Any], moment: Moment | None) -> None:
        self.scope = scope
        self.left = MOST_WORK
        self.drawn = 0
        self._moment = moment

    @property
    def moment(self) -> Moment:
        """What is injected.

        Raises:
            MisfitError: Nothing is.
        """
        if self._moment is None:
            raise MisfitError("The present moment is not known here.")
        return self._moment

    @property
    def now(self) -> datetime:
        """The present, in UTC."""
        return self.moment.now.astimezone(UTC)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone dates are written in."""
        return zone_named(self._moment.timezone if self._moment else "UTC")

    def spend(self, units: int) -> None:
        """Do some work.

        Raises:
            MisfitError: It is more than one evaluation may do.
        """
        self.left -= units
        if self.left < 0:
            raise MisfitError("This is too much work for one mapping.", "Give it less data.")

    def spend_on(self, value: Sized) -> None:
        """Do the work of going through a text or a list once."""
        size = len(value)
        self.spend(size // CHARACTERS_A_UNIT if isinstance(value, str | bytes) else size)

    def draw(self) -> bytes:
        """The next 32 chance bytes; the same ones in the same place of a replay."""
        self.drawn += 1
        return hashlib.sha256(f"{self.moment.seed}\n{self.drawn}".encode(errors="replace")).digest()

    def draw_below(self, limit: int) -> int:
        """A chance whole number from 0 to below a limit."""
        return int.from_bytes(self.draw()[:16]) % limit

    def draw_uuid(self) -> str:
        """A chance UUID, version 4."""
        return str(uuid.UUID(bytes=self.draw()[:16], version=4))


#: A compiled part of a value.
Evaluate = Callable[[Evaluation], Any]
