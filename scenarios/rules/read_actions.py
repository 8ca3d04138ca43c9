"""Reads what a rule does: `turn off`, `{daily_budget: {increase: 20 %, at_most: 100}}`."""

import re
from decimal import Decimal
from typing import Final

from scenarios.places import FieldPath
from scenarios.problems import Problems, near
from scenarios.rules.model import Action, Frequency
from scenarios.rules.words import ActionKind, FrequencyKind, How, Unit, plain_word
from scenarios.section import Section
from scenarios.yaml_nodes import ListNode, MapNode, Node, ScalarNode

__all__ = ["AMOUNT", "LONGEST_TEXT", "MOST_TIMES", "read_actions", "read_frequency"]

AMOUNT: Final = (*(str(one) for one in How), "at_most", "at_least", "frequency")
MOST_TIMES: Final = 100
LONGEST_TEXT: Final = 2_000
EVERY_CHECK: Final = "every check"
_WANTED: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,4})?)\s*(%?)")
_CUSTOM: Final = re.compile(
    r"(?:once|([0-9]{1,4}) times?) in ([0-9]{1,5}) (minute|hour|day)s?", re.ASCII
)


def read_actions(section: Section, usual: Frequency | None) -> tuple[Action, ...]:
    """Read `then`: a list of actions, or a single one.

    Args:
        section: The rule.
        usual: How often an action may be done that does not say.
    """
    node = section.node_of("then")
    if isinstance(node, ListNode) and not node.items:
        section.error("then", "does nothing")
    found = [_action(one, path, section.problems, usual) for path, one in section.items("then")]
    return tuple(one for one in found if one is not None)


def read_frequency(text: str) -> Frequency | None:
    """Read `once`, `once in 24 hours`, `3 times in 2 days`; None is at every check.

    Raises:
        ValueError: It is none; says why.
    """
    word = " ".join(text.lower().split())
    if word == EVERY_CHECK:
        return None
    if word in list(FrequencyKind) and word != FrequencyKind.CUSTOM:
        return Frequency(FrequencyKind(word))
    found = _CUSTOM.fullmatch(word)
    if found is None:
        known = ", ".join(one for one in FrequencyKind if one is not FrequencyKind.CUSTOM)
        raise ValueError(f"is no frequency: {known}, or for example 3 times in 2 days")
    times, amount = int(found[1] or 1), int(found[2])
    if not 1 <= times <= MOST_TIMES or not amount:
        raise ValueError(f"must be 1 to {MOST_TIMES} times, in some time")
    return Frequency(FrequencyKind.CUSTOM, times, amount, Unit(f"{found[3]}s"))


def _action(
    node: Node, path: FieldPath, problems: Problems, usual: Frequency | None
) -> Action | None:
    if isinstance(node, ScalarNode):
        kind = _kind(node.text, node, path, problems)
        if kind is not None and kind.is_amount:
            hint = f"write for example {{{kind.replace(' ', '_')}: {{increase: 20 %}}}}"
            problems.error(node.place, path, f"does not say what becomes of the {kind}", hint)
            return None
        return Action(kind, frequency=usual) if kind else None
    entries = node.entries if isinstance(node, MapNode) else {}
    kinds = [name for name in entries if name != "frequency"]
    section = Section(node, path, problems, [*kinds, "frequency"])
    if len(kinds) != 1:
        if isinstance(node, MapNode):
            text = "must be one action; put each after a dash of its own"
            problems.error(node.place, path, text)
        return None
    kind = _kind(kinds[0], node, (*path, kinds[0]), problems)
    if kind is None:
        return None
    own = _frequency(section, usual)
    if kind.is_amount:
        return _amount(section, kinds[0], kind, own)
    return _word(section, kinds[0], kind, own)


def _kind(text: str, node: Node, path: FieldPath, problems: Problems) -> ActionKind | None:
    word = plain_word(text)
    if word in list(ActionKind):
        return ActionKind(word)
    hint = near(word, ActionKind) or f"known here: {', '.join(ActionKind)}"
    problems.error(node.place, path, f"there is no action {text[:40]!r}", hint)
    return None


def _frequency(section: Section, usual: Frequency | None) -> Frequency | None:
    return section.read("frequency", read_frequency) if "frequency" in section else usual


def _word(section: Section, name: str, kind: ActionKind, usual: Frequency | None) -> Action:
    """A switch or a message, perhaps with its own frequency or text."""
    node = section.node_of(name)
    is_message = kind is ActionKind.MESSAGE
    if isinstance(node, MapNode):
        known = ("text", "frequency") if is_message else ("frequency",)
        inner = Section(node, (*section.path, name), section.problems, known)
        own = _frequency(inner, usual)
        return Action(kind, frequency=own, text=_text(inner, "text"))
    text = _text(section, name)
    if text is not None and not is_message:
        section.error(name, "takes nothing but a frequency")
    return Action(kind, frequency=usual, text=text if is_message else None)


def _text(section: Section, name: str) -> str | None:
    text = section.text(name)
    if text is not None and len(text) > LONGEST_TEXT:
        section.error(name, f"is longer than {LONGEST_TEXT:,} characters")
    return text


def _amount(
    section: Section, name: str, kind: ActionKind, usual: Frequency | None
) -> Action | None:
    node = section.node_of(name)
    spelled = {plain_word(key): key for key in (node.entries if isinstance(node, MapNode) else {})}
    known = [key for word, key in spelled.items() if word.replace(" ", "_") in AMOUNT]
    inner = section.inner(name, [*known, *AMOUNT])
    ways = [how for how in How if how in spelled]
    if len(ways) != 1:
        section.error(name, f"must say one of {', '.join(How)}")
        return None
    how = ways[0]
    wanted = inner.read(spelled[how], _wanted)
    own = _frequency(inner, usual)
    bounds = {word: spelled[word] for word in ("at most", "at least") if word in spelled}
    fitting = {How.INCREASE: "at most", How.DECREASE: "at least"}.get(how)
    for word, key in bounds.items():
        if word != fitting:
            inner.error(key, f"does not go with {how}")
    bound = inner.read(bounds[fitting], _plain_amount) if fitting in bounds else None
    if wanted is None:
        return None
    amount, is_percent = wanted
    if how is How.SET and is_percent:
        inner.error(spelled[how], "is a share of nothing", "write an amount, or increase it by it")
    if how is How.DECREASE and is_percent and amount >= 100:  # noqa: PLR2004 - all of it
        inner.error(spelled[how], "would leave nothing")
    return Action(kind, how, amount, is_percent, bound, own)


def _wanted(text: str) -> tuple[Decimal, bool]:
    found = _WANTED.fullmatch(text.strip())
    if not found or not Decimal(found[1]):
        raise ValueError("is no amount: write for example 20 or 20 %")
    return Decimal(found[1]), bool(found[2])


def _plain_amount(text: str) -> Decimal:
    amount, is_percent = _wanted(text)
    if is_percent:
        raise ValueError("is a share; write an amount")
    return amount
