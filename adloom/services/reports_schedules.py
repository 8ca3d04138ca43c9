"""A look at figures as a scenario that tells or writes them by itself, switched off at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Final

from adloom.errors import Fault, InvalidParamsError, InvalidScenarioError
from adloom.files import open_private
from adloom.services.figures_measures import adds_up, measure_of
from adloom.services.reports_definitions import values_of
from adloom.services.reports_view import BREAKDOWNS, View
from adloom.services.scenario_drafts import slug
from adloom.services.scenario_files import Text, environment_of, problems_with, texts
from adloom.services.session import Session
from scenarios.loader import load_scenario
from scenarios.problems import Severity
from scenarios.yaml_writing import write_block

__all__ = [
    "DAYS",
    "FREQUENCIES",
    "WEEKDAYS",
    "Wish",
    "scenario_text",
    "usual_days",
    "write_scenario",
]

FREQUENCIES: Final = {"daily": "Every day", "weekly": "Every week", "monthly": "Every month"}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: The days a report that repeats can be about, in words that stay right.
DAYS: Final = {
    "yesterday": "Yesterday",
    "last 7 days": "Last 7 days",
    "last 14 days": "Last 14 days",
    "last 30 days": "Last 30 days",
    "last week": "Last week, from Monday to Sunday",
    "last month": "Last month",
    "this month": "This month so far",
}
FITTING: Final = {"daily": "yesterday", "weekly": "last 7 days", "monthly": "last month"}
#: Lines of a message.
MOST_LINES: Final = 20
LAST_SAFE_DAY: Final = 28


@dataclass(frozen=True)
class Wish:
    """When a report is wanted, and where it goes.

    Args:
        name: What the scenario is to be called.
        often: `daily`, `weekly` or `monthly`.
        at: The time of day, in the account's zone.
        weekday: For `weekly`.
        day: For `monthly`, 1 to 28.
        days: What it is about, in words.
        notify: The connection that is told; empty for a file.
        file: The file that rows are added to; empty for a message.
    """

    name: str
    often: str
    at: time
    days: str
    weekday: str = "monday"
    day: int = 1
    notify: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        faults = []
        if self.often not in FREQUENCIES:
            faults.append(Fault("often", "daily, weekly or monthly"))
        if self.days not in DAYS:
            faults.append(Fault("days", "must be days in words, which stay right as time goes on"))
        if self.weekday not in WEEKDAYS:
            faults.append(Fault("weekday", "is no weekday"))
        if not 1 <= self.day <= LAST_SAFE_DAY:
            faults.append(Fault("day", f"must be 1 to {LAST_SAFE_DAY}: every month has these"))
        if bool(self.notify) == bool(self.file):
            faults.append(Fault("goes", "needs a connection for messages, or a file"))
        if faults:
            raise InvalidParamsError(faults)


def usual_days(view: View, often: str) -> str:
    """What a report is about that comes so often: the look's own days if they stay right."""
    return view.days if view.days in DAYS else FITTING[often]


def scenario_text(view: View, accounts: Sequence[str], wish: Wish) -> str:
    """The scenario as YAML."""
    steps = [_figures(view, accounts, wish), _gathered(view)]
    steps += [_written(view, wish)] if wish.file else _told(view, wish)
    goes = f"writes them into {wish.file}" if wish.file else f"tells {wish.notify}"
    whole = {
        "name": wish.name,
        "description": f"Reads the figures of {wish.days} and {goes}.",
        "schedule": {**_schedule(wish), "timezone": "account"},
        "steps": steps,
    }
    head = "# Made from a report. Change it here or in the console; comments stay.\n"
    return head + write_block(whole, 0).rstrip("\n") + "\n"


def _schedule(wish: Wish) -> dict[str, Any]:
    at = f"{wish.at:%H:%M}"
    match wish.often:
        case "daily":
            return {"daily": {"at": at}}
        case "weekly":
            return {"weekly": {"days": [wish.weekday], "at": at}}
        case _:
            return {"monthly": {"days": [wish.day], "at": at}}


