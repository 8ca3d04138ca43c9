"""Kinds of connections that have no HTTP of their own: they carry requests out in other ways."""

# ruff: noqa: ARG002 - the signatures are the provider's

from collections.abc import Mapping

from adloom.errors import ApiError, UsageError
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.outgoing import WireRequest
from connections.providers.without_consent import WithoutConsent
from connections.transport import WireAnswer

__all__ = ["WithoutWire"]


class WithoutWire(WithoutConsent):
    """What such kinds share: there is nothing to call, to limit, or to open."""

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """There is none."""
        raise self._without_api()

    def changes(self, request: Request) -> bool:
        """A GET reads."""
        return request.method != "GET"

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Limits, if there are any, are somebody else's affair."""
        return {}

    def pauses(
        self, connection: Connection, request: Request, error: ApiError
    ) -> Mapping[str, float]:
        """Limits, if there are any, are somebody else's affair."""
        return {}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Nothing comes over a wire."""
        raise self._without_api()

    def _without_api(self) -> UsageError:
        return UsageError(f"A connection of the kind {self.name} has no API to call.")
