"""Translates what happens when a module fails: the directive at the end of its error route."""

from typing import Any, Final

from modules import find_module
from modules.base import Kind
from scenarios.blueprint.aliases import alias_of
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import as_flag, as_whole, is_empty
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import View
from scenarios.blueprint.nodes import Node, all_nodes
from scenarios.blueprint.params import said_value, translated
from scenarios.blueprint.recipes_memory import values_of
from scenarios.blueprint.report import Verdict
from scenarios.load_handlers import MOST_ATTEMPTS

__all__ = ["put_handler"]

#: What Make fills in where a Break does not say.
COUNT: Final = 3
MINUTES: Final = 15
MOST_MINUTES: Final = 7 * 24 * 60


def put_handler(node: Node, draft: Draft, view: View, bench: Bench) -> None:
    """Give a step its `on_error`, and say what became of every module of the error route."""
    route = node.onerror
    if not route:
        return
    directive = route[-1] if alias_of(route[-1]).recipe == "directive" else None
    others = [one for one in all_nodes(route) if one is not directive]
    for one in others:
        reason = f"error handling holds no steps here; it ran when module {node.id} failed"
        bench.report.node(one, None, Verdict.LEFT_OUT, [reason], gap=True)
        named = f"“{one.name}” ({one.module})" if one.name else one.module
        draft.gaps.append(f"module {one.id} {named} ran when this failed; here nothing does")
    if directive is None:
        draft.gaps.append("its error route ends without a directive, so what follows is not known")
    elif _is_trigger(draft):
        said = "a trigger has no error handling here: what fails is watched again"
        bench.report.node(directive, None, Verdict.LEFT_OUT, [said])
        draft.notes.append(said)
    elif draft.routes is not None:
        said = "a router has no error handling here; its steps may have"
        bench.report.node(directive, None, Verdict.LEFT_OUT, [said], gap=True)
        draft.gaps.append(said)
    else:
        _put_directive(directive, draft, view, bench)


def _is_trigger(draft: Draft) -> bool:
    name = draft.data.get("module")
    return isinstance(name, str) and find_module(name).kind is Kind.TRIGGER


def _put_directive(directive: Node, draft: Draft, view: View, bench: Bench) -> None:
    kind = alias_of(directive).kind
    gaps, notes = len(draft.gaps), len(draft.notes)
    draft.data["on_error"] = kind
    if kind == "resume":
        draft.data["on_error"] = {"resume": _substitute(directive, view, bench, draft)}
    elif kind == "break":
        draft.data["on_error"] = _break(directive, draft)
    if directive.onerror:
        draft.gaps.append("its directive has error handling of its own")
    said = [*draft.gaps[gaps:], *draft.notes[notes:]]
    verdict = Verdict.WARNED if said else Verdict.TRANSLATED
    bench.report.node(directive, draft.id, verdict, said, gap=len(draft.gaps) > gaps)


def _substitute(directive: Node, view: View, bench: Bench, draft: Draft) -> dict[str, Any]:
    """The bundle that the flow goes on with, by our names of its fields."""
    substitute = {}
    for name, value in directive.mapper.items():
        if is_empty(value):
            continue
        names = bench.field_names(draft.node.id, name)
        if names is None or len(names) != 1:
            draft.gaps.append(f"{name} of the substitute has no place in the bundles of this step")
            continue
        made = translated(name, value, view, bench, draft)
        if made is not None:
            substitute[names[0]] = made
    if not substitute:
        draft.notes.append("the substitute is empty")
    return substitute


def _break(directive: Node, draft: Draft) -> Any:
    """How often it is tried again; without that a person decides."""
    found = values_of(directive)
    retry = as_flag(found.get("retry", False))
    if retry is None:
        draft.gaps.append(f"retry is {said_value(found['retry'])}, neither yes nor no")
    if not retry:
        return "break"
    count = as_whole(found.get("count", COUNT))
    minutes = as_whole(found.get("interval", MINUTES))
    if count is None or not 1 <= count <= MOST_ATTEMPTS:
        draft.gaps.append(f"count is {said_value(found.get('count'))}; it must be 1 to 100")
        return "break"
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        draft.gaps.append(f"interval is {said_value(found.get('interval'))} minutes")
        return "break"
    unit = "minute" if minutes == 1 else "minutes"
    return {"break": {"count": count, "interval": f"{minutes} {unit}"}}
