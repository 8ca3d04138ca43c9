"""Parameters declared once, read everywhere: command line, forms, JSON Schema and reference pages.

A parameter class is a pydantic model whose fields carry `title` and `description`; the types and
marks below say the rest.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from adloom.errors import Fault, InvalidParamsError, UnknownNameError
from adloom.field_types import Advanced, ChoicesFrom, FilePath, Id, IsFile, IsId, Moment, Personal
from adloom.json_text import parse_strict

__all__ = [
    "Advanced",
    "ChoicesFrom",
    "Field",
    "FieldKind",
    "FilePath",
    "Id",
    "Moment",
    "Personal",
    "fields_of",
    "read_text",
    "same_name",
    "validate",
]

ModelT = TypeVar("ModelT", bound=BaseModel)

#: How an id is judged that takes digits only.
_DIGITS: Final = get_args(Id)[1]
#: What may be given as one number or another is asked for as the last of them.
_NUMBERS: Final = frozenset({int, float, Decimal})


class FieldKind(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    ID = "id"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "yes or no"
    CHOICE = "choice"
    MOMENT = "date and time"
    DATE = "date"
    FILE = "file"
    DATA = "JSON"


@dataclass(frozen=True)
class Field:
    """One parameter as every face needs it.

    Args:
        name: Its name in code and scenarios.
        title: Its label.
        description: One sentence.
        kind: How it is asked for; of its items where it is a list.
        many: Whether it takes several values.
        choices: The allowed words of a `CHOICE`.
        default: What it is when left out; None also means "nothing".
        required: Whether leaving it out is a fault.
        advanced: Whether forms tuck it away.
        personal: Whether its value belongs to a person.
        choices_from: Which module lists possible values.
        aliases: Other names that are accepted.
        model: The class of its parts, where it has any.
        examples: Words to offer; others will do.
        longest: How many characters a text may have, if that is limited.
        letters: Whether an `ID` may hold more than digits.
    """

    name: str
    title: str
    description: str
    kind: FieldKind
    many: bool
    choices: tuple[str, ...]
    default: Any
    required: bool
    advanced: bool
    personal: bool
    choices_from: ChoicesFrom | None
    aliases: tuple[str, ...]
    model: type[BaseModel] | None = None
    examples: tuple[str, ...] = ()
    longest: int | None = None
    letters: bool = False

    @property
    def option(self) -> str:
        """The field as a command-line option, for example `--ad-id`."""
        return "--" + self.name.replace("_", "-")


def same_name(name: str) -> str:
    """Fold dashes into underscores: `search-ads` and `search_ads` are one name."""
    return name.replace("-", "_")


def fields_of(model: type[BaseModel]) -> list[Field]:
    """Read the fields of a parameter class, in their declared order."""
    return [_field(name, info) for name, info in model.model_fields.items()]


def _field(name: str, info: FieldInfo) -> Field:
    annotation, marks = _peel(info.annotation, list(info.metadata))
    many = get_origin(annotation) in (list, tuple)
    longest = None if many else next(filter(None, map(_longest, marks)), None)
    if many:
        annotation, marks = _peel(get_args(annotation)[0], marks)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind = _kind(annotation, marks)
    return Field(
        name=name,
        title=info.title or name.replace("_", " ").capitalize(),
        description=info.description or "",
        kind=kind,
        many=many,
        choices=_choices(annotation),
        default=None if info.is_required() else info.get_default(call_default_factory=True),
        required=info.is_required(),
        advanced=any(isinstance(mark, Advanced) for mark in marks),
        personal=any(isinstance(mark, Personal) for mark in marks),
        choices_from=next((mark for mark in marks if isinstance(mark, ChoicesFrom)), None),
        aliases=_words(extra.get("aliases")),
        model=annotation if _has_parts(annotation) else None,
        examples=_words(extra.get("examples")),
        longest=longest,
        letters=kind is FieldKind.ID and _DIGITS not in marks,
    )


def _words(given: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in given) if isinstance(given, list) else ()


def _longest(mark: Any) -> int | None:
    longest = getattr(mark, "max_length", None)
    return longest if isinstance(longest, int) else None


def _has_parts(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _peel(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """Strip `Annotated` and `| None`, collecting the marks on the way."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks = marks + more
        elif origin in (Union, types.UnionType):
            inner = [item for item in get_args(annotation) if item is not types.NoneType]
            if len(inner) != 1 and not _NUMBERS.issuperset(inner):
                return Any, marks
            annotation = inner[-1]
        else:
            return annotation, marks


