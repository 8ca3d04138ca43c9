"""One connection: what it is, may and keeps; tried, renamed, given back."""

from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.problems import Problem, problem_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.connections.listing import TITLES
from adloom.console.screens.start import practising
from adloom.errors import AdloomError, AuthorizationError
from adloom.services.connecting import rename_connection, try_connection
from adloom.services.connecting_uses import Use, uses_of
from adloom.services.connecting_words import (
    consent_ends,
    permission_words,
    secret_words,
    standing_of,
)
from adloom.services.event_lanes import waiting_events
from connections.authorise import remove
from connections.connection import Connection
from connections.practice import DEMO_OFF, MARK, is_practice
from connections.providers import provider_named

__all__ = ["ONE_ROUTES"]

NOT_RUNNING: Final = Problem(
    DEMO_OFF, "What uses it waits until it runs again.", buttons=(("Start it", "/demo"),)
)


async def one(request: Request) -> Response:
    """Everything about one connection."""
    desk = desk_of(request)
    connection = await _load(request)
    provider = provider_named(connection.provider)
    is_demo = bool(connection.account.get(MARK))
    return await page(
        request,
        "connections/one.html",
        title=connection.name,
        active="connections",
        connection=connection,
        kind=TITLES[connection.provider],
        provider=provider,
        notes=provider.notes(connection),
        standing=standing_of(connection, desk.session.wiring.clock.now()),
        practice=is_practice(connection),
        is_demo=is_demo,
        demo_off=NOT_RUNNING if is_demo and _is_off(request) else None,
        uses=await _uses(request, connection.name),
        permissions=permission_words(connection),
        secrets=secret_words(connection),
        ends=consent_ends(connection),
        settings=_shown(connection),
        **(await practising(desk) if is_demo else {}),
    )


async def test(request: Request) -> Response:
    """Try it; what others would notice is asked about first."""
    desk = desk_of(request)
    connection = await _load(request)
    form = await request.form()
    effect = provider_named(connection.provider).test_effect
    context: dict[str, Any] = {"connection": connection, "effect": "", "problem": None}
    context["standing"] = None
    if connection.account.get(MARK) and _is_off(request):
        context["problem"] = NOT_RUNNING
    elif effect and form.get("agreed") != "yes":
        context["effect"] = effect
    else:
        try:
            context["connection"] = await try_connection(desk.session, connection.name)
        except AdloomError as error:
            context["problem"] = _why_not(error, connection.name)
        # What the page says above about how it stands may be over.
        after = await _load(request)
        context["standing"] = standing_of(after, desk.session.wiring.clock.now())
        desk.forget()
    return part(request, "connections/_test.html", **context)


async def rename(request: Request) -> Response:
    """Give it another name, unless that will not do."""
    desk = desk_of(request)
    connection = await _load(request)
    form = await request.form()
    name = str(form.get("name") or "").strip()
    try:
        settings = await rename_connection(desk.session, connection.name, name)
    except AdloomError as error:
        return part(
            request,
            "connections/_rename.html",
            status=422,
            connection=connection,
            uses=await _uses(request, connection.name),
            typed=name,
            fault=str(error),
        )
    desk.forget()
    more = f" Change it in adloom.toml too: {', '.join(settings)}." if settings else ""
    return redirect(request, f"/connections/{name}", f"It is now called {name}.{more}")


async def ask_removal(request: Request) -> Response:
    """What removing it means: who uses it, and what waits for it."""
    connection = await _load(request)
    waiting, dead = await waiting_events(desk_of(request).session, connection.name)
    return await page(
        request,
        "connections/remove.html",
        title=f"Remove {connection.name}",
        active="connections",
        connection=connection,
        consents=provider_named(connection.provider).consents,
        uses=await _uses(request, connection.name),
        waiting=waiting,
        dead=dead,
        practice=is_practice(connection),
    )


async def carry_removal(request: Request) -> Response:
    """Give the grant back, as far as the platform lets us, and forget it."""
    desk = desk_of(request)
    connection = await _load(request)
    form = await request.form()
    gone = await remove(connection, desk.session.wiring, revoke=form.get("revoke") == "yes")
    desk.forget()
    told = f"{connection.name} is forgotten here."
    if provider_named(connection.provider).consents:
        told += " TikTok has forgotten it too." if gone.revoked else ""
        told += "" if gone.revoked else f" TikTok was not told to forget it: {gone.reason}"
    return redirect(request, "/connections", told)


def _why_not(error: AdloomError, name: str) -> Problem:
    """Why it does not work; reconnecting helps only where the platform no longer accepts it."""
    again = f"/connections/{name}/reconnect"
    helps = isinstance(error, AuthorizationError)
    problem = problem_of(error, buttons=[("Reconnect", again)] if helps else [])
    return replace(problem, buttons=problem.buttons if helps else ())


async def _load(request: Request) -> Connection:
    return await desk_of(request).session.wiring.store.load(request.path_params["name"])


async def _uses(request: Request, name: str) -> list[Use]:
    desk = desk_of(request)
    return list((await uses_of(desk.session, desk.workshop)).get(name, ()))


def _is_off(request: Request) -> bool:
    account = desk_of(request).demo
    return account is None or account.address is None


def _shown(connection: Connection) -> list[tuple[str, str]]:
    """Its settings by their titles, as far as they say something."""
    fields = provider_named(connection.provider).settings_model.model_fields
    shown = []
    for name, value in connection.settings.items():
        if value is None or name not in fields:
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        shown.append((fields[name].title or name, text))
    return shown


ONE_ROUTES: Final = [
    Route("/connections/{name}", one),
    Route("/connections/{name}/test", test, methods=["POST"]),
    Route("/connections/{name}/rename", rename, methods=["POST"]),
    Route("/connections/{name}/remove", ask_removal),
    Route("/connections/{name}/remove", carry_removal, methods=["POST"]),
]
