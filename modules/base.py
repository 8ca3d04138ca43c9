"""What a module is: parameters, bundles, and what it may do with a platform."""

import inspect
import re
import typing
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args

from pydantic import BaseModel, ConfigDict

from adloom.files import FileFacts
from adloom.rows import Shape
from adloom.wire import Answer, Page, Record, Request
from modules.bundles import Bundle, IdText, Metric, Money
from modules.calls import Call, Change, Done, OnDoubt, Outcome

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
    "Kind",
    "Metric",
    "Module",
    "Money",
    "OnDoubt",
    "Outcome",
    "Params",
    "module",
]


class Kind(StrEnum):
    """What a module does: yields what is new, yields what matches, or changes something."""

    TRIGGER = "trigger"
    SEARCH = "search"
    ACTION = "action"


class Params(BaseModel):
    """What a module is given. Every field has a title and a one-sentence description."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Api(Protocol):
    """What a module may do with a platform: read. Changes go through the engine as `Call`s."""

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Read once."""
        ...

    def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Read a listing page by page; rows are told apart by `key`.

        Rows that have the `shape` already may come undecoded.
        """
        ...

    async def read(self, request: Request) -> Answer:
        """Send any request that changes nothing."""
        ...

    async def accounts(self) -> list[Record]:
        """List the accounts the grant covers now, by id and name."""
        ...


@dataclass(frozen=True)
class ConnectionFacts:
    """What a module may know about the connection it works with.

    Args:
        name: The user's name for it.
        provider: The platform.
        account: Who granted what, as the platform told it.
    """

    name: str
    provider: str
    account: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a module receives besides its parameters.

    Args:
        api: Reads from the platform.
        file: Looks at a file of the user's.
        connection: Facts about the connection.
        now: The moment of the operation; the same when it is replayed.
        operation_id: Unique; the same when it is resumed.
        say: Told what the user should know, a sentence at a time.
    """

    api: Api
    connection: ConnectionFacts
    now: datetime
    operation_id: str
    file: Callable[[str], FileFacts]
    say: Callable[[str], None] = lambda _: None


ParamsT = TypeVar("ParamsT", bound=Params)
BundleT = TypeVar("BundleT", bound=Bundle)


class Action(ABC, Generic[ParamsT, BundleT]):
    """Something that changes the platform.

    Everything here is pure or reads; the engine alone sends the calls, so that dry run, journal,
    recovery and undo hold for every action alike.
    """

    #: What to do when a call's outcome is unknown.
    on_doubt: ClassVar[OnDoubt]
    #: Why there is no way back, where there is none.
    no_inverse: ClassVar[str | None] = None

    def changes(self, params: ParamsT) -> bool:  # noqa: ARG002 - for those that override it
        """Whether this use of the action changes anything at all."""
        return True

    async def before(self, params: ParamsT, context: Context) -> list[Record]:  # noqa: ARG002 - as above
        """Read the present state of what will change."""
        return []

    @abstractmethod
    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """Say what to send, given the present state; nothing where it is as wished."""

    async def look_up(self, call: Call, context: Context) -> Outcome:  # noqa: ARG002 - as above
        """Find out whether a call took effect."""
        return Outcome.UNKNOWN

    def inverse(self, call: Call) -> list[Call]:
        """Say what would take a call back."""
        raise NotImplementedError(self.no_inverse or f"{call.key} cannot be taken back")

    @abstractmethod
    def result(
        self, params: ParamsT, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """Tell, bundle by bundle, what came of it."""

    def read(self, params: ParamsT, context: Context) -> AsyncIterator[Page[BundleT]]:
        """Do it where it changes nothing."""
        raise NotImplementedError


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
        permission: What that connection must be allowed.
        params: Its parameters.
        bundle: What it yields.
        search: How it searches, if it does.
        action: How it changes things, if it does.
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


def module(
    *, kind: str, title: str, provider: str, permission: int | str | None
) -> Callable[[Any], Module]:
    """Declare a module: a search is an async generator of pages, an action a class.

    Parameters and bundle are read from the annotations; the description is the docstring's first
    sentence.
    """

    def declare(declared: Any) -> Module:
        description = (inspect.getdoc(declared) or "").split("\n\n")[0].replace("\n", " ")
        if inspect.isclass(declared):
            params, bundle = get_args(declared.__orig_bases__[0])  # type: ignore[attr-defined] # a generic class has them
            how: dict[str, Any] = {"action": declared()}
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
            params=params,
            bundle=bundle,
            **how,
        )

    return declare
