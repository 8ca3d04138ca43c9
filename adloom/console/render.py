"""Pages and fragments: templates, what they can call, and what the frame around them shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adloom.console.desk import Standing, desk_of
from adloom.console.hints import for_page
from adloom.console.static_files import static_path
from adloom.secret import redact
from adloom.services.scenario_words import ago

__all__ = ["environment", "navigation", "page", "part", "redirect", "tell"]

ICON: Final = Markup(
    '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
)


@dataclass(frozen=True)
class Item:
    """An entry of the navigation."""

    name: str
    title: str
    href: str
    icon: str
    count: int = 0


@dataclass(frozen=True)
class Group:
    """Some entries under a title."""

    title: str
    items: tuple[Item, ...]


@cache
def environment() -> Environment:
    """The templates, with what they can call."""
    made = Environment(
        loader=PackageLoader("adloom.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"icon": icon, "static": static_path}
    made.filters |= {
        "for_page": for_page,
        "moment": moment,
        "money": money,
        "number": number,
        "pretty": pretty,
        "path": lambda text: quote(str(text), safe=""),
    }
    return made


async def page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Answer with a whole page.

    Args:
        request: Whose answer it is.
        template: The page's; it extends `base.html`.
        status: The HTTP status.
        context: What the template shows; `title` and `active` (an entry of the navigation) too.
    """
    desk = desk_of(request)
    standing = await desk.standing()
    frame = {
        "title": "adloom",
        "active": "",
        "told": _told(request),
        "navigation": navigation(standing),
        "demo": standing.demo,
        "stopped": standing.stopped,
        "workspace": str(desk.session.workspace.path),
        "workspace_name": desk.session.workspace.path.name,
    }
    return part(request, template, status=status, **(frame | context))


def part(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Answer with a fragment: a template whose name begins with an underscore."""
    clock = desk_of(request).session.wiring.clock
    given = {"request": request, "now": clock.now(), "ago": _ago(clock.now()), **context}
    text = environment().get_template(template).render(given)
    return HTMLResponse(text, status)


def redirect(request: Request, to: str, told: str | None = None) -> Response:
    """Send the browser to another page, which tells what was done."""
    if told:
        tell(request, told)
    if request.headers.get("HX-Request"):
        return Response(status_code=204, headers={"HX-Redirect": to})
    return Response(status_code=303, headers={"Location": to})


def tell(request: Request, text: str) -> None:
    """Have the next page tell something in passing."""
    request.scope["state"]["session"].data["told"] = text


def _told(request: Request) -> str | None:
    session = request.scope.get("state", {}).get("session")
    told: str | None = session.data.pop("told", None) if session is not None else None
    return told


def navigation(standing: Standing) -> list[Group]:
    """The entries beside every page."""
    return [
        Group(
            "",
            (
                Item("start", "Start", "/", "home"),
                Item("scenarios", "Scenarios", "/scenarios", "workflow"),
                Item("executions", "Executions", "/executions", "history", standing.waiting),
                Item("modules", "Modules", "/modules", "layers"),
                Item("connections", "Connections", "/connections", "plug", standing.broken),
            ),
        ),
        Group(
            "Figures and events",
            (
                Item("reports", "Reports", "/reports", "bar-chart"),
                Item("events", "Events", "/events", "send"),
            ),
        ),
        Group(
            "Tools",
            (
                Item("gallery", "Templates", "/gallery", "sparkles"),
                Item("explorer", "API explorer", "/explorer", "terminal"),
                Item("stores", "Data stores", "/stores", "database"),
                Item("settings", "Settings", "/settings", "settings"),
                Item("doctor", "Doctor", "/doctor", "stethoscope"),
            ),
        ),
    ]


def icon(name: str) -> Markup:
    """An icon of the sprite; it says nothing to a screen reader."""
    return ICON.format(static_path("icons.svg"), name)


def moment(value: datetime | None, zone: str | None = None) -> Markup:
    """A moment in an account's zone (else UTC), which shows where the reader is when pointed at."""
    if value is None:
        return Markup('<span class="muted">never</span>')
    there = value.astimezone(ZoneInfo(zone or "UTC"))
    shown = f"{there:%Y-%m-%d %H:%M} {zone or 'UTC'}"
    return Markup('<time datetime="{}" data-local>{}</time>').format(value.isoformat(), shown)


def _ago(now: datetime) -> Any:
    def told(value: datetime | None) -> Markup:
        if value is None:
            return Markup('<span class="muted">never</span>')
        return Markup('<time datetime="{}" data-local>{}</time>').format(
            value.isoformat(), ago(value, now)
        )

    return told


def money(value: Any, currency: str = "") -> str:
    """An amount of money with its currency."""
    return "-" if value is None else f"{Decimal(str(value)):,.2f} {currency}".strip()


def number(value: Any) -> str:
    """A figure with its thousands apart."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)):,.2f}"


def pretty(value: Any) -> str:
    """Data as JSON for people, without anything secret."""
    safe = redact(value)
    return json.dumps(safe, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
