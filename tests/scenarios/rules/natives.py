"""Native rules, drawn from everything `/optimizer/rule/create/` knows and rules can say."""

from typing import Any, Final

from hypothesis import strategies as st

from scenarios.rules.metrics import METRICS, Metric, MetricKind
from scenarios.rules.native_words import APPLIES, VOCABULARY
from scenarios.rules.words import Level

__all__ = ["FIELDS", "NATIVE", "plain"]

DIMENSIONS: Final = {Level.CAMPAIGN: "CAMPAIGN", Level.AD_GROUP: "ADGROUP", Level.AD: "AD"}
PARENTS: Final = {
    Level.CAMPAIGN: [],
    Level.AD_GROUP: ["CAMPAIGN", "ADGROUP"],
    Level.AD: ["CAMPAIGN", "ADGROUP", "AD"],
}
#: Fields of the request whose words a rule can say.
FIELDS: Final = tuple(VOCABULARY)
IDS: Final = st.lists(st.integers(10**15, 10**19 - 1).map(str), min_size=1, max_size=4, unique=True)
NUMBERS: Final = st.decimals(0, 99_999, places=2).map(lambda one: f"{one}") | st.integers(
    0, 9_999
).map(str)
TEXTS: Final = st.text(min_size=1, max_size=20).filter(
    lambda one: one.isprintable()
) | st.sampled_from(
    ["sale", "a, b", "> 5", "between 1 and 2", "one of", "{{x}}", "null", "#1", "007", " lead"]
)
AMOUNTS: Final = st.integers(1, 5000) | st.decimals("0.01", 900, places=2).map(float)
TIMES: Final = st.sampled_from(["00:00", "09:00", "9:30", "17:30"])
ENDS: Final = st.sampled_from(["10:00", "18:00", "23:30", "24:00"])


def words(field: str) -> list[str]:
    """The words of a field that are taken, but for what says nothing."""
    return [
        word
        for word, one in VOCABULARY[field].items()
        if word != "DEFAULT" and one.not_taken is None
    ]


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    wanted = draw(st.sampled_from(["SELECTED", *APPLIES]))
    if wanted == "SELECTED":
        dimension = draw(st.sampled_from(list(DIMENSIONS.values())))
        return {
            "dimension": dimension, "pre_condition_type": wanted, "dimension_ids": draw(IDS),
        }  # fmt: skip
    level, _, is_under = APPLIES[wanted]
    if not is_under:
        return {"dimension": DIMENSIONS[level], "pre_condition_type": wanted}
    dimension = draw(st.sampled_from(PARENTS[level]))
    return {"dimension": dimension, "pre_condition_type": wanted, "dimension_ids": draw(IDS)}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    metric: Metric = draw(st.sampled_from(list(METRICS.values())))
    found: dict[str, Any] = {"subject_type": metric.native}
    if metric.kind is MetricKind.NOTHING:
        return found
    if metric.is_number:
        match = draw(st.sampled_from(["GT", "LT", "BETWEEN"]))
        values = draw(st.lists(NUMBERS, min_size=2, max_size=2))
        found["values"] = sorted(values, key=float) if match == "BETWEEN" else values[:1]
    else:
        texts = [
            one for one in words("conditions.match_type") if one not in ("GT", "LT", "BETWEEN")
        ]
        match = draw(st.sampled_from(texts))
        most = 1 if match == "STRING_EQUAL" else 3
        found["values"] = draw(st.lists(TEXTS, min_size=1, max_size=most))
    found["match_type"] = match
    if metric.has_window:
        found["range_type"] = draw(st.sampled_from(words("conditions.range_type")))
        found["calculation_type"] = draw(st.sampled_from(words("conditions.calculation_type")))
    return found


