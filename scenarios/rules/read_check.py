"""Reads when a rule is checked: `every 30 minutes`, `at 09:00`, or only in some stretches."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from scenarios.cron import WEEKDAY_NAMES
from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.rules.model import Check, Stretch
from scenarios.section import Section
from scenarios.times import read_duration, read_moment, read_time
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["CHECK", "STRETCH", "UNITS", "read_check"]

CHECK: Final = ("every", "at", "during", "custom")
STRETCH: Final = ("weekdays", "month_days", "day_numbers", "from", "to")
#: TikTok's words for what the numbers of a stretch are.
UNITS: Final[Mapping[str, str]] = {
    "weekdays": "WEEK", "month_days": "MONTH", "day_numbers": "DAY",
}  # fmt: skip
SHORTEST: Final = 300
LONGEST: Final = 7 * 86_400
EVERY_DAY: Final = tuple(range(1, 8))
_WORDS: Final = re.compile(r"(every|at)\s+(.+)")


def read_check(section: Section) -> Check:
    """Read `check`; without one it is every half hour, as TikTok does it."""
    node = section.node_of("check")
    if isinstance(node, ScalarNode):
        return section.read("check", _in_words) or Check()
    return _at_length(section) if node is not None else Check()


def _in_words(text: str) -> Check:
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        raise ValueError("does not say when: write for example every 30 minutes, or at 09:00")
    return Check(_every(found[2])) if found[1] == "every" else Check(None, _at(found[2]))


def _at_length(section: Section) -> Check:
    inner = section.inner("check", CHECK)
    if "custom" in inner:
        for name in ("every", "during"):
            if name in inner:
                inner.error(name, "does not go with custom")
        at = inner.read("at", str)
        return Check(at=at, during=_stretches(inner, "custom"), is_custom=True)
    if "at" in inner and "every" not in inner and "during" not in inner:
        return Check(None, inner.read("at", _at))
    at = inner.read("at", str)
    return Check(inner.read("every", _every) or 1800, at, _stretches(inner, "during"))


def _every(text: str) -> int:
    if text.strip() in ("half hour", "half an hour"):
        return 1800
    seconds = read_duration(text)
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError("must be from 5 minutes to 7 days")
    return seconds


def _at(text: str) -> str:
    """A time of the day, or a moment."""
    try:
        read_time(text)
    except ValueError:
        read_moment(text)
    return text.strip()


def _stretches(section: Section, name: str) -> tuple[Stretch, ...]:
    node = section.node_of(name)
    if isinstance(node, ListNode) and not node.items:
        section.error(name, "has no stretch, so it would never be checked")
    found = [_stretch(one, path, section.problems) for path, one in section.items(name)]
    return tuple(one for one in found if one is not None)


def _stretch(node: Node, path: FieldPath, problems: Problems) -> Stretch | None:
    section = Section(node, path, problems, STRETCH)
    if not isinstance(node, MapNode):
        return None
    section.need("from")
    section.need("to")
    chosen = [name for name in UNITS if name in section]
    if len(chosen) > 1:
        problems.error(node.place, path, f"has {' and '.join(chosen)}; make two stretches of it")
    start, end = section.read("from", _time), section.read("to", _time)
    if not chosen:
        return Stretch("WEEK", EVERY_DAY, start or "00:00", end or "24:00")
    readers: dict[str, Callable[[str], int]] = {
        "weekdays": _weekday, "month_days": _month_day, "day_numbers": _number,
    }  # fmt: skip
    numbers = tuple(dict.fromkeys(section.several(chosen[0], readers[chosen[0]])))
    if not numbers:
        section.error(chosen[0], "names no day")
    return Stretch(UNITS[chosen[0]], numbers, start or "00:00", end or "24:00")


def _time(text: str) -> str:
    if text.strip() != "24:00":
        read_time(text)
    return text.strip()


def _weekday(text: str) -> int:
    """Monday is 1."""
    word = text.strip().lower()
    for number, name in enumerate(WEEKDAY_NAMES, 1):
        if word in (name, name[:3]):
            return number
    raise ValueError(f"is no weekday: {near(word, WEEKDAY_NAMES) or 'write for example monday'}")


def _month_day(text: str) -> int:
    if not re.fullmatch(r"[1-9]|[12][0-9]|3[01]", text.strip()):
        raise ValueError("is no day of a month: 1 to 31")
    return int(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()):
        raise ValueError("is no number")
    return int(text)
