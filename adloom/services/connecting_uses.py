"""Who uses a connection: scenarios, addresses that take events, notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adloom.errors import AdloomError
from adloom.services.session import Session
from connections.hooks import hook_name
from modules import find_module
from scenarios.model import ModuleStep, Scenario
from scheduler.workshop import Workshop

__all__ = ["Use", "UseKind", "uses_of"]


class UseKind(StrEnum):
    """What uses a connection."""

    SCENARIO = "scenario"
    ADDRESS = "address for events"
    NOTICES = "notices"


@dataclass(frozen=True)
class Use:
    """One use of a connection.

    Args:
        kind: What uses it.
        name: The name of the scenario, or the setting.
        enabled: Whether that runs by itself now.
    """

    kind: UseKind
    name: str
    enabled: bool = True


async def uses_of(session: Session, workshop: Workshop) -> Mapping[str, Sequence[Use]]:
    """Who uses which connection, by the connection's name."""
    found: dict[str, list[Use]] = {}
    for stored in await workshop.scenarios.all():
        try:
            scenario = await workshop.version(stored.hash)
        except AdloomError:
            continue  # nobody understands it any more, so it uses nothing
        for name in connections_of(scenario):
            found.setdefault(name, []).append(Use(UseKind.SCENARIO, stored.name, stored.enabled))
    settings = session.workspace.settings
    for address, intake in settings.events.intake.items():
        for name in dict.fromkeys(one for one in (intake.secret, intake.connection) if one):
            found.setdefault(name, []).append(Use(UseKind.ADDRESS, address))
    if settings.notices.connection:
        found.setdefault(settings.notices.connection, []).append(Use(UseKind.NOTICES, "notices"))
    return found


def connections_of(scenario: Scenario) -> list[str]:
    """The connections a scenario uses, each once, in the order of its steps."""
    names: list[str] = []
    for step in scenario.all_steps():
        if not isinstance(step, ModuleStep):
            continue
        if step.connection:
            names.append(step.connection)
        elif find_module(step.module).instant is not None:
            names.append(hook_name(scenario.name))
    return list(dict.fromkeys(names))
