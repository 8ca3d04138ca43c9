"""A scenario begun with one module: a draft that its owner goes on with in the editor."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from adloom.errors import UnknownNameError
from adloom.secret import redact
from adloom.services.scenario_drafts import slug
from adloom.services.scenario_files import texts
from adloom.services.session import Session
from modules.base import Kind, Module
from scenarios.yaml_writing import write_block
from scheduler.drafts import Drafts

__all__ = ["begin_scenario", "text_of_scenario"]

#: How often a trigger looks until somebody says otherwise.
OFTEN: Final = "30 minutes"
#: Connections of this kind know the time zone of their account.
ZONED: Final = "tiktok-business"


async def begin_scenario(
    session: Session, module: Module, values: Mapping[str, Any], connection: str | None
) -> str:
    """Keep a draft that begins with a module; tells what it is called.

    Args:
        session: The open workspace.
        module: What its first step does.
        values: The step's parameters, finished or not.
        connection: The step's connection, if one was chosen.
    """
    drafts = Drafts(await session.journal_database(), session.wiring.clock)
    name = await _free_name(session, drafts, slug(module.title))
    await drafts.open(name, text_of_scenario(name, module, values, connection), None)
    return name


def text_of_scenario(
    name: str, module: Module, values: Mapping[str, Any], connection: str | None
) -> str:
    """A scenario of one step, as text; secrets do not stand in it."""
    step: dict[str, Any] = {"id": _step_id(module), "module": module.name}
    if connection:
        step["connection"] = connection
    if values:
        step["params"] = redact(dict(values))
    whole = {
        "name": name,
        "description": module.description,
        "schedule": _schedule(module),
        "steps": [step],
    }
    return write_block(whole, 0).rstrip("\n") + "\n"


def _schedule(module: Module) -> Any:
    if module.instant is not None:
        return "immediately"
    if module.kind is not Kind.TRIGGER:
        return "on demand"
    return {"every": OFTEN, "timezone": "account" if module.provider == ZONED else "UTC"}


def _step_id(module: Module) -> str:
    """What other steps call it: `search_ads` finds `ads`."""
    return module.name.partition("_")[2] or module.name


async def _free_name(session: Session, drafts: Drafts, wanted: str) -> str:
    """A name that neither a scenario nor another draft has."""
    found = texts(session.workspace.scenarios)
    taken = {one.path.stem for one in found}
    taken |= {one.scenario.name for one in found if one.scenario is not None}
    for number in count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        if name not in taken and not await _is_draft(drafts, name):
            return name
    raise AssertionError  # pragma: no cover - there are more numbers than names


async def _is_draft(drafts: Drafts, name: str) -> bool:
    try:
        await drafts.load(name)
    except UnknownNameError:
        return False
    return True
