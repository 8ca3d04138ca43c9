"""What a module is, as every face reads it, and everything one is written with."""

import inspect
import re
import typing
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

from adloom.files import FileFacts
from adloom.sound import SoundFacts
from adloom.wire import Page
from modules.actions import Action
from modules.bundles import Bundle, IdText, Metric, Money
from modules.calls import Call, Change, Done, OnDoubt, Outcome
from modules.context import Api, ConnectionFacts, Context, Params
from modules.triggers import Incoming, Instant, Sight, Trigger, Watching

__all__ = [
    "Action",
    "Api",
    "Bundle",
    "Call",
    "Change",
    "ConnectionFacts",
    "Context",
    "Done",
    "FileFacts",
    "IdText",
    "Incoming",
    "Instant",
    "Kind",
    "Metric",
    "Module",
    "Money",
    "OnDoubt",
    "Outcome",
    "Params",
    "Sight",
    "SoundFacts",
    "Trigger",
    "Watching",
    "module",
]


class Kind(StrEnum):
    """What a module does: yields what is new, yields what matches, or changes something."""

    TRIGGER = "trigger"
    SEARCH = "search"
    ACTION = "action"


Search = Callable[[Any, Context], AsyncIterator[Page[Any]]]


@dataclass(frozen=True)
class Module:
    """One declared operation, as every face reads it.

    Args:
        name: With underscores; dashes are as good.
        kind: Trigger, search or action.
        title: What people call it.
        description: What it does, in a sentence.
        provider: The platform of the connection it needs.
        also: Other platforms whose connections will do.
        permission: What that connection must be allowed.
        params: Its parameters.
        bundle: What it yields.
        search: How it searches, if it does.
        action: How it changes things, if it does.
        trigger: How it watches, if it asks.
        instant: How it watches, if it is told.
    """

    name: str
    kind: Kind
    title: str
    description: str
    provider: str
    permission: int | str | None
    params: type[Params]
    bundle: type[Bundle]
    search: Search | None = None
    action: Action[Any, Any] | None = None
    trigger: Trigger[Any, Any] | None = None
    instant: Instant[Any, Any] | None = None
    also: tuple[str, ...] = ()

    @property
    def providers(self) -> tuple[str, ...]:
        """The platforms whose connections it works with."""
        return (self.provider, *self.also)


def module(
    *,
    kind: str,
    title: str,
    provider: str,
    permission: int | str | None,
    also: tuple[str, ...] = (),
) -> Callable[[Any], Module]:
    """Declare a module: a search is an async generator of pages, an action or a trigger a class.

    Parameters and bundle are read from the annotations; the description is the docstring's first
    sentence.
    """

    def declare(declared: Any) -> Module:
        description = (inspect.getdoc(declared) or "").split("\n\n")[0].replace("\n", " ")
        if inspect.isclass(declared):
            params, bundle = get_args(declared.__orig_bases__[0])  # type: ignore[attr-defined] # a generic class has them
            made = declared()
            how: dict[str, Any] = {_way(made): made}
        else:
            hints = typing.get_type_hints(declared)
            params, bundle = hints["params"], get_args(get_args(hints["return"])[0])[0]
            how = {"search": declared}
        return Module(
            name=re.sub(r"(?<=[a-z])(?=[A-Z])", "_", declared.__name__).lower(),
            kind=Kind(kind),
            title=title,
            description=description,
            provider=provider,
            permission=permission,
            also=also,
            params=params,
            bundle=bundle,
            **how,
        )

    return declare


def _way(made: object) -> str:
    match made:
        case Trigger():
            return "trigger"
        case Instant():
            return "instant"
        case _:
            return "action"
