"""Finding the bad events of a batch that was refused, with few requests.

TikTok refuses a whole batch for one bad event. What it says is used: its report of single events,
or the place that its message names. Where it says nothing that helps, the batch is halved again and
again. What it says is not trusted blindly, since whether it counts from 0 or from 1 is unknown
(open_platform_and_events.md §V): an event is given up only once it was refused alone, once a
request was refused with it and taken without it, or once a report of it was made twice.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = ["MOST_REQUESTS", "Fate", "Refused", "Reply", "Reported", "Taken", "Verdict", "isolate"]

#: One bad event among 1,000 takes 21 requests at most. Where so many have not found them all, the
#: rest waits for another time, so that a batch full of bad events does not cost twice its size.
MOST_REQUESTS: Final = 64
#: By how much the place that is named may be off: the first event may be called 0 or 1.
SHIFTS: Final = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class Taken:
    """TikTok took all of it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """TikTok took nothing of it.

    Args:
        reason: What it said.
        place: Which event of the request it named; None if none.
    """

    reason: str
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """TikTok took all but some.

    Args:
        reason: What it said of the request.
        failed: Why, by their places in the request; empty if nobody can tell which.
    """

    reason: str
    failed: Mapping[int, str]


Reply = Taken | Refused | Reported
Requests = Generator[Sequence[int], Reply, None]


class Verdict(StrEnum):
    """What became of an event.

    Args:
        SENT: TikTok has it.
        REFUSED: It was refused.
        REPORTED: A report named it; whether it is bad for ever depends on what it said.
    """

    SENT = "sent"
    REFUSED = "refused"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an event, and why."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Events to settle.

    Args:
        places: Theirs, in order.
        other: The other half of a group that was refused: if that is taken, these will not be.
        named: Whether TikTok named them.
    """

    places: Sequence[int]
    other: Sequence[int] = ()
    named: bool = False


@dataclass
class _Search:
    """What is known so far.

    Args:
        groups: What is still to be settled; the last one is next.
        fates: What became of events, by their places.
        trusts: Whether what TikTok names was right so far.
        several: Whether there are several bad events.
    """

    groups: list[_Group]
    fates: dict[int, Fate] = field(default_factory=dict)
    trusts: bool = True
    several: bool = False

    def settle(self, group: _Group) -> Requests:
        """Settle a group, or make smaller ones of it."""
        places = group.places
        if len(places) > 1 and group.other and self._all_sent(group.other):
            self._halve(places)
            return
        match (yield places):
            case Taken():
                self._note(places, Verdict.SENT)
                self.trusts = self.trusts and not group.named
            case Refused(reason) if len(places) == 1:
                self._note(places, Verdict.REFUSED, reason)
            case Reported(reason, failed) if len(places) == 1:
                self._note(places, Verdict.REPORTED, " ".join(failed.values()) or reason)
            case Refused(reason, int(place)) if self.trusts:
                yield from self._without(places, place, reason)
            case Reported(_, failed) if failed and self.trusts:
                yield from self._once_more(places, failed)
            case _:
                self._halve(places)

    def _without(self, places: Sequence[int], place: int, reason: str) -> Requests:
        """Without the event that was named the rest should be taken, if no other is bad."""
        named = [place + shift for shift in SHIFTS if 0 <= place + shift < len(places)]
        for one in named if not self.several else ():
            rest = [*places[:one], *places[one + 1 :]]
            if isinstance((yield rest), Taken):
                self._note(rest, Verdict.SENT)
                self._note([places[one]], Verdict.REFUSED, reason)
                return
        self.several = True
        if not named:
            self._halve(places)
            return
        first = named[0]
        parts = (places[:first], [places[first]], places[first + 1 :])
        groups = [_Group(part, named=len(part) == 1 and part is parts[1]) for part in parts if part]
        self.groups += reversed(groups)

    def _once_more(self, places: Sequence[int], failed: Mapping[int, str]) -> Requests:
        """The events that a report names should fail as well when they are sent by themselves."""
        for shift in SHIFTS:
            named = {place + shift: failed[place] for place in sorted(failed)}
            if not all(0 <= place < len(places) for place in named):
                continue
            reply = yield [places[place] for place in named]
            alone = len(named) == 1 and isinstance(reply, Refused)
            if alone or (isinstance(reply, Reported) and len(reply.failed) == len(named)):
                self._note(places, Verdict.SENT)
                for place, reason in named.items():
                    self._note([places[place]], Verdict.REPORTED, reason)
                return
        self.trusts = False
        self.groups.append(_Group(places))

    def _halve(self, places: Sequence[int]) -> None:
        middle = (len(places) + 1) // 2
        first, second = places[:middle], places[middle:]
        self.groups += [_Group(second, other=first), _Group(first)]

    def _all_sent(self, places: Sequence[int]) -> bool:
        return all(self.fates[place].verdict is Verdict.SENT for place in places)

    def _note(self, places: Sequence[int], verdict: Verdict, reason: str = "") -> None:
        self.fates.update(dict.fromkeys(places, Fate(verdict, reason)))


def isolate(
    count: int, fates: dict[int, Fate], *, most: int = MOST_REQUESTS
) -> Generator[Sequence[int], Reply, None]:
    """Send a batch so that the bad events in it keep none of the others back.

    It yields the places of events to send as one request, always in their order, and is sent what
    TikTok said to it. It may be left at any time: what is not settled then has no fate.

    Args:
        count: How many events the batch has.
        fates: Filled in, by their places, as events are settled.
        most: So many requests at most.
    """
    search = _Search([_Group(range(count))], fates)
    requests = 0
    while search.groups:
        going = search.settle(search.groups.pop())
        reply: Reply | None = None
        while True:
            try:
                wanted = going.send(reply) if reply else next(going)
            except StopIteration:
                break
            if requests == most:
                return
            reply = yield wanted
            requests += 1
