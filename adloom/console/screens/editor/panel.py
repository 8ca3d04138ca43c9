"""The panel beside the chain: the form of one step, or of the scenario as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from adloom.console.desk import desk_of
from adloom.console.forms import Form, Posted, form_of
from adloom.console.screens.editor.conditions import rows_of
from adloom.console.screens.modules.asked import choices_url_of, connection_labels
from adloom.errors import Fault
from adloom.services.draft_samples import samples_of
from adloom.services.drafting import Drafted
from adloom.services.editing import ChainStep, Operator, as_told, preview, upstream_fields
from adloom.services.flow_forms import FLOW_FORMS, flow_values
from modules.base import Params
from scenarios.check_params import is_mapped
from scenarios.params import known_module
from scenarios.places import FieldPath

__all__ = ["PREFIX", "execution_asked", "panel_of", "params_of_step", "step_form"]

PREFIX: Final = "p."
PARAMS: Final = "params."


async def panel_of(request: Request, found: Drafted, at: FieldPath) -> dict[str, Any]:
    """What the panel shows: a step's form, or the scenario's if none is selected."""
    desk, step = desk_of(request), found.chain.step(at)
    if step is None:
        # A file that cannot be read has no page of its own yet.
        known_names = {one.name for one in await desk.workshop.scenarios.all()}
        return {
            "panel_kind": "scenario",
            "loose": [one for one in found.chain.problems if not one.step],
            "is_known": found.draft.name in known_names,
        }
    samples = await samples_of(desk.workshop, found.chain.name, execution=execution_asked(request))
    module = known_module(step.module) if step.module else None
    known = await desk.session.wiring.store.all()
    usable = [one for one in known if module and one.provider in module.providers]
    shown_otherwise = ("params.", f"{step.kind}.") if step.kind else ("params.",)
    return {
        "panel_kind": "step",
        "module": module,
        "choices": connection_labels(usable),
        "form": step_form(found, step, samples),
        "upstream": upstream_fields(found.draft.text, at, samples),
        "rows": rows_of(step.when),
        "operators": list(Operator),
        "loose": [one for one in step.problems if not one.field.startswith(shown_otherwise)],
    }


def execution_asked(request: Request) -> str | None:
    """The execution whose bundles are to be shown: of this address, or of the page's."""
    page = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    asked = request.query_params.get("execution") or next(iter(page.get("execution", ())), "")
    return asked or None


def step_form(
    found: Drafted,
    step: ChainStep,
    samples: Mapping[str, Sequence[Any]],
    typed: Posted | None = None,
    faults: Sequence[Fault] = (),
) -> Form | None:
    """The generated form of a step; None if nobody can tell yet what kind it is.

    Args:
        found: The draft.
        step: The step.
        samples: Bundles of the steps before it.
        typed: What was typed, where it could not be taken over.
        faults: Why it could not.
    """
    params, values = params_of_step(found.draft.text, step)
    if params is None:
        return None
    module = known_module(step.module) if step.module else None
    return form_of(
        params,
        values,
        faults=[*faults, *_faults(step)],
        prefix=PREFIX,
        mappable=True,
        choices_url=choices_url_of(module, PREFIX) if module else lambda _: None,
        map_url=lambda path: f"/fields/{module.name}/{path}?prefix={PREFIX}" if module else None,
        samples=_previews(values, samples),
        typed=typed,
    )


def params_of_step(text: str, step: ChainStep) -> tuple[type[Params] | None, Mapping[str, Any]]:
    """The fields a step has, and what they say now."""
    module = known_module(step.module) if step.module else None
    if module is not None:
        return module.params, as_told(text, step.path)
    if step.kind is not None and step.kind in FLOW_FORMS:
        return FLOW_FORMS[step.kind].params, flow_values(text, step.path, step.kind)
    return None, {}


def _faults(step: ChainStep) -> list[Fault]:
    """What is wrong with a step's parameters, as its form tells it."""
    inside = PARAMS if step.module else f"{step.kind}."
    return [
        Fault(one.field.removeprefix(inside), one.text)
        for one in step.problems
        if one.field.startswith(inside)
    ]


def _previews(values: Mapping[str, Any], samples: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """What the mapped values come to with the first bundle of each step before."""
    first = {name: bundles[0] for name, bundles in samples.items() if bundles}
    found: dict[str, str] = {}
    for name, value in values.items():
        if first and isinstance(value, str) and is_mapped(value):
            made = preview(value, first)
            found[name] = made.text if made.text is not None else made.error or ""
    return found
