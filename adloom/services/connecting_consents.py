"""Consents that are under way: asked for on a platform's page, answered on this machine.

Several may be under way at once, on one port; each belongs to whoever began it, lives for ten
minutes, and takes one answer. What it is answered with is kept in memory only.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adloom.errors import AuthorizationError, UnknownNameError, UsageError
from connections.api import Wiring
from connections.authorise import connect, reconnect
from connections.connection import Connection
from connections.oauth import Consent, Landing, begin, landing_of
from connections.providers import provider_named
from connections.providers.base import Code

__all__ = ["CONSENT_LIFE", "Consents", "Pending", "refuse_sandbox"]

CONSENT_LIFE: Final = timedelta(minutes=10)
#: Consents of one console that may be under way at once.
MOST: Final = 50


@dataclass(eq=False)
class Pending:
    """A consent that is under way.

    Args:
        id: What pages call it by; it opens nothing.
        owner: Who began it.
        connection: What is to be made of it, with the secrets that were brought along.
        renews: Whether that is there already.
        consent: The page, and what its answer has to carry.
        answer: What becomes the code.
        landing: Where the browser is awaited; None if it cannot be.
        unheard: Why it cannot be.
        job: What pages call the work by that waits for it.
    """

    id: str
    owner: str
    connection: Connection
    renews: bool
    consent: Consent
    answer: asyncio.Future[Code]
    landing: Landing | None = None
    unheard: UsageError | None = None
    job: str = ""


@dataclass
class Consents:
    """Keeps the consents of one console.

    Args:
        wiring: What connections share.
        life: How long each may take.
    """

    wiring: Wiring
    life: timedelta = CONSENT_LIFE
    _pending: dict[str, Pending] = field(default_factory=dict)
    _landings: dict[tuple[str, int], Landing] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(
        self, connection: Connection, owner: str, then: Callable[[str], str], *, renews: bool
    ) -> Pending:
        """Begin a consent, and wait for its browser where that is possible.

        Args:
            connection: What is to be made of it.
            owner: Who begins it.
            then: Where the browser goes on afterwards, by the consent's id.
            renews: Whether the connection is there already.

        Raises:
            UsageError: There is no consent page.
        """
        refuse_sandbox(connection.settings)
        consent = begin(provider_named(connection.provider), connection.settings)
        answer: asyncio.Future[Code] = asyncio.get_running_loop().create_future()
        new = secrets.token_urlsafe(12)
        pending = Pending(new, owner, connection, renews, consent, answer)
        try:
            pending.landing = await self._opened(consent)
            pending.answer = pending.landing.expect(consent, then=then(new))
        except UsageError as error:
            pending.unheard = error
        while len(self._pending) >= MOST:
            self.end(next(iter(self._pending.values())))
        self._pending[new] = pending
        return pending

    def find(self, consent_id: str, owner: str) -> Pending:
        """A consent, for whoever began it.

        Raises:
            UnknownNameError: It is not there, or somebody else's.
        """
        found = self._pending.get(consent_id)
        if found is None or not secrets.compare_digest(found.owner.encode(), owner.encode()):
            raise UnknownNameError(
                "consent",
                consent_id[:40],
                (),
                hint="It belongs to another browser, or adloom was started anew. Connect again.",
            )
        return found

    def paste(self, pending: Pending, address: str) -> None:
        """Take the answer out of the address that a browser ended on.

        Raises:
            UsageError: It is not the answer to this consent, or that has been given already.
        """
        if pending.answer.done():
            raise UsageError(
                "This consent was answered already; every answer counts once.",
                hint="If it did not work, begin again.",
            )
        try:
            pending.answer.set_result(pending.consent.read(address))
        except AuthorizationError as error:
            pending.answer.set_exception(error)

    async def finish(self, pending: Pending) -> Connection:
        """Wait for the answer, trade it for tokens, try them, and save the connection.

        Raises:
            AuthorizationError: The owner said no, or nothing came in time.
            AdloomError: The platform refused; nothing was saved.
        """
        try:
            async with asyncio.timeout(self.life.total_seconds()):
                code = await pending.answer
        except TimeoutError:
            minutes = self.life.total_seconds() / 60
            raise AuthorizationError(f"No answer came within {minutes:.0f} minutes.") from None
        finally:
            self._leave(pending)
        make = reconnect if pending.renews else connect
        return await make(pending.connection, code, self.wiring)

    def end(self, pending: Pending) -> None:
        """Give a consent up; its answer opens nothing any more."""
        pending.answer.cancel()
        self._leave(pending)
        self._pending.pop(pending.id, None)

    def close(self) -> None:
        """Give all of them up."""
        for pending in list(self._pending.values()):
            self.end(pending)

    async def _opened(self, consent: Consent) -> Landing:
        """The port of a consent; one for all that come back to it."""
        wanted = landing_of(consent)
        place = (wanted.host, wanted.port)
        async with self._opening:
            if place not in self._landings:
                await wanted.open()
                self._landings[place] = wanted
        return self._landings[place]

    def _leave(self, pending: Pending) -> None:
        """Expect an answer no longer; a port that nothing is expected on is given back."""
        landing, pending.landing = pending.landing, None
        if landing is None:
            return
        landing.forget(pending.consent)
        if landing.is_idle:
            landing.close()
            self._landings.pop((landing.host, landing.port), None)


def refuse_sandbox(settings: Mapping[str, Any]) -> None:
    """Refuse to ask for a consent where there is no page for it.

    Raises:
        UsageError: There is none.
    """
    if settings.get("host") == "sandbox":
        raise UsageError(
            "TikTok's sandbox has no consent page; its token stands on your app's page.",
            hint="Bring it along: add --token",
        )
