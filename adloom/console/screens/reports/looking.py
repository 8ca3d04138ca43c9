"""What a request wants to look at, and what is remembered between requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.requests import Request

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import Job
from adloom.services.figures_measures import PRESETS, choices
from adloom.services.reports_accounts import Account, granted
from adloom.services.reports_address import read_view
from adloom.services.reports_cache import ReportCache
from adloom.services.reports_view import ALL, BREAKDOWNS, LEVELS, RANGES, View
from connections.connection import Connection

__all__ = ["Look", "Room", "look_of", "room_of"]

PROVIDER = "tiktok-business"


@dataclass
class Room:
    """What the screen remembers, for all who look.

    Args:
        cache: Figures of a moment ago.
        running: The job that fetches a look's figures.
    """

    cache: ReportCache
    running: dict[View, str] = field(default_factory=dict)

    def job(self, desk: Desk, view: View) -> Job | None:
        """The job that is at it, if one is."""
        found = {job.id: job for job in desk.jobs.all()}
        job = found.get(self.running.get(view.key, ""))
        return job if job is not None and job.running else None


@dataclass(frozen=True)
class Look:
    """What a request wants to look at.

    Args:
        view: The look.
        faults: What makes no sense in the address, by field.
        connections: All that lead to ads.
        accounts: Those of the chosen connection, as far as they are known.
    """

    view: View
    faults: Mapping[str, str]
    connections: Sequence[Connection]
    accounts: Sequence[Account]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What can be chosen as account, connection by connection."""
        found = []
        for one in self.connections:
            own = [(f"{one.name}/{account.id}", _called(account)) for account in granted(one)]
            if len(own) > 1:
                own.append((f"{one.name}/{ALL}", f"All {len(own)} accounts"))
            found.append((one.name, own))
        return found

    @property
    def ids(self) -> list[str]:
        """The accounts it is about."""
        if self.view.account != ALL:
            return [self.view.account]
        return [one.id for one in self.accounts]

    @property
    def words(self) -> dict[str, object]:
        """What the filter bar offers."""
        return {
            "levels": LEVELS,
            "ranges": RANGES,
            "breakdowns": BREAKDOWNS,
            "presets": PRESETS,
            "metrics": choices(),
        }


def room_of(request: Request) -> Room:
    """What the screen remembers."""
    state = request.app.state
    if not hasattr(state, "reports"):
        state.reports = Room(ReportCache(desk_of(request).session.wiring.clock))
    room: Room = state.reports
    return room


async def look_of(request: Request) -> Look:
    """Understand the address of a request; without an account, the first there is."""
    wiring = desk_of(request).session.wiring
    query = request.query_params
    read = read_view(dict(query), tuple(query.getlist("metrics")), wiring.clock.now())
    known = [one for one in await wiring.store.all() if one.provider == PROVIDER]
    view, faults = read.view, dict(read.faults)
    chosen = next((one for one in known if one.name == view.connection), None)
    if chosen is None and known:
        if view.connection:
            faults["account"] = f"There is no connection {view.connection[:80]!r} for TikTok ads."
        chosen = known[0]
        own = granted(chosen)
        view = replace(view, connection=chosen.name, account=own[0].id if own else ALL)
    accounts = granted(chosen) if chosen else []
    if accounts and view.account not in (ALL, *(one.id for one in accounts)):
        faults["account"] = "The connection does not cover this account."
    fuller = room_of(request).cache.accounts(view.connection)
    return Look(view, faults, known, fuller or accounts)


def _called(account: Account) -> str:
    return f"{account.name} ({account.id})" if account.name else account.id
