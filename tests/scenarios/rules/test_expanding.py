"""What a rule becomes: an ordinary scenario without faults, always the same, for every word."""

from itertools import product
from typing import Any

import pytest

from scenarios.loader import load_scenario, problems_of
from scenarios.model import Scenario
from scenarios.problems import Severity
from scenarios.rules.expanding import expand_rule
from scenarios.rules.layout import is_untouched
from scenarios.rules.metrics import METRICS, MetricKind
from scenarios.rules.reading import load_rule
from scenarios.rules.words import ActionKind, Level, Which, Window
from scenarios.schedules import ScheduleKind
from tests.scenarios.rules.bench import Bench, ids, rule_text, thing


def expanded(**parts: str) -> str:
    return expand_rule(load_rule(rule_text(**parts))).text


def scenario(**parts: str) -> Scenario:
    return load_scenario(expanded(**parts))


def errors(text: str) -> list[str]:
    return [str(one) for one in problems_of(text) if one.severity is Severity.ERROR]


RUN = [one for one in METRICS.values() if one.not_run is None]


@pytest.mark.parametrize("metric", RUN, ids=lambda one: one.name)
def test_every_metric_at_every_level_over_every_time_makes_a_sound_scenario(metric: Any) -> None:
    text = metric.kind is MetricKind.TEXT
    compared = (
        ""
        if metric.kind is MetricKind.NOTHING
        else ', is: "' + ("equals X" if text else "> 5") + '"'
    )
    windows = [f", over: {one}" for one in Window] if metric.has_window else [""]
    together = ["", ", of: all"] if metric.has_window else [""]
    for level, over, of in product(metric.levels, windows, together):
        made = expanded(
            apply_to=f"{{level: {level}}}", when=f"[{{metric: {metric.name}{compared}{over}{of}}}]"
        )

        assert [] == errors(made), made


ACTS = {
    ActionKind.TURN_ON: ["turn on"],
    ActionKind.TURN_OFF: ["turn off"],
    ActionKind.MESSAGE: ["message", "{message: 'say \"hi\" {{now}}'}"],
    **{
        kind: [f"{{{kind}: {{{how}}}}}" for how in (
            "increase: 20 %, at_most: 9", "increase: 2", "decrease: 5 %",
            "decrease: 2, at_least: 1", "set: 5.5",
        )]
        for kind in ActionKind if kind.is_amount
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ActionKind))
def test_every_action_with_every_frequency_makes_a_sound_scenario(kind: ActionKind) -> None:
    levels = [Level.AD_GROUP] if kind is ActionKind.BID else list(Level)
    levels = [one for one in levels if not (kind.is_budget and one is Level.AD)]
    often = ["every check", "once", "once a week", "3 times in 2 hours"]
    for level, how, frequency, raising in product(levels, ACTS[kind], often, ["hold", "allow"]):
        made = expanded(
            apply_to=f"{{level: {level}}}", then=f"[{how}]", frequency=frequency, raising=raising
        )

        assert [] == errors(made), made


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("which", list(Which))
def test_every_choice_of_objects_makes_a_sound_scenario(level: Level, which: Which) -> None:
    ids_ = ', ids: ["17"]' if which is Which.SELECTED else ""
    parents = {
        Level.CAMPAIGN: [],
        Level.AD_GROUP: ["campaigns"],
        Level.AD: ["campaigns", "ad_groups"],
    }
    unders = [f', under: {{{one}: ["16"]}}' for one in parents[level]] if not ids_ else []
    for under in ["", *unders]:
        made = expanded(apply_to=f"{{level: {level}, which: {which}{ids_}{under}}}")

        assert [] == errors(made)


def test_the_same_rule_becomes_the_same_text() -> None:
    text = rule_text(then="[turn off, message]", frequency="2 times in 3 days")
    made = [expand_rule(load_rule(text)).text for _ in range(3)]

    assert 1 == len(set(made))
    assert is_untouched(made[0])
    assert not is_untouched(made[0].replace("> 50", "> 5"))
    assert not is_untouched(made[0].split("\n", 1)[1])


