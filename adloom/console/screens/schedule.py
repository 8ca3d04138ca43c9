"""When a scenario runs: a form with its next five times, and the line it writes into the file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import Desk, desk_of
from adloom.console.render import page, part, redirect
from adloom.console.screens.scenarios.answers import fresh_desk, name_of, page_of
from adloom.errors import AdloomError, UnknownNameError
from adloom.services.editing_saving import ChangedOnDisk, Saved, Wrong, hash_of, save
from adloom.services.editing_values import set_schedule
from adloom.services.scenario_list import until
from adloom.services.scenario_words import say_moment, say_schedule
from adloom.services.scheduling import Judged, judge
from adloom.services.scheduling_account import account_zone, schedule_in
from adloom.services.scheduling_form import PRESETS, WEEKDAYS, Typed, typed_of
from scenarios.cron import MONTH_NAMES
from scenarios.loader import read_scenario_text
from scenarios.model import Scenario
from scenarios.times import time_zones

__all__ = ["ROUTES"]

MANY: Final = ("weekdays", "months", "open_days")


@dataclass(frozen=True)
class Subject:
    """The file whose schedule is set.

    Args:
        name: The scenario.
        path: Its file.
        text: What that says.
        scenario: As far as it is understood; None if nothing of it is.
        account: The time zone of its account, if that is known.
    """

    name: str
    path: Path
    text: str
    scenario: Scenario | None
    account: ZoneInfo | None


async def show(request: Request) -> Response:
    """The form, as the file says it now."""
    subject = await _subject(desk_of(request), name_of(request))
    schedule, raw = schedule_in(subject.text)
    typed = typed_of(schedule, raw)
    if preset := _preset(request.query_params.get("preset", "")):
        typed = Typed(**{"timezone": typed.timezone, **preset})
    return await page(
        request,
        "schedule/page.html",
        title=f"When {subject.name} runs",
        active="scenarios",
        **_context(request, subject, typed),
    )


async def preview(request: Request) -> Response:
    """When it would run, while somebody types."""
    subject = await _subject(desk_of(request), name_of(request))
    typed = _typed(await request.form(), subject)
    return part(request, "schedule/_next.html", **_context(request, subject, typed))


async def write(request: Request) -> Response:
    """Write the schedule into the file, unless that was changed meanwhile."""
    desk = desk_of(request)
    subject = await _subject(desk, name_of(request))
    form = await request.form()
    typed = _typed(form, subject)
    context = _context(request, subject, typed)
    judged: Judged = context["judged"]
    if judged.faults:
        return part(request, "schedule/_form.html", status=422, **context)
    if schedule_in(subject.text)[0] == judged.schedule:
        return redirect(request, page_of(subject.name), "Its schedule stays as it was.")
    text = set_schedule(subject.text, judged.data)
    expected = str(form.get("now", ""))
    outcome = save(desk.session.workspace.scenarios, text, file=subject.path, expected=expected)
    if isinstance(outcome, Saved):
        await fresh_desk(request)
        return redirect(request, page_of(subject.name), await _told(desk, subject.name))
    said = _said(outcome)
    return part(request, "schedule/_form.html", status=422, **(context | {"refused": said}))


# --- inside ---------------------------------------------------------------------------------------


async def _subject(desk: Desk, name: str) -> Subject:
    stored = await desk.workshop.scenarios.load(name)
    path = desk.session.workspace.scenarios / (stored.file or "")
    try:
        text = read_scenario_text(path)
    except FileNotFoundError:
        raise UnknownNameError("file of the scenario", path.name, []) from None
    except OSError as error:
        raise AdloomError(f"The file of {name} cannot be read: {error.strerror}.") from None
    scenario, account = await account_zone(desk.workshop, stored, text)
    return Subject(stored.name, path, text, scenario, account)


def _context(request: Request, subject: Subject, typed: Typed) -> dict[str, Any]:
    now = desk_of(request).session.wiring.clock.now()
    steps = subject.scenario.steps if subject.scenario else ()
    return {
        "name": subject.name,
        "typed": typed,
        "judged": judge(typed, now=now, account=subject.account, steps=steps),
        "account": subject.account,
        "hash": hash_of(subject.text),
        "presets": PRESETS,
        "weekdays": WEEKDAYS,
        "months": MONTH_NAMES,
        "zones": sorted(time_zones()),
        "refused": None,
        "until": until,
    }


def _preset(number: str) -> Mapping[str, Any] | None:
    known = {str(place): one.typed for place, one in enumerate(PRESETS)}
    return known.get(number)


def _typed(form: FormData, subject: Subject) -> Typed:
    """What was typed; windows that the form has no fields for come from the file."""
    given: dict[str, Any] = {
        one.name: str(form.get(one.name, one.default))[:500]
        for one in fields(Typed)
        if one.name not in (*MANY, "windows")
    }
    given |= {name: [str(value) for value in form.getlist(name)] for name in MANY}
    given["windows"] = typed_of(*schedule_in(subject.text)).windows
    return Typed(**given)


async def _told(desk: Desk, name: str) -> str:
    """What it says now, and when that has it run next."""
    stored = await desk.workshop.scenarios.load(name)
    said = f"The schedule is saved: {say_schedule(stored.schedule)}."
    if not stored.enabled:
        return f"{said} {name} is off."
    first = say_moment(stored.next_at, stored.place)
    return f"{said} It runs next: {first} ({stored.place})." if first else said


def _said(outcome: ChangedOnDisk | Wrong) -> str:
    if isinstance(outcome, ChangedOnDisk):
        return f"{outcome} Load this page again to begin from what it says now."
    first = next(one for one in outcome.problems if one.is_error)
    return f"The scenario has a fault, so it was not saved. Line {first.line}: {first}"


ROUTES: Final = [
    Route("/scenarios/{name}/schedule", show),
    Route("/scenarios/{name}/schedule", write, methods=["POST"]),
    Route("/scenarios/{name}/schedule/preview", preview, methods=["POST"]),
]
