"""Everything a simulator remembers, and one request to its Business API."""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from adloom.catalogue import Endpoint
from adloom.simulator.clock import SimulatedClock
from adloom.simulator.creator_tokens import CreatorTokens, open_id_of
from adloom.simulator.effects import Effects
from adloom.simulator.envelope import Refusal, Reply, request_id
from adloom.simulator.faults import Faults
from adloom.simulator.grants import Grant, Grants
from adloom.simulator.limits import Limiter, Pauses
from adloom.simulator.making.audience_store import Audiences
from adloom.simulator.making.library import Library
from adloom.simulator.making.pixel_store import Pixels
from adloom.simulator.making.received import Received
from adloom.simulator.making.rule_store import Rules
from adloom.simulator.open_platform.platform import OpenPlatform
from adloom.simulator.options import Options
from adloom.simulator.reports.memory import Reports
from adloom.simulator.webhooks.office import Webhooks
from adloom.simulator.world import Account, World

__all__ = ["Attached", "Call", "Incoming", "State"]

NO_PERMISSION = 40001


@dataclass(frozen=True)
class Attached:
    """A file in a form.

    Args:
        name: What the sender calls it.
        content: All of it.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """One HTTP request.

    Args:
        method: In capitals.
        path: Without the query.
        query: As it arrived, without the question mark.
        headers: By their lower-case names.
        body: All of it.
        form: The parts of a multipart form; a file is its name.
        files: The files in it, by their parts.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: Mapping[str, str] | None = None
    files: Mapping[str, Attached] = field(default_factory=dict)


class State:
    """A simulator's clock, accounts, grants, faults and counters.

    Args:
        options: How it is set up.
    """

    def __init__(self, options: Options):
        self.options = options
        self.clock = SimulatedClock(_start(options), speed=options.speed)
        self.world = World(start=int(self.clock.now()), seed=options.seed, ads=options.ads)
        self.reports = Reports(
            self.world,
            self.clock.real,
            delay=options.report_delay,
            most_ids=options.report_ids,
        )
        self.grants = Grants(
            self.clock.now,
            seed=options.seed,
            apps=options.apps if options.strict else None,
            redirect_uris=options.redirect_uris,
        )
        self.creators = CreatorTokens(self.grants, self.clock.now)
        known = [open_id_of(app) for app in options.apps]
        self.open_platform = OpenPlatform(options, self.clock, self.grants.mint, known)
        self.effects = Effects()
        self.faults = Faults(
            seed=options.seed, rules=options.faults, copy_world=lambda: deepcopy(self.world)
        )
        self.limiter = Limiter(options.rate, self.clock.real)
        self.smart_ads = Pauses(options.smart_ad_pause, self.clock.real)
        self.audiences = Audiences(self.world.accounts, self.world.now)
        self.events = Received()
        self.library = Library()
        self.pixels = Pixels(self.world.accounts)
        self.rules = Rules()
        #: Answers to creations, by app, path, account and `request_id`, with their moment.
        self.created: dict[tuple[str, ...], tuple[float, Reply]] = {}
        #: What went wrong in the simulator itself.
        self.bugs: list[Exception] = []
        self._answered = 0
        self.webhooks = Webhooks(self)

    def advance(self) -> None:
        """Let the world catch up with the clock."""
        self.world.advance(self.clock.now(), real=self.clock.real())
        self.open_platform.advance(self.clock.now())
        self.webhooks.collect()

    def next_request_id(self) -> str:
        """What the next answer is called."""
        self._answered += 1
        return request_id(self.clock.now(), self._answered, self.options.seed)

    def visible_at(self) -> float | None:
        """The real time from which reads show what is changed now; None is at once."""
        return self.clock.real() + self.options.lag if self.options.lag else None


def _start(options: Options) -> float:
    if options.start is None:
        return float(int(time.time()))
    start = options.start
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()


@dataclass(frozen=True)
class Call:
    """A request to an endpoint of the Business API, checked and understood.

    Args:
        state: Of the simulator.
        endpoint: What is called.
        params: Its declared parameters, each with its type.
        grant: What the token allows; None where an endpoint needs no token.
        token: The token itself.
        files: The files in its form, by their parts.
        host: Whom it was sent to.
    """

    state: State
    endpoint: Endpoint
    params: Mapping[str, Any]
    grant: Grant | None
    token: str
    files: Mapping[str, Attached] = field(default_factory=dict)
    host: str = ""

    @property
    def path(self) -> str:
        """The path below the root."""
        return self.endpoint.path

    @property
    def app_id(self) -> str:
        """Whose request it is, as far as that is known."""
        if self.grant is not None:
            return self.grant.app_id
        return str(self.params.get("app_id") or self.params.get("client_id") or "")

    @property
    def account(self) -> Account:
        """The account that `advertiser_id` names."""
        return self.account_of(self.params["advertiser_id"])

    def account_of(self, advertiser_id: str) -> Account:
        """An account that the token covers."""
        self.check_advertiser(advertiser_id)
        return self.state.world.accounts[advertiser_id]

    def check_advertiser(self, advertiser_id: str) -> None:
        """Refuse an account that the token does not cover (business_api.md §1.4)."""
        if self.grant is not None and advertiser_id not in self.grant.advertiser_ids:
            raise Refusal(NO_PERMISSION, f"No permission to operate advertiser {advertiser_id}.")
