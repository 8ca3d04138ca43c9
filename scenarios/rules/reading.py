"""Reads rule files: strict YAML, every fault at once with its place in the file."""

import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from scenarios.load_limits import read_limits
from scenarios.loader import read_scenario_text
from scenarios.places import FieldPath, Place
from scenarios.problems import Problems, near
from scenarios.rules.model import ApplyTo, Email, Rule
from scenarios.rules.read_actions import read_actions, read_frequency
from scenarios.rules.read_check import read_check
from scenarios.rules.read_conditions import read_conditions
from scenarios.rules.words import Level, NotifyWhen, Raising, Which, plain_word
from scenarios.schedules import ACCOUNT
from scenarios.section import Section
from scenarios.times import time_zones
from scenarios.yaml_nodes import ListNode, MapNode, Node, places_of
from scenarios.yaml_reading import compose

__all__ = [
    "APPLY_TO",
    "EMAIL",
    "KEYS",
    "PARENTS",
    "load_rule",
    "load_rule_file",
    "read_rule",
]

WordT = TypeVar("WordT", bound=StrEnum)

#: What a rule file may have.
KEYS: Final = (
    "rule", "description", "account", "connection", "apply_to", "when", "then", "frequency",
    "check", "timezone", "notify", "tell", "email", "min_spend", "raising", "limits", "native_id",
)  # fmt: skip
APPLY_TO: Final = ("level", "which", "ids", "under")
EMAIL: Final = ("period", "times", "mute", "no_result")
#: What the ids of `under` may be of, and TikTok's own words for what a mail is sent for.
PARENTS: Final = ("campaigns", "ad_groups", "parents")
PERIODS: Final = {"every time": "EVERY_TIME", "scheduled": "TIME_SCHEDULE"}
#: As long as a rule's name may be here; it is a data store's and a scenario's name too.
LONGEST_NAME: Final = 54
MOST_IDS: Final = 10_000
_NAME: Final = re.compile(r"[^\W_](?:[\w -]*\w)?")
_ID: Final = re.compile(r"[0-9]{1,32}")
_AMOUNT: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")


def load_rule(text: str, path: Path | None = None) -> Rule:
    """Understand a rule.

    Whether it can be run as well is for `scenarios.rules.checking`.

    Raises:
        InvalidScenarioError: It cannot be understood; tells every fault.
    """
    problems = Problems(path)
    rule = read_rule(text, problems)
    problems.raise_errors()
    assert rule is not None  # noqa: S101 - reading nothing notes why
    return rule


def load_rule_file(path: Path) -> Rule:
    """Read a file and understand it.

    Raises:
        InvalidScenarioError: It cannot be understood, or is no text.
        OSError: It cannot be read.
    """
    return load_rule(read_scenario_text(path), path)


def read_rule(text: str, problems: Problems) -> Rule | None:
    """Understand as much as can be; None if it is no mapping at all, or has no name or parts."""
    node = compose(text, problems)
    if not isinstance(node, MapNode):
        if not problems.found:
            problems.error(Place(), (), "is no rule", "it needs rule, apply_to, when and then")
        return None
    section = Section(node, (), problems, KEYS)
    for name in ("rule", "apply_to", "when", "then"):
        section.need(name)
    usual = section.read("frequency", read_frequency)
    limits = section.node_of("limits")
    read_limits(limits, ("limits",), problems)
    groups = _groups(section)
    if not groups:
        return None
    return Rule(
        name=_name(section),
        description=section.text("description") or "",
        account=section.read("account", _id) or "",
        connection=section.text("connection") or "",
        apply_to=groups,
        conditions=read_conditions(section),
        actions=read_actions(section, usual),
        check=read_check(section),
        timezone=section.read("timezone", _zone) or ACCOUNT,
        notify=section.choice("notify", NotifyWhen, NotifyWhen.ANY_CHANGE),
        tell=section.text("tell"),
        email=_email(section),
        min_spend=section.read("min_spend", _min_spend),
        raising=section.choice("raising", Raising, Raising.HOLD),
        limits=limits.plain() if isinstance(limits, MapNode) else {},
        native_id=section.read("native_id", _id),
        places=dict(places_of(node)),
    )


