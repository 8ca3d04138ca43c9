"""Nodes that become one of our modules: TikTok's, notifications, webhooks, leads."""

from typing import Final

from modules import find_module
from modules.base import Kind
from scenarios.blueprint.aliases import Alias, folded
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.coercing import is_empty
from scenarios.blueprint.connecting import is_connection
from scenarios.blueprint.drafts import Draft
from scenarios.blueprint.expressions import View
from scenarios.blueprint.nodes import Node
from scenarios.blueprint.params import fill, said_value
from scenarios.check_params import is_mapped
from scenarios.environment import WITHOUT_ACCOUNT

__all__ = ["leads", "module", "notify", "refused", "webhook"]

#: What TikTok says a request of its webhooks is about: a lead (scenarios/examples).
LEADS: Final = 1


def refused(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:  # noqa: ARG001 - as for all
    """A placeholder, with the reason."""
    draft = bench.draft(node, {})
    draft.lose(f"{node.module}: {alias.reason}")
    return [draft]


def module(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """One of our modules, its parameters by the table."""
    found = find_module(alias.module)
    draft = bench.draft(node, {"module": alias.module})
    if not WITHOUT_ACCOUNT & set(found.providers):
        draft.data["connection"] = bench.connections.name_for(node, found.provider)
    if alias.note:
        draft.notes.append(alias.note)
    params = fill(node, alias, view, bench, draft, besides=frozenset())
    if params:
        draft.data["params"] = params
    if found.kind is Kind.TRIGGER:
        draft.data["start"] = bench.start
    return [draft]


def notify(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """A notification, whose addresses are the connection's; addresses by bundle there are none."""
    draft = bench.draft(node, {"module": alias.module})
    draft.data["connection"] = bench.connections.name_for(node, "notify")
    addresses = {
        name: value
        for name, value, _ in node.given()
        if folded(name) in alias.addresses and not is_empty(value) and not is_connection(name)
    }
    for name, value in addresses.items():
        said = f"{name} is {said_value(value)} in Make"
        if is_mapped(value):
            draft.gaps.append(f"{said}, so that it differs by bundle; a connection is fixed")
        else:
            draft.notes.append(f"{said}; the addresses of the connection are told instead")
    params = fill(node, alias, view, bench, draft, besides=alias.addresses)
    if any(folded(name) == "html" and not is_empty(value) for name, value, _ in node.given()):
        draft.notes.append("the text is HTML in Make; here it is sent as it stands")
    draft.data["params"] = params
    return [draft]


def webhook(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """Our webhook: its address is another one, and so is what stands around the body."""
    draft = bench.draft(node, {"module": alias.module})
    draft.notes += [alias.note, alias.ignored["hook"]]
    params = fill(node, alias, view, bench, draft, besides=frozenset())
    # Make hands on every request; here the same one coming again is dropped unless told.
    draft.data["params"] = {"repeats": "keep", **params}
    return [draft]


def leads(node: Node, alias: Alias, view: View, bench: Bench) -> list[Draft]:
    """A webhook, and an iterator over the leads that one request brings."""
    hook = Draft(
        node,
        bench.extra_id(f"{bench.steps[node.id]}_hook"),
        {"module": alias.module, "params": {"id_field": "request_id"}},
        "Take in new leads",
        has_entry=False,
    )
    entries = f"{{{{{hook.id}.body.entry}}}}"
    draft = bench.draft(node, {"iterator": {"items": entries}})
    draft.data["when"] = f"{{{{{hook.id}.body.object = {LEADS}}}}}"
    draft.notes += [alias.note, alias.ignored["hook"]]
    fill(node, alias, view, bench, draft, besides=frozenset())
    return [hook, draft]
