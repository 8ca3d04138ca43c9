"""Triggers: what there is to be noticed, by asking or by being told.

What of it is new, the cursor decides for those that ask; those that are told have a key.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from adloom.wire import Page, Record
from modules.bundles import Bundle
from modules.context import Context, Params

__all__ = ["Incoming", "Instant", "Sight", "Trigger", "Watching"]

ParamsT = TypeVar("ParamsT", bound=Params)
BundleT = TypeVar("BundleT", bound=Bundle)


class Watching(StrEnum):
    """How something new is told from something old (reliability.md §3).

    Args:
        CREATED: Every item once, by its key; a listing can be narrowed to a window of time.
        UPDATED: Every version of an item once, by key, moment and content; a listing can be
            narrowed to what happened since a moment.
        COMPARED: Everything is listed each time and compared with what was remembered of it.
    """

    CREATED = "created"
    UPDATED = "updated"
    COMPARED = "compared"


@dataclass(frozen=True)
class Sight:
    """What came of comparing an item with what was remembered of it.

    Args:
        memory: What to remember of it from now on; plain JSON data, as small as it can be.
        bundle: What to emit; None if nothing happened to it.
    """

    memory: Record
    bundle: Record | None = None


class Trigger(ABC, Generic[ParamsT, BundleT]):
    """Something that yields what is new, source by source.

    Everything here is pure or reads. A trigger keeps nothing between two polls: the cursor does,
    for each source on its own, so that one failing account does not hold up the others.
    """

    @abstractmethod
    def watching(self, params: ParamsT) -> Watching:
        """How this use of it tells new from old."""

    @abstractmethod
    def sources(self, params: ParamsT) -> list[str]:
        """What is listed separately: advertiser ids, for example."""

    @abstractmethod
    def fetch(
        self,
        params: ParamsT,
        context: Context,
        source: str,
        since: datetime | None,
        until: datetime | None = None,
    ) -> AsyncIterator[Page[BundleT]]:
        """Yield the pages of one source.

        Args:
            params: What was asked.
            context: Where to read.
            source: Which source.
            since: Leave out what is older; more than that may come. None means everything.
            until: Leave out what is younger, where the platform can.
        """

    @abstractmethod
    def key(self, bundle: Record) -> str:
        """What tells one item of a source from another."""

    def at(self, params: ParamsT, bundle: Record) -> datetime | None:  # noqa: ARG002 - for those that override it
        """When it was created or updated, by the platform's clock; None if that is not known.

        What has no such moment is told apart by its watched part, as if it were compared.
        """
        return None

    def watched(self, bundle: Record) -> Record:
        """The part of an item whose change makes it a new version."""
        return bundle

    def compare(self, params: ParamsT, memory: Record | None, bundle: Record) -> Sight:  # noqa: ARG002 - as above
        """Compare an item with what was remembered of it; `memory` is None at first sight.

        Only for triggers that compare. By default anything new, and any change of the watched
        part, is emitted.
        """
        present = self.watched(bundle)
        return Sight(present, None if present == memory else bundle)


@dataclass(frozen=True)
class Incoming:
    """A request from outside that has proved where it comes from.

    Args:
        id: Names this one request; another one that says the same has another.
        body: JSON data; of a form, its fields.
        headers: By their lower-case names, without those that carry secrets.
        query: Parameters of the address, without the secret.
        received_at: When it came, by our own clock.
        content: The body as it came.
    """

    id: str
    body: Any
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""


class Instant(ABC, Generic[ParamsT, BundleT]):
    """Something that others tell about when it happens; nobody has to ask.

    Everything here is pure. Where requests come in, how they prove where they come from, and where
    bundles are kept until they are carried on, is not its business.
    """

    @abstractmethod
    def accept(self, params: ParamsT, incoming: Incoming) -> list[Record]:
        """The bundles of a request; none if it is of no interest.

        Raises:
            RejectedError: It is not what this trigger understands; its sender is told so.
        """

    @abstractmethod
    def key(self, params: ParamsT, bundle: Record) -> str:
        """What tells one bundle from another; one that comes again is not handed on again."""