@st.composite
def frequencies(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(words("actions.frequency_info.type")))
    if kind != "CUSTOM":
        return {"type": kind}
    unit = draw(st.sampled_from(words("actions.frequency_info.custom_frequency_type")))
    time, count = draw(st.integers(1, 999)), draw(st.integers(1, 100))
    return {"type": kind, "custom_frequency_type": unit, "time": time, "count": count}


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(words("actions.subject_type")))
    found: dict[str, Any] = {"subject_type": kind}
    if kind in ("DAILY_BUDGET", "LIFETIME_BUDGET", "BID"):
        how = draw(st.sampled_from(words("actions.action_type")))
        shares = ["EXACT"] if how == "ADJUST_TO" else ["EXACT", "PERCENT"]
        share = draw(st.sampled_from(shares))
        amount = draw(AMOUNTS)
        if share == "PERCENT" and how == "DECREASE":
            amount = amount % 99 + 1 if isinstance(amount, int) else 12.5
        value: dict[str, Any] = {"value": amount, "use_limit": False}
        if how != "ADJUST_TO" and draw(st.booleans()):
            value |= {"use_limit": True, "limit": draw(AMOUNTS)}
        found |= {"action_type": how, "value_type": share, "value": value}
    if draw(st.booleans()):
        found["frequency_info"] = draw(frequencies())
    return found


@st.composite
def periods(draw: st.DrawFn) -> dict[str, Any]:
    unit = draw(st.sampled_from(words("rule_exec_info.time_period_info.date_type")))
    low, high = {"DAY": (0, 40), "WEEK": (1, 7), "MONTH": (1, 31)}[unit]
    numbers = st.lists(st.integers(low, high), min_size=1, max_size=7, unique=True)
    return {
        "date_type": unit, "num": draw(numbers),
        "start_time": draw(TIMES), "end_time": draw(ENDS),
    }  # fmt: skip


@st.composite
def checks(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(words("rule_exec_info.exec_time_type")))
    if kind == "PER_HALF_HOUR":
        return {"exec_time_type": kind}
    at = st.sampled_from(["09:00", "17:30", "2026-12-01 09:00"])
    if kind == "SPECIFIC_TIME_ACCURATE_ONCE":
        return {"exec_time_type": kind, "exec_time": draw(at)}
    given = {"time_period_info": draw(st.lists(periods(), min_size=1, max_size=3))}
    exec_time = {"exec_time": draw(at)} if draw(st.booleans()) else {}
    return {"exec_time_type": kind, **exec_time, **given}


EMAILS: Final = st.fixed_dictionaries(
    {},
    optional={
        "notification_period": st.sampled_from(
            words("notification.email_setting.notification_period")
        ),
        "email_exec_time": st.lists(st.sampled_from(["09:00", "18:00"]), min_size=1, max_size=2),
        "mute_option": st.sampled_from(words("notification.email_setting.mute_option")),
        "no_result_notification": st.booleans(),
    },
).filter(bool)
NOTIFICATIONS: Final = st.fixed_dictionaries(
    {"notification_type": st.sampled_from(words("notification.notification_type"))},
    optional={"email_setting": EMAILS},
)
NATIVE: Final = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[A-Za-z][A-Za-z0-9 _-]{0,30}[a-z]", fullmatch=True).map(
            lambda one: " ".join(one.split())
        ),
        "apply_objects": st.lists(groups(), min_size=1, max_size=3),
        "conditions": st.lists(conditions(), min_size=1, max_size=5),
        "actions": st.lists(actions(), min_size=1, max_size=3),
        "rule_exec_info": checks(),
        "notification": NOTIFICATIONS,
    },
    optional={"tzone": st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"])},
)


def plain(native: dict[str, Any]) -> dict[str, Any]:
    """A native rule without words that say nothing, which is the same (assumed)."""
    found: Any = _without_default(native)
    assert isinstance(found, dict)
    return found


def _without_default(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_default(one) for name, one in value.items() if one != "DEFAULT"}
        return {name: one for name, one in kept.items() if one is not None}
    return [_without_default(one) for one in value] if isinstance(value, list) else value
