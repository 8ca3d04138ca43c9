"""Scenarios with limits, on a stage of their own, and what came of them."""

from decimal import Decimal
from typing import Any

from adloom.wire import Answer, JsonBody, Record, Request
from scheduler.runs import RunResult
from tests.modules.fake_api import ad_row
from tests.scheduler.world import ADVERTISER, World

__all__ = ["Budgets", "ads", "groups", "scenario", "troubles"]

STEPS = """\
steps:
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{advertiser}", limit: 0}}
  - id: change
    module: {module}
    connection: acme
    params: {{advertiser_id: "{{{{trim(ads.advertiser_id)}}}}", {params}}}
"""
PAUSE = 'ad_id: "{{ads.ad_id}}", status: DISABLE'


def scenario(
    limits: str,
    *,
    name: str = "railed",
    module: str = "update_ad_status",
    params: str = PAUSE,
    settings: str = "",
) -> str:
    """A scenario that changes something for every ad of the account."""
    steps = STEPS.format(advertiser=ADVERTISER, module=module, params=params)
    top = f"name: {name}\n" + (f"limits: {limits}\n" if limits else "")
    return top + (f"settings: {settings}\n" if settings else "") + steps


def ads(count: int, **more: Any) -> list[Record]:
    """Ads that are being delivered."""
    return [ad_row(number, advertiser_id=ADVERTISER, **more) for number in range(1, count + 1)]


def troubles(result: RunResult) -> list[str]:
    """What stopped, in words."""
    return [str(trouble.error) for one in result.executions for trouble in one.troubles]


class Budgets(World):
    """Ad groups with budgets, one for each ad; what they are set to is remembered."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.groups = groups(len(self.ads))
        for ad, group in zip(self.ads, self.groups, strict=True):
            ad["adgroup_id"] = group["adgroup_id"]
        self.listings["/adgroup/get/"] = self._groups
        self.listings["/campaign/get/"] = lambda _: [{"campaign_id": "1700000000000010"}]
        self.answers["/advertiser/info/"] = _account()

    def _groups(self, query: Any) -> list[Record]:
        wanted = (query.get("filtering") or {}).get("adgroup_ids")
        return [one for one in self.groups if wanted is None or one["adgroup_id"] in wanted]

    async def change(self, request: Request) -> Answer:
        answer = await super().change(request)
        body = request.body.value if isinstance(request.body, JsonBody) else {}
        for wish in body.get("budget", []):
            for group in self.groups:
                if group["adgroup_id"] == wish["adgroup_id"]:
                    group["budget"] = wish["budget"]
        return answer


def groups(count: int) -> list[Record]:
    """Ad groups of one campaign, with a daily budget of 100 each."""
    return [
        {
            "adgroup_id": str(1_700_000_000_001_000 + number),
            "adgroup_name": f"Group {number}",
            "campaign_id": "1700000000000010",
            "advertiser_id": ADVERTISER,
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": Decimal(100),
            "operation_status": "ENABLE",
            "secondary_status": "ADGROUP_STATUS_DELIVERY_OK",
        }
        for number in range(1, count + 1)
    ]


def _account() -> Answer:
    rows = [{"advertiser_id": ADVERTISER, "currency": "EUR", "timezone": "Europe/Berlin"}]
    return Answer(200, {}, {"code": 0, "data": {"list": rows}}, {"list": rows})
