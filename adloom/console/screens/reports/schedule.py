"""A look that comes by itself: a new scenario, switched off at first."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of
from adloom.console.render import part
from adloom.console.screens.reports.looking import Look, look_of
from adloom.errors import Fault, InvalidParamsError, InvalidScenarioError, UsageError
from adloom.services.reports_schedules import (
    DAYS,
    FREQUENCIES,
    WEEKDAYS,
    Wish,
    usual_days,
    write_scenario,
)

__all__ = ["ask_schedule", "schedule"]

UNUSABLE = 422
FILE = "file"


async def ask_schedule(request: Request) -> Response:
    """Ask when it is wanted, and where it goes."""
    look = await look_of(request)
    return await _form(request, look, _usual(look), {})


async def schedule(request: Request) -> Response:
    """Write the scenario; what is wrong stands beside its field."""
    look, form = await look_of(request), await request.form()
    given = _usual(look) | {name: str(value).strip() for name, value in form.items()}
    desk = desk_of(request)
    try:
        wish = _wish(given)
        name, _ = await write_scenario(desk.session, look.view, look.ids, wish)
    except InvalidParamsError as error:
        faults = {one.path: one.message for one in error.faults}
        return await _form(request, look, given, faults)
    except InvalidScenarioError as error:
        return await _form(request, look, given, {"": str(error)})
    except UsageError as error:
        return await _form(request, look, given, {"name": str(error)})
    if desk.changed is not None:
        await desk.changed()
    return part(request, "reports/_scheduled.html", name=name)


def _usual(look: Look) -> dict[str, str]:
    often = "weekly"
    return {
        "name": look.view.report or f"{look.view.level}-report",
        "often": often,
        "weekday": "monday",
        "day": "1",
        "at": "08:00",
        "days": usual_days(look.view, often),
        "goes": "",
        "file": f"{look.view.report or look.view.level}-report.csv",
    }


def _wish(given: Mapping[str, str]) -> Wish:
    """What the form says.

    Raises:
        InvalidParamsError: Something in it makes no sense.
    """
    goes = given["goes"]
    try:
        at = time.fromisoformat(given["at"])
    except ValueError:
        raise InvalidParamsError([Fault("at", "write a time, such as 08:00")]) from None
    if goes == FILE and not given["file"]:
        raise InvalidParamsError([Fault("file", "needs a name, such as report.csv")])
    return Wish(
        name=given["name"],
        often=given["often"],
        at=at,
        days=given["days"],
        weekday=given["weekday"],
        day=int(given["day"]) if given["day"].isdecimal() else 0,
        notify=goes.removeprefix("notify:") if goes.startswith("notify:") else "",
        file=given["file"] if goes == FILE else "",
    )


async def _form(
    request: Request, look: Look, given: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    known = await desk_of(request).session.wiring.store.all()
    context: dict[str, Any] = {
        "view": look.view,
        "given": given,
        "faults": faults,
        "notify": [one.name for one in known if one.provider == "notify"],
        "often": FREQUENCIES,
        "weekdays": WEEKDAYS,
        "days": DAYS,
    }
    status = UNUSABLE if faults else 200
    return part(request, "reports/_schedule.html", status=status, **context)
