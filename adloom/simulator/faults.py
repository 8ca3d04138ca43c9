"""Ways to be worse than TikTok, switched on by rules (reliability.md §2.3)."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import msgspec

from adloom.simulator.world.growth import stream

__all__ = ["CHANGED_ANSWERS", "KINDS", "Faults", "Rule"]

#: Kinds that replace the answer; unless told otherwise the request then has no effect.
INSTEAD: Final = (
    "close",
    "code",
    "empty_body",
    "garbage",
    "html",
    "http",
    "nested",
    "oversize",
    "redirect",
    "reset",
    "slow",
)
#: Kinds that change the data of an answer.
CHANGED_ANSWERS: Final = (
    "empty_last_page",
    "extra_enum",
    "ids_as_numbers",
    "lone_surrogate",
    "missing_field",
    "null_field",
    "other_type",
    "repeat_last_page",
    "wrong_total",
)
#: Kinds that spoil the bytes of an answer.
SPOILED_BYTES: Final = (
    "bad_utf8",
    "bom",
    "cut_chunked",
    "drip",
    "duplicate_keys",
    "huge_integer",
    "nan",
    "no_length_cut",
    "truncate",
    "truncated_gzip",
)
KINDS: Final = tuple(sorted((*INSTEAD, *CHANGED_ANSWERS, *SPOILED_BYTES)))


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One fault, and which requests it meets.

    Args:
        kind: What goes wrong, one of `KINDS`.
        path: A glob over the path, with or without the root of the API.
        method: `GET`, `POST` or `*`.
        probability: How often a matching request is hit.
        after: How many matching requests go through first.
        times: How many requests are hit before the rule is spent; None has no end.
        when: Whether it strikes before the request took effect or after. By default a kind that
            replaces the answer strikes before, one that spoils it after.
        code: The envelope's code of `code`.
        message: The envelope's message of `code`.
        data: The envelope's data of `code`.
        field: The field that `missing_field`, `null_field`, `other_type`, `extra_enum` and
            `lone_surrogate` change, and that a `code` without message names.
        status: The HTTP status of `http` and `redirect`.
        body: The body of `http` and `html`.
        retry_after: The header `Retry-After` of `http`: seconds, a date, or nonsense.
        seconds: How long `slow` waits, and how long `drip` waits for each byte.
        part: What `drip` sends byte by byte.
        number: How much `wrong_total` is off; brackets of `nested`; digits of `huge_integer`.
        megabytes: The decoded size of `oversize`.
        location: Where `redirect` leads.
    """

    kind: str
    path: str = "*"
    method: str = "*"
    probability: float = 1.0
    after: int = 0
    times: int | None = None
    when: Literal["before", "after"] | None = None
    code: int = 50000
    message: str | None = None
    data: Any = None
    field: str | None = None
    status: int = 502
    body: str | None = None
    retry_after: str | int | None = None
    seconds: float = 0.05
    part: Literal["body", "headers"] = "body"
    number: int | None = None
    megabytes: int = 64
    location: str = "https://elsewhere.example.com/"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability lies between 0 and 1")

    @property
    def strikes_first(self) -> bool:
        """Whether it strikes before the request took effect."""
        return (self.when or ("before" if self.kind in INSTEAD else "after")) == "before"

    def meets(self, method: str, path: str, short: str) -> bool:
        """Whether a request is one that it may strike."""
        return self.method in ("*", method) and (
            fnmatchcase(path, self.path) or fnmatchcase(short, self.path)
        )


class _Armed:
    """A rule with what it has done so far."""

    def __init__(self, rule: Rule):
        self.rule = rule
        self.met = 0
        self.struck = 0


class Faults:
    """The rules in force; the first one that strikes decides.

    Args:
        seed: Makes probabilities repeat themselves.
        rules: What is in force at the start.
    """

    def __init__(self, *, seed: int, rules: Iterable[Rule | Mapping[str, Any]] = ()):
        self._chance = stream(seed, "faults")
        self._armed: list[_Armed] = []
        self.add(rules)

    def add(self, rules: Iterable[Rule | Mapping[str, Any]]) -> None:
        """Put more rules in force; a malformed one raises `msgspec.ValidationError`."""
        self._armed += [
            _Armed(rule if isinstance(rule, Rule) else msgspec.convert(rule, Rule))
            for rule in rules
        ]

    def clear(self) -> None:
        """Be honest again."""
        self._armed.clear()

    def next(self, method: str, path: str, short: str) -> Rule | None:
        """The rule that strikes this request, or None.

        Args:
            method: Of the request.
            path: Of the request.
            short: The path below the root of the API.
        """
        for armed in self._armed:
            rule = armed.rule
            if not rule.meets(method, path, short):
                continue
            armed.met += 1
            spent = rule.times is not None and armed.struck >= rule.times
            if spent or armed.met <= rule.after or self._chance.random() >= rule.probability:
                continue
            armed.struck += 1
            return rule
        return None

    def as_json(self) -> Sequence[Mapping[str, Any]]:
        """The rules in force, and how often each met a request and struck it."""
        return [
            {"rule": armed.rule, "met": armed.met, "struck": armed.struck} for armed in self._armed
        ]
