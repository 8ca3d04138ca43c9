"""The page of the settings, and its sections as forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom import VERSION
from adloom.console.desk import desk_of
from adloom.console.forms import Form, edited, faults_of, form_of
from adloom.console.problems import Problem, problem_of
from adloom.console.render import page, part
from adloom.errors import AdloomError, Fault, InvalidParamsError, UnknownNameError, WorkspaceError
from adloom.services.backups import contents
from adloom.services.session import Session
from adloom.services.workspace_settings import (
    BY_HAND,
    SECTIONS,
    Section,
    SettingsFile,
    masked,
    read_settings,
    save_section,
)
from adloom.services.workspace_settings_stop import reason_of

__all__ = ["PAGE_ROUTES"]

REFUSED: Final = 422
SCHEMES: Final = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
NOTIFY: Final = "notify"


@dataclass(frozen=True)
class Shown:
    """A section as a form.

    Args:
        section: The section.
        form: Its fields.
        by_hand: The titles of what is written in the file.
        problem: Why it was not saved.
        saved: What was saved, by title; None if nothing was.
    """

    section: Section
    form: Form
    by_hand: Sequence[str] = ()
    problem: Problem | None = None
    saved: Sequence[str] | None = None


async def settings(request: Request) -> Response:
    """Everything that can be set, and where things lie."""
    session = desk_of(request).session
    access = request.app.state.access
    file, problem = _read(session)
    shown = [await _shown(session, one) for one in file.sections] if file else []
    source = session.vault.source
    return await page(
        request,
        "settings/page.html",
        title="Settings",
        active="settings",
        file=file,
        problem=problem,
        sections=shown,
        waiting=[one for one in shown if one.section.waiting],
        reason=reason_of(session.workspace),
        schemes=SCHEMES,
        scheme=request.cookies.get("adloom_scheme", "system"),
        version=VERSION,
        key=(source.title, source.describe().get("path")),
        contents=contents(session.workspace),
        browsers=access.browsers,
        folder=str(session.workspace.path),
    )


def _read(session: Session) -> tuple[SettingsFile | None, Problem | None]:
    """The settings file; a broken one is told, and the rest of the page works."""
    try:
        return read_settings(session.workspace), None
    except WorkspaceError as error:
        return None, problem_of(error)


async def _shown(
    session: Session,
    section: Section,
    *,
    faults: Sequence[Fault] = (),
    typed: Mapping[str, Sequence[str]] | None = None,
) -> Shown:
    values = {name: masked(value) for name, value in section.values.items()}
    form = form_of(section.model, values, faults=faults, prefix=f"{section.name}.", typed=typed)
    by_hand = BY_HAND.get(section.name, ())
    fields = [one for one in form.fields if one.path not in by_hand]
    if section.name == "notices":
        known = [one for one in await session.wiring.store.all() if one.provider == NOTIFY]
        names = tuple((one.name, one.name) for one in known)
        fields = [replace(one, options=names) for one in fields]
    titles = [section.model.model_fields[name].title or name for name in by_hand]
    return Shown(section, Form(tuple(fields), form.loose, form.prefix), titles)


async def save(request: Request) -> Response:
    """Write a section into the file, or say why not."""
    session = desk_of(request).session
    name = request.path_params["name"]
    if name not in SECTIONS:
        raise UnknownNameError("section of the settings", name, SECTIONS)
    posted: dict[str, list[str]] = {}
    for key, text in (await request.form()).multi_items():
        posted.setdefault(key, []).append(text if isinstance(text, str) else "")
    section = read_settings(session.workspace).section(name)
    faults: Sequence[Fault] = ()
    problem, saved, typed = None, None, None
    try:
        values = _values(section, posted)
        expected = "".join(posted.get("expected", ())[-1:])
        saved = save_section(session.workspace, name, values, expected)
    except InvalidParamsError as error:
        faults, typed = faults_of(error), posted
    except AdloomError as error:
        problem, typed = problem_of(error), posted
    file = read_settings(session.workspace)
    shown = await _shown(session, file.section(name), faults=faults, typed=typed)
    shown = replace(shown, problem=problem, saved=saved)
    return part(
        request,
        "settings/_saved.html",
        status=REFUSED if typed else 200,
        one=shown,
        # A page that was refused for the file's sake keeps what it was opened with.
        hash=None if typed else file.hash,
    )


def _values(section: Section, posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    shown = {name: masked(value) for name, value in section.values.items()}
    return edited(section.model, shown, posted, f"{section.name}.")


PAGE_ROUTES: Final = [
    Route("/settings", settings),
    Route("/settings/{name}", save, methods=["POST"]),
]
