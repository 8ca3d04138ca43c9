"""Reads the conditions of a rule: `{metric: cost, is: "> 50", over: today, of: each}`."""

import re
from typing import Final

from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.rules.metrics import METRICS, Metric, MetricKind, same_metric
from scenarios.rules.model import Condition
from scenarios.rules.words import Calculation, Match, Window, plain_word
from scenarios.section import Section
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["CONDITION", "NUMBERS", "TEXTS", "compared", "read_conditions"]

CONDITION: Final = ("metric", "is", "over", "of")
ALWAYS: Final = "always"
#: Comparisons of numbers, and of texts.
NUMBERS: Final = (Match.ABOVE, Match.BELOW, Match.AT_LEAST, Match.AT_MOST, Match.BETWEEN)
TEXTS: Final = tuple(one for one in Match if one not in NUMBERS)
#: Those that compare with one text only.
SINGLE: Final = (Match.EQUALS,)
LONGEST_VALUE: Final = 512
MOST_VALUES: Final = 100
_NUMBER: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*%?")
_SIGNS: Final = re.compile(r"(>=|<=|>|<)\s*(.*)", re.DOTALL)
_BETWEEN: Final = re.compile(r"between\s+(\S+(?:\s*%)?)\s+and\s+(\S+(?:\s*%)?)")
_WORDED: Final = re.compile(
    r"(contains|does not contain|starts with|ends with|equals|one of)\s+(.*)", re.DOTALL
)


def read_conditions(section: Section) -> tuple[Condition, ...]:
    """Read `when`: a list of conditions, or `always`."""
    node = section.node_of("when")
    if isinstance(node, ScalarNode) and node.text == ALWAYS:
        return (Condition(METRICS[ALWAYS]),)
    if isinstance(node, ListNode) and not node.items:
        section.error("when", "has no condition", "if nothing has to hold, write: always")
    found = [_condition(one, path, section.problems) for path, one in section.items("when")]
    return tuple(one for one in found if one is not None)


def _condition(node: Node, path: FieldPath, problems: Problems) -> Condition | None:
    section = Section(node, path, problems, CONDITION)
    if not isinstance(node, MapNode):
        return None
    section.need("metric")
    name = section.text("metric") or ""
    metric = same_metric(name)
    if metric is None:
        if name:
            hint = near(plain_word(name), METRICS) or f"known here: {', '.join(METRICS)}"
            section.error("metric", f"there is no metric {name[:40]!r}", hint)
        return None
    over = _over(section, metric)
    of = section.choice("of", Calculation, Calculation.EACH)
    if not metric.has_window and "of" in section:
        section.error("of", f"is for figures; {metric.name} is told of each object")
    if metric.kind is MetricKind.NOTHING:
        if "is" in section:
            section.error("is", "says nothing here: always is no comparison")
        return Condition(metric)
    match, values = _compared(section, metric)
    return Condition(metric, match, values, over, of)


def _over(section: Section, metric: Metric) -> Window | None:
    if not metric.has_window:
        if "over" in section:
            section.error("over", f"is for figures; {metric.name} has no days")
        return None
    hint = f"one of {', '.join(Window)}"
    section.need("over", hint)
    text = section.text("over")
    if text is not None and plain_word(text) in list(Window):
        return Window(plain_word(text))
    if text is not None:
        said = near(plain_word(text), Window) or hint
        section.error("over", f"{text[:40]!r} is no time that rules look at", said)
    return None


# --- comparisons ----------------------------------------------------------------------------------


def _compared(section: Section, metric: Metric) -> tuple[Match | None, tuple[str, ...]]:
    node = section.need("is", f"how {metric.name} is compared")
    if isinstance(node, MapNode):
        inner = section.inner("is", [str(one) for one in Match])
        if len(node.entries) != 1:
            section.error("is", "must have one comparison")
            return None, ()
        word = next(iter(node.entries))
        match = Match(word) if word in list(Match) else None
        values = tuple(inner.several(word, str))
        return _judged(section, metric, match, values)
    text = section.text("is")
    if text is None:
        return None, ()
    match, values = compared(text)
    if match is None and not metric.is_number:
        match, values = Match.EQUALS, (text,)
    return _judged(section, metric, match, values)


def compared(text: str) -> tuple[Match | None, tuple[str, ...]]:
    """Read `> 50`, `between 10 and 20`, `contains sale`, `one of A, B`; None if it is neither."""
    if found := _SIGNS.fullmatch(text.strip()):
        return Match(found[1]), (found[2],)
    if found := _BETWEEN.fullmatch(text.strip()):
        return Match.BETWEEN, (found[1], found[2])
    if found := _WORDED.fullmatch(text.strip()):
        match = Match(found[1])
        parts = (found[2],) if match is not Match.ONE_OF else tuple(found[2].split(", "))
        return match, parts
    return None, ()


def _judged(
    section: Section, metric: Metric, match: Match | None, values: tuple[str, ...]
) -> tuple[Match | None, tuple[str, ...]]:
    """Note what does not go together."""
    allowed = NUMBERS if metric.is_number else TEXTS
    if match is None or match not in allowed:
        said = "is no comparison" if match is None else "does not go with"
        whom = "" if match is None else f" {metric.name}"
        example = '"> 50"' if metric.is_number else '"contains sale"'
        section.error("is", f"{said}{whom}", f"write for example {example}")
        return None, ()
    most = 2 if match is Match.BETWEEN else 1
    if metric.is_number:
        return match, _numbers(section, match, values, most)
    fits = 1 <= len(values) <= (1 if match in SINGLE else MOST_VALUES)
    if not fits or not all(0 < len(one) <= LONGEST_VALUE for one in values):
        section.error("is", f"{match} takes a text of at most {LONGEST_VALUE} characters")
    return match, values


def _numbers(section: Section, match: Match, values: tuple[str, ...], most: int) -> tuple[str, ...]:
    found = [_NUMBER.fullmatch(one.strip()) for one in values]
    numbers = tuple(one[1] for one in found if one)
    if len(numbers) != most or len(found) != most:
        section.error("is", f"{match} takes {'two numbers' if most > 1 else 'a number'}")
    elif most > 1 and float(numbers[0]) > float(numbers[1]):
        section.error("is", f"{numbers[0]} is more than {numbers[1]}", "swap the two")
    return numbers
