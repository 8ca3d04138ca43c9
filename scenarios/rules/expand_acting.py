"""The last steps of a rule's scenario: what is done to each object, and who is told."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scenarios.rules.expand_objects import MATCHES
from scenarios.rules.expressions import kept_times, literal, may_act, whole
from scenarios.rules.layout import Piece, opening
from scenarios.rules.model import Action, Frequency, Rule
from scenarios.rules.words import (
    FACTS,
    ActionKind,
    FrequencyKind,
    How,
    NotifyWhen,
    Raising,
)

__all__ = ["acting_steps", "store_of"]

_SWITCHES: Final = {ActionKind.TURN_ON: "ENABLE", ActionKind.TURN_OFF: "DISABLE"}
_MODES: Final[Mapping[ActionKind, tuple[str, ...]]] = {
    ActionKind.DAILY_BUDGET: ("BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"),
    ActionKind.LIFETIME_BUDGET: ("BUDGET_MODE_TOTAL",),
    ActionKind.BUDGET: (
        "BUDGET_MODE_DAY", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL",
    ),
}  # fmt: skip
_BIDS: Final = ("bid_price", "conversion_bid_price")
_DONE: Final = {
    ActionKind.TURN_ON: "switched on",
    ActionKind.TURN_OFF: "switched off",
    ActionKind.MESSAGE: "",
}
#: What a parked action waits for at most; it is not asked for again before.
_DAILY: Final = Frequency(FrequencyKind.ONCE_IN_24_HOURS)


def store_of(rule: Rule) -> str:
    """The data store that remembers when what was done to which object."""
    return f"rule {rule.name}"


def acting_steps(rule: Rule) -> Iterator[Piece]:
    """Everything behind the list of objects that match."""
    for action in rule.actions:
        yield from _Acting(rule, action).pieces()
    yield from _telling(rule)


class _Acting:
    """One action, object by object."""

    def __init__(self, rule: Rule, action: Action):
        self.rule = rule
        self.action = action
        self.name = action.kind.value.replace(" ", "_")
        self.item = f"each_{self.name}"
        self.memory = f"{self.name}_before"
        self.is_asked = rule.raising is Raising.HOLD and action.raises
        self.frequency = action.frequency or (_DAILY if self.is_asked else None)

    def pieces(self) -> Iterator[Piece]:
        comment = f"{_capital(self.action.said)}{self._often()}."
        yield opening(f"to_{self.name}", comment, count=whole(f"{MATCHES}.count"))
        yield Piece({"id": self.item, "iterator": {"items": whole(f"{MATCHES}.array")}})
        if self.frequency is not None:
            yield Piece({"id": self.memory, "store": self._store("get")})
        is_message = self.action.kind is ActionKind.MESSAGE
        if (self.is_asked or is_message) and self.frequency is not None:
            yield self._remembering(self._condition())
        if not is_message:
            yield from self._change()
            if self.frequency is not None and not self.is_asked:
                yield self._remembering(whole(self._happened()))
            else:
                yield self._changed()
        yield Piece(
            {
                "id": f"{self.name}_done",
                "aggregator": {
                    "source": f"to_{self.name}",
                    "kind": "text",
                    "value": self._line(),
                },
            }
        )

    # --- memory ---------------------------------------------------------------------------------

    def _often(self) -> str:
        if self.frequency is None:
            return ""
        times = {FrequencyKind.ONCE: ", once ever"}.get(self.frequency.kind)
        said = times or f", {self.frequency}"
        asked = " (it is parked until you let it through)" if self.is_asked else ""
        return f"{said} for each object{asked}"

    def _store(self, operation: str) -> dict[str, Any]:
        key = f"{self.action.kind}: {whole(f'{self.item}.id')}"
        return {"name": store_of(self.rule), "operation": operation, "key": key}

    def _remembering(self, when: str | None) -> Piece:
        assert self.frequency is not None  # noqa: S101 - where it is called
        step: dict[str, Any] = {"id": f"{self.name}_noted"}
        if when:
            step["when"] = when
        value = kept_times(self.frequency, self.memory)
        return Piece({**step, "store": {**self._store("put"), "value": value}})

    def _condition(self) -> str | None:
        """When this object is due, and the action fits it."""
        parts = []
        if self.frequency is not None:
            parts.append(may_act(self.frequency, self.memory))
        modes = _MODES.get(self.action.kind, ())
        if modes:
            fits = " | ".join(f'{self.item}.budget_mode = "{mode}"' for mode in modes)
            parts.append(fits)
        if self.action.kind is ActionKind.BID:
            parts.append(" | ".join(f"{self.item}.{bid} > 0" for bid in _BIDS))
        joined = [f"({one})" for one in parts] if len(parts) > 1 else parts
        return whole(" & ".join(joined)) if joined else None

    # --- changes --------------------------------------------------------------------------------

    def _change(self) -> Iterator[Piece]:
        action, facts = self.action, FACTS[self.rule.level]
        step: dict[str, Any] = {"id": self.name, "title": _capital(action.said)}
        when = None if self.is_asked else self._condition()
        if when:
            step["when"] = when
        step["module"] = self._module()
        step["connection"] = self.rule.connection
        own = {"advertiser_id": self.rule.account, facts.key: whole(f"{self.item}.id")}
        if action.kind in _SWITCHES:
            step["params"] = {**own, "status": _SWITCHES[action.kind]}
        elif action.kind is ActionKind.BID:
            step["params"] = {
                "method": "POST",
                "path": "/adgroup/update/",
                "body": {**own, **{bid: self._bid(bid) for bid in _BIDS}},
            }
        else:
            step["params"] = {**own, **self._budget()}
        # The next check decides anew, by figures that are fresh; old decisions are not repeated.
        step["on_error"] = "ignore"
        yield Piece(step)

    def _changed(self) -> Piece:
        """Only what has changed is told."""
        step = {"id": f"{self.name}_changed", "when": whole(self._happened())}
        return Piece({**step, "set": {"variables": {"id": whole(f"{self.item}.id")}}})

    def _module(self) -> str:
        facts = FACTS[self.rule.level]
        if self.action.kind in _SWITCHES:
            return facts.status
        if self.action.kind is ActionKind.BID:
            return "make_api_call"
        assert facts.budget is not None  # noqa: S101 - checked before
        return facts.budget

    def _budget(self) -> dict[str, Any]:
        action = self.action
        sign = {How.INCREASE: "+", How.DECREASE: "-"}.get(action.how or How.SET, "")
        wanted: dict[str, Any] = {
            "budget": f"{sign}{action.amount}{' %' if action.is_percent else ''}"
        }
        if action.bound is not None:
            bound = "at_most" if action.how is How.INCREASE else "at_least"
            wanted[bound] = str(action.bound)
        return wanted

    def _bid(self, name: str) -> str:
        """What a bid becomes; one that is not set is left out of the call."""
        old, action = f"{self.item}.{name}", self.action
        if action.how is How.SET:
            return whole(f"if({old} > 0; {action.amount}; ignore)")
        by = f"{old} * {action.amount} / 100" if action.is_percent else f"{action.amount}"
        new = f"{old} {'+' if action.how is How.INCREASE else '-'} {by}"
        if action.bound is not None:
            # A step up never ends lower than it began, nor a step down higher.
            inner, outer = ("min", "max") if action.how is How.INCREASE else ("max", "min")
            new = f"{outer}({old}; {inner}({new}; {action.bound}))"
        return whole(f"if({old} > 0; round({new}; 2); ignore)")

    def _happened(self) -> str:
        """Whether the step has changed something; a plain call says nothing but that it worked."""
        if self.action.kind is ActionKind.BID:
            return f"{self.name}.status_code = 200"
        return f"{self.name}.changed"

    # --- what is said ---------------------------------------------------------------------------

    def _line(self) -> str:
        who = f"{whole(f'{self.item}.name')} ({whole(f'{self.item}.id')})"
        why = whole(f"{self.item}.because")
        kind = self.action.kind
        if kind is ActionKind.MESSAGE:
            return f"{who}: {why}"
        if kind in _DONE:
            return f"{who} {_DONE[kind]}: {why}"
        if kind is ActionKind.BID:
            return f"{who} bid changed ({self.action.said}): {why}"
        step = self.name
        change = f"{whole(f'{step}.before')} → {whole(f'{step}.after')} {whole(f'{step}.currency')}"
        return f"{who} budget {change}: {why}"


def _telling(rule: Rule) -> Iterator[Piece]:
    """One message about everything: whom the rule wants to be told of, and what was done."""
    done = {one.kind: f"{one.kind.value.replace(' ', '_')}_done" for one in rule.actions}
    message = done.pop(ActionKind.MESSAGE, None)
    tells_changes = rule.notify is not NotifyWhen.NEVER
    counted = ([message] if message else []) + (list(done.values()) if tells_changes else [])
    if not counted and rule.notify is not NotifyWhen.EVERY_RUN:
        return
    parts = [_part(one, rule if one == message else None) for one in counted]
    if tells_changes and done:
        count = " + ".join(f"{one}.count" for one in done.values())
        parts.append(f"{whole(f'{MATCHES}.count')} matched, {whole(count)} changed.")
    elif rule.notify is NotifyWhen.EVERY_RUN:
        parts.append(f"{whole(f'{MATCHES}.count')} matched.")
    step: dict[str, Any] = {"id": "tell", "title": "Tell what was found and done"}
    if rule.notify is not NotifyWhen.EVERY_RUN:
        step["when"] = whole(" | ".join(f"{one}.count > 0" for one in counted))
    yield Piece(
        {
            **step,
            "module": "notify",
            "connection": rule.tell,
            "params": {"title": rule.name, "text": "".join(parts)},
            "on_error": "ignore",
        },
        ("A message that does not arrive is no reason to stop.",),
    )


def _part(done: str, rule: Rule | None) -> str:
    """The lines of one action, if there are any; with a message's own text above them."""
    own = next((one.text for one in rule.actions if one.text), None) if rule else None
    above = f"{literal(own)}; newline; " if own else ""
    return whole(f"if({done}.count > 0; concat({above}{done}.text; newline))")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
