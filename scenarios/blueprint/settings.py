"""Translates how a scenario is run (platforms.md §1.5); each setting is told of."""

from collections.abc import Mapping
from typing import Any, Final

from scenarios.blueprint.coercing import as_flag, as_whole
from scenarios.blueprint.params import said_value
from scenarios.blueprint.report import Report, Verdict, What
from scenarios.blueprint.wording import line
from scenarios.load_settings import MOST_CYCLES, MOST_ERRORS

__all__ = ["settings_of"]

CYCLES: Final = "roundtrips"
#: Whole numbers: ours by Make's, and how many there may be.
_NUMBERS: Final[Mapping[str, tuple[str, int, int]]] = {
    CYCLES: ("cycles", 1, MOST_CYCLES),
    "maxErrors": ("max_errors", 0, MOST_ERRORS),
}
#: Yes or no, and the same here.
_FLAGS: Final = {"sequential": "sequential", "confidential": "confidential"}
#: Yes or no, and there is no choice here: what is so, and what to know if Make has it otherwise.
_FIXED: Final[Mapping[str, tuple[bool, str]]] = {
    "autoCommit": (True, "what a step has done stays done; nothing is committed together here"),
    "autoCommitTriggerLast": (True, "the cursor always goes on with what is handed on here"),
    "dlq": (True, "a bundle that stops part-way is always kept here"),
    "dataloss": (False, "nothing is dropped here when many bundles are kept"),
    "freshVariables": (False, "variables live as long as their scope says"),
}
PATH: Final = ("metadata", "scenario")
_WITHOUT_TRIGGER: Final = {
    False: "without a trigger Make does everything so many times over; here it is done once",
    True: "Make ignores it where a webhook begins, and so does adloom",
}


def settings_of(
    given: Mapping[str, Any], report: Report, *, is_polled: bool, is_instant: bool
) -> dict[str, Any]:
    """The settings as a scenario has them; those that are the default are left out.

    Args:
        given: `metadata.scenario` of the blueprint.
        report: Is told what became of each.
        is_polled: Whether the first step asks for news.
        is_instant: Whether the first step is told of news.
    """
    settings: dict[str, Any] = {}
    for name, value in given.items():
        verdict, said = _put(name, value, settings)
        if name == CYCLES and not is_polled and settings.pop("cycles", 1) > 1:
            # (platforms.md §1.5): ignored there with webhooks, and repeated without a trigger.
            verdict, said = Verdict.LEFT_OUT, _WITHOUT_TRIGGER[is_instant]
        if verdict is not None:
            report.other(What.SETTING, name, verdict, said, (*PATH, line(name, 60)))
    return settings


def _put(name: str, value: Any, settings: dict[str, Any]) -> tuple[Verdict | None, str]:
    """Translate one setting; the verdict on it, and what to know."""
    said = f"it is {said_value(value)}"
    if name in _NUMBERS or name in _FLAGS:
        return _put_ours(name, value, settings)
    if name in _FIXED:
        usual, told = _FIXED[name]
        same = as_flag(value) is usual
        return (Verdict.TRANSLATED if same else Verdict.LEFT_OUT), told
    if value in (None, [], {}, ""):
        return None, ""
    return Verdict.LEFT_OUT, f"{said}, and nobody knows what it means"


def _put_ours(name: str, value: Any, settings: dict[str, Any]) -> tuple[Verdict, str]:
    """Translate a setting that there is here too."""
    said = f"it is {said_value(value)}"
    if name in _FLAGS:
        flag = as_flag(value)
        if flag:
            settings[_FLAGS[name]] = True
        known = flag is not None
        return (
            (Verdict.TRANSLATED, f"is {_FLAGS[name]} here") if known else (Verdict.LEFT_OUT, said)
        )
    ours, low, high = _NUMBERS[name]
    number = as_whole(value)
    if number is None or not low <= number <= high:
        return Verdict.LEFT_OUT, f"{said}; {ours} is {low:,} to {high:,} here"
    settings[ours] = number
    return Verdict.TRANSLATED, f"is {ours} here"
