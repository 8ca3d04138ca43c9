"""A small scenario on a platform in memory, and a process that dies where it is told to.

What a process may leave behind is a beginning of what it wrote, and everything it sent before it
wrote on. So it dies just before or just after each commit and each call, and nothing it does
afterwards counts. Effects are counted at the platform.
"""

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from adloom.database import Database, open_database
from adloom.database.sqlite import SqliteDatabase
from adloom.rows import Shape
from adloom.wire import Answer, JsonBody, Page, Record, Request
from scenarios.loader import load_scenario
from scenarios.model import Scenario
from scheduler.inbox import ItemState
from scheduler.records import Status
from scheduler.schema import MIGRATIONS
from tests.scheduler.stage import ADVERTISER, Stage, ad_row, stage
from tests.scheduler.world import NOW, World

__all__ = [
    "CALLING",
    "SMALL",
    "CrashPoints",
    "Death",
    "Platform",
    "Verdict",
    "copied",
    "go_on",
    "life",
    "lives",
    "new_journal",
    "platform",
    "told",
]

#: Two bundles, two changes for each (the second for two rows of a search), a data store written
#: twice, an aggregator.
SMALL: Final = f"""
name: small
settings: {{cycles: 2}}
steps:
  - id: new
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], campaign_ids: ["1700000000000010"], limit: 2}}
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{new.ad_id}}}}", status: DISABLE}}
  - id: seen
    store: {{name: seen, operation: add, key: "{{{{new.ad_id}}}}", value: 1}}
  - id: other
    when: "{{{{seen.added}}}}"
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", campaign_ids: ["1700000000000011"], limit: 0}}
  - id: made
    module: create_campaign
    connection: acme
    params:
      advertiser_id: "{ADVERTISER}"
      campaign_name: "{{{{new.ad_id}}}} {{{{other.ad_id}}}}"
      objective_type: TRAFFIC
  - {{id: sum, aggregator: {{source: other, kind: text, value: "{{{{made.campaign_name}}}}"}}}}
  - id: total
    store: {{name: total, operation: put, key: "{{{{new.ad_id}}}}", value: "{{{{sum.count}}}}"}}
"""

#: The same, with the first half in a scenario that is called.
CALLED: Final = f"""
name: called
steps:
  - id: pause
    module: update_ad_status
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{input.ad_id}}}}", status: DISABLE}}
  - id: seen
    store: {{name: seen, operation: add, key: "{{{{input.ad_id}}}}", value: 1}}
  - {{id: back, return: {{ad_id: "{{{{input.ad_id}}}}", added: "{{{{seen.added}}}}"}}}}
"""
_FIRST, _MIDDLE, _LAST = (
    SMALL.partition("  - id: pause")[0],
    """\
  - {id: seen, scenario: called, input: {ad_id: "{{new.ad_id}}"}}
""",
    "  - id: other" + SMALL.partition("  - id: other")[2],
)
CALLING: Final = _FIRST + _MIDDLE + _LAST.replace("{{new.ad_id}}", "{{seen.ad_id}}")


class Death(BaseException):
    """The process is gone: nothing after this happens."""


@dataclass
class CrashPoints:
    """Counts what a process passes, and lets it die at one point.

    Args:
        at: The point; None is never.
    """

    at: int | None = None
    passed: int = 0
    is_dead: bool = False

    def pass_by(self) -> None:
        """Come to the next point.

        Raises:
            Death: It is the one, or was passed: the dead do nothing more.
        """
        self.passed += 1
        if self.is_dead or self.passed == self.at:
            self.is_dead = True
            raise Death


