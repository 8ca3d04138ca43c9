"""What can be inserted into a scenario: modules by what they do, and what steers the flow."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from adloom.console.desk import desk_of
from adloom.console.screens.editor.at import say_at
from adloom.services.drafting import Drafted
from modules import all_modules
from modules.base import Kind, Module
from scenarios.places import FieldPath

__all__ = ["Offer", "offered"]

FLOW: Final = {
    "router": ("Router", "split", "Sends each bundle along one or more routes."),
    "iterator": ("Iterator", "repeat", "Makes a bundle of each item of a list."),
    "aggregator": ("Aggregator", "combine", "Makes one bundle of many."),
    "scenario": ("Scenario", "workflow", "Runs another scenario for each bundle."),
    "set": ("Set values", "pencil", "Remembers values for later steps."),
    "get": ("Recall values", "eye", "Reads values that were set before."),
    "store": ("Data store", "database", "Keeps values from one execution to the next."),
    "sleep": ("Wait", "hourglass", "Waits for a while."),
    "return": ("Return", "arrow-left", "Gives bundles back to the calling scenario."),
}
TITLES: Final = {
    Kind.TRIGGER: "Watches for something new",
    Kind.SEARCH: "Finds and reads",
    Kind.ACTION: "Changes or sends something",
}


@dataclass(frozen=True)
class Offer:
    """Something that can be inserted.

    Args:
        what: Its name.
        title: What people call it.
        text: What it does.
        icon: What it is drawn as.
        connection: The connection it would use; empty if there is none or a choice.
    """

    what: str
    title: str
    text: str
    icon: str
    connection: str = ""


async def offered(
    request: Request, found: Drafted, place: FieldPath, search: str
) -> dict[str, Any]:
    """What fits a search, in groups; triggers only where a scenario begins."""
    known = await desk_of(request).session.wiring.store.all()
    first = place == ("steps", 0)
    groups: list[tuple[str, list[Offer]]] = []
    for kind, title in TITLES.items():
        if kind is Kind.TRIGGER and not first:
            continue
        fitting = [one for one in all_modules() if one.kind is kind and _fits(one, search)]
        offers = [
            _offer(one, [c.name for c in known if c.provider in one.providers]) for one in fitting
        ]
        groups.append((title, offers))
    words = search.lower()
    flow = [
        Offer(what, title, text, icon)
        for what, (title, icon, text) in FLOW.items()
        if words in f"{title} {text}".lower()
    ]
    groups.append(("Steers the flow", flow))
    names = sorted(found.environment.scenarios or {})
    return {
        "place": say_at(place),
        "groups": [(title, offers) for title, offers in groups if offers],
        "search": search,
        "others": [name for name in names if name != found.chain.name],
    }


def _fits(module: Module, search: str) -> bool:
    said = f"{module.name} {module.title} {module.description} {module.provider}".lower()
    return all(word in said for word in search.lower().replace("_", " ").split())


def _offer(module: Module, usable: list[str]) -> Offer:
    connection = usable[0] if len(usable) == 1 else ""
    icon = ICONS.get(module.provider, "layers")
    return Offer(module.name, module.title, module.description, icon, connection)


ICONS: Final = {
    "tiktok-business": "megaphone",
    "tiktok": "video",
    "tiktok-events": "zap",
    "tiktok-public": "video",
    "notify": "bell",
    "web": "link",
    "webhook": "webhook",
    "files": "table",
}
