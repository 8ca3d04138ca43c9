"""Schedules as forms ask for them: what is typed is what the file says, and back again."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.services.scheduling import judge, upcoming
from adloom.services.scheduling_form import PRESETS, WEEKDAYS, Typed, data_of, typed_of
from scenarios.cron import MONTH_NAMES

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CLOCKS = st.times().map(lambda one: f"{one:%H:%M}")
SEVERAL = st.lists(CLOCKS, min_size=1, max_size=3, unique=True).map(", ".join)
DAYS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)
OPTIONS = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["account", "UTC", "Europe/Berlin", "America/New_York"]),
        "misfire": st.sampled_from(["once", "skip", "all"]),
        "jitter": st.sampled_from(["", "5 minutes", "90 seconds"]),
        "starts": st.sampled_from(["", "2026-07-01", "2026-07-01 09:30"]),
        "ends": st.sampled_from(["", "2027-07-01"]),
        "open_days": st.one_of(st.just([]), DAYS),
    }
)
WAYS = st.one_of(
    st.fixed_dictionaries({"way": st.just("daily"), "times": SEVERAL}),
    st.fixed_dictionaries({"way": st.just("weekly"), "times": SEVERAL, "weekdays": DAYS}),
    st.fixed_dictionaries(
        {
            "way": st.just("monthly"),
            "times": SEVERAL,
            "dates": st.lists(st.integers(1, 28), min_size=1, max_size=4, unique=True).map(
                lambda one: ", ".join(map(str, one))
            ),
            "months": st.lists(st.sampled_from(MONTH_NAMES), unique=True),
        }
    ),
    st.fixed_dictionaries(
        {"way": st.just("every"), "every": st.sampled_from(["15 minutes", "1 hour 30 minutes"])}
    ),
    st.fixed_dictionaries({"way": st.just("cron"), "cron": st.just("*/20 6-9 * * mon-fri")}),
)


@given(way=WAYS, options=OPTIONS)
def test_a_form_that_is_saved_and_opened_again_means_the_same(
    way: dict[str, Any], options: dict[str, Any]
) -> None:
    typed = Typed(**way, **options)

    first = judge(typed, now=NOW, account=BERLIN)
    again = judge(typed_of(first.schedule, first.data), now=NOW, account=BERLIN)

    # Windows may leave nothing over of some schedules; what is left means the same.
    assert first.schedule == again.schedule
    assert first.next == again.next
    assert first.faults == again.faults or first.schedule is None


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.title)
def test_every_preset_can_be_saved_as_it_is(preset: Any) -> None:
    judged = judge(Typed(**preset.typed), now=NOW, account=BERLIN)

    # A moment is for a person to choose.
    wanted = {"once"} if preset.title == "Once" else set()
    assert wanted == set(judged.faults)


def test_an_hour_that_is_shown_twice_runs_once_and_is_marked() -> None:
    judged = judge(
        Typed(way="daily", times="02:30", timezone="Europe/Berlin"),
        now=datetime(2026, 10, 23, 12, tzinfo=UTC),
    )

    assert ["24", "25", "26", "27", "28"] == [one.local[4:6] for one in judged.next]
    assert [False, False, True, False, False] == [one.moved for one in judged.next]


def test_without_the_zone_of_the_account_no_time_is_promised() -> None:
    judged = judge(Typed(way="daily", times="07:00"), now=NOW)

    assert judged.schedule is not None
    assert () == tuple(judged.next)
    assert [] == upcoming(judged.schedule, NOW, None)


def test_only_by_hand_is_no_schedule() -> None:
    assert data_of(Typed()) is None
    assert Typed() == typed_of(None)
