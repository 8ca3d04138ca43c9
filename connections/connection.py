"""One authorised account."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from adloom.errors import Fault, InvalidParamsError
from adloom.secret import Secret

__all__ = ["Connection", "State", "check_name"]

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class State(StrEnum):
    """Whether a connection can be used."""

    READY = "ready"
    RECONNECT = "reconnect"


@dataclass(frozen=True)
class Connection:
    """One authorised account, named by the user.

    Args:
        name: Lower-case letters, digits and dashes.
        provider: The platform it is for, for example `tiktok-business`.
        settings: What is not secret: host, app id, limits.
        account: Facts the platform told: who granted, which accounts, which permissions.
        secrets: App secret and tokens.
        state: Whether it can be used.
        reason: Why it cannot.
        generation: Grows with every new grant or token; writes compare it.
        issued_at: When the access token was issued.
        expires_at: When it ends; None if it does not.
        id: Unique, never reused.
        created_at: When it was first saved.
        updated_at: When it was last written.
    """

    name: str
    provider: str
    settings: Mapping[str, Any]
    account: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    state: State = State.READY
    reason: str | None = None
    generation: int = 1
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    created_at: datetime | None = None
    updated_at: datetime | None = None


def check_name(name: str) -> None:
    """Refuse what would be awkward on a command line or in a scenario.

    Raises:
        InvalidParamsError: The name will not do.
    """
    if not NAME.fullmatch(name):
        fault = Fault(
            "name", "use lower-case letters, digits and dashes, at most 63, for example acme"
        )
        raise InvalidParamsError([fault])
