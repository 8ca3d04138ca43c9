"""The smaller parts of a native rule: actions, frequencies, times of checks, mail."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from scenarios.rules.model import Action, Check, Email, Frequency, Stretch
from scenarios.rules.native_words import VOCABULARY, ours_of
from scenarios.rules.read_actions import MOST_TIMES
from scenarios.rules.words import ActionKind, FrequencyKind, How, Unit
from scenarios.times import read_moment, read_time

__all__ = ["Parts", "actions_in", "check_in", "email_in"]

#: What stands for a word that is not known.
UNKNOWN: Final = "?"
HALF_HOUR: Final = 1800
MOST_AMOUNT: Final = 99_999
_ACTION: Final = ("subject_type", "action_type", "value_type", "value", "frequency_info")
_PLACES: Final = 4
_CLOCK: Final = re.compile(r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?")
_DAYS: Final = {"WEEK": 7, "MONTH": 31, "DAY": 9999}
_OPTION: Final = "notification.email_setting"

Objects = Iterator[tuple[str, Mapping[str, Any]]]


@dataclass
class Parts:
    """Gathers what cannot be carried over.

    Args:
        lost: Parts that matter, each with its place.
        notes: What does not change the rule.
    """

    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lose(self, path: str, why: str) -> None:
        """Note a part that is lost."""
        self.lost.append(f"{path}: {why}")

    def objects(self, native: Mapping[str, Any], name: str) -> Objects:
        """The objects of a list, with their places."""
        given = native.get(name)
        if not isinstance(given, list) or not given:
            self.lose(name, "is missing")
            return
        for index, one in enumerate(given):
            path = f"{name}[{index + 1}]"
            if isinstance(one, Mapping):
                yield path, one
            else:
                self.lose(path, "is no object")

    def word(self, vocabulary: str, path: str, name: str, value: Any) -> str | None:
        """Our word for one of TikTok's: None where nothing is said, `?` where it is not known."""
        if value is None:
            return None
        found = ours_of(vocabulary, value) if isinstance(value, str) else None
        if found is None:
            self.lose(f"{path}.{name}", f"{str(value)[:40]!r} is not known")
            return UNKNOWN
        return found or None

    def failed(self, words: Iterable[str | None]) -> bool:
        """Whether one of some words was not known."""
        return UNKNOWN in words

    def unknown(self, path: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
        """Note fields nobody here knows: they are told, not dropped in silence."""
        dot = f"{path}." if path else ""
        for name in given.keys() - set(known):
            if given[name] not in (None, "", [], {}):
                self.notes.append(f"{dot}{name}: is not known here, and left out.")


def actions_in(parts: Parts, objects: Objects) -> Iterator[Action]:
    """The actions, as far as they can be said here."""
    for path, one in objects:
        parts.unknown(path, one, _ACTION)
        if (action := _action(parts, path, one)) is not None:
            yield action


def _action(parts: Parts, path: str, one: Mapping[str, Any]) -> Action | None:
    kind = parts.word("actions.subject_type", path, "subject_type", one.get("subject_type"))
    how = parts.word("actions.action_type", path, "action_type", one.get("action_type"))
    frequency, is_known = _frequency(parts, path, one.get("frequency_info"))
    if parts.failed([kind, how]) or not is_known or kind is None:
        if kind is None:
            parts.lose(f"{path}.subject_type", "is missing")
        return None
    what = ActionKind(kind)
    if not what.is_amount:
        if how or one.get("value_type") or one.get("value"):
            parts.lose(path, f"{one['subject_type']} takes no value")
            return None
        return Action(what, frequency=frequency)
    if how is None:
        parts.lose(f"{path}.action_type", "does not say which way")
        return None
    return _amount(parts, path, one, Action(what, How(how), frequency=frequency))


def _amount(parts: Parts, path: str, one: Mapping[str, Any], action: Action) -> Action | None:
    share = one.get("value_type")
    if share not in VOCABULARY["actions.value_type"]:
        parts.lose(f"{path}.value_type", f"{str(share)[:40]!r} is not known")
        return None
    value = one.get("value")
    inner = value if isinstance(value, Mapping) else {}
    parts.unknown(f"{path}.value", inner, ("value", "use_limit", "limit"))
    amount = _decimal(inner.get("value"))
    is_percent = share == "PERCENT"
    if amount is None:
        parts.lose(f"{path}.value.value", "is no amount above 0")
        return None
    if action.how is How.SET and is_percent:
        parts.lose(f"{path}.value_type", "ADJUST_TO by PERCENT does not say of what")
        return None
    if action.how is How.DECREASE and is_percent and amount >= 100:  # noqa: PLR2004 - all of it
        parts.lose(f"{path}.value.value", "would leave nothing")
        return None
    bound = _decimal(inner.get("limit"))
    if inner.get("use_limit") is True:
        if bound is None or action.how is How.SET:
            parts.lose(f"{path}.value.limit", "is no limit of this change")
            return None
    elif inner.get("limit"):
        parts.notes.append(f"{path}.value.limit: is switched off (use_limit), and left out.")
    bound = bound if inner.get("use_limit") is True else None
    return Action(action.kind, action.how, amount, is_percent, bound, action.frequency)


def _decimal(value: Any) -> Decimal | None:
    """An amount as TikTok tells it, with as many places as money has."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        found = Decimal(repr(value) if isinstance(value, float) else str(value))
    except ArithmeticError:
        return None
    if not found.is_finite() or not 0 < found < 10**12:
        return None
    plain = found.normalize()
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        return None
    return Decimal(format(plain, "f"))


def _frequency(parts: Parts, path: str, given: Any) -> tuple[Frequency | None, bool]:
    """How often, and whether that could be read."""
    if given is None or given == {}:
        return None, True
    path = f"{path}.frequency_info"
    if not isinstance(given, Mapping):
        parts.lose(path, "is no object")
        return None, False
    parts.unknown(path, given, ("type", "custom_frequency_type", "time", "count"))
    kind = given.get("type")
    if kind != "CUSTOM":
        word = parts.word("actions.frequency_info.type", path, "type", kind)
        if word is None:
            parts.lose(f"{path}.type", "is missing")
        if word is None or word == UNKNOWN:
            return None, False
        return Frequency(FrequencyKind(word)), True
    unit = ours_of(
        "actions.frequency_info.custom_frequency_type", str(given.get("custom_frequency_type"))
    )
    times, amount = given.get("count"), given.get("time")
    fits = _is_whole(times, MOST_TIMES) and _is_whole(amount, MOST_AMOUNT)
    if unit is None or not fits:
        parts.lose(path, f"{str(dict(given))[:100]} is no frequency that is known")
        return None, False
    assert isinstance(times, int)  # noqa: S101 - as was looked at
    assert isinstance(amount, int)  # noqa: S101 - as was looked at
    return Frequency(FrequencyKind.CUSTOM, times, amount, Unit(unit)), True


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


# --- when -----------------------------------------------------------------------------------------


def check_in(parts: Parts, given: Any) -> Check:
    """When the rule is checked; every half hour where that cannot be read, which is told."""
    path = "rule_exec_info"
    if not isinstance(given, Mapping):
        parts.lose(path, "is missing")
        return Check()
    parts.unknown(path, given, ("exec_time", "exec_time_type", "time_period_info"))
    kind = given.get("exec_time_type")
    at = given.get("exec_time")
    at = str(at) if at not in (None, "") else None
    during = tuple(_stretches(parts, given.get("time_period_info")))
    match kind:
        case "PER_HALF_HOUR":
            if at is not None or during:
                parts.notes.append(f"{path}: PER_HALF_HOUR needs no times; they are left out.")
            return Check()
        case "HALF_HOUR_IN_SPECIFIC_TIME_PERIOD" if during:
            return Check(HALF_HOUR, at, during)
        case "CUSTOM" if during:
            return Check(HALF_HOUR, at, during, is_custom=True)
        case "SPECIFIC_TIME_ACCURATE_ONCE" if at is not None and _is_time(at):
            if during:
                parts.lose(f"{path}.time_period_info", f"does not go with {kind}")
            return Check(None, at)
        case _:
            parts.lose(path, f"{str(kind)[:40]!r} with these times is not known")
            return Check()


def _is_time(text: str) -> bool:
    try:
        read_time(text)
    except ValueError:
        try:
            read_moment(text)
        except ValueError:
            return False
    return text == text.strip()


def _stretches(parts: Parts, given: Any) -> Iterator[Stretch]:
    for index, one in enumerate(given if isinstance(given, list) else []):
        path = f"rule_exec_info.time_period_info[{index + 1}]"
        if not isinstance(one, Mapping):
            parts.lose(path, "is no object")
            continue
        parts.unknown(path, one, ("date_type", "num", "start_time", "end_time"))
        unit, numbers = str(one.get("date_type")), one.get("num")
        start, end = str(one.get("start_time")), str(one.get("end_time"))
        known = unit in VOCABULARY["rule_exec_info.time_period_info.date_type"]
        low = 0 if unit == "DAY" else 1
        fits = isinstance(numbers, list) and numbers and all(
            isinstance(each, int) and low <= each <= _DAYS.get(unit, 0) for each in numbers
        )  # fmt: skip
        clock = all(_CLOCK.fullmatch(each) and _is_clock(each) for each in (start, end))
        if not known or not fits or not clock or len(set(numbers or ())) < len(numbers or ()):
            parts.lose(path, f"{str(dict(one))[:100]} is no time that is known")
            continue
        yield Stretch(unit, tuple(numbers or ()), start, end)


def _is_clock(text: str) -> bool:
    return text == "24:00" or not text.startswith("24")


# --- mail -----------------------------------------------------------------------------------------


def email_in(parts: Parts, given: Any) -> Email | None:
    """TikTok's own mail."""
    if given is None or given == {}:
        return None
    path = _OPTION
    if not isinstance(given, Mapping):
        parts.lose(path, "is no object")
        return None
    known = ("email_exec_time", "mute_option", "no_result_notification", "notification_period")
    parts.unknown(path, given, known)
    for name in ("mute_option", "notification_period"):
        if given.get(name) is not None:
            parts.word(f"{_OPTION}.{name}", path, name, given[name])
    times, no_result = given.get("email_exec_time"), given.get("no_result_notification")
    if times is not None and not (
        isinstance(times, list) and all(isinstance(one, str) and one.strip() for one in times)
    ):
        parts.lose(f"{path}.email_exec_time", "is no list of times")
        times = None
    if no_result is not None and not isinstance(no_result, bool):
        parts.lose(f"{path}.no_result_notification", "is neither true nor false")
        no_result = None
    return Email(
        _known(f"{_OPTION}.notification_period", given.get("notification_period")),
        tuple(times) if times is not None else None,
        _known(f"{_OPTION}.mute_option", given.get("mute_option")),
        no_result,
    )


def _known(vocabulary: str, word: Any) -> str | None:
    return word if word in VOCABULARY[vocabulary] else None
