"""TikTok's words for rules and ours, one by one (`/optimizer/rule/create/`, platforms.md §4.1).

Every word of that endpoint stands here: as what it is called in a rule file, or with the reason
why it is not taken. What the sheets leave open is told with the word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scenarios.rules.metrics import METRICS
from scenarios.rules.words import (
    ActionKind,
    Calculation,
    FrequencyKind,
    How,
    Level,
    Match,
    NotifyWhen,
    Unit,
    Which,
    Window,
)

__all__ = ["APPLIES", "NOTHING_SAID", "VOCABULARY", "Word", "ours_of", "theirs_of"]

#: What stands where nothing is said; the same as leaving it out (assumed).
NOTHING_SAID: Final = "DEFAULT"


@dataclass(frozen=True)
class Word:
    """One of TikTok's words.

    Args:
        ours: What a rule file says instead; empty where it is left out.
        not_run: Why adloom does not act on it; it still travels from TikTok and back.
        not_taken: Why it is not imported at all.
        note: What is assumed about it.
    """

    ours: str = ""
    not_run: str | None = None
    not_taken: str | None = None
    note: str | None = None


_DEFAULT: Final = Word(note="the same as leaving it out (assumed)")
_DAYS: Final = "whole days of the account that end yesterday (assumed)"
_MATCH_CASE: Final = "whatever the case (assumed)"

#: TikTok's words by field of the request, as `rules[]` holds them.
VOCABULARY: Final[Mapping[str, Mapping[str, Word]]] = {
    "apply_objects.bind_type": {
        "BIND": Word(note="what an import takes for granted"),
        "UNBIND": Word(not_taken="it takes objects out of a rule; a rule names what it is about"),
    },
    "apply_objects.dimension": {
        "CAMPAIGN": Word(Level.CAMPAIGN),
        "ADGROUP": Word(Level.AD_GROUP),
        "AD": Word(Level.AD),
    },
    "apply_objects.pre_condition_type": {
        "SELECTED": Word(Which.SELECTED),
        **{
            f"ALL_{native}_{level}{under}": Word(
                f"{which}{' under …' if under else ''}",
                note="active is what its own switch says (assumed)",
            )
            for native, which in (("ACTIVE", Which.ACTIVE), ("INACTIVE", Which.INACTIVE))
            for level in ("CAMPAIGN", "AD_GROUP", "AD")
            for under in ("", "_UNDER_SELECTED")
            if not (level == "CAMPAIGN" and under)
        },
    },
    "conditions.subject_type": {
        one.native: Word(one.name, one.not_run) for one in METRICS.values()
    },
    "conditions.match_type": {
        "GT": Word(Match.ABOVE),
        "LT": Word(Match.BELOW),
        "BETWEEN": Word(Match.BETWEEN, note="both ends belong to it (assumed)"),
        "CONTAINS": Word(Match.CONTAINS, note=_MATCH_CASE),
        "NOT_CONTAINS": Word(Match.NOT_CONTAINS, note=_MATCH_CASE),
        "START_WITH": Word(Match.STARTS_WITH, note=_MATCH_CASE),
        "END_WITH": Word(Match.ENDS_WITH, note=_MATCH_CASE),
        "STRING_EQUAL": Word(Match.EQUALS, note="to the letter (assumed)"),
        "MATCH": Word(Match.ONE_OF, note="one of the values, to the letter (assumed)"),
        NOTHING_SAID: _DEFAULT,
    },
    "conditions.range_type": {
        "TODAY": Word(Window.TODAY),
        "YESTERDAY": Word(Window.YESTERDAY),
        "LAST_HOUR": Word(Window.LAST_HOUR, note="the last full hour of the clock (assumed)"),
        "PAST_THREE_DAYS": Word(Window.PAST_3_DAYS, note=_DAYS),
        "PAST_FIVE_DAYS": Word(Window.PAST_5_DAYS, note=_DAYS),
        "PAST_SEVEN_DAYS": Word(Window.PAST_7_DAYS, note=_DAYS),
        "LIFETIME": Word(Window.LIFETIME),
        NOTHING_SAID: _DEFAULT,
    },
    "conditions.calculation_type": {
        "OF_EACH_OBJECT": Word(Calculation.EACH),
        "ALL_OBJECTS": Word(Calculation.ALL, note="rates of the sums, not sums of rates (assumed)"),
        NOTHING_SAID: Word(note="of each object (assumed)"),
    },
    "actions.subject_type": {
        "TURN_ON": Word(ActionKind.TURN_ON),
        "TURN_OFF": Word(ActionKind.TURN_OFF),
        "MESSAGE": Word(ActionKind.MESSAGE, note="goes to the connection of tell"),
        "DAILY_BUDGET": Word(ActionKind.DAILY_BUDGET),
        "LIFETIME_BUDGET": Word(ActionKind.LIFETIME_BUDGET),
        "BID": Word(ActionKind.BID, note="the bid, or the bid per conversion, whichever is set"),
    },
    "actions.action_type": {
        "INCREASE": Word(How.INCREASE),
        "DECREASE": Word(How.DECREASE),
        "ADJUST_TO": Word(How.SET),
        NOTHING_SAID: _DEFAULT,
    },
    "actions.value_type": {
        "EXACT": Word("20"),
        "PERCENT": Word("20 %", note="not with ADJUST_TO: a percentage of what is not said"),
    },
    "actions.frequency_info.type": {
        "ONLY_ONCE": Word(FrequencyKind.ONCE),
        "ONCE_IN_24_H": Word(FrequencyKind.ONCE_IN_24_HOURS),
        "ONCE_IN_48_H": Word(FrequencyKind.ONCE_IN_48_HOURS),
        "ONCE_IN_1_W": Word(FrequencyKind.ONCE_A_WEEK),
        "CUSTOM": Word("3 times in 2 hours", note="count times in so much time (assumed)"),
    },
    "actions.frequency_info.custom_frequency_type": {
        # The endpoint itself spells it so.
        "N_MINTUE_Y_TIMES": Word(Unit.MINUTES),
        "N_HOUR_Y_TIMES": Word(Unit.HOURS),
        "N_DAY_Y_TIMES": Word(Unit.DAYS),
    },
    "rule_exec_info.exec_time_type": {
        "PER_HALF_HOUR": Word("every 30 minutes"),
        "HALF_HOUR_IN_SPECIFIC_TIME_PERIOD": Word("every 30 minutes, during …"),
        "SPECIFIC_TIME_ACCURATE_ONCE": Word(
            "at 09:00", note="a time of the day is every day, a date is once (assumed)"
        ),
        "CUSTOM": Word("custom", note="every half hour within the stretches (assumed)"),
    },
    "rule_exec_info.time_period_info.date_type": {
        "DAY": Word("day_numbers", note="every day; what its numbers mean is not said"),
        "WEEK": Word("weekdays", note="1 is Monday (assumed)"),
        "MONTH": Word("month_days"),
    },
    "notification.notification_type": {
        "ANY_CHANGES": Word(NotifyWhen.ANY_CHANGE),
        "TASK_FINISH": Word(NotifyWhen.EVERY_RUN),
        "NOT_NOTIFICATION": Word(NotifyWhen.NEVER),
    },
    "notification.email_setting.notification_period": {
        "EVERY_TIME": Word("every time"),
        "TIME_SCHEDULE": Word(
            "scheduled", not_run="TikTok collects and mails; adloom tells after each run"
        ),
    },
    "notification.email_setting.mute_option": {
        "MUTE": Word("mute", not_run="it silences TikTok's mail, which adloom does not send"),
        "UNMUTE": Word("mute", not_run="it is about TikTok's mail, which adloom does not send"),
    },
}

#: Who a `pre_condition_type` is about: its level, which of them, whether under something.
APPLIES: Final[Mapping[str, tuple[Level, Which, bool]]] = {
    f"ALL_{native}_{theirs}{suffix}": (level, which, bool(suffix))
    for native, which in (("ACTIVE", Which.ACTIVE), ("INACTIVE", Which.INACTIVE))
    for theirs, level in (
        ("CAMPAIGN", Level.CAMPAIGN), ("AD_GROUP", Level.AD_GROUP), ("AD", Level.AD),
    )
    for suffix in ("", "_UNDER_SELECTED")
    if not (level is Level.CAMPAIGN and suffix)
}  # fmt: skip


def ours_of(field: str, word: str) -> str | None:
    """What a rule file says instead of one of TikTok's words; None if it is not known here."""
    found = VOCABULARY[field].get(word)
    return found.ours if found is not None and found.not_taken is None else None


def theirs_of(field: str, ours: str) -> str | None:
    """TikTok's word for one of ours; None where it has none."""
    return next((word for word, one in VOCABULARY[field].items() if one.ours == ours), None)
