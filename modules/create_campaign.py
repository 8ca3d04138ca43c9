"""Create a campaign."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from adloom.catalogue import load
from adloom.fields import Advanced
from adloom.wire import JsonBody, Record, Request
from modules.base import Api, Call, Change, Context, Done, Outcome, Params, module
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.answers import data_of
from modules.records.api_calls import doubts
from modules.records.campaigns import CAMPAIGNS, Campaign
from modules.records.creating import Creation, NewStatus, put_together
from modules.records.finding import find_campaigns, inside
from modules.records.listing import LARGEST_PAGE, AdvertiserId, PrimaryStatus

__all__ = ["CreateCampaign", "CreateCampaignParams", "create_campaign"]

PATH = "/campaign/create/"


class CreateCampaignParams(Params):
    """What the campaign is for, and what it may spend."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the campaign is made in.",
    )
    campaign_name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)
    ] = Field(
        title="Name",
        description="Name of the campaign, for you alone.",
    )
    objective_type: str = Field(
        pattern=r"^[A-Z][A-Z0-9_]{2,80}$",
        title="Objective",
        description="What it is for, such as TRAFFIC, REACH or WEB_CONVERSIONS.",
        json_schema_extra={"aliases": ["objective"]},
    )
    budget_mode: Literal[
        "BUDGET_MODE_INFINITE",
        "BUDGET_MODE_DAY",
        "BUDGET_MODE_TOTAL",
        "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    ] = Field(
        default="BUDGET_MODE_INFINITE",
        title="Budget mode",
        description="What the budget is for; INFINITE leaves budgets to the ad groups.",
    )
    budget: Decimal | None = Field(
        default=None,
        gt=0,
        title="Budget",
        description="Its budget in the account's currency, unless the mode is INFINITE.",
    )
    budget_optimize_on: bool = Field(
        default=False,
        title="Share the budget out",
        description="Let TikTok share the campaign's budget out among its ad groups.",
    )
    status: NewStatus = "DISABLE"
    more: Annotated[dict[str, Any], Advanced()] = Field(
        default_factory=dict,
        title="More fields",
        description="Anything else TikTok knows of a campaign, by TikTok's own names.",
    )

    @model_validator(mode="after")
    def _budget_fits(self) -> Self:
        if (self.budget is None) != (self.budget_mode == "BUDGET_MODE_INFINITE"):
            raise ValueError("budget: give one with every budget_mode but BUDGET_MODE_INFINITE")
        return self


class CreateCampaign(Creation[CreateCampaignParams, Campaign]):
    """Create a campaign, switched off unless asked otherwise."""

    kind: ClassVar[str] = "campaign"
    key: ClassVar[str] = "campaign_id"

    async def check(self, params: CreateCampaignParams, context: Context) -> Record:
        """Say what looks wrong."""
        endpoint = load().endpoint("POST", PATH)
        for doubt in doubts(endpoint.params if endpoint else (), _fields(params)):
            context.say(doubt)
        return {}

    def request(self, params: CreateCampaignParams, found: Record) -> Request:
        """TikTok takes two requests with one `request_id` for one, for ten seconds (§1.1)."""
        return Request(
            "POST", PATH, body=JsonBody({**_fields(params), "request_id": found["mark"]})
        )

    def change(self, params: CreateCampaignParams, found: Record) -> Change:  # noqa: ARG002 - Creation
        """The whole campaign at once: it is one change."""
        where = f"new in account {params.advertiser_id}"
        shown = {
            name: value
            for name, value in _fields(params).items()
            if name not in ("advertiser_id", "campaign_name")
        }
        return Change("campaign", "", params.campaign_name, where, None, shown)

    async def alike(self, request: Request, api: Api) -> list[Record]:
        """Campaigns of this name; an account has a thousand at most, so all of them are read."""
        assert isinstance(request.body, JsonBody)  # noqa: S101 - as `request` made it
        body = request.body.value
        filtering = {"primary_status": PrimaryStatus.ALL.value}
        query = {"advertiser_id": body["advertiser_id"], "filtering": filtering}
        rows = [
            Campaign.normalise(row)
            async for page in api.pages(CAMPAIGNS, query, key=self.key, page_size=LARGEST_PAGE)
            for row in page.records
            # Not its objective: TikTok has two words for one of them (§3.1).
            if row.get("campaign_name") == body["campaign_name"]
        ]
        return sorted(rows, key=lambda row: (str(row.get("create_time")), row[self.key]))

    def told(self, row: Record) -> Any:
        """As `/campaign/create/` answers."""
        return row

    def inverse(self, done: Done) -> list[Call]:
        """Delete the new campaign."""
        return self.deletion(done, "/campaign/status/update/")

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the campaign with what was made, and see whether anything has come into it."""
        where, [identity] = call.request.body, [change.id for change in call.changes]
        assert isinstance(where, JsonBody)  # noqa: S101 - as `inverse` made it
        account = where.value["advertiser_id"]
        rows = await find_campaigns(context.api, account, [identity])
        within = {"campaign_ids": [identity]}
        groups = await inside(context.api, AD_GROUPS, AdGroup, account, within)
        return self.altered(call, rows, "campaign_name", ("budget",)) + groups

    def result(
        self,
        params: CreateCampaignParams,
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """The new campaign, as TikTok told it."""
        return [
            Campaign.normalise({**_fields(params), **data_of(one), self.key: made})
            for one in done
            if one.outcome is Outcome.HAPPENED and (made := self.made_by(one))
        ]


def _fields(params: CreateCampaignParams) -> Record:
    named = {
        name: getattr(params, name)
        for name in (
            "advertiser_id", "campaign_name", "objective_type", "budget_mode", "budget",
        )
    }  # fmt: skip
    named["budget_optimize_on"] = params.budget_optimize_on or None
    named["operation_status"] = params.status
    return put_together(named, params.more)


create_campaign = module(
    kind="action", title="Create a campaign", provider="tiktok-business", permission=201
)(CreateCampaign)
