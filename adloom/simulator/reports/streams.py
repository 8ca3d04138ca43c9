"""The stream of impressions that an ad shows, and what becomes of each of them.

There are a few streams; each repeats itself after `LENGTH` impressions. Whatever happens to an
impression follows from its place: it costs a cent or nothing, somebody clicks, buys, watches to
the end. To count is to look up how many such places lie before another place.
"""

import random
from array import array
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final

from adloom.simulator.reports.audiences import BREAKDOWNS

__all__ = ["EVENTS", "LENGTH", "STREAMS", "Places", "before", "places", "split", "worth"]

LENGTH: Final = 1 << 14
STREAMS: Final = 16
#: Prices of what is sold, in cents.
PRICES: Final = (1_200, 18_000)
MOODS: Final = 64
MOOD_BITS: Final = 8
SLOTS: Final = 64

Places = Sequence[int]

#: What may happen to an impression: of which other event it is a part, and the share of it that
#: it is, at least and at most. A stream has one share of this range.
EVENTS: Final[Mapping[str, tuple[str, float, float]]] = {
    "spend": ("impressions", 0.25, 0.90),
    "reach": ("impressions", 0.78, 0.94),
    "clicks": ("impressions", 0.006, 0.024),
    "conversion": ("clicks", 0.03, 0.16),
    "video_play_actions": ("impressions", 0.86, 0.97),
    "video_watched_2s": ("video_play_actions", 0.12, 0.34),
    "video_views_p25": ("video_watched_2s", 0.60, 0.80),
    "video_views_p50": ("video_views_p25", 0.38, 0.52),
    "video_views_p75": ("video_views_p50", 0.60, 0.72),
    "video_views_p100": ("video_views_p75", 0.60, 0.75),
    "video_watched_6s": ("video_watched_2s", 0.22, 0.34),
    "likes": ("video_play_actions", 0.001, 0.009),
    "comments": ("video_play_actions", 0.0001, 0.0006),
    "shares": ("video_play_actions", 0.0002, 0.0009),
    "follows": ("video_play_actions", 0.0001, 0.0007),
    "profile_visits": ("video_play_actions", 0.001, 0.004),
    "clicks_on_music_disc": ("video_play_actions", 0.0001, 0.0005),
}


@cache
def places(stream: int, event: str) -> Places:
    """Where in a stream something happens, in ascending order."""
    if event == "impressions":
        return range(LENGTH)
    parent, least, most = EVENTS[event]
    chance = random.Random(f"{stream} {event}")  # noqa: S311 - nothing here is secret
    share = least + (most - least) * chance.random()
    # The mood changes along the stream, so that no two days have the same rates.
    moods = [share * (1 + 0.3 * (chance.random() - 0.5)) for _ in range(MOODS)]
    happens = (
        place for place in places(stream, parent) if chance.random() < moods[place >> MOOD_BITS]
    )
    return array("H", happens)


@cache
def before(stream: int, event: str) -> Places:
    """How often something happens before each place of a stream, and in all of it."""
    happens = bytearray(LENGTH)
    for place in places(stream, event):
        happens[place] = 1
    return array("H", accumulate(happens, initial=0))


@lru_cache(maxsize=64)
def codes(dimensions: tuple[str, ...]) -> bytes:
    """The number of the value that each impression of any stream has.

    Args:
        dimensions: Several are combined, the last one changing fastest.
    """
    combined = [0] * LENGTH
    for dimension in dimensions:
        chance = random.Random(dimension)  # noqa: S311 - nothing here is secret
        shares = BREAKDOWNS[dimension]
        slots = [value for value, share in enumerate(shares) for _ in range(share)]
        for block in range(0, LENGTH, SLOTS):
            chance.shuffle(slots)
            for place, value in enumerate(slots, block):
                combined[place] = combined[place] * len(shares) + value
    return bytes(combined)


@lru_cache(maxsize=4096)
def split(stream: int, event: str, dimensions: tuple[str, ...]) -> Sequence[Places]:
    """Where something happens, by the value it happens to."""
    by_place = codes(dimensions)
    size = 1
    for dimension in dimensions:
        size *= len(BREAKDOWNS[dimension])
    parts = [array("H") for _ in range(size)]
    for place in places(stream, event):
        parts[by_place[place]].append(place)
    return parts


def worth(stream: int) -> int:
    """What a conversion brings in, in cents."""
    least, most = PRICES
    return least + random.Random(f"{stream} worth").randrange(most - least)  # noqa: S311 - no secret