def _name(section: Section) -> str:
    name = section.text("rule") or ""
    if "rule" in section and (not _NAME.fullmatch(name) or len(name) > LONGEST_NAME):
        text = f"must be 1 to {LONGEST_NAME} letters, digits, blanks, - or _"
        section.error("rule", f"{name[:40]!r} {text}")
    return name


def _zone(text: str) -> str:
    if text != ACCOUNT and text not in time_zones():
        raise ValueError("is no time zone: write for example Europe/Berlin, or account")
    return text


def _min_spend(text: str) -> Decimal:
    if text.strip().lower() == "none":
        return Decimal(0)
    if not _AMOUNT.fullmatch(text.strip()):
        raise ValueError("is no amount: write for example 20, or none")
    return Decimal(text.strip())


def _id(text: str) -> str:
    if not _ID.fullmatch(text.strip()):
        raise ValueError("is no id: ids are digits, and stand in quotes")
    return text.strip()


# --- objects --------------------------------------------------------------------------------------


def _groups(section: Section) -> tuple[ApplyTo, ...]:
    node = section.node_of("apply_to")
    if node is None:
        return ()
    if isinstance(node, ListNode) and not node.items:
        section.error("apply_to", "names nothing")
    found = [_group(one, path, section.problems) for path, one in section.items("apply_to")]
    return tuple(one for one in found if one is not None)


def _group(node: Node, path: FieldPath, problems: Problems) -> ApplyTo | None:
    section = Section(node, path, problems, APPLY_TO)
    if not isinstance(node, MapNode):
        return None
    section.need("level")
    level = _word(section, "level", Level)
    which = _word(section, "which", Which) or (Which.SELECTED if "ids" in section else Which.ACTIVE)
    ids, under = _ids(section, "ids"), None
    if "under" in section:
        under, inner = _under(section, level)
        if ids or which is Which.SELECTED:
            section.error("under", "goes with all active and all inactive, without ids")
        ids = inner
    elif which is Which.SELECTED and not ids:
        section.error("ids", "is required for selected: the ids of the objects")
    elif which is not Which.SELECTED and ids:
        section.error("ids", f"does not go with {which}", "write which: selected")
    return ApplyTo(level, which, ids, under) if level else None


def _under(section: Section, level: Level | None) -> tuple[str | None, tuple[str, ...]]:
    """What the objects belong to: `{campaigns: [ids]}` or `{ad_groups: [ids]}`."""
    inner = section.inner("under", PARENTS)
    chosen = [name for name in PARENTS if name in inner]
    if len(chosen) != 1:
        section.error("under", f"must have one of {', '.join(PARENTS)}")
        return None, ()
    fits = {Level.CAMPAIGN: (), Level.AD_GROUP: ("campaigns", "parents"), Level.AD: PARENTS}
    if level and chosen[0] not in fits[level]:
        section.error("under", f"{level}s belong to no {chosen[0].replace('_', ' ')}")
    ids = _ids(inner, chosen[0])
    if not ids:
        inner.error(chosen[0], "names none")
    return chosen[0].replace("_", " "), ids


def _ids(section: Section, name: str) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(section.several(name, _id)))
    if len(ids) > MOST_IDS:
        section.error(name, f"are more than {MOST_IDS:,}")
    return ids


def _word(section: Section, name: str, words: type[WordT]) -> WordT | None:
    """One of several words, however its parts are joined."""
    text = section.text(name)
    if text is None:
        return None
    word = plain_word(text)
    found = next((one for one in words if one == word), None)
    if found is None:
        hint = near(word, words) or f"one of {', '.join(words)}"
        section.error(name, f"there is no {name} {text[:40]!r}", hint)
    return found


# --- mail -----------------------------------------------------------------------------------------


def _email(section: Section) -> Email | None:
    if "email" not in section:
        return None
    inner = section.inner("email", EMAIL)
    period = inner.text("period")
    if period is not None and period not in PERIODS:
        inner.error("period", f"must be one of {', '.join(PERIODS)}")
    flags = {
        name: inner.flag(name, default=False) if name in inner else None
        for name in ("mute", "no_result")
    }
    mute = flags["mute"]
    return Email(
        PERIODS.get(period or ""),
        tuple(inner.several("times", str)) if "times" in inner else None,
        None if mute is None else "MUTE" if mute else "UNMUTE",
        flags["no_result"],
    )
