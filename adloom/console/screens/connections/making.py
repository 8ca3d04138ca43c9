"""Connecting and reconnecting: a form, tried before anything is saved."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.forms import Form, Posted
from adloom.console.problems import Problem
from adloom.console.render import page, part, redirect
from adloom.console.screens.connections.asked import Asked, Faults
from adloom.console.screens.connections.failing import failure
from adloom.errors import AdloomError, UnknownNameError
from adloom.services.connecting import save_without_consent
from adloom.services.connecting_consents import Pending
from adloom.services.connecting_words import KINDS, guide_of
from connections.connection import Connection
from connections.oauth import CALLBACK_PATH
from connections.providers import provider_named

__all__ = ["MAKING_ROUTES", "asked_of", "form_context"]

WORDS: Final = {one.name: one for one in KINDS}
#: What names the pending consent whose secrets are kept for another attempt.
AGAIN: Final = "again"


async def new(request: Request) -> Response:
    """The form for one kind of connection."""
    asked = await asked_of(request, kind=request.path_params["kind"])
    return await _form_page(request, asked)


async def again(request: Request) -> Response:
    """The form that renews a connection."""
    asked = await asked_of(request, name=request.path_params["name"])
    return await _form_page(request, asked)


async def make(request: Request) -> Response:
    """Try what was typed; what works is saved."""
    return await _submitted(request, await asked_of(request, kind=request.path_params["kind"]))


async def renew(request: Request) -> Response:
    """Try what was typed; what works takes the place of what was."""
    return await _submitted(request, await asked_of(request, name=request.path_params["name"]))


async def secret_part(request: Request) -> Response:
    """The secrets that go with the settings as they are typed now."""
    asked = await asked_of(request, kind=request.path_params["kind"])
    return part(request, "connections/_secrets.html", secrets=asked.secrets_form(Faults()))


async def _submitted(request: Request, asked: Asked) -> Response:
    connection, faults = asked.read()
    if connection is None:
        return _refused(request, asked, faults, None)
    try:
        if asked.needs_consent:
            return await _ask_owner(request, connection, asked)
        saved = await save_without_consent(
            desk_of(request).session, connection, renews=asked.old is not None
        )
    except AdloomError as error:
        return _refused(request, asked, faults, failure(error, renews=asked.old is not None))
    desk_of(request).forget()
    return redirect(request, f"/connections/{saved.name}", f"{saved.name} works and is saved.")


async def _ask_owner(request: Request, connection: Connection, asked: Asked) -> Response:
    """Begin a consent; its page has the link to the platform."""
    desk, session = desk_of(request), request.state.session
    home = request.headers.get("origin") or str(request.base_url).rstrip("/")
    pending = await desk.consents.begin(
        connection,
        session.id,
        lambda one: f"{home}/connections/consent/{one}",
        renews=asked.old is not None,
    )
    job = desk.jobs.start(f"Connecting {connection.name}", lambda _: desk.consents.finish(pending))
    pending.job = job.id
    return redirect(request, f"/connections/consent/{pending.id}")


def _refused(request: Request, asked: Asked, faults: Faults, problem: Problem | None) -> Response:
    context = form_context(asked, faults) | {"problem": problem}
    return part(request, "connections/_form.html", status=422, **context)


async def _form_page(request: Request, asked: Asked) -> Response:
    old = asked.old
    title = f"Reconnect {old.name}" if old else f"Connect {WORDS[asked.provider.name].title}"
    return await page(
        request,
        "connections/form.html",
        title=title,
        active="connections",
        problem=None,
        guide=guide_of(asked.provider, f"http://127.0.0.1:{asked.port}{CALLBACK_PATH}"),
        **form_context(asked, Faults()),
    )


async def asked_of(request: Request, *, kind: str | None = None, name: str | None = None) -> Asked:
    """What a request for a form is about.

    Raises:
        UnknownNameError: There is no such kind, or no such connection.
    """
    desk = desk_of(request)
    store = desk.session.wiring.store
    old = await store.load(name) if name else None
    provider = provider_named(old.provider if old else str(kind))
    posted = await _posted(request) if request.method == "POST" else None
    attempt = _attempt(request, posted)
    by_token = "app_secret" not in old.secrets if old and provider.takes_token else False
    chosen = request.query_params.get("with")
    return Asked(
        provider,
        desk.session.workspace.settings.oauth.port,
        old,
        token=provider.takes_token and (chosen == "token" if chosen else by_token),
        posted=posted,
        attempt=attempt.connection if attempt else None,
        attempt_id=attempt.id if attempt else "",
        taken=await store.names(),
    )


async def _posted(request: Request) -> Posted:
    form = await request.form()
    names = dict.fromkeys(name for name, _ in form.multi_items())
    return {name: [str(value) for value in form.getlist(name)] for name in names}


def _attempt(request: Request, posted: Posted | None) -> Pending | None:
    """The attempt before this one, so that nobody types secrets twice."""
    attempt = (posted or {}).get(AGAIN, ("",))[-1]
    try:
        return desk_of(request).consents.find(attempt, request.state.session.id)
    except UnknownNameError:
        return None


def form_context(asked: Asked, faults: Faults) -> dict[str, Any]:
    """What the form's template shows."""
    old, provider = asked.old, asked.provider
    base = f"/connections/{old.name}/reconnect" if old else f"/connections/new/{provider.name}"
    name, settings = asked.name_form(faults), asked.settings_form(faults)
    secrets = asked.secrets_form(faults)
    parts = [one for one in (name, settings, secrets) if one is not None]
    return {
        # For the one list above it that tells everything that is wrong.
        "everything": Form(
            tuple(field for one in parts for field in one),
            tuple(text for one in parts for text in one.loose),
        ),
        "kind": WORDS[provider.name],
        "old": old,
        "lasting": asked.lasting,
        "name_form": name,
        "settings": settings,
        "secrets": secrets,
        "needs_consent": asked.needs_consent,
        "takes_token": provider.takes_token,
        "token": asked.token,
        "base": base,
        "action": f"{base}?with={'token' if asked.token else 'consent'}",
        "again": asked.attempt_id,
        "has_login": "login" in provider.settings_model.model_fields,
    }


MAKING_ROUTES: Final = [
    Route("/connections/new/{kind}", new),
    Route("/connections/new/{kind}", make, methods=["POST"]),
    Route("/connections/new/{kind}/secrets", secret_part, methods=["POST"]),
    Route("/connections/{name}/reconnect", again),
    Route("/connections/{name}/reconnect", renew, methods=["POST"]),
]
