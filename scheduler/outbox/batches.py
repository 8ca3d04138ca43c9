"""What becomes of a batch: checked right before it goes out, sent, and its events told apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from scheduler.outbox.isolating import Fate, Verdict
from scheduler.outbox.lane_rows import Again, Dead, Settled
from scheduler.outbox.pace import OutboxSettings, Pace
from scheduler.outbox.parcels import Item, Parcel
from scheduler.outbox.requests import Reason, Stop
from scheduler.outbox.verdicts import Nature, nature_of, without
from scheduler.outbox.window import Batch, Load

__all__ = ["Judge", "Sendable"]

SECOND: Final = 1_000
HOUR: Final = 3_600
DAY: Final = 86_400


class _Plain(msgspec.Struct):
    ip: str | None = None
    user_agent: str | None = None


class _User(msgspec.Struct):
    user: _Plain | None = None


USER: Final = msgspec.json.Decoder(_User)


class Sendable(NamedTuple):
    """An event that may go out: its parcel, its place in it, and itself."""

    settled: Settled
    place: int
    item: Item


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what happens to events.

    Args:
        settings: What the user decided.
        pace: How patient we are.
    """

    settings: OutboxSettings
    pace: Pace

    def sort(
        self, batch: Batch, contents: Mapping[Load, Mapping[int, Item]], now: int
    ) -> tuple[list[Settled], list[Sendable]]:
        """Tell what may still be sent from what may not.

        Args:
            batch: The batch.
            contents: The events of each of its loads, by place.
            now: The moment, in milliseconds.

        Returns:
            Everything by parcel, with what cannot be sent settled; and what is to be sent, in its
            order.
        """
        settled: dict[Load, Settled] = {}
        sendable: list[Sendable] = []
        oldest = self._oldest(now)
        for load, pieces in batch.parts:
            one = settled.setdefault(load, Settled(load, {}))
            items = contents[load]
            doubtful = self._in_doubt_too_long(load.parcel, now)
            for piece in pieces:
                item = items[piece.place]
                one.items[piece.place] = (piece.number, item)
                if doubtful:
                    one.dead[piece.place] = Dead(doubtful, counted=False)
                elif item.event_time <= oldest:
                    one.dead[piece.place] = Dead(self._too_old(item, now), counted=False)
                else:
                    sendable.append(Sendable(one, piece.place, item))
        return list(settled.values()), sendable

    def note(
        self, sent: list[Sendable], fates: Mapping[int, Fate], stop: Stop | None, now: int
    ) -> None:
        """Note what became of what was sent.

        Args:
            sent: The events.
            fates: What became of each, by its place among them.
            stop: Why those without a fate have none.
            now: The moment, in milliseconds.
        """
        later: dict[tuple[int, str], Again] = {}
        for number, one in enumerate(sent):
            fate = fates.get(number)
            if fate is not None and fate.verdict is Verdict.SENT:
                one.settled.sent.add(one.place)
                continue
            attempts = one.settled.load.parcel.attempts
            reason = fate.reason if fate else stop.text if stop else ""
            if fate is not None and self._is_final(fate, attempts):
                one.settled.dead[one.place] = Dead(_without_plain(reason, one.item))
                continue
            if fate is not None:
                reason = _without_plain(reason, one.item)
            # Events of a parcel that failed for the same reason stay together.
            key = (attempts, reason)
            if key not in later:
                later[key] = self._again(attempts, reason, None if fate else stop, now)
            one.settled.again.setdefault(later[key], []).append(one.place)

    # --- inside ---------------------------------------------------------------------------------

    def _is_final(self, fate: Fate, attempts: int) -> bool:
        if fate.verdict is Verdict.REFUSED:
            return True
        nature = nature_of(fate.reason)
        tried_enough = attempts + 1 >= self.pace.unclear_attempts
        return nature is Nature.LASTING or (nature is Nature.UNCLEAR and tried_enough)

    def _again(self, attempts: int, reason: str, stop: Stop | None, now: int) -> Again:
        kind = stop.reason if stop else Reason.LATER
        match kind:
            case Reason.PERSON | Reason.HELD:
                return Again(0, reason, counted=False)
            case Reason.TOO_FAST | Reason.BAD:
                pause = (stop.pause if stop else None) or self.pace.first_pause
                return Again(now + int(pause * SECOND), reason, counted=False)
            case Reason.LATER | Reason.UNKNOWN:
                pause = self.pace.pause(attempts, stop.pause if stop else None)
                due_at = now + int(pause * SECOND)
                return Again(due_at, reason, unknown=kind is Reason.UNKNOWN)

    def _in_doubt_too_long(self, parcel: Parcel, now: int) -> str | None:
        since = parcel.first_unknown_at
        if since is None or now - since < self.pace.doubt_hours * HOUR * SECOND:
            return None
        said = f" {parcel.reason}" if parcel.reason else ""
        return (
            "Nobody knows whether TikTok took it, and after two days TikTok would count it once"
            f" more: it is not sent again by itself.{said}"
        )

    def _oldest(self, now: int) -> float:
        """What happened at this moment, in seconds, or before is too old."""
        days = self.settings.oldest_days
        return now / SECOND - days * DAY + self.pace.margin if days else float("-inf")

    def _too_old(self, item: Item, now: int) -> str:
        days = (now / SECOND - item.event_time) / DAY
        most = self.settings.oldest_days
        return f"too old: it happened {days:.1f} days ago, and {most} are the limit."


def _without_plain(reason: str, item: Item) -> str:
    """A reason without the address and the browser of the event's person."""
    try:
        user = USER.decode(item.content).user
    except msgspec.DecodeError:
        return reason
    return without(reason, [user.ip or "", user.user_agent or ""]) if user else reason
