"""TikTok's own rules as ours: loss-free, or told part by part (`/optimizer/rule/get|list/`).

The sheets tell what a rule is created with and not what listings answer; that a listed rule has the
same fields, with a `rule_id`, is assumed. Whatever else is there is told of, and left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from scenarios.rules.metrics import MetricKind
from scenarios.rules.model import Action, Condition, Rule
from scenarios.rules.native_matching import conditions_in, groups_in
from scenarios.rules.native_parts import Parts, actions_in, check_in, email_in
from scenarios.rules.reading import LONGEST_NAME
from scenarios.rules.words import Match, NotifyWhen, Raising
from scenarios.rules.writing import write_rule
from scenarios.schedules import ACCOUNT
from scenarios.times import time_zones

__all__ = ["Imported", "Wishes", "import_rules", "rules_in"]

#: Where rules may lie in an answer.
_LISTS: Final = ("rules", "list", "rule_list")
_ID: Final = re.compile(r"[0-9]{1,32}")
_KNOWN: Final = (
    "name", "tzone", "apply_objects", "conditions", "actions", "rule_exec_info", "notification",
    "rule_id",
)  # fmt: skip


@dataclass(frozen=True)
class Wishes:
    """What an imported rule is given that a native one does not say.

    Args:
        account: The advertiser account.
        connection: The connection for it.
        tell: The connection for notifications.
    """

    account: str = ""
    connection: str = ""
    tell: str | None = None


@dataclass(frozen=True)
class Imported:
    """What became of one native rule.

    Args:
        name: What it is called there.
        rule: Our rule; None if something could not be carried over: without it the rule would do
            something else, and perhaps to more objects.
        text: Its file; empty if there is none.
        lost: What could not be carried over, each with its place and the reason.
        notes: What is left out without changing what the rule does, and what was added.
    """

    name: str
    rule: Rule | None
    text: str
    lost: Sequence[str] = field(default=())
    notes: Sequence[str] = field(default=())


def rules_in(data: Any) -> list[Mapping[str, Any]]:
    """The native rules in an answer, in its data, in a request, or in a list.

    Raises:
        ValueError: There are none in it.
    """
    if isinstance(data, Mapping) and isinstance(data.get("data"), Mapping | list):
        data = data["data"]
    if isinstance(data, Mapping):
        found = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), None)
        data = found if found is not None else [data] if "apply_objects" in data else None
    if not isinstance(data, list) or not all(isinstance(one, Mapping) for one in data):
        raise ValueError("holds no rules: it has no list named rules or list")
    return data


def import_rules(data: Any, wishes: Wishes | None = None) -> list[Imported]:
    """Make rules of native ones.

    Args:
        data: What `/optimizer/rule/get/` or `/optimizer/rule/list/` answered.
        wishes: What native rules do not say.

    Raises:
        ValueError: There are no rules in it.
    """
    return [_import(one, wishes or Wishes()) for one in rules_in(data)]


def _import(native: Mapping[str, Any], wishes: Wishes) -> Imported:
    parts = Parts()
    name = str(native.get("name") or "").strip()
    groups = tuple(groups_in(parts, native))
    conditions = tuple(conditions_in(parts, native))
    actions = tuple(actions_in(parts, parts.objects(native, "actions")))
    parts.unknown("", native, _KNOWN)
    notify, email = _notification(parts, native)
    check, zone = check_in(parts, native.get("rule_exec_info")), _zone(parts, native.get("tzone"))
    if parts.lost:
        return Imported(name or "without a name", None, "", tuple(parts.lost), tuple(parts.notes))
    rule = Rule(
        name=_name(parts, name, native),
        account=wishes.account,
        connection=wishes.connection,
        tell=wishes.tell,
        apply_to=groups,
        conditions=conditions,
        actions=actions,
        check=check,
        timezone=zone,
        notify=notify,
        email=email,
        # What TikTok does without them is done without them: it is said, and can be changed.
        min_spend=Decimal(0) if _is_without_floor(conditions, actions) else None,
        native_id=_native_id(parts, native.get("rule_id")),
    )
    if any(one.raises for one in actions) and rule.raising is Raising.HOLD:
        parts.notes.append("What may raise spending is parked for a person: raising: hold.")
    if rule.min_spend is not None:
        parts.notes.append("It decides without a minimum of spend, as TikTok's does.")
    return Imported(name, rule, write_rule(rule, _comments(name, parts)), (), tuple(parts.notes))


def _comments(name: str, parts: Parts) -> list[str]:
    return [f"TikTok's own rule “{_line(name)}”.", *map(_line, parts.notes)]


def _line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:400]


def _name(parts: Parts, name: str, native: Mapping[str, Any]) -> str:
    """A name that files and commands can have."""
    plain = " ".join(re.sub(r"[^\w -]+", " ", name).split())[:LONGEST_NAME].strip(" -_")
    plain = plain or f"rule {native.get('rule_id') or 1}"
    if plain != name:
        parts.notes.append(f"It is called {plain!r} here.")
    return plain


def _native_id(parts: Parts, value: Any) -> str | None:
    if value is None:
        return None
    if not _ID.fullmatch(str(value)):
        parts.notes.append(f"rule_id: {str(value)[:40]!r} is no id.")
        return None
    return str(value)


def _zone(parts: Parts, value: Any) -> str:
    if value in (None, ""):
        return ACCOUNT
    if value not in time_zones():
        parts.lose("tzone", f"{str(value)[:40]!r} is no time zone that is known")
        return ACCOUNT
    return str(value)


def _is_without_floor(conditions: Sequence[Condition], actions: Sequence[Action]) -> bool:
    noisy = [
        one for one in conditions
        if one.metric.is_late or one.metric.kind in (MetricKind.RATE, MetricKind.OWN)
    ]  # fmt: skip
    floors = [
        one for one in conditions
        if one.metric.name == "cost" and one.match in (Match.ABOVE, Match.BETWEEN)
    ]  # fmt: skip
    return bool(noisy) and not floors and any(one.kind != "message" for one in actions)


# --- notification ---------------------------------------------------------------------------------


def _notification(parts: Parts, native: Mapping[str, Any]) -> tuple[NotifyWhen, Any]:
    one = native.get("notification")
    if not isinstance(one, Mapping):
        parts.lose("notification", "is missing")
        return NotifyWhen.ANY_CHANGE, None
    parts.unknown("notification", one, ("notification_type", "email_setting"))
    field_name = "notification.notification_type"
    word = (
        parts.word(field_name, "notification", "notification_type", one["notification_type"])
        if "notification_type" in one
        else None
    )
    notify = NotifyWhen(word) if word in list(NotifyWhen) else NotifyWhen.ANY_CHANGE
    return notify, email_in(parts, one.get("email_setting"))