def _kind(annotation: Any, marks: list[Any]) -> FieldKind:
    if any(isinstance(mark, IsId) for mark in marks):
        return FieldKind.ID
    if any(isinstance(mark, IsFile) for mark in marks):
        return FieldKind.FILE
    if _choices(annotation):
        return FieldKind.CHOICE
    simple = {
        str: FieldKind.TEXT,
        bool: FieldKind.FLAG,
        int: FieldKind.WHOLE,
        float: FieldKind.NUMBER,
        Decimal: FieldKind.NUMBER,
        datetime: FieldKind.MOMENT,
        date: FieldKind.DATE,
    }
    return simple.get(annotation, FieldKind.DATA)


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def read_text(field: Field, texts: list[str]) -> Any:
    """Turn what was typed for a field into a value that `validate` can judge.

    A list may be given as repeated options, separated by commas, or as a JSON list.

    Raises:
        InvalidParamsError: The text is meant to be JSON and is not.
    """
    if field.many:
        if len(texts) == 1 and texts[0].lstrip().startswith("["):
            return _read_json(field, texts[0])
        if field.kind in (FieldKind.TEXT, FieldKind.DATA):
            return [_read_one(field, text) for text in texts]
        return [part.strip() for text in texts for part in text.split(",") if part.strip()]
    return _read_one(field, texts[-1])


def _read_one(field: Field, text: str) -> Any:
    return _read_json(field, text) if field.kind is FieldKind.DATA else text


def _read_json(field: Field, text: str) -> Any:
    try:
        return parse_strict(text.encode(errors="surrogateescape"))
    except ValueError as error:  # JsonError, or text that is no text
        fault = Fault(field.name, f"is not JSON: {error}")
        raise InvalidParamsError([fault]) from None


def validate(model: type[ModelT], values: Mapping[str, Any]) -> ModelT:
    """Build a parameter object from names and values.

    Raises:
        InvalidParamsError: With every fault, each naming its field.
    """
    known = fields_of(model)
    names = {alias: field.name for field in known for alias in (field.name, *field.aliases)}
    given: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        target = names.get(same_name(name))
        if target is None:
            unknown = UnknownNameError("parameter", name, names)
            faults.append(Fault(name, f"there is no such parameter. {unknown.hint or ''}".strip()))
        elif target in given:
            faults.append(Fault(target, f"is given twice (also as {name})"))
        else:
            lists = any(field.many for field in known if field.name == target)
            single = lists and value is not None and not isinstance(value, list | tuple)
            given[target] = [value] if single else value
    try:
        built = model.model_validate(given)
    except ValidationError as error:
        faults += [_fault(detail) for detail in error.errors(include_url=False)]
    else:
        if not faults:
            return built
    raise InvalidParamsError(faults)


def _fault(detail: Any) -> Fault:
    path = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("function-"))
    return Fault(path, _say(detail["type"], detail.get("ctx", {}), detail["msg"]))


_SAYINGS: Final[Mapping[str, str]] = {
    "missing": "is required",
    "extra_forbidden": "there is no such setting",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "bool_parsing": "must be yes or no",
    "bool_type": "must be yes or no",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "value_error": "{error}",
}


def _say(kind: str, context: Mapping[str, Any], message: str) -> str:
    """Put pydantic's verdict into words a person can act on."""
    saying = _SAYINGS.get(kind)
    return saying.format(**context) if saying else message[:1].lower() + message[1:]