@dataclass
class Platform(World):
    """Ads to switch and campaigns to make; what it lists comes in another order each time."""

    campaigns: list[Record] = field(default_factory=list)
    points: CrashPoints = field(default_factory=CrashPoints)
    arrived: Callable[[], None] = lambda: None
    listed: int = 0
    settle_seconds: float = 35.0

    def __post_init__(self) -> None:
        self.listings = {
            "/ad/get/": self._ads,
            "/campaign/get/": lambda _: [dict(row) for row in self.campaigns],
        }

    async def change(self, request: Request) -> Answer:
        self.points.pass_by()
        self.arrived()
        assert isinstance(request.body, JsonBody)
        body = request.body.value
        if request.path == "/campaign/create/":
            data = self._create(body)
            self.sent.append(request)
            answer = Answer(200, {}, {"code": 0, "data": data}, data, NOW, 0, "r1")
        else:
            answer = await super().change(request)
        self.points.pass_by()
        return answer

    async def pages(
        self,
        path: str,
        query: Mapping[str, Any],
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        self.points.pass_by()
        async for page in super().pages(path, query, key=key, page_size=page_size, shape=shape):
            yield page

    def _create(self, body: Record) -> Record:
        number = str(1_800_000_000_000_000 + len(self.campaigns))
        self.campaigns.append({**body, "campaign_id": number, "create_time": "2026-11-21 12:00:00"})
        return {"campaign_id": number}

    def _ads(self, query: Mapping[str, Any]) -> list[Record]:
        filtering = query.get("filtering") or {}
        if "ad_ids_v2" in filtering or "RESERVATION_TOP_VIEW" in filtering.get("buying_types", []):
            return []
        wanted = filtering.get("campaign_ids")
        rows = [
            row
            for row in self.ads
            if (wanted is None or row["campaign_id"] in wanted)
            and row["create_time"] >= filtering.get("creation_filter_start_time", "")
            and row["ad_id"] in filtering.get("ad_ids", [row["ad_id"]])
        ]
        self.listed += 1
        return rows[::-1] if self.listed % 2 else rows


def platform(bundles: int = 2, others: int = 2, letters: int = 0) -> Platform:
    """A platform with ads that are new, and others that are searched for.

    Args:
        bundles: How many new ones.
        others: How many others.
        letters: How long the text of each is.
    """

    def ad(number: int, campaign: str) -> Record:
        made = f"{NOW - timedelta(hours=1, minutes=-number):%Y-%m-%d %H:%M:%S}"
        more = {"create_time": made, "modify_time": made, "campaign_id": campaign}
        more["ad_text"] = "x" * letters
        return ad_row(number, advertiser_id=ADVERTISER, **more)

    new = [ad(number, "1700000000000010") for number in range(1, bundles + 1)]
    old = [ad(number, "1700000000000011") for number in range(51, 51 + others)]
    return Platform(ads=new + old)


@contextmanager
def fragile(database: Database, points: CrashPoints) -> Iterator[None]:
    """Let a process come by a point before and after each of its commits."""
    write, post = database.write, database.post

    async def writing(work: Any) -> Any:
        points.pass_by()
        result = await write(work)
        points.pass_by()
        return result

    def posting(work: Any) -> Any:
        points.pass_by()
        return post(work)

    with ExitStack() as undo:
        for name, made in (("write", writing), ("post", posting)):
            setattr(database, name, made)
            undo.callback(delattr, database, name)
        yield


@asynccontextmanager
async def life(folder: Path, world: Platform, at: int | None = None) -> AsyncIterator[Stage]:
    """One process, which dies where it is told to; whoever follows finds what it left."""
    with suppress(Death):
        async with stage(folder, world) as made:
            # Processes die here, machines do not: what was committed need not be on a disk.
            assert isinstance(made.database, SqliteDatabase)
            made.database._writer.execute("PRAGMA synchronous = OFF")
            world.points = CrashPoints(at)
            with fragile(made.database, world.points):
                yield made


@cache
def understood(text: str) -> Scenario:
    """A scenario, read once."""
    return load_scenario(text)


async def go_on(here: Stage, text: str = SMALL) -> None:
    """Go on with what is open, then run until nothing is left to do."""
    scenario, here.library["called"] = understood(text), understood(CALLED)
    for execution in reversed(await here.journal.all(only_open=True, limit=1_000)):
        if execution.status is not Status.RUNNING or here.conductor.is_left(execution):
            await here.conductor.resume(execution, scenario)
    while (await here.conductor.run(scenario)).executions:
        pass


async def lives(
    folder: Path, world: Platform, deaths: Sequence[int], text: str = SMALL
) -> list[CrashPoints]:
    """Die at each of the points, one process after the other; a last one goes on to the end.

    Returns:
        What each of them passed.
    """
    passed = []
    for at in (*deaths, None):
        async with life(folder, world, at) as here:
            await go_on(here, text)
        passed.append(world.points)
    return passed


async def new_journal(folder: Path) -> None:
    """Make an empty journal, to be copied."""
    async with open_database(folder / "journal.db", MIGRATIONS, set_name="journal"):
        pass


def copied(template: Path, folder: Path) -> Path:
    """A folder of its own with an empty journal."""
    folder.mkdir(parents=True)
    shutil.copy(template / "journal.db", folder / "journal.db")
    return folder


@dataclass(frozen=True)
class Verdict:
    """What was lost and what happened twice.

    Args:
        lost: What should have happened.
        doubled: What happened more than once.
        open: What did not come to its end.
    """

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.open)


async def told(folder: Path, world: Platform) -> Verdict:
    """Count what happened at the platform, and see whether everything came to its end."""
    new = [row["ad_id"] for row in world.ads if row["campaign_id"].endswith("10")]
    others = [row["ad_id"] for row in world.ads if row["campaign_id"].endswith("11")]
    wanted = new + [f"{one} {other}" for one in new for other in others]
    happened = Counter(world.effects) + Counter(row["campaign_name"] for row in world.campaigns)
    kept: Counter[str] = Counter()
    async with stage(folder, world) as here:
        store = here.conductor.equipment.store
        for one in await store.list("total"):
            kept[one.key] += one.value == len(others)
        lost = [one for one in wanted if not happened[one]]
        lost += [f"store {one}" for one in new if not kept[one]]
        states = await here.database.read(
            lambda work: work.run("SELECT key, state FROM inbox WHERE workspace = 'local'")
        )
        ended = {row["key"] for row in states if row["state"] == ItemState.DONE}
        runs = await here.journal.all(limit=1_000)
        still = [f"bundle {one}" for one in new if one not in ended]
        still += [f"execution {one.status}" for one in runs if one.status is not Status.DONE]
    doubled = [one for one, times in happened.items() if times > 1]
    doubled += [one for one in happened if one not in wanted]
    return Verdict(tuple(lost), tuple(doubled), tuple(still))
