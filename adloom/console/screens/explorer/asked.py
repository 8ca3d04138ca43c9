"""What somebody filled in for a call, and the form they did it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request

from adloom.catalogue import Endpoint
from adloom.console.desk import desk_of
from adloom.console.forms import Form, Posted, faults_of, form_of, phrase, values_from
from adloom.console.screens.modules.asked import (
    CONNECTION,
    PARAMS,
    Choice,
    Refused,
    connection_labels,
    readable,
)
from adloom.errors import InvalidParamsError, UsageError
from adloom.fields import Field, validate
from adloom.services.api_calls import endpoint_at
from adloom.services.api_calls_form import call_values, params_class, raw_values
from adloom.services.api_calls_told import Called
from adloom.services.module_runs import usable_connections
from adloom.services.session import Session
from modules import find_module

__all__ = ["MODULE", "AskedCall", "asked_call", "call_form", "endpoint_of", "loose_values"]

#: What every call is made with.
MODULE: Final = find_module("make_api_call")
RAW: Final = "raw"
ALL: Final = "all_pages"


@dataclass(frozen=True)
class AskedCall:
    """A call as it was filled in.

    Args:
        values: The parameters of `make_api_call`.
        connection: With which connection.
    """

    values: Mapping[str, Any]
    connection: str


def endpoint_of(posted: Posted) -> Endpoint | None:
    """The endpoint a form is for; None for one that may call anything."""
    method, _, path = _last(posted, "endpoint").partition(" ")
    return endpoint_at(method, path) if path else None


def values_of(endpoint: Endpoint | None, posted: Posted) -> dict[str, Any]:
    """What was filled in, as parameters of `make_api_call`.

    Raises:
        InvalidParamsError: Something of it is wrong.
    """
    if endpoint is None:
        values = values_from(MODULE.params, posted, PARAMS)
    elif raw := _last(posted, RAW):
        values = raw_values(endpoint, raw)
    else:
        model = params_class(endpoint.method, endpoint.path)
        values = call_values(endpoint, values_from(model, posted, PARAMS))
    if endpoint is not None and _last(posted, ALL) == "true":
        values[ALL] = True
    validate(MODULE.params, values)
    return values


def loose_values(endpoint: Endpoint | None, posted: Posted) -> dict[str, Any]:
    """The same from a form that need not be finished."""
    try:
        return values_of(endpoint, posted)
    except InvalidParamsError:
        pass
    if endpoint is None:
        return readable(MODULE.params, posted)
    given = readable(params_class(endpoint.method, endpoint.path), posted)
    place = "query" if endpoint.method == "GET" else "body"
    return {"method": endpoint.method, "path": endpoint.path, place: given}


async def asked_call(session: Session, endpoint: Endpoint | None, posted: Posted) -> AskedCall:
    """Read and judge what was filled in.

    Raises:
        Refused: Something is wrong; tells everything at once.
    """
    refused = Refused()
    values: dict[str, Any] = {}
    connection = ""
    try:
        values = values_of(endpoint, posted)
    except InvalidParamsError as error:
        refused.params = faults_of(error)
    try:
        connection = await session.choose(_last(posted, CONNECTION) or None, MODULE.providers)
    except UsageError as error:
        refused.connection = str(error).partition("\n")[0]
    if refused.params or refused.connection:
        raise refused
    return AskedCall(values, connection)


def _last(posted: Posted, name: str) -> str:
    return "".join(posted.get(name, ())[-1:]).strip()


# --- the form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallForm:
    """The form of a call.

    Args:
        form: Its fields.
        raw: Its parameters as JSON, if they were written so.
        raw_error: What is wrong with that.
        choices: The connections to choose from.
        chosen: The one that is chosen.
        error: What is wrong with that.
        all_pages: Whether all pages are wanted.
    """

    form: Form
    raw: str
    raw_error: str
    choices: Sequence[Choice]
    chosen: str
    error: str
    all_pages: bool


async def call_form(
    request: Request,
    endpoint: Endpoint | None,
    *,
    posted: Posted | None = None,
    refused: Refused | None = None,
    again: Called | None = None,
) -> dict[str, Any]:
    """What `_fields.html` of the explorer shows.

    Args:
        request: Whose answer it is.
        endpoint: Whose form; None is the one that may call anything.
        posted: What was typed, as it was typed.
        refused: What is wrong with it.
        again: An earlier call to begin with.
    """
    model = MODULE.params if endpoint is None else params_class(endpoint.method, endpoint.path)
    wrong = refused or Refused()
    raw_faults = [phrase(one) for one in wrong.params if one.path == RAW]
    form = form_of(
        model,
        readable(model, posted) if posted is not None else _values_again(endpoint, again),
        faults=[one for one in wrong.params if one.path != RAW],
        prefix=PARAMS,
        choices_url=_choices_url,
        typed=posted,
    )
    choices = connection_labels(await usable_connections(desk_of(request).session, MODULE))
    only = choices[0].name if len(choices) == 1 else ""
    shown = CallForm(
        form,
        "".join((posted or {}).get(RAW, ())[-1:]),
        " ".join(raw_faults),
        choices,
        again.connection if again else _last(posted or {}, CONNECTION) or only,
        wrong.connection,
        _last(posted or {}, ALL) == "true" or bool(again and again.values.get(ALL)),
    )
    return {"endpoint": endpoint, "shown": shown}


def _choices_url(field: Field) -> str | None:
    return f"/explorer/choices/{field.name}?prefix={PARAMS}" if field.choices_from else None


def _values_again(endpoint: Endpoint | None, again: Called | None) -> Mapping[str, Any] | None:
    """What an earlier call was given, in the words of its form."""
    if again is None or endpoint is None:
        return None if again is None else again.values
    values = again.values
    given = values.get("query" if endpoint.method == "GET" else "body") or {}
    known: type[BaseModel] = params_class(endpoint.method, endpoint.path)
    files = {values["file_part"]: values["file"]} if values.get("file") else {}
    return {name: one for name, one in {**given, **files}.items() if name in known.model_fields}
