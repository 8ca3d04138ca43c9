"""The playground: an event is pasted, and what TikTok would get of it is seen at once.

What is typed here is looked at and forgotten: it is stored nowhere, and written into no log.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adloom.console.bodies import LARGEST
from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.render import page, part
from adloom.console.screens.events.verify import job_part
from adloom.errors import InvalidParamsError, UnknownNameError, UsageError
from adloom.services.event_commands import map_command
from adloom.services.event_connections import KIND, event_connections
from adloom.services.event_mapping_files import (
    MappingText,
    mapping_names,
    read_mapping_file,
    write_mapping_file,
)
from adloom.services.event_samples import SAMPLES, sample_text
from adloom.services.event_tests import TestAnswer, code_for, send_tests
from adloom.services.event_trial import UNKNOWN, Asked, Trial, read_mapping, try_event
from adloom.services.events_words import count
from connections.connection import Connection
from modules.events.mapping import PRESETS
from modules.events.options import EventSource

__all__ = ["PLAYGROUND_ROUTES"]

BY: Final = "connection:"
AS: Final = "source:"
SOURCES: Final[tuple[EventSource, ...]] = get_args(EventSource)


@dataclass(frozen=True)
class Typed:
    """What stands in the playground's form.

    Args:
        text: The event.
        mapping: The mapping.
        way: The connection it would go out by, or an event source.
        file: The name of the mapping file.
        digest: Of the file as it was read; empty if it was not read from one.
        code: The test event code.
    """

    text: str = ""
    mapping: str = ""
    way: str = ""
    file: str = ""
    digest: str = ""
    code: str = ""

    @classmethod
    async def of(cls, request: Request) -> "Typed":
        """Read the form; a browser ends lines in its own way."""
        form = await _form(request)
        return cls(
            *(
                str(form.get(name, "")).replace("\r\n", "\n")
                for name in ("text", "mapping", "way", "file", "digest", "code")
            )
        )


async def playground(request: Request) -> Response:
    """The form, with a sample if one is asked for."""
    sample = request.query_params.get("sample")
    typed = _sampled(request, Typed(), sample) if sample else Typed()
    connections = await event_connections(desk_of(request).session)
    way = f"{BY}{connections[0].name}" if connections else f"{AS}web"
    named = request.query_params.get("mapping")
    if named:
        typed = _of_file(typed, read_mapping_file(desk_of(request).session.workspace, named))
    typed = Typed(**{**vars(typed), "way": way})
    return await page(
        request,
        "events/playground.html",
        title="Mapping playground",
        active="events",
        connections=connections,
        **await _outcome(request, typed),
        **_offers(request),
    )


async def look(request: Request) -> Response:
    """What would be sent of what was typed."""
    typed = await Typed.of(request)
    return part(request, "events/_outcome.html", **await _outcome(request, typed))


async def load_sample(request: Request) -> Response:
    """Put a sample into the form."""
    form, typed = await _form(request), await Typed.of(request)
    typed = _sampled(request, typed, str(form.get("sample", "")))
    return await _loaded(request, typed, with_event=True)


async def load_mapping(request: Request) -> Response:
    """Put a preset, or a mapping file, into the form."""
    form, typed = await _form(request), await Typed.of(request)
    kind, _, name = str(form.get("reads", "")).partition(":")
    if kind == "file":
        workspace = desk_of(request).session.workspace
        typed = _of_file(typed, read_mapping_file(workspace, name))
    elif kind == "preset" and name in PRESETS:
        typed = _mapped(typed, f"preset: {name}\n")
    else:
        typed = _mapped(typed, "")
    return await _loaded(request, typed, with_event=False)


async def lint(request: Request) -> Response:
    """What is wrong with a mapping, for the editor."""
    form = await _form(request)
    # Beside the loop: a large text takes a second.
    _, faults = await asyncio.to_thread(read_mapping, str(form.get("mapping", "")))
    told = [
        {
            "line": one.place.line,
            "column": one.place.column,
            "message": one.text if not one.path else f"{one.path[-1]}: {one.text}",
            "hint": one.hint,
            "severity": str(one.severity),
        }
        for one in faults
    ]
    return JSONResponse({"problems": told})


async def save(request: Request) -> Response:
    """Save the mapping as a file of the workspace."""
    typed = await Typed.of(request)
    workspace = desk_of(request).session.workspace
    try:
        saved = await asyncio.to_thread(
            write_mapping_file, workspace, typed.file, typed.mapping, typed.digest
        )
    except InvalidParamsError as error:
        said = "; ".join(one.message for one in error.faults)
        return part(request, "events/_save.html", status=422, typed=typed, error=said, saved=None)
    typed = _of_file(typed, saved)
    shown = await _outcome(request, typed)
    answer = part(request, "events/_saved.html", error="", saved=saved, **shown, **_offers(request))
    answer.headers["X-Adloom-Say"] = quote(f"Saved as mappings/{saved.name}.")
    return answer


async def send(request: Request) -> Response:
    """Send what would go out as a test event."""
    desk, typed = desk_of(request), await Typed.of(request)
    if not typed.way.startswith(BY):
        hint = "Choose under Goes out by one of your connections; without one nothing can be sent."
        raise UsageError("A test event needs a connection.", hint=hint)
    connection = await desk.session.wiring.store.load(typed.way.removeprefix(BY))
    code = code_for(connection, typed.code)
    trial = (await _outcome(request, typed))["trial"]
    events = trial.going_out

    async def work(_: Job) -> list[TestAnswer]:
        return await send_tests(desk.session, connection, code, events)

    if not events:
        raise UsageError("There is no event to send.", hint="See under What TikTok gets why.")
    return job_part(request, desk.jobs.start("Send test events", work))


# --- inside ---------------------------------------------------------------------------------------


async def _form(request: Request) -> FormData:
    """What was typed, as much as a request may hold; what is too much for a page is told there."""
    return await request.form(max_files=0, max_part_size=LARGEST)


async def _outcome(request: Request, typed: Typed) -> dict[str, Any]:
    """What would be sent; looked at beside the loop, for large texts take a moment."""
    session = desk_of(request).session
    asked, connection = await _asked(request, typed)
    now = int(session.wiring.clock.now().timestamp())
    trial: Trial = await asyncio.to_thread(try_event, asked, now)
    command, missing = map_command(
        typed.mapping,
        asked.source,
        asked.source_id if connection else None,
        file=typed.file,
        digest=typed.digest,
    )
    return {
        "typed": typed,
        "trial": trial,
        "command": command,
        "missing": missing,
        "connection": connection,
        "count": count,
    }


async def _asked(request: Request, typed: Typed) -> tuple[Asked, Connection | None]:
    session = desk_of(request).session
    found, settings = None, cast("Mapping[str, Any]", {})
    if typed.way.startswith(BY):
        known = {one.name: one for one in await event_connections(session)}
        name = typed.way.removeprefix(BY)
        if name not in known:
            raise UnknownNameError(f"{KIND} connection", name[:80], known)
        found = known[name]
        settings = found.settings
    source = next((one for one in SOURCES if one == typed.way.removeprefix(AS)), SOURCES[0])
    return Asked(
        typed.text,
        typed.mapping,
        settings.get("source", source),
        settings.get("source_id", UNKNOWN),
        settings.get("test_event_code"),
        session.workspace.settings.events.oldest_days,
    ), found


async def _loaded(request: Request, typed: Typed, *, with_event: bool) -> Response:
    shown = await _outcome(request, typed)
    return part(
        request,
        "events/_loaded.html",
        with_event=with_event,
        error="",
        saved=None,
        **shown,
        **_offers(request),
    )


def _sampled(request: Request, typed: Typed, name: str) -> Typed:
    sample = next((one for one in SAMPLES if one.name == name), None)
    if sample is None:
        raise UnknownNameError("sample", name[:80], [one.name for one in SAMPLES])
    text = sample_text(sample, desk_of(request).session.wiring.clock.now())
    return _mapped(Typed(**{**vars(typed), "text": text}), sample.mapping)


def _mapped(typed: Typed, mapping: str) -> Typed:
    """With a mapping that belongs to no file."""
    return Typed(**{**vars(typed), "mapping": mapping, "file": "", "digest": ""})


def _of_file(typed: Typed, file: MappingText) -> Typed:
    told = {"mapping": file.text, "file": file.name, "digest": file.digest}
    return Typed(**{**vars(typed), **told})


def _offers(request: Request) -> dict[str, Any]:
    """What can be loaded."""
    return {
        "samples": SAMPLES,
        "presets": PRESETS.values(),
        "files": mapping_names(desk_of(request).session.workspace),
        "sources": SOURCES,
    }


PLAYGROUND_ROUTES: Final = [
    Route("/events/playground", playground),
    Route("/events/playground/try", look, methods=["POST"]),
    Route("/events/playground/sample", load_sample, methods=["POST"]),
    Route("/events/playground/mapping", load_mapping, methods=["POST"]),
    Route("/events/playground/lint", lint, methods=["POST"]),
    Route("/events/playground/save", save, methods=["POST"]),
    Route("/events/playground/send", send, methods=["POST"]),
]
