"""Who may use the console: one-time codes, the sessions they open, and a key for scripts.

Everything lives in memory and dies with the server. Codes and cookies are kept as hashes, so that
neither a memory dump nor a mistaken log line gives one away.

Cookies are not bound to ports: a browser hands them to every server on the same host. Another
server on this machine which the same browser visits therefore sees the cookie; whoever shares a
machine with people they do not trust uses the console from a browser profile of its own.
"""

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.clock import Clock
from adloom.secret import Secret

__all__ = ["CODE_LIFE", "SESSION_LIFE", "Access", "ConsoleSession"]

#: Seconds a code can be used, and a session can lie unused.
CODE_LIFE: Final = 600.0
SESSION_LIFE: Final = 12 * 3600.0
MOST_CODES: Final = 20
MOST_SESSIONS: Final = 100
#: So many wrong attempts within so many seconds are followed by as many without any.
MOST_WRONG: Final = 10
WRONG_SECONDS: Final = 60.0


@dataclass(eq=False)
class ConsoleSession:
    """Somebody who is signed in.

    Args:
        id: What it may be called in a log line; it opens nothing.
        data: What the console remembers for this session only, such as the states of consents.
        is_script: Whether it is the one of the bearer, shared by all scripts.
    """

    id: str
    data: dict[str, Any] = field(default_factory=dict)
    is_script: bool = False


@dataclass
class _Entry:
    """A session and when it was used last."""

    session: ConsoleSession
    used: float


class Access:
    """Knows who may use the console.

    Args:
        port: Where the console listens; part of the name of the cookie, since a browser sends
            cookies to every port of a host.
        clock: For how long something is alive. Not a fast one: people are no faster in a demo.
        password: Opens a session as well, if there is one.
        secure: Whether browsers come by https; the cookie is then never sent without it.
    """

    def __init__(
        self, *, port: int, clock: Clock, password: Secret | None = None, secure: bool = False
    ) -> None:
        prefix = "__Host-" if secure else ""
        #: The name of the cookie.
        self.cookie = f"{prefix}adloom_{port}_{secrets.token_hex(4)}"
        self.secure = secure
        #: What scripts of this machine show instead of a cookie; new at each start.
        self.bearer = Secret(secrets.token_urlsafe(32))
        self._bearer = _digest(self.bearer.reveal())
        self._password = _digest(password.reveal()) if password else None
        self._clock = clock
        self._script = ConsoleSession(secrets.token_hex(4), is_script=True)
        #: Hashes of codes with the moment each was made, the oldest first.
        self._codes: dict[bytes, float] = {}
        self._sessions: dict[bytes, _Entry] = {}
        self._wrong: deque[float] = deque()
        self._closed_until = 0.0

    @property
    def has_password(self) -> bool:
        """Whether a password opens a session too."""
        return self._password is not None

    def new_code(self) -> str:
        """Make a code that opens one session, once, within ten minutes."""
        code = secrets.token_urlsafe(24)
        self._codes[_digest(code)] = self._clock.monotonic()
        while len(self._codes) > MOST_CODES:
            del self._codes[next(iter(self._codes))]
        return code

    def new_link(self, address: str) -> str:
        """Make a link that signs a browser in.

        Args:
            address: Where the console is, for example `http://127.0.0.1:8917`.
        """
        # Behind the #, which a browser sends to nobody: not into a log, not to another site.
        return f"{address.rstrip('/')}/signin#{self.new_code()}"

    def sign_in(self, code: str) -> str | None:
        """Open a session with a code; the value of its cookie, or None."""
        return None if self.waits() else self._open_if(self._take_code(code))

    def sign_in_by_password(self, password: str) -> str | None:
        """Open a session with the password; the value of its cookie, or None."""
        # Compared also where there is none, with what nobody can give.
        wanted = self._password or secrets.token_bytes(32)
        fits = hmac.compare_digest(wanted, _digest(password))
        return None if self.waits() else self._open_if(fits)

    def waits(self) -> float:
        """Seconds until attempts are looked at again; 0 as long as they are."""
        return max(0.0, self._closed_until - self._clock.monotonic())

    def session_of(self, cookie: str) -> ConsoleSession | None:
        """The session a cookie belongs to; asking for it keeps it alive."""
        entry = self._sessions.get(_digest(cookie))
        if entry is None or self._is_over(entry):
            self.sign_out(cookie)
            return None
        entry.used = self._clock.monotonic()
        return entry.session

    def script_of(self, bearer: str) -> ConsoleSession | None:
        """The session of scripts, for whoever knows the bearer."""
        return self._script if hmac.compare_digest(self._bearer, _digest(bearer)) else None

    def sign_out(self, cookie: str) -> None:
        """End a session; ending none is no mistake."""
        self._sessions.pop(_digest(cookie), None)

    def sign_out_all(self) -> None:
        """End every session and forget every code; scripts keep their key."""
        self._sessions.clear()
        self._codes.clear()

    @property
    def browsers(self) -> int:
        """How many sessions are open."""
        return sum(not self._is_over(entry) for entry in self._sessions.values())

    def _take_code(self, code: str) -> bool:
        """Whether a code is alive; it is not any more afterwards."""
        given, oldest = _digest(code), self._clock.monotonic() - CODE_LIFE
        self._codes = {one: made for one, made in self._codes.items() if made > oldest}
        # All of them are compared, so that time tells nothing.
        found = [one for one in self._codes if hmac.compare_digest(one, given)]
        for one in found:
            del self._codes[one]
        return bool(found)

    def _open_if(self, fits: bool) -> str | None:
        if fits:
            return self._open()
        self._count_wrong()
        return None

    def _open(self) -> str:
        by_use = sorted(self._sessions.items(), key=lambda pair: pair[1].used)
        cookie = secrets.token_urlsafe(32)
        entry = _Entry(ConsoleSession(secrets.token_hex(4)), self._clock.monotonic())
        self._sessions = {**dict(by_use[-(MOST_SESSIONS - 1) :]), _digest(cookie): entry}
        return cookie

    def _is_over(self, entry: _Entry) -> bool:
        return self._clock.monotonic() - entry.used >= SESSION_LIFE

    def _count_wrong(self) -> None:
        now = self._clock.monotonic()
        while self._wrong and now - self._wrong[0] >= WRONG_SECONDS:
            self._wrong.popleft()
        self._wrong.append(now)
        if len(self._wrong) >= MOST_WRONG:
            self._closed_until = now + WRONG_SECONDS


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
