"""The kinds of steps: those that use modules, those that steer, and those that remember."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from adloom.mapping import Compiled, Condition
from scenarios.places import Place
from scenarios.step import Epoch, Step

__all__ = [
    "AggregatorKind",
    "AggregatorStep",
    "GetStep",
    "IteratorStep",
    "ModuleStep",
    "NumberFunction",
    "ReturnStep",
    "Route",
    "RouterStep",
    "ScenarioStep",
    "SetStep",
    "SleepStep",
    "StoreOperation",
    "StoreStep",
    "VariableScope",
    "all_steps",
]


@dataclass(frozen=True, kw_only=True)
class ModuleStep(Step):
    """Uses a module.

    Args:
        module: Its name, with underscores.
        connection: The user's name of the connection; None if none is given.
        params: What it is given; evaluates to a mapping of names to values.
        given: The same as it was written: plain data, mappings still text.
        start: Where it starts the very first time, if it is a trigger.
    """

    module: str
    connection: str | None = None
    params: Compiled
    given: Mapping[str, Any] = field(default_factory=dict)
    start: Epoch = field(default_factory=Epoch)


@dataclass(frozen=True)
class Route:
    """One way out of a router.

    Args:
        title: What people call it.
        when: Which bundles take it; None means all.
        steps: What they go through.
        place: Where it stands in the file.
    """

    title: str | None
    when: Condition | None
    steps: tuple[Step, ...]
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, kw_only=True)
class RouterStep(Step):
    """Sends each bundle down every route that takes it, one route after another.

    Nothing comes after a router but its routes, and they do not see each other.

    Args:
        routes: In the order they are run.
        fallback: The steps for a bundle no route took; may be empty.
        first_match: Whether a bundle takes only the first route that fits.
    """

    routes: tuple[Route, ...]
    fallback: tuple[Step, ...] = ()
    first_match: bool = False


@dataclass(frozen=True, kw_only=True)
class IteratorStep(Step):
    """Makes a bundle of every item of a list: the item itself, or `{value: item}`.

    Args:
        items: Evaluates to the list.
    """

    items: Compiled


class AggregatorKind(StrEnum):
    """What many bundles become: a list, a text, a figure, or lines of cells."""

    ARRAY = "array"
    TEXT = "text"
    NUMBER = "number"
    TABLE = "table"


class NumberFunction(StrEnum):
    """What an aggregator of numbers computes."""

    SUM = "sum"
    AVERAGE = "average"
    COUNT = "count"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, kw_only=True)
class AggregatorStep(Step):
    """Makes one bundle of all bundles that descend from one bundle's pass through a step.

    Its bundle has `array` (ARRAY), `text` (TEXT, TABLE) or `result` (NUMBER), and always `count`
    and, where grouped, `key`. Steps between source and aggregator cannot be mapped behind it.

    Args:
        source: The step whose set of bundles is gathered.
        kind: What they become.
        value: What is taken of each bundle, for TEXT and NUMBER.
        fields: What is taken of each bundle, for ARRAY and TABLE: a mapping of names to values.
        separator: Between the lines of TEXT and TABLE.
        column_separator: Between the cells of TABLE.
        function: What NUMBER computes.
        group_by: One bundle for each value of this; None makes one of all.
        stop_if_empty: Whether nothing is handed on when nothing came.
    """

    source: str
    kind: AggregatorKind = AggregatorKind.ARRAY
    value: Compiled | None = None
    fields: Compiled | None = None
    field_names: tuple[str, ...] = ()
    separator: str = "\n"
    column_separator: str = "\t"
    function: NumberFunction = NumberFunction.SUM
    group_by: Compiled | None = None
    stop_if_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class SleepStep(Step):
    """Waits; 1 to 300 seconds. Hands the bundle on as it is."""

    seconds: int


VariableScope = Literal["cycle", "execution"]


@dataclass(frozen=True, kw_only=True)
class SetStep(Step):
    """Remembers values; its bundle is those values by name.

    Args:
        variables: Evaluates to a mapping of names to values.
        names: The names.
        scope: How long they are remembered.
    """

    variables: Compiled
    names: tuple[str, ...] = ()
    scope: VariableScope = "cycle"


@dataclass(frozen=True, kw_only=True)
class GetStep(Step):
    """Recalls values, also of another route; its bundle is them by name, null where never set."""

    names: tuple[str, ...]
    scope: VariableScope = "cycle"


class StoreOperation(StrEnum):
    """What is done with a data store.

    Args:
        GET: `{key, value, exists}`; the value is null where there is none.
        PUT: Writes, over whatever was there.
        ADD: Writes if the key is new: `{key, added}`.
        DELETE: `{key, deleted}`.
        EXISTS: `{key, exists}`.
        COUNT: `{count}`.
        LIST: A bundle `{key, value}` for every entry.
    """

    GET = "get"
    PUT = "put"
    ADD = "add"
    DELETE = "delete"
    EXISTS = "exists"
    COUNT = "count"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class StoreStep(Step):
    """Reads or writes a data store: keys and values that outlive the execution.

    Args:
        store: Its name; it comes to be when it is first used.
        operation: What is done.
        key: The entry's key, for all but COUNT and LIST.
        value: What is written, for PUT and ADD.
    """

    store: str
    operation: StoreOperation
    key: Compiled | None = None
    value: Compiled | None = None


@dataclass(frozen=True, kw_only=True)
class ScenarioStep(Step):
    """Calls another scenario and waits for it.

    Its bundles are what the called scenario's `return` steps return, one for each bundle that
    reaches one; a single empty bundle if it has no such step.

    Args:
        scenario: Its name.
        input: What its steps see as `{{input.…}}`; evaluates to a mapping.
    """

    scenario: str
    input: Compiled


@dataclass(frozen=True, kw_only=True)
class ReturnStep(Step):
    """Returns a bundle to the calling scenario; does nothing in one nobody called.

    Args:
        output: Evaluates to a mapping, the bundle.
    """

    output: Compiled


def all_steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Every one of the steps and of those in their routes, in reading order."""
    for step in steps:
        yield step
        if isinstance(step, RouterStep):
            for route in step.routes:
                yield from all_steps(route.steps)
            yield from all_steps(step.fallback)
