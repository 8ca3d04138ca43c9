"""Modules that change nothing: opened, run, stopped at their limit. Nothing is written down."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adloom.catalogue import load
from adloom.clock import Clock
from adloom.errors import MissingPermissionError, UsageError
from adloom.fields import validate
from adloom.files import look_at
from adloom.sound import listen_to
from adloom.wire import Page
from modules.base import Action, ConnectionFacts, Context, Module
from scheduler.first_cycle import first_cycle
from scheduler.plan import Opened

__all__ = ["Reader", "action_of"]


@dataclass(frozen=True)
class Reader:
    """Runs searches, and actions used in a way that changes nothing.

    Args:
        clock: The time.
        connect: Opens a connection by name.
        say: Told what the user should know.
    """

    clock: Clock
    connect: Callable[[str], Awaitable[Opened]]
    say: Callable[[str], None] = lambda _: None

    async def read(
        self,
        module: Module,
        values: Mapping[str, Any],
        connection: str,
        *,
        since: datetime | None = None,
    ) -> AsyncIterator[Page[Any]]:
        """Yield the pages of a module, cut at its limit.

        Args:
            module: What to run.
            values: Its parameters.
            connection: The name of the connection.
            since: For a trigger, the moment it starts from; None is the beginning of time.

        Raises:
            UsageError: The parameters are wrong, or it would change something.
        """
        params = validate(module.params, values)
        opened = await self.open(module, connection)
        async for page in self.found(module, params, opened, self.new_id(), since=since):
            yield page

    async def found(
        self,
        module: Module,
        params: Any,
        opened: Opened,
        operation_id: str,
        *,
        since: datetime | None = None,
    ) -> AsyncIterator[Page[Any]]:
        """Yield the pages of a module whose connection is open, cut at its limit."""
        left = getattr(params, "limit", 0) or None
        async for page in _pages(module, params, self.context(opened, operation_id), since):
            shown = page if left is None else replace(page, records=page.records[:left])
            yield shown
            if left is not None:
                left -= len(shown.records)
                if left <= 0:
                    return
            if page.missing:
                self.say(
                    "The listing kept changing while it was read: "
                    f"{page.missing} or more may be missing. Run it again to be sure."
                )

    async def open(self, module: Module, connection: str) -> Opened:
        """Open the connection a module is to work with.

        Raises:
            UsageError: It is of another kind.
            MissingPermissionError: It is known not to cover the module.
        """
        opened = await self.connect(connection)
        if opened.facts.provider not in module.providers:
            raise UsageError(
                f"{module.title} needs a connection of the kind {' or '.join(module.providers)}; "
                f"{connection!r} is for {opened.facts.provider}.",
                hint="See yours: adloom connections list",
            )
        _check_permission(module, opened.facts)
        return opened

    def context(self, opened: Opened, operation_id: str) -> Context:
        """What a module receives besides its parameters."""
        return Context(
            api=opened.api,
            connection=opened.facts,
            now=self.clock.now(),
            operation_id=operation_id,
            file=look_at,
            sound=listen_to,
            say=self.say,
            pause=self.clock.sleep,
        )

    def new_id(self) -> str:
        """An id that begins with its date and is good to type the beginning of."""
        return f"{self.clock.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def action_of(module: Module) -> Action[Any, Any]:
    """The action of a module.

    Raises:
        UsageError: It has none.
    """
    if module.action is None:
        raise UsageError(f"{module.title} changes nothing; just run it.")
    return module.action


def _pages(
    module: Module, params: Any, context: Context, since: datetime | None
) -> AsyncIterator[Page[Any]]:
    if module.search:
        return module.search(params, context)
    if module.instant:
        raise UsageError(
            f"{module.title} waits until it is told something; there is nothing to read.",
            hint="Let a scenario begin with it.",
        )
    if module.trigger:
        return first_cycle(module.trigger, params, context, since)
    action = action_of(module)
    if action.changes(params):
        raise UsageError(f"{module.title} would change something here.")
    return action.read(params, context)


def _check_permission(module: Module, facts: ConnectionFacts) -> None:
    """Refuse before anything is sent, where the grant is known not to cover a module."""
    granted, needed = facts.account.get("permissions"), module.permission
    if not granted or not isinstance(needed, int) or load().granted(granted, needed):
        return
    title = load().scope_title(needed) or "an unnamed one"
    raise MissingPermissionError(
        f"{module.title} needs the permission {needed} ({title}), which {facts.name!r} lacks.",
        hint=f"Add it to the app, then: adloom connections reconnect {facts.name}",
    )
