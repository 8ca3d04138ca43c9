"""Parts of generated forms that are asked for later: words to choose from, fields to be mapped."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.forms import control_id, toggled
from adloom.console.render import part
from adloom.console.screens.modules.asked import CONNECTION, choices_url_of
from adloom.errors import UnknownNameError
from adloom.fields import Field, fields_of
from adloom.services.choices import Offered, choices_of, siblings_of
from adloom.services.module_pages import dashed
from modules import find_module
from modules.base import Module

__all__ = ["CHOICE_ROUTES", "offered"]


async def choices(request: Request) -> Response:
    """The words a field offers, given what stands beside it.

    Asked with `prefix` (what stands before the names of the form's controls), `connection`, and
    the fields that decide about the words.
    """
    module = find_module(request.path_params["module"])
    prefix = request.query_params.get("prefix", "")
    field = _field(module, request.path_params["field"])
    posted = {name: request.query_params.getlist(name) for name in request.query_params}
    assert field.choices_from is not None  # noqa: S101 - `_field` refuses others
    found = await choices_of(desk_of(request).session).offer(
        field.choices_from,
        request.query_params.get(CONNECTION, "").strip(),
        siblings_of(module, posted, prefix),
    )
    return offered(request, control_id(prefix + field.name), found)


def offered(request: Request, control: str, found: Offered) -> Response:
    """Words for the list of a control, and what is to be said about them."""
    return part(request, "modules/_choices.html", id=control, found=found)


def _field(module: Module, name: str) -> Field:
    known = {one.name: one for one in fields_of(module.params) if one.choices_from}
    if name not in known:
        raise UnknownNameError("field with a list", name, known)
    return known[name]


async def mapped(request: Request) -> Response:
    """A field as text that can be mapped (`mapped=yes`), or as the control it was."""
    module = find_module(request.path_params["module"])
    prefix = request.query_params.get("prefix", "")
    posted = {name: request.query_params.getlist(name) for name in request.query_params}

    def map_url(path: str) -> str:
        return f"/fields/{dashed(module)}/{path}?prefix={prefix}"

    path = request.path_params["path"]
    try:
        field = toggled(
            module.params,
            path,
            posted,
            to_text=request.query_params.get("mapped") == "yes",
            prefix=prefix,
            choices_url=choices_url_of(module, prefix),
            map_url=map_url,
        )
    except KeyError:
        raise UnknownNameError("field", path, module.params.model_fields) from None
    return part(request, "modules/_field.html", one=field)


CHOICE_ROUTES: Final = [
    Route("/choices/{module}/{field}", choices),
    Route("/fields/{module}/{path}", mapped),
]
