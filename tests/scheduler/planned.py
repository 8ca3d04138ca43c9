"""What tests of plans share: scenarios, a platform that may not be touched, a look at all rows."""

from dataclasses import dataclass
from typing import Any, Final, NoReturn

from adloom.database import Transaction
from adloom.wire import Answer, Record, Request
from scheduler.applying import Applied, Applying
from scheduler.plan_records import ScenarioPlan
from tests.modules.fake_api import ad_row
from tests.scheduler.bench_of_scenarios import ADVERTISER, DatedWorld, ScenarioBench

__all__ = [
    "PAUSE",
    "SEARCH",
    "WATCH",
    "Untouchable",
    "ads",
    "applied",
    "everything",
    "planned",
    "said",
]

SEARCH = f"""
name: s
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""
WATCH = f"""
name: s
schedule: {{every: 1 hour}}
steps:
  - id: ads
    module: watch_ads
    connection: acme
    start: everything
    params: {{advertiser_ids: ["{ADVERTISER}"], limit: 2}}
"""
ALL: Final = "SELECT * FROM {}"
PAUSE = """\
  - id: pause
    module: update_ad_status
    connection: acme
    params:
      advertiser_id: "{{ads.advertiser_id}}"
      ad_id: "{{ads.ad_id}}"
      status: DISABLE
"""


@dataclass
class Untouchable(DatedWorld):
    """A platform that breaks when somebody tries to change it."""

    async def change(self, request: Request) -> Answer:
        self._broken(request)

    def _broken(self, request: Request) -> NoReturn:
        raise AssertionError(f"{request.method} {request.path} was sent")


def ads(count: int, **more: Any) -> list[Record]:
    return [ad_row(number, advertiser_id=ADVERTISER, **more) for number in range(1, count + 1)]


async def everything(bench: ScenarioBench) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the journal."""

    def work(work: Transaction) -> dict[str, list[tuple[Any, ...]]]:
        names = work.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {row[0]: [tuple(one) for one in work.run(ALL.format(row[0]))] for row in names}

    return await bench.workshop.database.read(work)


async def planned(bench: ScenarioBench, text: str, **how: Any) -> ScenarioPlan:
    """Put a scenario there and plan it."""
    version = await bench.put(text)
    plan = await bench.workshop.plan(await bench.workshop.version(version), **how)
    await bench.workshop.plans.save(plan)
    return plan


async def applied(bench: ScenarioBench, plan: ScenarioPlan, **how: Any) -> Applied:
    """Apply a plan that was kept."""
    applying = Applying(bench.workshop)
    return await applying.apply(await applying.ready(plan.id), **how)


def said(plan: ScenarioPlan) -> list[tuple[Any, ...]]:
    """Every change of a plan: which object, from what to what."""
    return [(one["id"], one["field"], one["old"], one["new"]) for _, one in plan.changes()]
