"""Scenarios switched on and off, one by one or all at once."""

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import redirect
from adloom.console.screens.scenarios.answers import back, dialog, fresh_desk, name_of, page_of
from adloom.services.enabling import enable, go_on, prospects_of, stop_everything
from adloom.services.scenario_words import say_moment, say_schedule
from scheduler.scenario_store import StoredScenario

__all__ = ["resume", "stop", "switch_off", "switch_on"]


async def switch_on(request: Request) -> Response:
    """Switch a scenario on; where it changes things, what it would do is looked at first."""
    desk, name = await fresh_desk(request), name_of(request)
    ahead = await prospects_of(desk.session, desk.workshop, name)
    # Somebody has agreed to this very text, not to one that was written since.
    agreed = (await request.form()).get("agreed") == ahead.scenario.hash
    if ahead.wants_consent and not agreed:
        return dialog(request, "scenarios/_enable.html", ahead=ahead)
    stored = await enable(desk.session, desk.workshop, name)
    desk.forget()
    return await back(request, page_of(stored.name), _told(stored))


def _told(stored: StoredScenario) -> str:
    first = say_moment(stored.next_at, stored.place)
    said = f"{stored.name} is on. It runs {say_schedule(stored.schedule)}."
    return f"{said} The first time: {first} ({stored.place})." if first else said


async def switch_off(request: Request) -> Response:
    """Switch a scenario off, at once; what runs at this moment ends first."""
    desk, name = desk_of(request), name_of(request)
    await desk.workshop.scenarios.disable(name)
    await fresh_desk(request)
    return await back(request, page_of(name), f"{name} is off.")


async def stop(request: Request) -> Response:
    """Pull the kill switch."""
    desk = desk_of(request)
    stop_everything(desk.session.workspace)
    desk.forget()
    return redirect(request, "/scenarios", "Everything is stopped. Nothing is changed any more.")


async def resume(request: Request) -> Response:
    """Go on after the kill switch was pulled."""
    desk = desk_of(request)
    go_on(desk.session.workspace)
    desk.forget()
    return redirect(request, "/scenarios", "Scenarios run again.")
