"""Steps that use a module: what it is given is worked out here, the stage does the rest."""

from adloom.wire import Record
from modules import find_module
from modules.base import Module
from scenarios.model import ModuleStep
from scenarios.params import as_params, params_of
from scheduler.stages.base import Use
from scheduler.walking import Scope, Walk

__all__ = ["run_module"]


async def run_module(walk: Walk, step: ModuleStep, scope: Scope, here: str) -> list[Record]:
    """Run a module for one bundle.

    Raises:
        AdloomError: It failed; nothing of it is half done, or the journal knows how far it came.
    """
    module = find_module(step.module)
    values = step.params.evaluate(scope, walk.moment(here))
    walk.given[here] = _shown(module, values)
    use = Use(step, module, values, as_params(module, values), here, scope)
    return await walk.equipment.stage.use(walk, use)


def _shown(module: Module, values: Record) -> Record:
    """What a module was given, as history may show it: without what belongs to a person."""
    personal = {name for name, field in params_of(module).items() if field.personal}
    return {name: "•••" if name in personal else value for name, value in values.items()}
