"""What rules do: at the edge of a threshold, of each and of all, over time, up to a bound."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from adloom.wire import Record
from scenarios.rules.words import Level
from tests.scenarios.rules.bench import ACCOUNT, NOW, Bench, ids, rule_text, thing

AD, GROUP, CAMPAIGN = Level.AD, Level.AD_GROUP, Level.CAMPAIGN
ONE, TWO, THREE, FOUR = ids(4)
DAY = "BUDGET_MODE_DAY"


def ads(count: int, **more: Any) -> list[Record]:
    return [thing(AD, number, **more) for number in range(1, count + 1)]


def when(*conditions: str) -> str:
    return f"[{', '.join(f'{{{one}}}' for one in conditions)}]"


def tried(condition: str, figures: Record, *, over: str = "today", **row: Any) -> bool:
    """Whether an ad with these figures is switched off."""
    text = rule_text(when=when(f"{condition}, over: {over}"))
    return bool(
        Bench(text, [thing(AD, 1, **row)], {over.replace(" ", "_"): {ONE: figures}}).changed()
    )


EDGES = [
    ('metric: cost, is: "> 50"', {"spend": 50}, False),
    ('metric: cost, is: "> 50"', {"spend": 50.01}, True),
    ('metric: cost, is: ">= 50"', {"spend": 50}, True),
    ('metric: cost, is: "< 50"', {"spend": 50}, False),
    ('metric: cost, is: "< 50"', {"spend": 49.99}, True),
    ('metric: cost, is: "<= 50"', {"spend": 50}, True),
    ('metric: cost, is: "between 10 and 20"', {"spend": 10}, True),
    ('metric: cost, is: "between 10 and 20"', {"spend": 20}, True),
    ('metric: cost, is: "between 10 and 20"', {"spend": 20.01}, False),
    ('metric: conversions, is: "< 1"', {"conversion": 0}, True),
    ('metric: conversions, is: "< 1"', {"conversion": 1}, False),
    ('metric: cpa, is: "> 20"', {"spend": 40.02, "conversion": 2}, True),
    ('metric: cpa, is: "> 20"', {"spend": 40, "conversion": 2}, False),
    ('metric: cpc, is: "> 0.5"', {"spend": 51, "clicks": 100}, True),
    ('metric: cpm, is: "< 10"', {"spend": 9.99, "impressions": 1000}, True),
    ('metric: ctr, is: "< 1 %"', {"clicks": 9, "impressions": 1000}, True),
    ('metric: ctr, is: "< 1 %"', {"clicks": 10, "impressions": 1000}, False),
    ('metric: cvr, is: "> 4.9 %"', {"conversion": 5, "clicks": 100}, True),
    ('metric: real time cvr of impressions, is: "> 1"',
     {"real_time_conversion": 11, "impressions": 1000}, True),
    ('metric: cost per result, is: "> 9"', {"spend": 19, "result": 2}, True),
    ('metric: result rate, is: "> 9"', {"result_rate": 9.5, "impressions": 100}, True),
    ('metric: roas of payments, is: "< 2"', {"complete_payment_roas": 1.99, "spend": 10}, True),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "figures", "matches"), EDGES)
def test_a_threshold_holds_to_the_cent(condition: str, figures: Record, *, matches: bool) -> None:
    assert matches is tried(condition, figures)


@pytest.mark.parametrize("metric", ["cpc", "cpm", "ctr", "cpa", "cvr", "cost per result",
                                    "roas of payments", "result rate"])  # fmt: skip
@pytest.mark.parametrize("comparison", ["< 5", "> 5", ">= 0"])
def test_a_rate_of_nothing_fulfils_no_condition(metric: str, comparison: str) -> None:
    """TikTok would say 0, which is below every cost per conversion."""
    assert not tried(f'metric: {metric}, is: "{comparison}"', {})


def test_an_ad_without_figures_has_spent_nothing() -> None:
    text = rule_text(when=when('metric: cost, is: "< 1", over: today'))

    assert [ONE] == Bench(text, ads(1), {"today": {}}).changed()


def test_all_conditions_have_to_hold() -> None:
    text = rule_text(
        when=when('metric: cost, is: "> 50", over: today', 'metric: clicks, is: "< 3", over: today')
    )
    figures = {
        ONE: {"spend": 60, "clicks": 3},
        TWO: {"spend": 60, "clicks": 2},
        THREE: {"spend": 50, "clicks": 0},
    }

    assert [TWO] == Bench(text, ads(3), {"today": figures}).changed()


def test_conditions_may_be_about_different_times() -> None:
    text = rule_text(
        when=when(
            'metric: cost, is: "> 50", over: past 7 days',
            'metric: cost, is: "< 5", over: yesterday',
        )
    )
    figures = {
        "past_7_days": {ONE: {"spend": 60}, TWO: {"spend": 60}},
        "yesterday": {ONE: {"spend": 4}, TWO: {"spend": 6}},
    }

    assert [ONE] == Bench(text, ads(2), figures).changed()


def test_each_time_is_asked_for_as_reports_know_it() -> None:
    asked: Mapping[str, Record] = {
        "today": {"date_range": "today"},
        "yesterday": {"date_range": "yesterday"},
        "past 3 days": {"date_range": "last 3 days"},
        "past 5 days": {"date_range": "last 5 days"},
        "past 7 days": {"date_range": "last 7 days"},
        "lifetime": {"lifetime": True},
    }
    for over, days in asked.items():
        text = rule_text(when=when(f'metric: cost, is: "> 50", over: {over}'))
        word = over.replace(" ", "_")
        [given] = Bench(text, [], {word: {}}).run().steps[f"report_{word}"].given

        assert days == {name: given[name] for name in days}
        assert given["limit"] == 0


@pytest.mark.parametrize(
    ("now", "day", "hour"),
    [
        (NOW, "2026-11-21", "2026-11-21 11:00:00"),
        (NOW.replace(hour=0, minute=30), "2026-11-20", "2026-11-20 23:00:00"),
    ],
)
def test_the_last_hour_is_the_last_full_one_also_after_midnight(
    now: datetime, day: str, hour: str
) -> None:
    text = rule_text(when=when('metric: cost, is: "> 5", over: last hour'), timezone="UTC")
    bench = Bench(text, ads(2), {"last_hour": {}}, now=now)
    rows = {
        ONE: {"spend": 6, "stat_time_hour": hour},
        TWO: {"spend": 9, "stat_time_hour": "2026-11-21 05:00:00"},
    }
    happened = Bench(text, bench.things, {"last_hour": rows}, now=now).run()

    [given] = happened.steps["report_last_hour"].given
    assert (day, day) == (given["start_date"], given["end_date"])
    assert [ONE] == [one["id"] for one in happened.changes]


# --- all together ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "figures", "matches"),
    [
        ('metric: cost, is: "> 100"', [{"spend": 60}, {"spend": 40}], False),
        ('metric: cost, is: "> 100"', [{"spend": 60}, {"spend": 40.01}], True),
        # Of the sums: 100 / 10 = 10; the mean of the rates would be 30.
        (
            'metric: cpa, is: "> 10"',
            [{"spend": 50, "conversion": 9}, {"spend": 50, "conversion": 1}],
            False,
        ),
        (
            'metric: cpa, is: "> 9.99"',
            [{"spend": 50, "conversion": 9}, {"spend": 50, "conversion": 1}],
            True,
        ),
        ('metric: cpa, is: ">= 0"', [{"spend": 50}, {"spend": 50}], False),
        # Weighted by what was spent: 90 times 1 and 10 times 11 are 200, of 100.
        (
            'metric: roas of payments, is: "between 2 and 2"',
            [{"complete_payment_roas": 1, "spend": 90}, {"complete_payment_roas": 11, "spend": 10}],
            True,
        ),
    ],
)
def test_of_all_objects_the_sums_count(
    condition: str, figures: list[Record], *, matches: bool
) -> None:
    text = rule_text(when=when(f"{condition}, over: today, of: all"))
    rows = dict(zip([ONE, TWO], figures, strict=True))

    assert ([ONE, TWO] if matches else []) == Bench(text, ads(2), {"today": rows}).changed()


def test_only_objects_of_the_rule_are_added_up() -> None:
    text = rule_text(when=when('metric: cost, is: "> 100", over: today, of: all'))
    things = [*ads(1), thing(AD, 2, operation_status="DISABLE")]
    rows = {ONE: {"spend": 60}, TWO: {"spend": 60}, THREE: {"spend": 60}}

    assert [] == Bench(text, things, {"today": rows}).changed()


def test_of_all_and_of_each_go_together() -> None:
    text = rule_text(
        when=when(
            'metric: cost, is: "> 100", over: today, of: all',
            'metric: cost, is: "< 20", over: today',
        )
    )
    rows = {ONE: {"spend": 90}, TWO: {"spend": 19}, THREE: {"spend": 20}}

    assert [TWO] == Bench(text, ads(3), {"today": rows}).changed()


# --- what stands in rows --------------------------------------------------------------------------

NAMES = [
    ('"contains SALE"', "Summer sale", True),
    ('"contains sale"', "Summer", False),
    ('"does not contain sale"', "Summer", True),
    ('"does not contain sale"', "Sale", False),
    ("{does not contain: [sale, summer]}", "Winter", True),
    ("{does not contain: [sale, summer]}", "Summer", False),
    ("{contains: [sale, summer]}", "Summer", True),
    ('"starts with sum"', "Summer sale", True),
    ('"starts with sale"', "Summer sale", False),
    ('"ends with SALE"', "Summer sale", True),
    ('"equals Summer"', "Summer", True),
    ('"equals Summer"', "summer", False),
    ('"one of Summer, Winter"', "Winter", True),
    ("{equals: ['say \"hi\" \\ {{now}}']}", 'say "hi" \\ {{now}}', True),
]


@pytest.mark.parametrize(("comparison", "name", "matches"), NAMES)
def test_names_are_compared(comparison: str, name: str, *, matches: bool) -> None:
    text = rule_text(when=when(f"metric: name, is: {comparison}"))

    assert matches is bool(Bench(text, [thing(AD, 1, ad_name=name)]).changed())


@pytest.mark.parametrize(("created", "matches"), [("2026-11-18 11:59:59", True),
                                                  ("2026-11-18 12:00:01", False)])  # fmt: skip
def test_days_since_creation_are_whole_days(created: str, *, matches: bool) -> None:
    text = rule_text(when=when('metric: days since creation, is: ">= 3"'))

    assert matches is bool(Bench(text, [thing(AD, 1, create_time=created)]).changed())


def test_an_ad_has_the_objective_of_its_campaign() -> None:
    text = rule_text(when=when('metric: objective, is: "one of TRAFFIC, REACH"'))
    things = [thing(AD, 1, campaign_id="161"), thing(AD, 2, campaign_id="162")]
    campaigns = [
        {"campaign_id": "161", "objective_type": "LEAD_GENERATION"},
        {"campaign_id": "162", "objective_type": "REACH"},
    ]

    assert [TWO] == Bench(text, things, others={"campaigns": campaigns}).changed()


def test_a_campaign_has_its_own_objective() -> None:
    text = rule_text(apply_to="{level: campaign}", when=when("metric: objective, is: TRAFFIC"))
    things = [
        thing(CAMPAIGN, 1, objective_type="TRAFFIC"), thing(CAMPAIGN, 2, objective_type="REACH"),
    ]  # fmt: skip

    assert [ONE] == Bench(text, things).changed()


def test_an_ad_has_the_optimization_goal_of_its_ad_group() -> None:
    text = rule_text(when=when("metric: optimization goal, is: CLICK"))
    things = [thing(AD, 1, adgroup_id="166"), thing(AD, 2, adgroup_id="167")]
    groups = [
        {"adgroup_id": "166", "optimization_goal": "CLICK"},
        {"adgroup_id": "167", "optimization_goal": "SHOW"},
    ]

    assert [ONE] == Bench(text, things, others={"ad_groups": groups}).changed()


@pytest.mark.parametrize(
    ("metric", "window", "mode", "spend", "matches"),
    [
        ("daily budget spent", "today", DAY, 80, False),
        ("daily budget spent", "today", DAY, 80.01, True),
        ("daily budget spent", "today", "BUDGET_MODE_TOTAL", 99, False),
        ("lifetime budget spent", "lifetime", "BUDGET_MODE_TOTAL", 81, True),
        ("lifetime budget spent", "lifetime", "BUDGET_MODE_INFINITE", 81, False),
    ],
)
def test_a_share_of_a_budget_is_of_the_budget_that_is_meant(
    metric: str, window: str, mode: str, spend: float, *, matches: bool
) -> None:
    text = rule_text(apply_to="{level: ad group}", when=when(f'metric: {metric}, is: "> 80 %"'))
    things = [thing(GROUP, 1, budget=100, budget_mode=mode)]

    assert matches is bool(Bench(text, things, {window: {ONE: {"spend": spend}}}).changed())


# --- objects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "action", "changed"),
    [("all active", "turn off", [ONE]), ("all inactive", "turn on", [TWO])],
)
def test_active_is_what_the_switch_says(which: str, action: str, changed: list[str]) -> None:
    text = rule_text(
        apply_to=f"{{level: ad, which: {which}}}", when="always", then=f"[{action}]",
        raising="allow",
    )  # fmt: skip

    assert changed == Bench(text, [*ads(1), thing(AD, 2, operation_status="DISABLE")]).changed()


@pytest.mark.parametrize(
    ("apply_to", "wanted"),
    [
        (f'{{level: ad, which: selected, ids: ["{ONE}"]}}', {"ad_ids": [ONE]}),
        ('{level: ad, which: all active, under: {campaigns: ["16"]}}', {"campaign_ids": ["16"]}),
        ('{level: ad, which: all active, under: {ad_groups: ["17"]}}', {"adgroup_ids": ["17"]}),
    ],
)
def test_only_what_is_named_is_listed_and_reported(apply_to: str, wanted: Record) -> None:
    happened = Bench(rule_text(apply_to=apply_to), ads(1), {"today": {}}).run()

    [listed] = happened.steps["ads"].given
    [report] = happened.steps["report_today"].given
    assert wanted == {name: listed[name] for name in wanted}
    assert wanted == report["filtering"]


# --- frequency ------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
FREQUENCIES = [
    ("once", [0, 24, 24 * 365], [True, False, False]),
    ("once in 24 hours", [0, 23, 24, 47, 48], [True, False, True, False, True]),
    ("once in 48 hours", [0, 47, 48], [True, False, True]),
    ("once a week", [0, 167, 168], [True, False, True]),
    ("3 times in 6 hours", [0, 1, 2, 3, 5, 6, 7], [True, True, True, False, False, True, True]),
    ("1 time in 90 minutes", [0, 1, 2], [True, False, True]),
    ("2 times in 2 days", [0, 24, 47, 48, 71, 72], [True, True, False, True, False, True]),
    ("every check", [0, 1, 2], [True, True, True]),
]  # fmt: skip


@pytest.mark.parametrize(("frequency", "hours", "acts"), FREQUENCIES)
def test_a_frequency_is_kept_from_run_to_run(
    frequency: str, hours: list[int], acts: list[bool]
) -> None:
    """Every run is a new execution that knows nothing but what the data store holds."""
    bench = Bench(rule_text(frequency=frequency), ads(1), {"today": {ONE: {"spend": 60}}})

    assert acts == [bool(bench.at(NOW + hour * HOUR).run_on(bench)) for hour in hours]


def test_a_frequency_counts_for_each_object_by_itself() -> None:
    bench = Bench(rule_text(frequency="once"), ads(2), {"today": {ONE: {"spend": 60}}})
    first = bench.changed()
    bench.figures = {"today": {ONE: {"spend": 60}, TWO: {"spend": 60}}}

    assert ([ONE], [TWO]) == (first, bench.changed())


def test_an_action_that_failed_does_not_count() -> None:
    bench = Bench(
        rule_text(frequency="once"), ads(1), {"today": {ONE: {"spend": 60}}}, refused=[ONE]
    )
    failed = bench.run()
    bench.refused = []

    assert ([], []) == (failed.changes, failed.incomplete)
    assert [ONE] == bench.changed()


def test_each_action_may_have_its_own_frequency() -> None:
    text = rule_text(then="[turn off, {message: {frequency: once}}]", notify="never")
    bench = Bench(text, ads(1), {"today": {ONE: {"spend": 60}}})
    runs = [bench.run() for _ in range(2)]

    assert [1, 1] == [len(one.changes) for one in runs]
    assert [1, 0] == [len(one.notices) for one in runs]


# --- amounts --------------------------------------------------------------------------------------

BUDGETS = [
    ("{increase: 20 %, at most: 100}", 50, 60),
    ("{increase: 20 %, at most: 100}", 90, 100),
    ("{increase: 20 %, at most: 100}", 100, None),
    ("{increase: 20 %, at most: 100}", 120, None),
    ("{increase: 5.5}", 50, 55.5),
    ("{decrease: 20 %, at least: 30}", 50, 40),
    ("{decrease: 20 %, at least: 30}", 32, 30),
    ("{decrease: 20 %, at least: 30}", 20, None),
    ("{decrease: 10}", 50, 40),
    ("{decrease: 60}", 50, None),
    ("{set: 75}", 50, 75),
    ("{set: 75}", 75, None),
]


@pytest.mark.parametrize(("level", "module"), [(GROUP, "ad group"), (CAMPAIGN, "campaign")])
@pytest.mark.parametrize(("change", "old", "new"), BUDGETS)
def test_a_budget_goes_as_far_as_its_bound(
    level: Level, module: str, change: str, old: float, new: float | None
) -> None:
    text = rule_text(
        apply_to=f"{{level: {level}}}", then=f"[{{daily_budget: {change}}}]", raising="allow"
    )
    bench = Bench(
        text, [thing(level, 1, budget=old, budget_mode=DAY)], {"today": {ONE: {"spend": 60}}}
    )
    happened = bench.run()

    assert [] == happened.incomplete
    found = [(one["kind"], one["old"], one["new"]) for one in happened.changes]
    assert ([] if new is None else [(module, old, new)]) == found


@pytest.mark.parametrize(
    ("kind", "modes"),
    [
        ("daily_budget", [DAY, "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"]),
        ("lifetime_budget", ["BUDGET_MODE_TOTAL"]),
        ("budget", [DAY, "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL"]),
    ],
)
def test_only_a_budget_of_the_kind_that_is_meant_is_moved(kind: str, modes: list[str]) -> None:
    every = [DAY, "BUDGET_MODE_TOTAL", "BUDGET_MODE_INFINITE", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"]
    things = [
        thing(GROUP, number, budget=50, budget_mode=mode) for number, mode in enumerate(every, 1)
    ]
    text = rule_text(
        apply_to="{level: ad group}", when="always", then=f"[{{{kind}: {{set: 60}}}}]",
        raising="allow",
    )  # fmt: skip

    wanted = [ids(number)[-1] for number, mode in enumerate(every, 1) if mode in modes]
    assert wanted == Bench(text, things).changed()


BIDS = [
    ("{increase: 10 %, at most: 2}", {"bid_price": 1}, {"bid_price": 1.1}),
    ("{increase: 10 %, at most: 2}", {"bid_price": 1.95}, {"bid_price": 2}),
    ("{increase: 10 %, at most: 2}", {"bid_price": 3}, {"bid_price": 3}),
    ("{decrease: 0.5, at least: 1}", {"conversion_bid_price": 1.2}, {"conversion_bid_price": 1}),
    ("{set: 4}", {"conversion_bid_price": 1.2, "bid_price": 0}, {"conversion_bid_price": 4}),
]


@pytest.mark.parametrize(("change", "bids", "sent"), BIDS)
def test_the_bid_that_is_set_is_moved(change: str, bids: Record, sent: Record) -> None:
    text = rule_text(
        apply_to="{level: ad group}", when="always", then=f"[{{bid: {change}}}]", raising="allow"
    )
    [changed] = Bench(text, [thing(GROUP, 1, **bids), thing(GROUP, 2, bid_price=0)]).run().changes

    assert changed["path"] == "/adgroup/update/"
    assert {"advertiser_id": ACCOUNT, "adgroup_id": ONE, **sent} == changed["body"]


# --- who is told, and when ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notify", "spend", "told"),
    [
        ("any change", 60, 1), ("any change", 10, 0), ("every run", 10, 1), ("every run", 60, 1),
        ("never", 60, 0),
    ],
)  # fmt: skip
def test_somebody_is_told_once_of_everything(notify: str, spend: float, told: int) -> None:
    figures = {"today": {ONE: {"spend": spend}, TWO: {"spend": spend}}}
    happened = Bench(rule_text(notify=notify), ads(2), figures).run()

    assert told == len(happened.notices)
    if told and spend > 50:
        text = happened.notices[0]["text"]
        assert f"ad 1 ({ONE}) switched off: cost today 60 (> 50)\n" in text
        assert text.endswith("2 matched, 2 changed.")


def test_a_message_tells_who_matches_in_your_words() -> None:
    text = rule_text(then="[{message: Look at these}]")
    [notice] = Bench(text, ads(1), {"today": {ONE: {"spend": 60}}}).run().notices

    assert f"Look at these\nad 1 ({ONE}): cost today 60 (> 50)" == notice["text"]


def test_what_may_raise_spending_is_remembered_before_it_is_parked() -> None:
    """So the next check does not park the same again for a day."""
    text = rule_text(apply_to="{level: ad, which: all inactive}", when="always", then="[turn on]")
    bench = Bench(text, ads(1, operation_status="DISABLE"))

    assert [True, False, True] == [
        bool(bench.at(NOW + hours * HOUR).run_on(bench)) for hours in (0, 23, 24)
    ]


def test_min_spend_is_asked_for_over_the_same_time() -> None:
    text = rule_text(when=when('metric: cpa, is: "> 10", over: past 7 days'), min_spend="20")
    rows: dict[str, Record] = {
        ONE: {"spend": 19.99, "conversion": 1}, TWO: {"spend": 20, "conversion": 1},
    }  # fmt: skip

    assert [TWO] == Bench(text, ads(2), {"past_7_days": rows}).changed()


def test_times_without_any_figure_do_not_hide_those_of_other_times() -> None:
    text = rule_text(
        when=when(
            'metric: cost, is: "> 50", over: today',
            'metric: clicks, is: "< 1", over: yesterday',
            'metric: clicks, is: "< 1", over: lifetime',
        )
    )
    figures: dict[str, Mapping[str, Record]] = {
        "today": {ONE: {"spend": 60}, TWO: {"spend": 40}}, "yesterday": {}, "lifetime": {},
    }  # fmt: skip

    assert [ONE] == Bench(text, ads(2), figures).changed()


def test_where_nothing_matches_every_action_comes_to_its_end() -> None:
    text = rule_text(then="[turn off, message]", notify="every run", frequency="once")
    happened = Bench(text, [], {"today": {}}).run()

    assert (None, []) == (happened.error, happened.incomplete)
    assert ["0 matched, 0 changed."] == [one["text"] for one in happened.notices]
    assert not any(step.failed for step in happened.steps.values())
