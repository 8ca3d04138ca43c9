"""Where a mapping file says that a value is: a path, an expression, a constant, or several."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from adloom.errors import MappingError
from adloom.mapping import Compiled, Moment, compile_condition, compile_value
from modules.events.paths import Path, getter, parse_path
from modules.events.presets.reading import Late
from modules.events.presets.shape import Computed

__all__ = [
    "LONGEST_LIST",
    "Scope",
    "UnfitError",
    "check_source",
    "compile_condition_on",
    "compile_sources",
    "needs_moment",
    "settled",
]

#: A value may be looked for in this many places.
LONGEST_LIST: Final = 20
_OPEN: Final = "{{"
_NEVER: Final = "must be a path, an expression in {{…}}, {value: …}, a list of those, or null"


class Scope(dict[str, Any]):
    """What an expression can read: a record by the names of its fields, and whole as `record`.

    A field that a record does not have is nothing, and no mistake.
    """

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


class UnfitError(Exception):
    """An expression cannot be filled in with the data of a record; never quotes the data.

    Args:
        target: The field it stands for.
        error: What the mapping language says.
    """

    def __init__(self, target: str, error: MappingError):
        super().__init__(
            f"the expression cannot be filled in with this record (character {error.column})"
        )
        self.target = target


def check_source(value: Any) -> None:
    """Refuse what cannot say where a value is.

    Raises:
        ValueError: It is none of the forms there are.
        MappingError: An expression in it cannot be read.
    """
    if value is None:
        return
    if isinstance(value, list):
        if not 0 < len(value) <= LONGEST_LIST:
            raise ValueError(f"must name 1 to {LONGEST_LIST} places")
        for one in value:
            if one is None or isinstance(one, list):
                raise ValueError(_NEVER)
            check_source(one)
    elif isinstance(value, dict):
        if set(value) != {"value"} or isinstance(value["value"], dict):
            raise ValueError("must be {value: …} with a text, a number, a list, true or false")
    elif not isinstance(value, str):
        raise ValueError(f"{_NEVER}; write a constant as {{value: …}}")  # noqa: TRY004 - a fault of the file, told with the others
    elif _OPEN in value:
        compile_value(value)
    else:
        parse_path(value)


def compile_sources(value: Any, target: str, *, inner: bool = False) -> tuple[Path | Late, ...]:
    """Where a value is, ready to be looked at; what `check_source` refuses is not expected.

    Args:
        value: A path, an expression, `{value: …}`, something computed, or several of them.
        target: The field it is for.
        inner: Whether it is read from an item, beside the record it belongs to.
    """
    several = value if isinstance(value, list | tuple) else [value]
    return tuple(_compile(one, target, inner=inner) for one in several)


def _compile(value: Any, target: str, *, inner: bool) -> Path | Late:
    if isinstance(value, Computed):
        get = value.get
        return lambda record, beside, _: get(record, beside)
    if isinstance(value, dict):
        constant = settled(value["value"])
        return lambda *_: constant
    if _OPEN in value:
        return _expression(compile_value(value), target, inner=inner)
    path = parse_path(value)
    if path:
        return path
    whole = getter(path)
    return lambda record, *_: whole(record)


def _expression(compiled: Compiled, target: str, *, inner: bool) -> Late:
    def get(record: Any, beside: Any, moment: Moment | None) -> Any:
        scope = Scope(beside if inner else record)
        scope["record"] = beside if inner else record
        if inner:
            scope["item"] = record
        try:
            return settled(compiled.evaluate(scope, moment))
        except MappingError as error:
            raise UnfitError(target, error) from None

    return get


def compile_condition_on(text: str, target: str) -> Callable[[Mapping[str, Any], Any], bool]:
    """A condition on a record.

    Raises:
        MappingError: It cannot be read.
    """
    condition = compile_condition(text, "")

    def holds(record: Mapping[str, Any], moment: Moment | None) -> bool:
        scope = Scope(record)
        scope["record"] = record
        try:
            return condition.evaluate(scope, moment)
        except MappingError as error:
            raise UnfitError(target, error) from None

    return holds


def needs_moment(value: Any) -> bool:
    """Whether a value is filled in by expressions, which may ask for the present."""
    if isinstance(value, list):
        return any(needs_moment(one) for one in value)
    return isinstance(value, str) and _OPEN in value


def settled(value: Any) -> Any:
    """What an expression or a constant gives, as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [settled(one) for one in value]
    if isinstance(value, dict):
        return {name: settled(one) for name, one in value.items()}
    return value
