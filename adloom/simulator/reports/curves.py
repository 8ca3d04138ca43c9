"""How busy an ad is at what time: by the hour of the day, and by the day."""

import random
from functools import lru_cache
from itertools import accumulate
from typing import Final

__all__ = ["DAY_WEIGHT", "PROFILES", "weight", "weights"]

#: How many different ups and downs there are.
PROFILES: Final = 32
HOUR: Final = 60
DAY: Final = 1440
#: After so many days, thirteen weeks, a profile repeats itself.
CYCLE: Final = 91
MEAN: Final = 64
#: How much weight a day has on average.
DAY_WEIGHT: Final = DAY * MEAN * MEAN
#: The weight of a minute in each hour of the day, 64 on average: quiet at night, busy at eight.
HOURS: Final = (
    *(40, 30, 22, 18, 18, 22, 32, 46),
    *(56, 62, 66, 70, 76, 72, 68, 68),
    *(72, 80, 92, 106, 118, 120, 102, 80),
)
#: Whole hours before each hour, in weight.
BEFORE_HOUR: Final = (0, *accumulate(HOUR * weight for weight in HOURS))
#: By day of the week, from Thursday on (as the first day of UNIX time was), around 64.
WEEKDAYS: Final = (64, 68, 72, 74, 56, 56, 58)


def _profile(number: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The factors of the days of a cycle, and their sums before each day."""
    chance = random.Random(f"profile {number}")  # noqa: S311 - nothing here is secret
    wild = [weekday * chance.randint(40, 92) for weekday in WEEKDAYS * (CYCLE // 7)]
    factors = [max(40, wanted * MEAN * CYCLE // sum(wild)) for wanted in wild]
    return tuple(factors), (0, *accumulate(factors))


DAYS: Final = tuple(map(_profile, range(PROFILES)))


@lru_cache(maxsize=1 << 16)
def weight(profile: int, minute: int) -> int:
    """All the weight before a minute; it never falls.

    Args:
        profile: Less than `PROFILES`.
        minute: Minutes since 1970, as the clocks of the account show them without summer time.
    """
    factors, before = DAYS[profile]
    day, of_day = divmod(minute, DAY)
    cycle, of_cycle = divmod(day, CYCLE)
    hour, of_hour = divmod(of_day, HOUR)
    today = BEFORE_HOUR[hour] + of_hour * HOURS[hour]
    whole_days = cycle * before[-1] + before[of_cycle]
    return whole_days * DAY * MEAN + factors[of_cycle] * today


@lru_cache(maxsize=256)
def weights(profile: int, ahead: int, minutes: tuple[int, ...]) -> list[int]:
    """All the weight before each of some minutes of UNIX time.

    Args:
        profile: Less than `PROFILES`.
        ahead: Minutes by which the clocks of the account are ahead.
        minutes: In ascending order.
    """
    return [weight(profile, minute + ahead) for minute in minutes]