def test_a_rule_is_at_home_where_its_account_is() -> None:
    schedule = scenario().schedule
    assert schedule is not None

    assert (ScheduleKind.EVERY, 1800, "account") == (
        schedule.kind, schedule.every_seconds, schedule.timezone,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        ("at 09:00", ScheduleKind.DAILY),
        ("at 2027-01-01 09:00", ScheduleKind.ONCE),
        ("every 2 hours", ScheduleKind.EVERY),
    ],
)
def test_checks_become_schedules(check: str, kind: ScheduleKind) -> None:
    schedule = scenario(check=check).schedule
    assert schedule is not None

    assert kind is schedule.kind


def test_stretches_of_the_week_become_windows() -> None:
    check = '{every: 30 minutes, during: [{weekdays: [mon, fri], from: "09:00", to: "24:00"}]}'
    schedule = scenario(check=check).schedule
    assert schedule is not None

    [window] = schedule.only_during
    assert (0, 4) == window.days
    assert ["09:00:00", "00:00:00"] == [str(one) for one in window.times[0]]


@pytest.mark.parametrize(
    ("day", "hour", "acts"),
    [(1, 9, True), (1, 17, True), (1, 18, False), (1, 8, False), (2, 9, False), (15, 9, True)],
)
def test_days_of_the_month_are_asked_for_where_a_schedule_cannot_say_them(
    day: int, hour: int, *, acts: bool
) -> None:
    check = '{custom: [{month_days: [1, 15], from: "09:00", to: "18:00"}]}'
    text = rule_text(check=check, when="always", timezone="UTC")
    bench = Bench(text, [thing(Level.AD, 1)])
    now = bench.now.replace(day=day, hour=hour)

    assert ([*ids(1)] if acts else []) == bench.at(now).changed()


def test_limits_of_the_rule_stand_over_what_is_usual() -> None:
    limits = scenario(limits="{changes_per_run: 3, cooldown: 6 hours}").limits

    assert limits.changes_per_run == 3
    assert limits.share_of_active_ads == 30
    assert limits.cooldown_seconds == 21_600


@pytest.mark.parametrize(
    ("then", "raising", "word"),
    [
        ("[turn on]", "hold", "hold"),
        ("[turn on]", "allow", "allow"),
        ("[{daily_budget: {set: 5}}]", "hold", "hold"),
        ("[{daily_budget: {decrease: 5}}]", "hold", "allow"),
        ("[turn off]", "hold", "allow"),
    ],
)
def test_only_what_may_raise_spending_is_parked(then: str, raising: str, word: str) -> None:
    made = scenario(then=then, raising=raising, apply_to="{level: ad group, which: all inactive}")

    assert word == made.limits.spend_raising.value


def test_a_budget_is_moved_by_its_own_amount_a_day_at_most() -> None:
    limits = scenario(
        then="[{daily_budget: {increase: 20 %, at_most: 90}}]", apply_to="{level: ad group}"
    ).limits

    assert 100 == limits.budget.per_day


def test_odd_names_and_texts_stay_what_they_are() -> None:
    odd = "{equals: ['{{ads.ad_id}} \"x\" \\ ; ) | ü #']}"

    assert [] == errors(expanded(when=f"[{{metric: name, is: {odd}}}]"))


def test_more_than_five_conditions_run() -> None:
    conditions = ", ".join(f'{{metric: cost, is: "> {one}", over: today}}' for one in range(7))
    bench = Bench(
        rule_text(when=f"[{conditions}]"),
        [thing(Level.AD, 1), thing(Level.AD, 2)],
        {"today": {ids(1)[0]: {"spend": 6}, ids(2)[1]: {"spend": 6.01}}},
    )

    assert [ids(2)[1]] == bench.changed()