def _figures(view: View, accounts: Sequence[str], wish: Wish) -> dict[str, Any]:
    gone = {"start_date", "end_date", "date_range"}
    values = {name: one for name, one in values_of(view, accounts).items() if name not in gone}
    metrics = list(dict.fromkeys((*values["metrics"], "spend", "conversion")))
    values["metrics"] = [name for name in metrics if name == view.of.called or view.tells(name)]
    return {
        "id": "figures",
        "title": "Read the figures",
        "module": "list_ad_reports",
        "connection": view.connection,
        "params": values | {"date_range": wish.days},
    }


def _fields(view: View) -> dict[str, str]:
    """Columns, and where their values are."""
    dimension = BREAKDOWNS[view.by][1]
    names = ["advertiser_id", view.of.identity, view.of.called, dimension, *view.shown]
    found = {name: f"{{{{figures.{name}}}}}" for name in names if name}
    return {"read_on": '{{formatDate(now; "YYYY-MM-DD")}}'} | found


def _gathered(view: View) -> dict[str, Any]:
    dimension = BREAKDOWNS[view.by][1]
    broken_down = f" / {{{{figures.{dimension}}}}}" if dimension else ""
    what = f"{{{{figures.{view.of.called}}}}}{broken_down}"
    line = {"line": f"{what}: {{{{figures.spend}}}}"}
    return {
        "id": "rows",
        "title": "All rows together",
        "aggregator": {
            "source": "figures",
            "stop_if_empty": True,
            "fields": _fields(view) | {"spend": "{{figures.spend}}"} | line,
        },
    }


def _written(view: View, wish: Wish) -> dict[str, Any]:
    return {
        "id": "write",
        "title": "Add them to the file",
        "module": "append_rows",
        "params": {"file": wish.file, "rows": "{{rows.array}}", "columns": list(_fields(view))},
    }


def _told(view: View, wish: Wish) -> list[dict[str, Any]]:
    """Sums of what adds up, then the rows that cost most."""
    names = [name for name in dict.fromkeys(("spend", *view.shown)) if adds_up(name)]
    sums = [f'{measure_of(name).title}: {{{{sum(map(rows.array; "{name}"))}}}}' for name in names]
    first = f'slice(sort(rows.array; "desc"; "spend"); 0; {MOST_LINES})'
    lines = [*sums, "", f"{measure_of('spend').title}, the largest first:",
             f'{{{{join(map({first}; "line"); newline)}}}}']  # fmt: skip
    return [
        {
            "id": "tell",
            "title": "Tell somebody",
            "module": "notify",
            "connection": wish.notify,
            "params": {"title": f"{wish.name}: {wish.days}", "text": "\n".join(lines)},
        }
    ]


async def write_scenario(
    session: Session, view: View, accounts: Sequence[str], wish: Wish
) -> tuple[str, Path]:
    """Write the scenario into the workspace, once it is known to be right.

    Returns:
        Its name and its file.

    Raises:
        InvalidParamsError: There is one of that name.
        InvalidScenarioError: It would not run here.
    """
    folder = session.workspace.scenarios
    path = folder / f"{slug(wish.name)}.yaml"
    others = texts(folder)
    taken = {one.scenario.name if one.scenario else one.path.stem for one in others}
    if path.exists() or wish.name in taken:
        raise InvalidParamsError([Fault("name", f"there is a scenario {wish.name!r} already")])
    text = scenario_text(view, accounts, wish)
    scenario = load_scenario(text, path)
    understood = [one.scenario for one in others if one.scenario is not None]
    now = session.wiring.clock.now()
    environment = await environment_of(session.wiring.store, [*understood, scenario], now)
    found = [
        one
        for one in problems_with(Text(path, scenario, ()), environment)
        if one.severity is Severity.ERROR
    ]
    if found:
        raise InvalidScenarioError(found)
    open_private(path, text.encode())
    return scenario.name, path
