"""The panel beside the chain: the form of one step, or of the scenario as a whole."""

from typing import Any

from starlette.requests import Request

from adloom.services.drafting import Drafted
from scenarios.places import FieldPath

__all__ = ["panel_of"]


async def panel_of(request: Request, found: Drafted, at: FieldPath) -> dict[str, Any]:
    """What the panel shows: a step's form, or the scenario's if none is selected."""
    del request
    step = found.chain.step(at)
    return {"panel_kind": "step" if step else "scenario"}
