"""Rules tried on what reports and listings say, without an account: what they change and keep."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from adloom.wire import Record
from scenarios.loader import load_scenario
from scenarios.rules.expanding import expand_rule
from scenarios.rules.model import Rule
from scenarios.rules.reading import load_rule
from scenarios.rules.words import FACTS, Level
from scenarios.testing.model import Answer, Case, ErrorKind, Expected, Given, GivenError
from scheduler.testing import Happened, run_case

__all__ = ["ACCOUNT", "NOW", "Bench", "ids", "rule_text", "thing"]

ACCOUNT: Final = "7100000000000000001"
NOW: Final = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PATHS: Final = {
    Level.CAMPAIGN: "/campaign/get/",
    Level.AD_GROUP: "/adgroup/get/",
    Level.AD: "/ad/get/",
}
LISTS: Final = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "ad_groups", Level.AD: "ads"}
INFO: Final = {
    "advertiser_id": ACCOUNT,
    "currency": "EUR",
    "timezone": "UTC",
    "name": "Shop",
    "balance": 1000,
}


def ids(count: int) -> list[str]:
    """Ids of as many objects."""
    return [str(1_700_000_000_000_000 + number) for number in range(1, count + 1)]


def thing(level: Level, number: int, **more: Any) -> Record:
    """A row of a listing."""
    facts = FACTS[level]
    return {
        facts.key: ids(number)[-1],
        facts.name: f"{level} {number}",
        "operation_status": "ENABLE",
        "campaign_id": "1600000000000001",
        "adgroup_id": "1650000000000001",
        "create_time": "2026-11-01 00:00:00",
        **more,
    } | {facts.key: ids(number)[-1]}


def rule_text(**parts: str) -> str:
    """A rule file: a usual one, with some parts of its own."""
    usual = {
        "rule": "tried",
        "account": f'"{ACCOUNT}"',
        "connection": "acme",
        "apply_to": "{level: ad, which: all active}",
        "when": '[{metric: cost, is: "> 50", over: today}]',
        "then": "[turn off]",
        "check": "every 30 minutes",
        "tell": "team",
        "min_spend": "none",
    }
    return "".join(f"{name}: {value}\n" for name, value in {**usual, **parts}.items() if value)


@dataclass
class Bench:
    """A rule, and a world to try it in.

    Args:
        text: The rule file.
        things: The rows of the objects.
        figures: What reports say, by the word of the window, by the object's id.
        others: What other listings say, by the id of the step.
        now: What is the present.
        stores: What data stores hold; kept from run to run.
        refused: Ids of objects that the platform refuses to change.
    """

    text: str
    things: Sequence[Record]
    figures: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    others: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    now: datetime = NOW
    stores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: Sequence[str] = ()

    @property
    def rule(self) -> Rule:
        return load_rule(self.text)

    def run(self) -> Happened:
        """Run it once, as a new execution, with what the last one kept."""
        rule = self.rule
        text = expand_rule(rule).text
        scenario = load_scenario(text)
        given = Given(now=self.now, answers=self._answers(rule), stores=self.stores)
        happened = asyncio.run(run_case(Case("", given, Expected(), ()), scenario, {}))
        assert not happened.unanswered, happened.unanswered
        self.stores = happened.stores
        return happened

    def changed(self) -> list[str]:
        """Run it once; the ids of what it changed, in order."""
        return [str(one["id"]) for one in self.run().changes]

    def _answers(self, rule: Rule) -> dict[str, Sequence[Answer]]:
        level, facts = rule.level, FACTS[rule.level]
        answers: dict[str, Sequence[Answer]] = {LISTS[level]: [Answer(bundles=tuple(self.things))]}
        for word, rows in self.figures.items():
            bundles = tuple({facts.key: one, **figures} for one, figures in rows.items())
            answers[f"report_{word}"] = [Answer(bundles=bundles)]
        for step, others in self.others.items():
            answers[step] = [Answer(bundles=tuple(others))]
        reads: dict[str, Any] = {path: [] for path in PATHS.values()} | {
            "/advertiser/info/": [INFO]
        }
        for action in rule.actions:
            name = action.kind.value.replace(" ", "_")
            answers[name] = [
                self._changed(facts.key, one, {**reads, PATHS[level]: [one]}) for one in self.things
            ]
            if name == "bid":
                answers[name] = [Answer()]
        return answers

    def _changed(self, key: str, row: Record, reads: Record) -> Answer:
        error = GivenError(ErrorKind.REJECTED, None, "no") if row[key] in self.refused else None
        return Answer(when={key: row[key]}, reads={} if error else reads, error=error)

    def at(self, now: datetime) -> "Bench":
        """The same at another time."""
        return replace(self, now=now)

    def run_on(self, other: "Bench") -> list[str]:
        """Run it, with what another one has kept, and let that one keep what this one does."""
        self.stores = other.stores
        found = self.changed()
        other.stores = self.stores
        return found
