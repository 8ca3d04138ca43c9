"""Actions: changes declared, never sent; the engine alone sends."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Generic, TypeVar

from adloom.wire import Page, Record
from modules.bundles import Bundle
from modules.calls import Call, Change, Done, OnDoubt, Outcome
from modules.context import Context, Params

__all__ = ["Action"]

ParamsT = TypeVar("ParamsT", bound=Params)
BundleT = TypeVar("BundleT", bound=Bundle)


class Action(ABC, Generic[ParamsT, BundleT]):
    """Something that changes the platform.

    Everything here is pure or reads; the engine alone sends the calls, so that dry run, journal,
    recovery and undo hold for every action alike.
    """

    #: What to do when a call's outcome is unknown.
    on_doubt: ClassVar[OnDoubt]
    #: Whether a yes of the platform proves that a call took effect, so that nobody has to look.
    answer_is_proof: ClassVar[bool] = False
    #: For how long after its execution began a call may be repeated without harm; None is always.
    repeat_within: ClassVar[timedelta | None] = None
    #: Why there is no way back, where there is none.
    no_inverse: ClassVar[str | None] = None

    def changes(self, params: ParamsT) -> bool:  # noqa: ARG002 - for those that override it
        """Whether this use of the action changes anything at all."""
        return True

    async def before(self, params: ParamsT, context: Context) -> list[Record]:  # noqa: ARG002 - as above
        """Read the present state of what will change."""
        return []

    def kept(self, params: ParamsT) -> Record:
        """What is written down of the parameters once the calls are known: enough to go on."""
        return params.model_dump(mode="json", exclude_defaults=True)

    @abstractmethod
    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """Say what to send, given the present state; nothing where it is as wished."""

    def follow_up(
        self,
        params: ParamsT,  # noqa: ARG002 - as above
        before: Sequence[Record],  # noqa: ARG002 - as above
        done: Sequence[Done],  # noqa: ARG002 - as above
    ) -> list[Call]:
        """Say what to send next, once every call so far has happened: what an answer made possible.

        Calls whose key is known already are not sent again, so it may name them once more.
        """
        return []

    async def look_up(self, call: Call, context: Context) -> Outcome:  # noqa: ARG002 - as above
        """Find out whether a call took effect."""
        return Outcome.UNKNOWN

    async def found(self, call: Call, context: Context) -> Any:  # noqa: ARG002 - as above
        """Read what the lost answer of a call that happened would have told, such as a new id."""
        return None

    def inverse(self, done: Done) -> list[Call]:
        """Say what would take back a call that happened; its answer names what it made.

        The call may name fewer changes than it made: then only those are taken back, or, where that
        cannot be, the whole of it as if all were named.
        """
        raise NotImplementedError(self.no_inverse or f"{done.call.key} cannot be taken back")

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare what an inverse call is about to replace with what is there now.

        Args:
            call: One of `inverse`; its changes say what is expected.
            context: For looking.

        Returns:
            Each value that is another: `old` is the expected one, `new` the present one. Besides
            the call's own changes it tells what else the call would overwrite or take along.
        """
        raise NotImplementedError(f"nobody can tell whether {call.key} still finds what it expects")

    def made_by(self, done: Done) -> str | None:  # noqa: ARG002 - as above
        """The id of what a call made, as its answer tells it; None if it made nothing."""
        return None

    @abstractmethod
    def result(
        self, params: ParamsT, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """Tell, bundle by bundle, what came of it."""

    def read(self, params: ParamsT, context: Context) -> AsyncIterator[Page[BundleT]]:
        """Do it where it changes nothing."""
        raise NotImplementedError
