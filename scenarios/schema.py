"""JSON Schema of scenario files, for editors: `.venv/bin/python docs/make_schema.py`.

Made of the declarations scenarios are read by; the parameters of a step depend on its module.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

from adloom.fields import FieldKind, fields_of
from modules import all_modules
from modules.base import Kind, Module
from scenarios.schema_limits import LIMITS_SCHEMA
from scenarios.schema_parts import DEFINITIONS, SCENARIO, STEP

__all__ = ["scenario_schema", "schema_text"]

#: A text with a mapping in it may stand for any value.
MAPPED: Final[Mapping[str, Any]] = {"type": "string", "pattern": r"\{\{"}
#: Keys of a schema that tell people something.
WORDS: Final[tuple[str, ...]] = ("title", "description", "default")
#: Keys of a schema that hold other schemas.
_INSIDE: Final = ("items", "additionalProperties")
_AMONG: Final = ("anyOf", "oneOf", "allOf", "prefixItems")


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def scenario_schema() -> dict[str, Any]:
    """The schema of a scenario file."""
    definitions = copy.deepcopy(dict(DEFINITIONS))
    definitions["limits"] = copy.deepcopy(LIMITS_SCHEMA)
    cases = []
    for module in all_modules():
        definitions[f"params.{module.name}"] = _params(module, definitions)
        cases.append(_case(module))
    definitions["step"] = {**copy.deepcopy(dict(STEP)), "allOf": cases}
    definitions["step"]["properties"]["module"] = {
        "description": "What the step does: the name of a module.",
        "anyOf": [
            {"enum": [module.name for module in all_modules()]},
            {"enum": [module.name.replace("_", "-") for module in all_modules()]},
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario",
        **copy.deepcopy(dict(SCENARIO)),
        "$defs": definitions,
    }


def _case(module: Module) -> dict[str, Any]:
    """What a step with this module has to look like."""
    names = list(dict.fromkeys([module.name, module.name.replace("_", "-")]))
    then: dict[str, Any] = {
        "description": module.description,
        "properties": {"params": {"$ref": f"#/$defs/params.{module.name}"}},
    }
    if any(field.required for field in fields_of(module.params)):
        then["required"] = ["params"]
    if module.kind is not Kind.TRIGGER:
        then["properties"]["start"] = False
    is_this = {"properties": {"module": {"enum": names}}, "required": ["module"]}
    return {"if": is_this, "then": then}


def _params(module: Module, definitions: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a module; those that other parts refer to go into the definitions."""
    prefix = f"{module.name}."
    found = module.params.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    for name, inner in found.pop("$defs", {}).items():
        definitions[prefix + name] = _mappable(inner)
    properties: dict[str, Any] = {}
    needed = []
    for field in fields_of(module.params):
        schema = dict(found["properties"][field.name])
        schema.pop("aliases", None)
        value = _value(schema, is_id=field.kind is FieldKind.ID, many=field.many)
        names = [field.name, *field.aliases]
        same = {"$ref": f"#/$defs/params.{module.name}/properties/{field.name}"}
        properties |= {field.name: value} | dict.fromkeys(field.aliases, same)
        if field.required:
            needed.append({"anyOf": [{"required": [name]} for name in names]})
    schema = {
        "type": "object",
        "description": module.description,
        "properties": properties,
        "additionalProperties": False,
    }
    return schema | ({"allOf": needed} if needed else {})


def _value(schema: dict[str, Any], *, is_id: bool, many: bool) -> dict[str, Any]:
    """A parameter: its own values, a mapping, and for lists a single item."""
    told = {name: schema.pop(name) for name in WORDS if name in schema}
    choices = [_mappable(schema)]
    if many:
        # A list of one may be written as that one; the words it may be stand in the list.
        choices.append({"type": ["string", "number", "boolean"]})
    if is_id:
        choices.append({"type": "integer", "minimum": 0})
        choices += [{"type": "array", "items": {"type": ["integer", "string"]}}] if many else []
    return {**told, "anyOf": [*choices, dict(MAPPED)]}


def _mappable(schema: Any) -> Any:
    """The same schema, where a mapping may stand for every value within."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    made.pop("aliases", None)
    if "properties" in made:
        made["properties"] = {
            name: {"anyOf": [_mappable(one), dict(MAPPED)]}
            for name, one in made["properties"].items()
        }
    for name in _INSIDE:
        if isinstance(made.get(name), dict):
            made[name] = {"anyOf": [_mappable(made[name]), dict(MAPPED)]}
    for name in _AMONG:
        if name in made:
            made[name] = [_mappable(one) for one in made[name]]
    return made
