"""Ways to be worse than TikTok, switched on by rules (reliability.md §2.3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import msgspec

from adloom.simulator.fault_kinds import CATALOGUE, KINDS
from adloom.simulator.fault_model import When
from adloom.simulator.world import World
from adloom.simulator.world.growth import stream

__all__ = [
    "CATALOGUE",
    "CHANGED_ANSWERS",
    "INTERVENTIONS",
    "KINDS",
    "OTHER_ANSWERS",
    "Faults",
    "Rule",
]

#: Kinds that replace the answer.
OTHER_ANSWERS: Final = tuple(kind.name for kind in CATALOGUE if kind.part == "answer")
#: Kinds that change the data of an answer.
CHANGED_ANSWERS: Final = tuple(kind.name for kind in CATALOGUE if kind.part == "data")
#: Kinds that change the accounts or consents, or need them to make up the answer.
INTERVENTIONS: Final = tuple(kind.name for kind in CATALOGUE if kind.part == "world")
STALE: Final = "stale_replica"
#: Where the Open Platform answers in its envelope.
OPEN: Final = ("/v2/user/", "/v2/video/", "/v2/post/")


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
        code: The envelope's code of `code`: a number, or a word for the Open Platform.
        message: The envelope's message of `code` and of the Open Platform's errors.
        data: The envelope's data of `code`.
        field: The field that `missing_field`, `null_field`, `other_type`, `extra_enum` and
            `lone_surrogate` change, and that a `code` without message names.
        status: The HTTP status of `http` and `redirect`.
        body: The body of `http` and `html`.
        retry_after: The header `Retry-After` of `http` and of the Open Platform's errors: seconds,
            a date, or nonsense.
        seconds: How long `slow` waits, and how long `drip` waits for each byte.
        part: What `drip` sends byte by byte.
        number: How much `wrong_total` is off; brackets of `nested`; digits of `huge_integer`; how
            many objects `new_item`, `updated_item`, `deleted_item` and `equal_times` are about,
            and how many items of a change fail in `partial_failure`.
        megabytes: The decoded size of `oversize`.
        location: Where `redirect` leads.
    """

    kind: str
    path: str = "*"
    method: str = "*"
    probability: float = 1.0
    after: int = 0
    times: int | None = None
    when: When | None = None
    code: int | str = 50000
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
        if self.when and self.when not in KINDS[self.kind].strikes:
            raise ValueError(f"{self.kind} cannot strike {self.when} the effect")

    @property
    def strikes_first(self) -> bool:
        """Whether it strikes before the request took effect."""
        return (self.when or KINDS[self.kind].strikes[0]) == "before"

    def meets(self, method: str, path: str, short: str) -> bool:
        """Whether a request is one that it may strike."""
        return (
            self.method in ("*", method)
            and (fnmatchcase(path, self.path) or fnmatchcase(short, self.path))
            and (KINDS[self.kind].scope != "open" or path.startswith(OPEN))
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
        copy_world: Copies the accounts, for rules that show old ones.
    """

    def __init__(
        self,
        *,
        seed: int,
        rules: Iterable[Rule | Mapping[str, Any]] = (),
        copy_world: Callable[[], World] | None = None,
    ):
        self._chance = stream(seed, "faults")
        self._armed: list[_Armed] = []
        self._copy_world = copy_world
        #: The accounts as they were when the newest rule about a stale replica came into force.
        self.replica: World | None = None
        self.add(rules)

    def add(self, rules: Iterable[Rule | Mapping[str, Any]]) -> None:
        """Put more rules in force; a malformed one raises `msgspec.ValidationError`."""
        added = [
            _Armed(rule if isinstance(rule, Rule) else msgspec.convert(rule, Rule))
            for rule in rules
        ]
        self._armed += added
        if self._copy_world and any(armed.rule.kind == STALE for armed in added):
            self.replica = self._copy_world()

    def clear(self) -> None:
        """Be honest again."""
        self._armed.clear()
        self.replica = None

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
