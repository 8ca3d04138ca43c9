"""Walks the flow of a blueprint and drafts a step for every node."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from scenarios.blueprint import recipes_flow, recipes_http, recipes_memory, recipes_modules
from scenarios.blueprint.aliases import Alias, alias_of
from scenarios.blueprint.bench import Bench, Recipe
from scenarios.blueprint.conditions import NEVER, condition_of, say_filter
from scenarios.blueprint.drafts import Draft, Route
from scenarios.blueprint.expressions import UntranslatableError, View
from scenarios.blueprint.handlers import put_handler
from scenarios.blueprint.nodes import Filter, Node, Way, all_nodes, within
from scenarios.blueprint.report import Verdict, What
from scenarios.blueprint.rules import feeder_of
from scenarios.blueprint.wording import line, title

__all__ = ["RECIPES", "draft_flow"]

#: How nodes become steps; routers, branches, merges and directives are looked after here.
RECIPES: Final[Mapping[str, Recipe]] = {
    "aggregator": recipes_flow.aggregator,
    "api_call": recipes_http.api_call,
    "compose": recipes_memory.compose,
    "get": recipes_memory.get,
    "http": recipes_http.http,
    "iterator": recipes_flow.iterator,
    "json_text": recipes_memory.json_text,
    "leads": recipes_modules.leads,
    "module": recipes_modules.module,
    "notify": recipes_modules.notify,
    "refused": recipes_modules.refused,
    "repeater": recipes_flow.repeater,
    "set": recipes_memory.set_,
    "sleep": recipes_flow.sleep,
    "store": recipes_memory.store,
    "webhook": recipes_modules.webhook,
}
_STEERING: Final = frozenset({"router", "if_else"})


def draft_flow(flow: Sequence[Node], view: View, bench: Bench) -> list[Draft]:
    """Draft the steps of a flow, one node after the other."""
    drafts: list[Draft] = []
    for place, node in enumerate(flow):
        alias = alias_of(node)
        if alias.recipe == "merge":
            _end_at_merge(node, flow[place + 1 :], drafts[-1], bench)
            break
        made = _drafted(node, alias, view, bench, flow[place + 1 : place + 2])
        own = made[-1]
        if node.filter:
            _put_filter(node.filter, own, view, bench)
        if node.disabled:
            own.data["disabled"] = True
        put_handler(node, own, view, bench)
        drafts += made
        feeder = feeder_of(node) if alias.recipe == "aggregator" else None
        view = view.aggregated(feeder, node.id) if feeder is not None else view.after(node.id)
    return drafts


def _drafted(
    node: Node, alias: Alias, view: View, bench: Bench, following: Sequence[Node]
) -> list[Draft]:
    if alias.recipe in _STEERING:
        return [_router(node, view, bench, following)]
    if alias.recipe == "directive":
        return _stray_directive(node, bench)
    made = RECIPES[alias.recipe](node, alias, view, bench)
    if node.ways:
        # Nobody knows where such a module leads, and when.
        made[-1].lose("it has routes, and nobody knows which bundles take them")
        _leave_out(node, f"stands on a route of module {node.id}, which is not known", bench)
    return made


def _leave_out(node: Node, reason: str, bench: Bench) -> None:
    for way in node.ways:
        for one in all_nodes(way.flow):
            bench.report.node(one, None, Verdict.LEFT_OUT, [reason], gap=True)


def _stray_directive(node: Node, bench: Bench) -> list[Draft]:
    draft = Draft(node, bench.extra_id(node.function), {}, title(node.name))
    draft.lose(f"{node.module} stands in the flow; it belongs at the end of an error route")
    return [draft]


def _put_filter(given: Filter, draft: Draft, view: View, bench: Bench) -> None:
    """Give a step its `when`; one that a recipe gave it holds too."""
    try:
        condition = condition_of(given, view, bench.translator)
    except UntranslatableError as error:
        draft.gaps.append(f"the filter {_named(given)}: {error}")
        return
    if "when" in draft.data:
        condition = f"{{{{({draft.data['when'][2:-2]}) & ({condition[2:-2]})}}}}"
    draft.data["when"] = condition


def _named(given: Filter) -> str:
    return f"“{line(given.name, 80)}” ({say_filter(given)})" if given.name else say_filter(given)


# --- routes ---------------------------------------------------------------------------------------


def _router(node: Node, view: View, bench: Bench, following: Sequence[Node]) -> Draft:
    """A router; an if-else is one whose bundles take the first route that fits."""
    draft = bench.draft(node, {})
    is_if_else = bool(node.branches)
    draft.data["router"] = {"first_match": True} if is_if_else else {}
    draft.routes = []
    inner = view.after(node.id)
    for number, way in enumerate(node.ways, 1):
        if not way.flow:
            said = "has no modules, so it is left out"
            name = f"route {number} of module {node.id}"
            bench.report.other(What.ROUTE, name, Verdict.LEFT_OUT, said, way.path)
            continue
        _add_route(way, draft, inner, bench)
    if not draft.routes:
        draft.routes, draft.fallback = [Route(draft.fallback)], []
    if is_if_else and not (following and alias_of(following[0]).recipe == "merge"):
        for way in node.branches:
            if way.merges:
                said = f"the branch {line(way.label, 60)} leads to a merge that is not there"
                draft.notes.append(said)
    return draft


def _add_route(way: Way, draft: Draft, view: View, bench: Bench) -> None:
    first, *rest = way.flow
    given = way.condition or first.filter
    is_fallback = way.is_else or (given is not None and given.fallback)
    label = way.label or (given.name if given else "")
    when = _condition(given, label, draft, view, bench) if given and not is_fallback else None
    # The filter of a route stands on its first module there, and on the route itself here.
    own = first if way.condition else _without_filter(first)
    drafts = draft_flow([own, *rest], view, bench)
    if way.disabled:
        name = label or f"route of module {draft.node.id}"
        bench.report.other(What.ROUTE, name, Verdict.WARNED, "is switched off", way.path)
        when = NEVER
    if is_fallback and not way.disabled and not draft.fallback:
        draft.fallback = drafts
    else:
        assert draft.routes is not None  # noqa: S101 - whoever calls this made it a list
        draft.routes.append(Route(drafts, title(label), when))


def _condition(
    given: Filter, label: str, draft: Draft, view: View, bench: Bench
) -> str | None:  # fmt: skip
    if not given:
        return None
    try:
        return condition_of(given, view, bench.translator)
    except UntranslatableError as error:
        draft.gaps.append(f"which bundles take the route {line(label, 80)}: {error}")
        return None


def _without_filter(node: Node) -> Node:
    return replace(node, filter=None)


def _end_at_merge(merge: Node, rest: Sequence[Node], router: Draft, bench: Bench) -> None:
    """Branches that come together again end here; what comes after has no place."""
    if not rest:
        said = "the branches end where they came together, as nothing followed"
        bench.report.node(merge, router.id, Verdict.TRANSLATED, [said])
        return
    said = "routes never come together here, so what follows a merge has no place"
    router.gaps.append(f"modules {', '.join(str(one.id) for one in rest)} follow a merge: {said}")
    for one in (merge, *rest):
        bench.report.node(one, None, Verdict.LEFT_OUT, [said], gap=True)
        for inner in within(one):
            bench.report.node(inner, None, Verdict.LEFT_OUT, [said], gap=True)
