"""Templates: ready scenarios to look at, and to make one's own."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.forms import Form, FormField, Widget
from adloom.console.problems import problem_of
from adloom.console.render import page, part, redirect
from adloom.errors import AdloomError, InvalidParamsError
from adloom.services.templates import (
    Template,
    all_templates,
    find_template,
    run_template_tests,
)
from adloom.services.templates_using import (
    Filling,
    accounts_for,
    free_name_for,
    missing,
    usable,
    use_template,
)
from connections.connection import Connection, State
from connections.practice import is_practice

__all__ = ["ROUTES"]

REFUSED: Final = 422
FILTERS: Final = (
    ("", "All of them"),
    ("watches", "Watches and tells"),
    ("changes", "Changes something"),
    ("events", "Sends events"),
    ("rule", "Rules"),
)


async def gallery(request: Request) -> Response:
    """Every template that fits, as cards."""
    query = request.query_params.get("q", "").strip()
    kind = request.query_params.get("kind", "")
    known = await desk_of(request).session.wiring.store.all()
    every = await asyncio.to_thread(all_templates)  # read once, which takes a second
    found = [one for one in every if _fits(one, query.lower(), kind)]
    return await page(
        request,
        "gallery/list.html",
        title="Templates",
        active="gallery",
        found=found,
        lacks={one.name: missing(one, known) for one in found},
        asked={"q": query, "kind": kind},
        filters=FILTERS,
    )


def _fits(one: Template, query: str, kind: str) -> bool:
    kinds = {
        "": True,
        "watches": not one.changes,
        "changes": bool(one.changes),
        "events": any(module.name == "send_event" for module in one.modules),
        "rule": one.kind == "rule",
    }
    words = " ".join((one.title, one.description, *one.about, *(m.title for m in one.modules)))
    return kinds.get(kind, True) and all(word in words.lower() for word in query.split())


async def template(request: Request) -> Response:
    """One template: what it does, its text, its tests, and the form that makes it one's own."""
    one = find_template(request.path_params["name"])
    session = desk_of(request).session
    known = await session.wiring.store.all()
    filling = Filling(free_name_for(session, one))
    return await page(
        request,
        "gallery/page.html",
        title=one.title,
        active="gallery",
        one=one,
        lacks=missing(one, known),
        problem=None,
        form=_form(one, known, filling, {}),
    )


async def tests(request: Request) -> Response:
    """What the template's own tests come to, here and now."""
    one = find_template(request.path_params["name"])
    # In a loop of its own: they compute more than they wait.
    results = await asyncio.to_thread(asyncio.run, run_template_tests(one))
    return part(request, "gallery/_tests.html", results=results)


async def use(request: Request) -> Response:
    """Write it as a new scenario, or say what is missing."""
    desk = desk_of(request)
    one = find_template(request.path_params["name"])
    form = await request.form()
    typed = {name: str(text).strip() for name, text in form.items()}
    connections = {need.name: typed.get(f"connections.{need.name}", "") for need in one.needs}
    filling = Filling(typed.get("name", ""), connections, typed.get("account", ""))
    try:
        saved = use_template(desk.session, one, filling)
    except InvalidParamsError as error:
        wrong = {fault.path: fault.message for fault in error.faults}
        return await _again(request, one, filling, wrong)
    except AdloomError as error:
        return await _again(request, one, filling, {}, error)
    if desk.changed is not None:
        await desk.changed()
    told = "The scenario is written, and switched off. Look at it, then run it once."
    return redirect(request, f"/scenarios/{quote(saved.name, safe='')}/edit", told)


async def _again(
    request: Request,
    one: Template,
    filling: Filling,
    wrong: Mapping[str, str],
    error: AdloomError | None = None,
) -> Response:
    known = await desk_of(request).session.wiring.store.all()
    return part(
        request,
        "gallery/_use.html",
        status=REFUSED,
        one=one,
        lacks=missing(one, known),
        problem=problem_of(error) if error else None,
        form=_form(one, known, filling, wrong),
    )


# --- the form -------------------------------------------------------------------------------------


def _form(
    one: Template, known: Sequence[Connection], filling: Filling, wrong: Mapping[str, str]
) -> Form:
    fields = [
        _field(
            "name", "Name", "What the scenario is to be called; its file is named after it.",
            filling.name, wrong, attrs={"maxlength": "120"},
        )
    ]  # fmt: skip
    for need in one.needs:
        found = usable(need, known)
        chosen = filling.connections.get(need.name, found[0].name if len(found) == 1 else "")
        about = f"{need.title}, to {_listed(need.used_for)}."
        fields.append(
            _field(
                f"connections.{need.name}",
                f"Connection: {need.title}"
                if _is_only(one, need.title)
                else f"Connection: {need.name}",
                about,
                chosen,
                wrong,
                widget=Widget.SELECT,
                options=(("", "Choose …"), *((each.name, _label(each)) for each in found)),
            )
        )
    if one.has_account:
        accounts = accounts_for(one, known)
        only = accounts[0][0] if len(accounts) == 1 else ""
        fields.append(
            _field(
                "account", "Advertiser account", "Choose one, or write the id of another.",
                filling.account or only, wrong, widget=Widget.ID, options=tuple(accounts),
                attrs={"inputmode": "numeric"},
            )
        )  # fmt: skip
    return Form(tuple(fields))


def _field(
    name: str,
    title: str,
    description: str,
    text: str,
    wrong: Mapping[str, str],
    *,
    widget: Widget = Widget.TEXT,
    options: tuple[tuple[str, str], ...] = (),
    attrs: Mapping[str, str] | None = None,
) -> FormField:
    return FormField(
        name,
        name,
        title,
        description,
        widget,
        "text",
        text=text,
        options=options,
        required=True,
        error=wrong.get(name, ""),
        attrs=attrs or {},
    )


def _is_only(one: Template, title: str) -> bool:
    return sum(need.title == title for need in one.needs) == 1


def _label(connection: Connection) -> str:
    marks = ["Demo"] if is_practice(connection) else []
    marks += ["connect it again"] if connection.state is State.RECONNECT else []
    # The name itself is shown behind a label that differs from it.
    return ", ".join(marks) or connection.name


def _listed(titles: Sequence[str]) -> str:
    small = [title[:1].lower() + title[1:] for title in titles]
    return small[0] if len(small) == 1 else f"{', '.join(small[:-1])} and {small[-1]}"


ROUTES: Final = [
    Route("/gallery", gallery),
    Route("/gallery/{name}", template),
    Route("/gallery/{name}/tests", tests),
    Route("/gallery/{name}/use", use, methods=["POST"]),
]
