"""What a platform has to tell adloom about itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from adloom.errors import ApiError
from adloom.rows import Shape
from adloom.secret import Secret
from adloom.wire import Answer, Page, Record, Request
from connections.connection import Connection
from connections.outgoing import WireRequest
from connections.transport import WireAnswer

__all__ = ["Grant", "Provider", "Send"]

#: Sends one request for a connection and returns the answer, or raises.
Send = Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True)
class Grant:
    """What a consent or a refresh brought.

    Args:
        secrets: Tokens to keep, by name.
        account: Facts about who granted what.
        issued_at: The moment it was issued.
        expires_at: The moment the access token ends; None if it does not.
    """

    secrets: Mapping[str, Secret]
    account: Mapping[str, Any] = field(default_factory=dict)
    issued_at: datetime | None = None
    expires_at: datetime | None = None


class Provider(Protocol):
    """A platform: addresses, envelope, codes, paging and quirks. It holds no state."""

    name: ClassVar[str]
    title: ClassVar[str]
    #: Asked for when a connection is added; its fields become options and forms.
    settings_model: ClassVar[type[BaseModel]]
    #: Secrets the user brings along, by name, with their labels.
    secret_titles: ClassVar[Mapping[str, str]]
    #: Whether its access tokens end and can be refreshed.
    refreshes: ClassVar[bool]

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Give a request its address, encoding and token."""
        ...

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:
        """Say which limits a request counts against, in requests per second."""
        ...

    def pauses(
        self, connection: Connection, request: Request, error: ApiError
    ) -> Mapping[str, float]:
        """Say which of those keys rest after a throttling answer, for how many seconds."""
        ...

    def changes(self, request: Request) -> bool:
        """Say whether a request may change something; when in doubt it may."""
        ...

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Open the envelope.

        Raises:
            AdloomError: The platform said no, in the class that says what happens next.
        """
        ...

    def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Walk through a listing; no row comes twice, and none is skipped without being noticed."""
        ...

    def consent_address(self, settings: Mapping[str, Any], state: str) -> str:
        """The page on which the owner of an account agrees."""
        ...

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Where that page sends its answer."""
        ...

    def read_callback(self, query: Mapping[str, str]) -> Secret:
        """Take the code out of that answer.

        Raises:
            AuthorizationError: The owner refused, or there is no code in it.
        """
        ...

    async def exchange(self, send: Send, connection: Connection, code: Secret) -> Grant:
        """Turn the code into tokens."""
        ...

    async def refresh(self, send: Send, connection: Connection) -> Grant:
        """Turn a refresh token into new tokens."""
        ...

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Try the connection and return facts about the account, `identity` among them."""
        ...

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:
        """List the accounts the grant covers now, by id and name."""
        ...

    async def revoke(self, send: Send, connection: Connection) -> None:
        """Give the grant back."""
        ...
