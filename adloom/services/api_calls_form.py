"""The parameters of an endpoint as a class, so that the same forms ask for them.

The catalogue is no law: a word it does not list is offered but not demanded, and a parameter it
does not know can be written as JSON.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Optional

from pydantic import BaseModel, ConfigDict, Field, create_model

from adloom.catalogue import Endpoint, Param
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Advanced, ChoicesFrom, FilePath, validate
from adloom.json_text import JsonError, parse_strict
from adloom.services.api_calls import endpoint_at, limits_of

__all__ = ["CallParams", "call_values", "params_class", "raw_values"]

#: Where the words of well-known ids come from.
LISTS: Final = {
    "advertiser_id": ChoicesFrom("list_advertisers", "advertiser_id", "name"),
    "campaign_id": ChoicesFrom("list_campaigns", "campaign_id", "campaign_name"),
    "adgroup_id": ChoicesFrom("list_ad_groups", "adgroup_id", "adgroup_name"),
    "pixel_id": ChoicesFrom("list_pixels", "pixel_id", "pixel_name"),
}
#: Of an endpoint with more parameters than this, the optional ones are folded away.
MANY: Final = 12
SIMPLE: Final[Mapping[str, Any]] = {
    "string": str,
    "datetime": str,
    "date": str,
    "integer": int,
    "number": Decimal,
    "boolean": bool,
    "file": FilePath,
}


class CallParams(BaseModel):
    """The parameters of one endpoint."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, protected_namespaces=()
    )


@lru_cache(maxsize=64)
def params_class(method: str, path: str) -> type[BaseModel]:
    """The parameters of an endpoint as a class.

    Raises:
        UnknownNameError: The catalogue does not know it.
    """
    endpoint = endpoint_at(method, path)
    first = sorted(endpoint.params, key=lambda one: (not one.required, _is_paging(one)))
    return _class(path, first, is_long=len(first) > MANY)


def call_values(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an endpoint as those of `make_api_call`.

    Raises:
        InvalidParamsError: Something is missing, or not what it has to be.
    """
    built = validate(params_class(endpoint.method, endpoint.path), given)
    return _call(endpoint, built.model_dump(exclude_unset=True, exclude_none=True))


def raw_values(endpoint: Endpoint, text: str) -> dict[str, Any]:
    """The same from parameters written as one JSON object.

    Raises:
        InvalidParamsError: It is none.
    """
    try:
        found = parse_strict(text.encode(errors="replace"))
    except JsonError as error:
        raise InvalidParamsError([Fault("raw", f"is not JSON: {error}")]) from None
    if not isinstance(found, dict):
        raise InvalidParamsError([Fault("raw", 'must be an object, such as {"page": 1}')])
    return _call(endpoint, found)


def _call(endpoint: Endpoint, params: Mapping[str, Any]) -> dict[str, Any]:
    call: dict[str, Any] = {"method": endpoint.method, "path": endpoint.path}
    if endpoint.method == "GET":
        return call | {"query": dict(params)}
    files = [one.name for one in endpoint.params if one.type == "file" and params.get(one.name)]
    body = {name: value for name, value in params.items() if name not in files}
    if files:
        return call | {"file": params[files[0]], "file_part": files[0], "body": body}
    return call | {"body": body}


def _class(name: str, params: Sequence[Param], *, is_long: bool = False) -> type[BaseModel]:
    fields: dict[str, Any] = {one.name: _field(one, is_long=is_long) for one in params}
    return create_model(name, __base__=CallParams, **fields)


def _field(param: Param, *, is_long: bool) -> Any:
    kind = _annotation(param)
    if param.name in LISTS:
        kind = Annotated[kind, LISTS[param.name]]
    if not param.required:
        kind = Optional[kind]  # noqa: UP045 - a type that is only known here
        if is_long:
            kind = Annotated[kind, Advanced()]
    info = Field(
        default=... if param.required else None,
        title=param.name,
        description=limits_of(param),
        json_schema_extra={"examples": list(param.choices)} if param.choices else None,
    )
    return kind, info


def _annotation(param: Param) -> Any:
    base = param.type.removesuffix("[]")
    many = param.type.endswith("[]")
    if base == "object" and param.fields and not many:
        return _class(param.name, param.fields)
    if base == "object" and not many:
        return dict[str, Any]
    # Where several types will do, text is taken for what it looks like by TikTok itself.
    kind = str if "string" in base.split("|") else SIMPLE.get(base, Any)
    return list[kind] if many else kind  # type: ignore[valid-type] # a type that is known here only


def _is_paging(param: Param) -> bool:
    return param.name in ("page", "page_size", "cursor", "count")
