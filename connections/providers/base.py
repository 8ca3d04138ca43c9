"""What a platform has to tell adloom about itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

from pydantic import BaseModel

from adloom.errors import ApiError, UsageError
from adloom.rows import Shape
from adloom.secret import Secret
from adloom.wire import Answer, Page, Record, Request
from connections.connection import Connection
from connections.outgoing import WireRequest
from connections.transport import WireAnswer

__all__ = ["Code", "Grant", "Provider", "Send", "lifetime"]

#: Thirty years; what is beyond could not be added to a date.
LONGEST_LIFE: Final = 1e9

#: Sends one request for a connection and returns the answer, or raises.
Send = Callable[[Request], Awaitable[Answer]]


@dataclass(frozen=True)
class Code:
    """What a consent brought, to be traded for tokens once.

    Args:
        text: The code.
        scopes: What the owner agreed to, where the answer says so.
        verifier: Proves to the platform that whoever trades the code also asked for it (PKCE).
    """

    text: Secret
    scopes: tuple[str, ...] = ()
    verifier: Secret | None = None


@dataclass(frozen=True)
class Grant:
    """What a consent or a refresh brought.

    Args:
        secrets: Tokens to keep, by name.
        account: Facts about who granted what.
        life: How long the access token is good for; None if it does not end.
        renewable_for: How long it can be refreshed; None if nobody said.
    """

    secrets: Mapping[str, Secret]
    account: Mapping[str, Any] = field(default_factory=dict)
    life: timedelta | None = None
    renewable_for: timedelta | None = None

    def added_to(self, connection: Connection, now: datetime) -> Connection:
        """The connection with this grant, its dates counted on our clock from now on.

        A lifetime says the same on every clock, a date only on the platform's.
        """
        account = {**connection.account, **self.account}
        if self.renewable_for is not None:
            account["consent_ends_at"] = (now + self.renewable_for).isoformat()
        return replace(
            connection,
            secrets={**connection.secrets, **self.secrets},
            account=account,
            issued_at=now,
            expires_at=None if self.life is None else now + self.life,
        )


def lifetime(seconds: Any) -> timedelta | None:
    """Read a lifetime as token answers tell it; None if that is no lifetime."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return timedelta(seconds=min(seconds, LONGEST_LIFE)) if seconds > 0 else None


class Provider(Protocol):
    """A platform: addresses, envelope, codes, paging and quirks. It holds no state."""

    name: ClassVar[str]
    title: ClassVar[str]
    #: Asked for when a connection is added; its fields become options and forms.
    settings_model: ClassVar[type[BaseModel]]
    #: Secrets the user brings along, by name, with their labels.
    secret_titles: ClassVar[Mapping[str, str]]
    #: What a grant can be asked to cover, where the platform has names for it; TikTok ads has
    #: numbers, which the catalogue knows.
    permissions: ClassVar[tuple[str, ...]] = ()
    #: Whether its access tokens end and can be refreshed.
    refreshes: ClassVar[bool] = False
    #: Whether it works without any account, so that no connection has to be made first.
    anonymous: ClassVar[bool] = False
    #: Whether it carries requests out by itself, in `send`: there is no HTTP of ours to pass.
    direct: ClassVar[bool] = False
    #: Whether the owner of an account agrees on a page of the platform, and can take it back.
    consents: ClassVar[bool] = True
    #: Whether an access token may be brought along instead of that.
    takes_token: ClassVar[bool] = False
    #: How to get what has to be brought along, step by step.
    guide: ClassVar[tuple[str, ...]] = ()

    #: What others notice of a test; it is asked about first. Empty if nobody notices.
    test_effect: ClassVar[str] = ""

    def secrets_for(self, settings: Mapping[str, Any]) -> Mapping[str, str]:  # noqa: ARG002 - for kinds whose settings decide
        """The secrets a connection with these settings takes, by name, with their labels."""
        return self.secret_titles

    def notes(self, connection: Connection) -> list[str]:  # noqa: ARG002 - for kinds with something to say
        """What whoever looks at a connection should know, in sentences."""
        return []

    def own_settings(self, workspace: Path) -> Mapping[str, Any]:  # noqa: ARG002 - for kinds at home in it
        """The settings of the connection that nobody has to make, where it is `anonymous`."""
        return self.settings_model().model_dump(mode="json")

    async def send(self, connection: Connection, request: Request, *, deadline: float) -> Answer:  # noqa: ARG002 - as above
        """Carry a request out, where the kind is `direct`.

        Raises:
            RetryableError: Nothing happened.
            UnknownOutcomeError: It may have happened.
            AdloomError: It did not happen, and will not.
        """
        raise UsageError(f"{request.path} goes over the wire.")

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

    def consent_address(self, settings: Mapping[str, Any], state: str, verifier: Secret) -> str:
        """The page on which the owner of an account agrees.

        Args:
            settings: Of the connection to be.
            state: What its answer has to carry.
            verifier: What `exchange` will prove itself with, where the platform knows PKCE.
        """
        ...

    def redirect_uri(self, settings: Mapping[str, Any]) -> str:
        """Where that page sends its answer."""
        ...

    def read_callback(self, query: Mapping[str, str]) -> Code:
        """Take the code out of that answer.

        Raises:
            AuthorizationError: The owner refused, or there is no code in it.
        """
        ...

    async def exchange(self, send: Send, connection: Connection, code: Code) -> Grant:
        """Turn the code into tokens."""
        ...

    async def refresh(self, send: Send, connection: Connection) -> Grant:
        """Turn a refresh token into new tokens."""
        ...

    async def own_grant(self, send: Send, connection: Connection) -> Grant | None:  # noqa: ARG002 - for kinds that need nobody's consent
        """What a connection is granted on its own secrets, without a consent; None if nothing."""
        return None

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Try the connection and return facts about the account, `identity` among them."""
        ...

    async def try_aloud(self, connection: Connection) -> None:
        """Do what `test_effect` announces.

        Raises:
            AdloomError: It did not work.
        """
        raise UsageError(f"Nobody would notice a test of {connection.name!r}.")

    async def accounts(self, send: Send, connection: Connection) -> list[Record]:
        """List the accounts the grant covers now, by id and name."""
        ...

    async def revoke(self, send: Send, connection: Connection) -> None:
        """Give the grant back."""
        ...
