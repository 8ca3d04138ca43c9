"""The demo account: connections to a simulator that belong to it, and scenarios made for them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from adloom.errors import AdloomError, UsageError
from adloom.files import open_private
from adloom.secret import Secret
from adloom.services.connecting import checked_settings
from adloom.services.scenario_drafts import Answers, example_names, from_example
from adloom.services.session import Session
from connections.authorise import connect, connect_with_token, reconnect
from connections.connection import Connection
from connections.oauth import Consent, Listener, begin
from connections.practice import MARK
from connections.providers import provider_named
from connections.providers.base import Code
from scenarios.loader import load_scenario

__all__ = [
    "ADS",
    "EVENTS",
    "SEED",
    "TEAM",
    "Stage",
    "demo_connections",
    "move_in",
    "origin_of_demo",
]

ADS: Final = "tiktok-business"
EVENTS: Final = "tiktok-events"
TEAM: Final = "notify"
NAMES: Final = {ADS: "demo", EVENTS: "demo-events", TEAM: "demo-team"}
#: The same seed and the same beginning make the same accounts, ads and figures.
SEED: Final = 7
#: Any app will do for a simulator.
APP_ID: Final = "7300000000000000001"
APP_SECRET: Final = "demo-app-secret-0123456789"  # noqa: S105 - opens nothing
#: How fast a simulator is asked: it does not mind.
RATE: Final = 50
SAMPLE: Final = "demo-{}"

#: Agrees on a consent page, as its owner would.
Agree = Callable[[str], Awaitable[None]]
Say = Callable[[str], object]


@dataclass(frozen=True)
class Stage:
    """What of the demo account stands outside adloom.

    Args:
        address: Where the simulator is.
        began: The moment its time began at.
        pixel: A pixel of its account.
        events_token: A token that may send events to it.
        team: The notification address of its team.
        free_port: A port of this machine that a consent may come back to.
    """

    address: str
    began: datetime
    pixel: str
    events_token: str
    team: str
    free_port: int

    def mark(self) -> dict[str, Any]:
        """What connections of the demo account remember of it."""
        return {"seed": SEED, "began": self.began.isoformat()}


async def demo_connections(session: Session) -> dict[str, Connection]:
    """The demo account's own connections by their kind, with their secrets."""
    store = session.wiring.store
    known = [one for one in await store.all() if one.account.get(MARK)]
    return {one.provider: await store.load(one.name) for one in known}


def origin_of_demo(known: dict[str, Connection]) -> tuple[str | None, datetime | None]:
    """Where its simulator was the last time, and the moment its time begins at."""
    ads = known.get(ADS)
    if ads is None:
        return None, None
    began = datetime.fromisoformat(str(ads.account[MARK]["began"]))
    return str(ads.settings["host"]), began.astimezone(UTC)


async def move_in(session: Session, stage: Stage, agree: Agree, say: Say) -> str:
    """Connect the demo account, or renew its connections; a new one brings its scenarios along.

    Args:
        session: The open workspace.
        stage: The running simulator, and what is around it.
        agree: Agrees on its consent page.
        say: Told what is done.

    Returns:
        The name of the connection for its ads.
    """
    known = await demo_connections(session)
    say("Connecting its ad accounts…")
    ads = await _ads(session, stage, known.get(ADS), agree)
    say(f"{ads.name} is connected: {len(ads.account.get('advertisers', []))} ad accounts.")
    events = {"source": "web", "source_id": stage.pixel, "host": stage.address}
    await _keyed(session, stage, known, EVENTS, events, {"access_token": stage.events_token})
    await _keyed(session, stage, known, TEAM, {}, {"addresses": stage.team})
    if ADS not in known:
        made = await _samples(session)
        say(f"{len(made)} sample scenarios are ready to look at; none of them runs by itself.")
    return ads.name


async def _ads(session: Session, stage: Stage, old: Connection | None, agree: Agree) -> Connection:
    provider = provider_named(ADS)
    given = {"app_id": APP_ID, "host": stage.address, "requests_per_second": RATE}
    settings = checked_settings(provider, given, port=session.workspace.settings.oauth.port)
    # The port that is kept may be waiting for a consent of its owner's.
    asked = {**settings, "redirect_uri": f"http://127.0.0.1:{stage.free_port}/callback"}
    code = await _code(begin(provider, asked), agree)
    secrets = {"app_secret": Secret(APP_SECRET)}
    if old is not None:
        account = {**old.account, MARK: stage.mark()}
        renewed = replace(old, settings=settings, secrets=secrets, account=account)
        return await reconnect(renewed, code, session.wiring)
    name = await _free_name(session, NAMES[ADS])
    new = Connection(name, ADS, settings, {MARK: stage.mark()}, secrets)
    return await connect(new, code, session.wiring)


async def _code(consent: Consent, agree: Agree) -> Code:
    async with Listener(consent) as listener:
        await agree(consent.address)
        return await listener.code()


async def _keyed(
    session: Session,
    stage: Stage,
    known: dict[str, Connection],
    kind: str,
    settings: dict[str, Any],
    keys: dict[str, str],
) -> Connection:
    """A connection whose secrets are simply there."""
    provider = provider_named(kind)
    settings = checked_settings(provider, settings, port=0)
    secrets = {name: Secret(text) for name, text in keys.items()}
    if (old := known.get(kind)) is not None:
        account = {**old.account, MARK: stage.mark()}
        renewed = replace(old, settings=settings, secrets=secrets, account=account)
        return await reconnect(renewed, None, session.wiring)
    name = await _free_name(session, NAMES[kind])
    new = Connection(name, kind, settings, {MARK: stage.mark()}, secrets)
    return await connect_with_token(new, session.wiring)


async def _free_name(session: Session, wanted: str) -> str:
    """The wanted name, or the first of its kind that is free."""
    taken = set(await session.wiring.store.names())
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


async def _samples(session: Session) -> list[str]:
    """Put the ready examples that fit the demo account into the workspace, none of them enabled."""
    known = [replace(one, secrets={}) for one in (await demo_connections(session)).values()]
    made = []
    for example in example_names():
        name = SAMPLE.format(example)
        path = session.workspace.scenarios / f"{name}.yaml"
        if path.exists():
            continue
        try:
            text = from_example(example, Answers(name, dict.fromkeys(ASKED), known, _first))
            load_scenario(text, path)
        except AdloomError:
            continue  # it is for a kind of account that the demo does not have
        open_private(path, text.encode())
        made.append(name)
    await (await session.workshop()).synchronise()
    return made


#: What could be said beforehand about an example.
ASKED: Final = ("connection", "notify", "advertiser_id", "every", "timezone")


def _first(question: str, choices: Sequence[str]) -> str:
    """The first choice.

    Raises:
        UsageError: There is none.
    """
    if not choices:
        raise UsageError(f"{question}: there is none.")
    return choices[0]
