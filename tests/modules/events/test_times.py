"""Event times: the forms people have, and the bounds of age and future."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.events.options import Options
from modules.events.problems import Problem, Severity
from modules.events.times import Ages, read_time

#: 2023-11-14T22:13:20Z
MOMENT = 1_700_000_000
DAY = 86_400
NOT_A_TIME = "is not a time: write 2026-11-21T09:30:00Z, or seconds or milliseconds since 1970"


def read(value: Any) -> tuple[int | None, list[str]]:
    problems: list[Problem] = []
    moment = read_time(value, problems)
    assert all(one.field == "event_time" for one in problems)
    return moment, [one.reason for one in problems]


@pytest.mark.parametrize(
    "value",
    [
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:20z",
        "2023-11-14t22:13:20Z",
        "2023-11-14T22:13:20.000+0000",
        "2023-11-14T22:13:20:000+0000",
        "2023-11-14T23:13:20.000+0100",
        "2023-11-14T23:13:20:999+0100",
        "2023-11-14T23:13:20+01:00",
        "2023-11-14T23:13:20+01",
        "2023-11-14T17:13:20,5-05:00",
        "2023-11-14 23:13:20 +0100",
        "2023-11-14 22:13:20 UTC",
        "2023-11-14 22:13:20.123456789 GMT",
        "20231114T221320Z",
        "  2023-11-14T22:13:20Z ",
    ],
)
def test_iso_8601_is_read_in_all_its_spellings(value: str) -> None:
    assert read(value) == (MOMENT, [])


@pytest.mark.parametrize(
    "value",
    [
        MOMENT,
        float(MOMENT),
        MOMENT + 0.999,
        str(MOMENT),
        f" {MOMENT} ",
        f"{MOMENT}.9",
        f"+{MOMENT}",
        Decimal(MOMENT),
        Decimal("1700000000.5"),
        MOMENT * 1_000,
        MOMENT * 1_000 + 999,
        str(MOMENT * 1_000),
        float(MOMENT * 1_000),
        MOMENT * 1_000_000 + 1,
        str(MOMENT * 1_000_000),
    ],
)
def test_seconds_milliseconds_and_microseconds_are_told_apart(value: object) -> None:
    assert read(value) == (MOMENT, [])


@pytest.mark.parametrize("value", ["2023-11-14T22:13:20", "2023-11-14 22:13:20:000"])
def test_a_time_without_a_zone_is_utc_with_a_warning(value: str) -> None:
    assert read(value) == (MOMENT, ["names no time zone; read as UTC"])


def test_a_day_is_its_midnight_with_a_warning() -> None:
    moment, reasons = read("2023-11-14")

    assert moment == MOMENT - 22 * 3600 - 13 * 60 - 20
    assert reasons == ["is a day without a time; read as midnight UTC"]


def test_a_moment_of_a_mapping_is_read_too() -> None:
    berlin = timezone(timedelta(hours=1))

    assert read(datetime(2023, 11, 14, 23, 13, 20, 7, tzinfo=berlin)) == (MOMENT, [])
    assert read(datetime(2023, 11, 14, 22, 13, 20))[0] == MOMENT  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "14.11.2023",
        "2023-13-01T00:00:00Z",
        "2023-02-30T00:00:00Z",
        "2023-11-14T22:13:5",
        "2023-11-14T22:13:20+99:00",
        "22:13:20",
        "1_700_000_000",
        "\uff11" * 10,
        "1e9",
        "9" * 5_000,
        10**17,
        10**400,
        -(10**17),
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        True,
        [MOMENT],
        {"seconds": MOMENT},
    ],
)
def test_what_is_no_time_is_refused(value: object) -> None:
    assert read(value) == (None, [NOT_A_TIME])


@pytest.mark.parametrize("value", [-1, "-5", -0.5, "1969-12-31T23:59:59Z"])
def test_nothing_happened_before_1970(value: object) -> None:
    assert read(value) == (None, ["lies before 1970"])


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - Hypothesis wants it so
        timezones=st.integers(-1_439, 1_439).map(lambda at: timezone(timedelta(minutes=at))),
    )
)
def test_any_moment_survives_being_written(moment: datetime) -> None:
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)

    assert read(moment.isoformat()) == (seconds, [])
    assert read(moment) == (seconds, [])


@given(st.one_of(st.text(), st.integers(), st.floats(), st.decimals(), st.booleans(), st.none()))
def test_nothing_makes_it_stumble(value: object) -> None:
    moment, reasons = read(value)

    assert moment is None or moment >= 0
    assert moment is not None or len(reasons) >= 1


def age_problems(age: int, **options: Any) -> list[tuple[str, Severity]]:
    problems: list[Problem] = []
    Ages(Options(**options)).check(MOMENT - age, MOMENT, problems)
    return [(one.reason, one.severity) for one in problems]


@pytest.mark.parametrize("age", [0, DAY, 7 * DAY, -600])
def test_a_recent_event_is_fine(age: int) -> None:
    assert age_problems(age) == []


@pytest.mark.parametrize("age", [7 * DAY + 1, 28 * DAY])
def test_an_event_of_last_week_is_warned_of(age: int) -> None:
    ((reason, severity),) = age_problems(age)

    assert reason == f"happened {age // DAY} days ago; TikTok may no longer attribute the event"
    assert severity is Severity.WARNING


def test_an_event_of_last_month_is_refused() -> None:
    ((reason, severity),) = age_problems(28 * DAY + 1)

    assert reason == "happened 28 days ago; events older than 28 are refused"
    assert severity is Severity.ERROR


def test_without_a_limit_an_old_event_is_only_warned_of() -> None:
    ((_, severity),) = age_problems(3_000 * DAY, oldest_days=0)

    assert severity is Severity.WARNING
    assert age_problems(3_000 * DAY, oldest_days=0, warn_after_days=0) == []


def test_the_limit_may_come_before_the_warning() -> None:
    ((_, severity),) = age_problems(3 * DAY, oldest_days=2)

    assert severity is Severity.ERROR
    assert age_problems(2 * DAY, oldest_days=2, warn_after_days=0) == []


def test_an_event_of_the_future_is_refused() -> None:
    ((reason, severity),) = age_problems(-601)

    assert reason == "lies 10 minutes in the future"
    assert severity is Severity.ERROR
    assert age_problems(-3_600, future_minutes=60) == []
