"""The kinds of entries a mapping file has, each with its check and its JSON Schema."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, StringConstraints, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from adloom.errors import MappingError
from modules.events.paths import parse_path
from modules.events.presets import PRESETS
from modules.events.presets.sources import LONGEST_LIST, check_source, compile_condition_on, settled
from modules.events.presets.targets import check_item_field, check_target

__all__ = [
    "MAPPING_FAULT",
    "Becomes",
    "Condition",
    "ItemField",
    "Name",
    "Place",
    "RecordPath",
    "Target",
]

#: The kind of fault that carries what the mapping language says.
MAPPING_FAULT: Final = "mapping"
#: One incoming event may become this many.
MOST_NAMES: Final = 10
_NAME_SCHEMA: Final = {"type": "string", "minLength": 1}
_PLACES_SCHEMA: Final[list[dict[str, Any]]] = [
    _NAME_SCHEMA,
    {
        "type": "object",
        "properties": {"value": {"type": ["string", "number", "boolean", "array"]}},
        "required": ["value"],
        "additionalProperties": False,
    },
]


def _mapping_fault(error: MappingError) -> PydanticCustomError:
    """Carry the place within the text along."""
    return PydanticCustomError(MAPPING_FAULT, "{said}", {"said": error.message, "error": error})


def _place(value: Any) -> Any:
    try:
        check_source(value)
    except MappingError as error:
        raise _mapping_fault(error) from None
    return _settled(value)


def _settled(value: Any) -> Any:
    """Constants as JSON has them, so that the mapping can be written down and read again."""
    if isinstance(value, list):
        return [_settled(one) for one in value]
    return {"value": settled(value["value"])} if isinstance(value, dict) else value


def _path(value: str) -> str:
    parse_path(value)
    return value


def _target(name: str, info: ValidationInfo) -> str:
    preset = info.data.get("preset")
    check_target(name, PRESETS[preset].names if preset else ())
    return name


def _becomes(value: Any) -> Any:
    """What an incoming event becomes."""
    names = value if isinstance(value, list) else [value]
    if value is not None and not all(isinstance(one, str) and one.strip() for one in names):
        raise ValueError("must be a name, a list of names, or null")
    if not 0 < len(names) <= MOST_NAMES:
        raise ValueError(f"must be 1 to {MOST_NAMES} names")
    return value


def _item_field(name: str) -> str:
    check_item_field(name)
    return name


def _condition(value: str) -> str:
    try:
        compile_condition_on(value, "")
    except MappingError as error:
        raise _mapping_fault(error) from None
    return value


#: A field of a plain event.
Target = Annotated[str, AfterValidator(_target)]
#: A field of an item.
ItemField = Annotated[str, AfterValidator(_item_field)]
#: The name of an incoming event.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
#: Where something is in a record.
RecordPath = Annotated[str, AfterValidator(_path), StringConstraints(min_length=1)]
#: A condition on a record.
Condition = Annotated[str, AfterValidator(_condition)]
#: What an incoming event becomes.
Becomes = Annotated[
    Any,
    AfterValidator(_becomes),
    WithJsonSchema(
        {
            "anyOf": [
                _NAME_SCHEMA,
                {"type": "array", "minItems": 1, "maxItems": MOST_NAMES, "items": _NAME_SCHEMA},
                {"type": "null"},
            ]
        }
    ),
]
#: Where a value comes from.
Place = Annotated[
    Any,
    AfterValidator(_place),
    WithJsonSchema(
        {
            "description": "A path, an expression in {{…}}, {value: …}, a list of those, or null.",
            "anyOf": [
                *_PLACES_SCHEMA,
                {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": LONGEST_LIST,
                    "items": {"anyOf": _PLACES_SCHEMA},
                },
                {"type": "null"},
            ],
        }
    ),
]
