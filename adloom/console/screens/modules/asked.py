"""What somebody filled in on the page of a module, and that page's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request

from adloom.console.desk import desk_of, is_practice
from adloom.console.forms import Form, Posted, faults_of, form_of, values_from
from adloom.errors import AdloomError, Fault, InvalidParamsError, UsageError
from adloom.fields import Field, validate
from adloom.services.module_pages import dashed
from adloom.services.module_runs import needs_connection, usable_connections
from adloom.services.module_runs_start import Start
from adloom.services.session import Session
from connections.connection import Connection, State
from modules.base import Kind, Module

__all__ = [
    "CONNECTION",
    "PARAMS",
    "RUN",
    "Asked",
    "Choice",
    "Refused",
    "asked_of",
    "choices_url_of",
    "connection_labels",
    "form_context",
    "posted_by",
    "readable",
]

#: What stands before the names of a module's parameters, and of what is asked besides.
PARAMS: Final = "p."
RUN: Final = "run."
CONNECTION: Final = "connection"


async def posted_by(request: Request) -> dict[str, list[str]]:
    """What a form sent: every name with its texts, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        found.setdefault(name, []).append(value if isinstance(value, str) else "")
    return found


def readable(model: type[BaseModel], posted: Posted, prefix: str = PARAMS) -> dict[str, Any]:
    """What of a form can be read; what cannot is left out."""
    try:
        return values_from(model, posted, prefix)
    except InvalidParamsError as error:
        wrong = {prefix + fault.path for fault in error.faults}
    return values_from(
        model, {name: texts for name, texts in posted.items() if name not in wrong}, prefix
    )


@dataclass(frozen=True)
class Asked:
    """What a module is to be run with.

    Args:
        module: Which.
        values: Its parameters.
        connection: With which connection.
        since: Where a trigger starts.
    """

    module: Module
    values: Mapping[str, Any]
    connection: str
    since: datetime | None = None


@dataclass(eq=False)
class Refused(Exception):  # noqa: N818 - it is what the form is answered with, no fault
    """What is wrong with a form.

    Args:
        params: Of its parameters.
        run: Of what is asked besides.
        connection: Of the connection, in a sentence.
    """

    params: Sequence[Fault] = ()
    run: Sequence[Fault] = ()
    connection: str = ""


async def asked_of(session: Session, module: Module, posted: Posted) -> Asked:
    """Read and judge what was filled in.

    Raises:
        Refused: Something is wrong; tells everything at once.
    """
    refused = Refused()
    values: dict[str, Any] = {}
    since, name = None, ""
    try:
        values = values_from(module.params, posted, PARAMS)
        validate(module.params, values)
    except InvalidParamsError as error:
        refused.params = faults_of(error)
    try:
        since = validate(Start, values_from(Start, posted, RUN)).since
    except InvalidParamsError as error:
        refused.run = faults_of(error)
    try:
        name = await session.choose(_last(posted, CONNECTION) or None, module.providers)
    except UsageError as error:
        refused.connection = _without_command(error)
    if refused.params or refused.run or refused.connection:
        raise refused
    return Asked(module, values, name, since)


def _without_command(error: AdloomError) -> str:
    return str(error).partition("\n")[0]


def _last(posted: Posted, name: str) -> str:
    return "".join(posted.get(name, ())[-1:]).strip()


# --- the form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A connection to choose.

    Args:
        name: Its name.
        label: How it is shown.
        is_demo: Whether it leads to a simulator.
        is_broken: Whether its owner has to connect it again.
    """

    name: str
    label: str
    is_demo: bool = False
    is_broken: bool = False


def connection_labels(connections: Sequence[Connection]) -> list[Choice]:
    """Connections as they are chosen from."""
    return [_choice(one) for one in connections]


def _choice(connection: Connection) -> Choice:
    demo, broken = is_practice(connection), connection.state is State.RECONNECT
    marks = [mark for mark, holds in (("Demo", demo), ("connect it again", broken)) if holds]
    label = f"{connection.name} ({', '.join(marks)})" if marks else connection.name
    return Choice(connection.name, label, demo, broken)


def choices_url_of(module: Module, prefix: str = PARAMS) -> Any:
    """Where the words of a module's fields come from."""

    def url(one: Field) -> str:
        return f"/choices/{dashed(module)}/{one.name}?prefix={prefix}"

    return url


@dataclass(frozen=True)
class _Shown:
    """The form of a module's page."""

    form: Form
    run: Form | None
    choices: Sequence[Choice]
    chosen: str
    error: str = ""
    needs: bool = True
    is_refused: bool = False
    demo: frozenset[str] = field(default_factory=frozenset)


async def form_context(
    request: Request, module: Module, posted: Posted | None = None, refused: Refused | None = None
) -> dict[str, Any]:
    """What `_fields.html` shows: the form as it was typed, with what is wrong.

    Args:
        request: Whose answer it is.
        module: Whose form.
        posted: What was typed; None is a new form.
        refused: What is wrong with it.
    """
    usable = await usable_connections(desk_of(request).session, module)
    wrong = refused or Refused()
    form = form_of(
        module.params,
        readable(module.params, posted) if posted else None,
        faults=wrong.params,
        prefix=PARAMS,
        choices_url=choices_url_of(module),
        typed=posted,
    )
    run = form_of(
        Start, readable(Start, posted, RUN) if posted else None, faults=wrong.run,
        prefix=RUN, typed=posted,
    )  # fmt: skip
    only = usable[0].name if len(usable) == 1 else ""
    choices = connection_labels(usable)
    chosen = _last(posted, CONNECTION) if posted and CONNECTION in posted else only
    shown = _Shown(
        form,
        run if module.kind is Kind.TRIGGER and module.instant is None else None,
        choices,
        chosen,
        wrong.connection,
        needs_connection(module),
        refused is not None,
        frozenset(one.name for one in choices if one.is_demo),
    )
    return {"module": module, "shown": shown, "name": dashed(module)}
