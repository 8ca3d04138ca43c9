"""A scenario begun with one module: a draft that its owner goes on with in the editor."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.secret import redact
from adloom.services.drafting import begin_draft, drafts_of
from adloom.services.module_pages_command import without_usual
from adloom.services.session import Session
from modules.base import Kind, Module
from scenarios.yaml_writing import write_block

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
    draft = await begin_draft(session, name=module.title)
    text = text_of_scenario(draft.name, module, values, connection)
    await (await drafts_of(session)).edit(draft.name, text, draft.version, "new")
    return draft.name


def text_of_scenario(
    name: str, module: Module, values: Mapping[str, Any], connection: str | None
) -> str:
    """A scenario of one step, as text; secrets do not stand in it."""
    step: dict[str, Any] = {"id": _step_id(module), "module": module.name}
    if connection:
        step["connection"] = connection
    if said := without_usual(module, values):
        step["params"] = redact(said)
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
