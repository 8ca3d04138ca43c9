"""The time zones of advertiser accounts, for schedules that say `timezone: account`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from adloom.errors import AdloomError
from modules import find_module
from scenarios.model import ModuleStep, Scenario
from scenarios.schedules import ACCOUNT
from scheduler.reading import Reader

__all__ = ["AccountZones"]

#: What steps call the account they work with.
NAMES: Final = ("advertiser_id", "advertiser_ids")
#: Seconds after which a connection that could not tell is asked again.
ASK_AGAIN: Final = 300.0


class AccountZones:
    """Asks the platform for them, once for each connection.

    Args:
        reader: Opens connections and reads.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[str, Mapping[str, str]] = {}
        self._refused: dict[str, float] = {}

    async def of(self, scenarios: Iterable[Scenario]) -> dict[str, str]:
        """The zones that are known or can be asked for, by the names of scenarios."""
        found: dict[str, str] = {}
        for scenario in scenarios:
            if scenario.schedule is None or scenario.schedule.timezone != ACCOUNT:
                continue
            connection, account = _account(scenario)
            zones = await self._zones(connection) if connection else {}
            # Without an account that is named, a connection with a single one says which it is.
            only = next(iter(zones.values())) if len(set(zones.values())) == 1 else None
            if zone := zones.get(account or "", only):
                found[scenario.name] = zone
        return found

    async def _zones(self, connection: str) -> Mapping[str, str]:
        now = self._reader.clock.monotonic()
        if connection in self._known or now < self._refused.get(connection, now):
            return self._known.get(connection, {})
        try:
            self._known[connection] = await self._asked(connection)
        except AdloomError:
            # The scenario waits, and says why; this is asked again, but not all the time.
            self._refused[connection] = now + ASK_AGAIN
        return self._known.get(connection, {})

    async def _asked(self, connection: str) -> Mapping[str, str]:
        module = find_module("list_advertisers")
        found: dict[str, str] = {}
        async for page in self._reader.read(module, {"limit": 0}, connection):
            for row in page.records:
                zone = _zone(row)
                if zone is not None:
                    found[str(row["advertiser_id"])] = zone
        return found


def _account(scenario: Scenario) -> tuple[str | None, str | None]:
    """The connection and the account that the first step that names one works with."""
    for step in scenario.all_steps():
        if not isinstance(step, ModuleStep) or step.connection is None:
            continue
        for name in NAMES:
            value = step.given.get(name)
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, str) and "{{" not in first:
                return step.connection, first
        if find_module(step.module).provider == "tiktok-business":
            return step.connection, None
    return None, None


def _zone(row: Mapping[str, Any]) -> str | None:
    """Its place if that is told, such as Europe/Berlin; otherwise its distance from UTC."""
    for name in ("display_timezone", "timezone"):
        try:
            return ZoneInfo(str(row.get(name) or "")).key
        except (ValueError, OSError):
            continue
    return None
