"""Which connections lead to a simulator, and what is to be said when it is not there.

Whether a connection is for practice matters where both kinds would meet: invented figures must not
steer real money, and nobody should wait for a message that only a demonstration shows.
"""

from collections.abc import Mapping
from typing import Any, Final

from adloom.errors import RetryableError
from connections.connection import Connection
from connections.hosts import Origin, is_loopback

__all__ = ["DEMO_OFF", "MARK", "is_practice", "practice_of", "when_off"]

#: Where the demo account writes into a connection's facts that it is one of its own.
MARK: Final = "practice"
DEMO_OFF: Final = "The demo account is not running."
#: What the transport says where nobody listens.
NOBODY_THERE: Final = "cannot be reached"
#: Kinds that are at home here, whatever they are used with.
NEUTRAL: Final = frozenset({"files", "notify", "tiktok-public", "webhook"})


def is_practice(connection: Connection) -> bool:
    """Whether a connection leads to a simulator and not to a platform."""
    settings: Mapping[str, Any] = connection.settings
    return bool(connection.account.get(MARK)) or "://" in str(settings.get("host") or "")


def practice_of(connection: Connection) -> bool | None:
    """Whether it is for practice; None if it may stand beside either kind.

    A chat, a file or an API on this machine is the same in practice and in earnest.
    """
    if is_practice(connection):
        return True
    if connection.provider in NEUTRAL:
        return None
    base = connection.settings.get("base_url")
    return None if base and is_loopback(Origin.of(str(base)).host) else False


def when_off(connection: Connection, error: RetryableError) -> RetryableError:
    """What a person should hear when the demo account's simulator is not there."""
    if not connection.account.get(MARK) or NOBODY_THERE not in str(error):
        return error
    return RetryableError(
        DEMO_OFF,
        hint=f"{connection.name!r} belongs to it. Start it in the console, or: adloom serve --demo",
    )
