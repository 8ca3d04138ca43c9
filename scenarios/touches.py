"""What the steps of a scenario may change, as far as that stands in the file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.fields import same_name
from scenarios.check_params import is_mapped
from scenarios.directions import Direction
from scenarios.model import ModuleStep, Scenario
from scenarios.params import known_module, params_of

__all__ = ["ANY", "CHANGING", "NEW", "OTHER", "UNLISTED", "Touch", "touches_of"]

STATUS: Final = "operation_status"
BUDGET: Final = "budget"
#: What comes into being; no other step changes that.
NEW: Final = "new"
CONTENT: Final = "content"
#: Whatever it may be.
ANY: Final = ""
#: None of the objects that the others change.
OTHER: Final = "other"

#: What each module changes: a kind of object, and which value of it.
CHANGING: Final[Mapping[str, tuple[str, str]]] = {
    "update_ad_status": ("ad", STATUS),
    "update_ad_group_status": ("ad group", STATUS),
    "update_campaign_status": ("campaign", STATUS),
    "update_ad_group_budget": ("ad group", BUDGET),
    "update_campaign_budget": ("campaign", BUDGET),
    "update_ad": ("ad", CONTENT),
    "create_campaign": ("campaign", NEW),
    "create_ad_group": ("ad group", NEW),
    "create_ad": ("ad", NEW),
}
#: Actions of the same platform that limits do not look at, and why.
UNLISTED: Final[Mapping[str, str]] = {
    "make_api_call": "its path says what it changes",
    "upload_video": "what lies in a library costs nothing",
    "upload_image": "what lies in a library costs nothing",
}
#: What a path is about (business_api.md §3.3).
LEVELS: Final[Mapping[str, str]] = {"ad": "ad", "adgroup": "ad group", "campaign": "campaign"}
_PATH: Final = re.compile(
    r"/?(?:v1\.[23]/)?(?:smart_plus/)?(ad|adgroup|campaign)/(status/update|budget/update|\w+)/?"
)
_FIELDS: Final[Mapping[str, str]] = {
    "status/update": STATUS,
    "budget/update": BUDGET,
    "create": NEW,
}
_IDS: Final = ("ad_ids", "ad_id", "adgroup_ids", "adgroup_id", "campaign_ids", "campaign_id")
_FROM_A_STEP: Final = re.compile(r"\{\{\s*(\w+)\.advertiser_id\s*\}\}")
_ON_AND_OFF: Final = frozenset({Direction.RAISES, Direction.LOWERS})
_SWITCHED: Final[Mapping[str, frozenset[Direction]]] = {
    "ENABLE": frozenset({Direction.RAISES}),
    "DISABLE": frozenset({Direction.LOWERS}),
    "DELETE": frozenset({Direction.LOWERS}),
}


@dataclass(frozen=True)
class Touch:
    """What one step may change.

    Args:
        scenario: Whose step.
        step: The step.
        level: The kind of object; empty for any.
        field: Which value of it; empty for any.
        advertisers: Ids of the accounts; None if only a run can tell.
        ids: Ids of the objects; None if only a run can tell.
        directions: Which ways it may move spending.
        deletes: Whether it deletes; None if only a run can tell.
    """

    scenario: str
    step: ModuleStep
    level: str
    field: str
    advertisers: frozenset[str] | None
    ids: frozenset[str] | None
    directions: frozenset[Direction]
    deletes: bool | None = False

    @property
    def what(self) -> str:
        """What it changes, in words."""
        value = {
            STATUS: "the switch",
            BUDGET: "the budget",
            CONTENT: "the content",
            NEW: "new objects",
        }.get(self.field, "something")
        return f"{value} of {self.level + 's' if self.level else 'anything'}"


def touches_of(scenario: Scenario) -> Iterator[Touch]:
    """Everything a scenario's own steps may change among objects that cost money."""
    steps = {step.id: step for step in scenario.all_steps() if isinstance(step, ModuleStep)}
    for step in steps.values():
        module = known_module(step.module)
        if step.disabled or module is None:
            continue
        given = _given(step)
        if module.name in CHANGING:
            level, value = CHANGING[module.name]
            yield _touch(scenario, step, steps, level, value, given)
        elif module.name == "make_api_call" and str(given.get("method", "GET")) != "GET":
            level, value = _by_path(given.get("path"))
            body = given.get("body") if isinstance(given.get("body"), dict) else {}
            yield _touch(scenario, step, steps, level, value, {**given, **(body or {})})


def _touch(
    scenario: Scenario,
    step: ModuleStep,
    steps: Mapping[str, ModuleStep],
    level: str,
    value: str,
    given: Mapping[str, Any],
) -> Touch:
    return Touch(
        scenario.name,
        step,
        level,
        value,
        _accounts(given.get("advertiser_id"), steps),
        _literal([one for name in _IDS if name in given for one in _listed(given[name])]),
        _directions(value, given),
        _deletes(value, given),
    )


def _given(step: ModuleStep) -> dict[str, Any]:
    """What stands in the file, by the fields' own names."""
    module = known_module(step.module)
    fields = params_of(module) if module else {}
    names = {name: known.name for name, known in fields.items()}
    return {names.get(same_name(name), name): value for name, value in step.given.items()}


def _by_path(path: Any) -> tuple[str, str]:
    """What a call to this path is about."""
    if not path or is_mapped(path):
        return ANY, ANY
    found = _PATH.match(str(path))
    return (LEVELS[found[1]], _FIELDS.get(found[2], ANY)) if found else (OTHER, OTHER)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _literal(values: list[Any]) -> frozenset[str] | None:
    """The ids, if all of them stand there."""
    if not values or any(is_mapped(one) for one in values):
        return None
    return frozenset(str(one) for one in values)


def _accounts(
    value: Any, steps: Mapping[str, ModuleStep], seen: frozenset[str] = frozenset()
) -> frozenset[str] | None:
    """The accounts a value names, perhaps by way of the step whose bundles have them."""
    found = _FROM_A_STEP.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return _literal(_listed(value)) if value is not None else None
    source = steps.get(found[1])
    if source is None or source.id in seen:
        return None
    given = _given(source)
    named = given.get("advertiser_id", given.get("advertiser_ids"))
    if isinstance(named, list):
        return _literal(named)
    return _accounts(named, steps, seen | {source.id})


def _directions(value: str, given: Mapping[str, Any]) -> frozenset[Direction]:
    if value == CONTENT:
        return frozenset({Direction.NEITHER})
    if value == STATUS:
        written = given.get("status", given.get(STATUS))
        return _SWITCHED.get(str(written), _ON_AND_OFF)
    if value == NEW:
        off = str(given.get("status", "DISABLE")) == "DISABLE"
        return frozenset({Direction.NEITHER if off else Direction.RAISES})
    written = str(given.get("budget", ""))
    if value == BUDGET and not is_mapped(written) and written[:1] in ("+", "-", "\N{MINUS SIGN}"):
        return frozenset({Direction.RAISES if written[0] == "+" else Direction.LOWERS})
    return _ON_AND_OFF


def _deletes(value: str, given: Mapping[str, Any]) -> bool | None:
    """Whether it deletes; a value that is mapped may come to that."""
    if value not in (STATUS, ANY):
        return False
    written = given.get("status", given.get(STATUS))
    return None if written is None or is_mapped(written) else written == "DELETE"
