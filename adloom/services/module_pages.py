"""Modules in words: what a person reads about one before trying it."""

from dataclasses import dataclass
from typing import Final

from adloom.catalogue import load
from adloom.fields import Field, FieldKind, fields_of
from connections.providers import provider_named
from modules.base import Module, OnDoubt

__all__ = [
    "Yielded",
    "about_doubt",
    "about_limit",
    "about_undo",
    "app_of",
    "dashed",
    "kinds_of",
    "permission_of",
    "verb_of",
    "yielded",
]

#: What an arbitrary call needs, only TikTok can tell.
AS_CALLED: Final = "whatever the call itself needs"
BUSINESS: Final = "tiktok-business"
DOUBT: Final = {
    OnDoubt.LOOK_UP: (
        "When an answer gets lost, adloom looks whether the change happened before it does"
        " anything else."
    ),
    OnDoubt.REPEAT: "When an answer gets lost, it is sent once more.",
    OnDoubt.PARK: (
        "When an answer gets lost, nobody can tell whether it happened: it then waits for you"
        " under Executions."
    ),
}
TYPES: Final = {
    FieldKind.TEXT: "text",
    FieldKind.WHOLE: "whole number",
    FieldKind.NUMBER: "number",
    FieldKind.FLAG: "yes or no",
    FieldKind.MOMENT: "date and time",
    FieldKind.DATE: "date",
    FieldKind.DATA: "data",
}


@dataclass(frozen=True)
class Yielded:
    """A field of the bundles that a module yields.

    Args:
        name: What mappings call it.
        title: What people call it.
        type: What it holds, in a word or two.
        description: One sentence.
    """

    name: str
    title: str
    type: str
    description: str


def dashed(module: Module) -> str:
    """A module's name as commands and addresses write it."""
    return module.name.replace("_", "-")


def verb_of(module: Module) -> str:
    """The word its name begins with: `search`."""
    return module.name.partition("_")[0]


def app_of(module: Module) -> str:
    """What people call the platform it is for."""
    return provider_named(module.provider).title


def kinds_of(module: Module) -> list[str]:
    """The kinds of connections it works with, as people call them."""
    return [provider_named(name).title for name in module.providers]


def permission_of(module: Module) -> str:
    """What its connection must be allowed, in words."""
    match module.permission:
        case None:
            return AS_CALLED if module.provider == BUSINESS else "none"
        case int(number):
            title = load().scope_title(number)
            return f"{title} ({number})" if title else str(number)
        case name:
            return name


def about_limit(module: Module) -> str:
    """Where it stops, in a sentence; empty if it has no limit."""
    limit = next((one for one in fields_of(module.params) if one.name == "limit"), None)
    if limit is None:
        return ""
    things = "bundle" if limit.default == 1 else "bundles"
    return f"Stops after {limit.default:,} {things} unless you say otherwise; 0 means all."


def about_doubt(module: Module) -> str:
    """What is done when nobody knows whether a change happened; empty if it changes nothing."""
    return DOUBT[module.action.on_doubt] if module.action else ""


def about_undo(module: Module) -> str:
    """Whether a change can be taken back; empty if it changes nothing."""
    if module.action is None:
        return ""
    if module.action.no_inverse:
        return module.action.no_inverse
    return "What it changed can be taken back on the page of its execution."


def yielded(module: Module) -> list[Yielded]:
    """The fields of its bundles, in their order."""
    return [
        Yielded(one.name, one.title, _type(one, module), one.description)
        for one in fields_of(module.bundle)
    ]


def _type(field: Field, module: Module) -> str:
    is_id = field.name == "id" or field.name.endswith(("_id", "_ids"))
    # An id is one that is kept as text, whatever the platform sends.
    kind = "id" if is_id and field.kind is FieldKind.TEXT else TYPES.get(field.kind, "text")
    if field.name in module.bundle.conversions and kind == "number":
        kind = "amount"
    return f"list of {kind}" if field.many else kind
