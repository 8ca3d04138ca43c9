"""Every fault that the simulator knows, and what kind of trouble it is (reliability.md §2.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from adloom.simulator.fault_model import When
from adloom.simulator.faults import CATALOGUE, KINDS
from tests.connections.fault_calls import Call

__all__ = ["NATURES", "Fault", "Nature", "faults", "strikes"]


class Nature(StrEnum):
    """What kind of trouble a fault is, whoever meets it."""

    HARMLESS = "odd, but right"
    LOST = "no whole answer"
    FAILED = "the service or a gateway failed"
    UNREADABLE = "a whole answer that cannot be trusted"
    USELESS = "an answer without what was asked for"
    NOT_NOW = "refused for the moment, nothing done"
    THROTTLED = "too fast"
    REFUSED = "refused for good"
    DEAD_TOKEN = "the token is no good any more"
    NOT_COVERED = "the token does not cover it"
    PARTLY = "done in part"


#: By kind; by kind and example where they differ.
NATURES: Final[Mapping[str, Nature]] = {
    "access_token_invalid": Nature.DEAD_TOKEN,
    "bad_utf8": Nature.UNREADABLE,
    "bom": Nature.HARMLESS,
    "close": Nature.LOST,
    "code 40002 page_size": Nature.REFUSED,
    "code 40100": Nature.THROTTLED,
    "code 40105": Nature.DEAD_TOKEN,
    "code 50000": Nature.FAILED,
    "code 50002": Nature.FAILED,
    "code 60001": Nature.FAILED,
    "cut_chunked": Nature.LOST,
    "deleted_item": Nature.HARMLESS,
    "drip body": Nature.LOST,
    "drip headers": Nature.LOST,
    "duplicate_keys": Nature.UNREADABLE,
    "empty_body": Nature.UNREADABLE,
    "empty_last_page": Nature.HARMLESS,
    "equal_times": Nature.HARMLESS,
    "extra_enum": Nature.HARMLESS,
    "garbage": Nature.LOST,
    "gzip_without_trailer": Nature.LOST,
    "html": Nature.FAILED,
    "http 429": Nature.THROTTLED,
    "http 500": Nature.FAILED,
    "http 502": Nature.FAILED,
    "http 503": Nature.FAILED,
    "huge_integer": Nature.UNREADABLE,
    "ids_as_numbers": Nature.HARMLESS,
    "infinite_number": Nature.UNREADABLE,
    "internal_error": Nature.FAILED,
    "invalid_params": Nature.REFUSED,
    "list_as_object": Nature.HARMLESS,
    "lone_surrogate": Nature.HARMLESS,
    "missing_field": Nature.HARMLESS,
    "nan": Nature.UNREADABLE,
    "nested": Nature.UNREADABLE,
    "new_item": Nature.HARMLESS,
    "no_length_cut": Nature.LOST,
    "null_field": Nature.HARMLESS,
    "other_type": Nature.HARMLESS,
    "oversize 200 MB": Nature.UNREADABLE,
    "partial_failure": Nature.PARTLY,
    "rate_limit_exceeded": Nature.THROTTLED,
    "redirect": Nature.UNREADABLE,
    "repeat_last_page": Nature.HARMLESS,
    "reset": Nature.LOST,
    "revoke_consent": Nature.DEAD_TOKEN,
    "scope_not_authorized": Nature.NOT_COVERED,
    "scope_permission_missed": Nature.NOT_COVERED,
    "shrink_consent": Nature.NOT_COVERED,
    "slow": Nature.HARMLESS,
    "slow 3 s": Nature.LOST,
    "stale_replica": Nature.HARMLESS,
    "truncate": Nature.LOST,
    "truncated_gzip": Nature.LOST,
    "updated_item": Nature.HARMLESS,
    "wrong_total -3": Nature.HARMLESS,
    "wrong_total 7": Nature.HARMLESS,
}
#: Later than any deadline of the tests; the catalogue's own example is in time.
TOO_SLOW: Final = {"seconds": 3.0}


@dataclass(frozen=True)
class Fault:
    """One example of a kind of fault, and the moment it strikes.

    Args:
        kind: Its name in the simulator's catalogue.
        example: The fields of the rule.
        when: Before the request took effect, or after.
    """

    kind: str
    example: Mapping[str, Any]
    when: When

    @property
    def name(self) -> str:
        """The kind and what the example says, for example `http 429 Retry-After 1`."""
        told = [_word(name, value) for name, value in self.example.items()]
        return " ".join([self.kind, *filter(None, told)])

    @property
    def general(self) -> str:
        """The name without how often and for how long, which make no other trouble of it."""
        return self.name.partition(" Retry-After")[0].removesuffix(" once")

    @property
    def nature(self) -> Nature:
        """What kind of trouble it is.

        Raises:
            KeyError: Nobody has said so yet.
        """
        return NATURES[self.general]

    @property
    def once(self) -> bool:
        """Whether only one request is hit."""
        return self.example.get("times") == 1

    @property
    def hangs(self) -> bool:
        """Whether only a deadline ends it."""
        return self.kind == "drip" or "seconds" in self.example

    @property
    def part(self) -> str:
        """What it changes: answer, data, bytes, wire or world."""
        return KINDS[self.kind].part

    def rule(self, path: str) -> dict[str, Any]:
        """The simulator's rule for a path."""
        return {"kind": self.kind, **self.example, "when": self.when, "path": path}


def faults() -> list[Fault]:
    """Every example of every kind, each as early and as late as it can strike."""
    found: dict[tuple[str, When], Fault] = {}
    for kind in CATALOGUE:
        for example in (*kind.examples, *([TOO_SLOW] if kind.name == "slow" else [])):
            whens = [example["when"]] if "when" in example else kind.strikes
            for when in whens:
                fault = Fault(kind.name, example, when)
                found.setdefault((fault.name, when), fault)
    return list(found.values())


def strikes(fault: Fault, call: Call) -> bool:
    """Whether the scope of a kind covers a call (`adloom.simulator.fault_model.SCOPES`)."""
    scope = KINDS[fault.kind].scope
    if scope == "json" and fault.part == "answer":
        return True  # what it answers is JSON wherever it strikes
    if scope == "pages" and call.family == "open":
        return "pages" in call.scopes and fault.kind == "empty_last_page"
    return scope == "any" or scope in call.scopes


def _word(name: str, value: Any) -> str:
    """A field of an example in a word; those that only colour it have none."""
    words = {
        "code": f"{value}",
        "field": f"{value}",
        "megabytes": f"{value} MB",
        "number": f"{value}",
        "part": f"{value}",
        "retry_after": f"Retry-After {value}",
        "seconds": f"{value:g} s" if name == "seconds" else "",
        "status": f"{value}",
        "times": "once",
        "message": "",
        "when": "",
    }
    return words[name]
