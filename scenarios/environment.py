"""What a scenario finds where it is to run: connections, other scenarios, the present."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from scenarios.model import Scenario

__all__ = ["WITHOUT_ACCOUNT", "Account", "Environment"]

#: Platforms that need no connection.
WITHOUT_ACCOUNT: Final = frozenset({"files", "tiktok-public"})


@dataclass(frozen=True)
class Account:
    """What is known of a connection.

    Args:
        provider: The platform it is for.
        permissions: What it was granted, as the platform calls it; None if nobody knows.
        practice: Whether it belongs to a demo account; None if it may stand beside either kind.
    """

    provider: str
    permissions: frozenset[int | str] | None = None
    practice: bool | None = None


@dataclass(frozen=True)
class Environment:
    """Where a scenario is to run.

    Args:
        connections: Every connection by name.
        scenarios: Every scenario that can be called, by name; None if that is not known.
        now: The present; None leaves out what depends on it.
    """

    connections: Mapping[str, Account] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] | None = None
    now: datetime | None = None
