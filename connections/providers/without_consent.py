"""Kinds of connections that nobody agrees to on a page: secrets brought along, or none at all."""

# ruff: noqa: ARG002 - the signatures are the provider's

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, NoReturn

from adloom.errors import UsageError
from adloom.rows import Shape
from adloom.secret import Secret
from adloom.wire import Page, Record, Request
from connections.connection import Connection
from connections.providers.base import Code, Grant, Provider, Send

__all__ = ["WithoutConsent"]


class WithoutConsent(Provider):
    """What such kinds share: asked for a consent, an account or a listing, they say no."""

    consents: ClassVar[bool] = False

    def consent_address(self, settings: Mapping[str, Any], state: str, verifier: Secret) -> str:
        """There is no such page."""
        self._refuse()

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Nobody is sent anywhere."""
        self._refuse()

    def read_callback(self, query: Mapping[str, str]) -> Code:
        """Nobody comes back."""
        self._refuse()

    async def exchange(self, send: Send, connection: Connection, code: Code) -> Grant:
        """There is no code."""
        self._refuse()

    async def refresh(self, send: Send, connection: Connection) -> Grant:
        """There is nothing to refresh."""
        self._refuse()

    async def revoke(self, send: Send, connection: Connection) -> None:
        """There is no grant to give back."""
        self._refuse()

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:
        """There are no accounts behind it."""
        raise UsageError(f"A connection of the kind {self.name} has no accounts to list.")

    def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """There is no listing whose paging is known."""
        raise UsageError(f"{request.path} is no listing that adloom can walk through.")

    def _refuse(self) -> NoReturn:
        raise UsageError(
            f"A connection of the kind {self.name} knows no consent.",
            hint="adloom connections add --help says what it takes.",
        )
