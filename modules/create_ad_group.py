"""Create an ad group."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from adloom.catalogue import load
from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.fields import Advanced, Id, Moment
from adloom.wire import JsonBody, Record, Request
from modules.base import Api, Call, Change, Context, Done, Outcome, Params, module
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.ads import ADS, Ad, is_deleted
from modules.records.answers import data_of
from modules.records.api_calls import doubts
from modules.records.creating import Creation, NewStatus, put_together
from modules.records.finding import (
    find_ad_groups,
    find_campaigns,
    inside,
    is_upgraded,
    refuse_missing,
)
from modules.records.listing import (
    LARGEST_PAGE,
    AdvertiserId,
    CampaignId,
    PrimaryStatus,
    tiktok_time,
)

__all__ = ["CreateAdGroup", "CreateAdGroupParams", "create_ad_group"]

PATH: Final = "/adgroup/create/"
#: A start that is sent must lie ahead when it arrives, also where somebody confirms it first.
AHEAD: Final = timedelta(minutes=10)
WORD: Final = r"^[A-Z][A-Z0-9_]{1,80}$"


class CreateAdGroupParams(Params):
    """Where the ad group goes, whom it reaches, and what it may spend."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ad group is made in.",
    )
    campaign_id: CampaignId = Field(
        title="Campaign",
        description="Campaign the ad group is put into.",
    )
    adgroup_name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)
    ] = Field(
        title="Name",
        description="Name of the ad group, for you alone.",
        json_schema_extra={"aliases": ["ad_group_name"]},
    )
    optimization_goal: str = Field(
        pattern=WORD,
        title="Goal",
        description="What TikTok tries to get for the money, such as CLICK, CONVERT or REACH.",
    )
    billing_event: Literal["CPC", "CPM", "CPV", "OCPM", "OCPC", "GD"] = Field(
        title="Paid for",
        description="What is paid for: CPC clicks, CPM views, OCPM results.",
    )
    location_ids: list[Id] = Field(
        default_factory=list,
        title="Places",
        description="Ids of the countries or regions it is shown in.",
    )
    budget: Decimal | None = Field(
        default=None,
        gt=0,
        title="Budget",
        description="In the account's currency; left out where the campaign shares its own.",
    )
    budget_mode: Literal[
        "BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"
    ] = Field(
        default="BUDGET_MODE_DAY",
        title="Budget mode",
        description="Whether the budget is for a day or for the whole time.",
    )
    promotion_type: str | None = Field(
        default=None,
        pattern=WORD,
        title="Promotion",
        description="What is promoted, such as WEBSITE, APP_ANDROID or LEAD_GENERATION.",
    )
    placement_type: Literal["PLACEMENT_TYPE_AUTOMATIC", "PLACEMENT_TYPE_NORMAL"] = Field(
        default="PLACEMENT_TYPE_AUTOMATIC",
        title="Placement",
        description="AUTOMATIC lets TikTok choose; NORMAL takes the placements you name.",
    )
    placements: list[str] = Field(
        default_factory=list,
        title="Placements",
        description="Where it is shown, such as PLACEMENT_TIKTOK.",
    )
    starts: Moment | None = Field(
        default=None,
        title="Starts",
        description="When it starts; ten minutes from now if left out; UTC unless it says so.",
    )
    ends: Moment | None = Field(
        default=None,
        title="Ends",
        description="When it ends; never if left out; UTC unless it says so.",
    )
    pacing: Annotated[Literal["PACING_MODE_SMOOTH", "PACING_MODE_FAST"], Advanced()] = Field(
        default="PACING_MODE_SMOOTH",
        title="Pace",
        description="SMOOTH spreads the budget over the day; FAST spends as fast as it can.",
    )
    status: NewStatus = "DISABLE"
    more: Annotated[dict[str, Any], Advanced()] = Field(
        default_factory=dict,
        title="More fields",
        description="Anything else TikTok knows of an ad group, by TikTok's own names.",
    )


class CreateAdGroup(Creation[CreateAdGroupParams, AdGroup]):
    """Create an ad group, switched off unless asked otherwise."""

    kind: ClassVar[str] = "ad group"
    key: ClassVar[str] = "adgroup_id"

    async def check(self, params: CreateAdGroupParams, context: Context) -> Record:
        """The campaign has to exist and to take ordinary ad groups; somebody has to pay."""
        ids = [params.campaign_id]
        rows = await find_campaigns(context.api, params.advertiser_id, ids)
        missing = () if rows else ids
        refuse_missing("campaign", missing, params.advertiser_id, "list-campaigns")
        _refuse_unfit(rows[0])
        shares = bool(rows[0].get("budget_optimize_on"))
        if shares != (params.budget is None):
            text = (
                "must be left out: the campaign shares its own budget out"
                if shares
                else "is required: the campaign shares no budget of its own out"
            )
            raise InvalidParamsError([Fault("budget", text)])
        starts = tiktok_time(params.starts or context.now + AHEAD)
        if params.ends and tiktok_time(params.ends) <= starts:
            raise InvalidParamsError([Fault("ends", f"lies before its start ({starts})")])
        found = {"campaign_name": rows[0].get("campaign_name"), "starts": starts}
        endpoint = load().endpoint("POST", PATH)
        for doubt in doubts(endpoint.params if endpoint else (), _fields(params, found)):
            context.say(doubt)
        return found

    def request(self, params: CreateAdGroupParams, found: Record) -> Request:
        """TikTok takes two requests with one `request_id` for one, for ten seconds (§1.1)."""
        body = {**_fields(params, found), "request_id": found["mark"]}
        return Request("POST", PATH, body=JsonBody(body))

    def change(self, params: CreateAdGroupParams, found: Record) -> Change:
        """The whole ad group at once: it is one change."""
        where = f"new in campaign {params.campaign_id}"
        if found["campaign_name"]:
            where += f" “{found['campaign_name']}”"
        shown = {
            name: value
            for name, value in _fields(params, found).items()
            if name not in ("advertiser_id", "campaign_id", "adgroup_name")
        }
        return Change("ad group", "", params.adgroup_name, where, None, shown)

    async def alike(self, request: Request, api: Api) -> list[Record]:
        """Ad groups of the campaign with this name, deleted ones among them."""
        assert isinstance(request.body, JsonBody)  # noqa: S101 - as `request` made it
        body = request.body.value
        filtering = {
            "campaign_ids": [body["campaign_id"]],
            "primary_status": PrimaryStatus.ALL.value,
        }
        query = {"advertiser_id": body["advertiser_id"], "filtering": filtering}
        rows = [
            AdGroup.normalise(row)
            async for page in api.pages(AD_GROUPS, query, key=self.key, page_size=LARGEST_PAGE)
            for row in page.records
            if row.get("adgroup_name") == body["adgroup_name"]
            and str(row.get("campaign_id")) == body["campaign_id"]
        ]
        return sorted(rows, key=lambda row: (str(row.get("create_time")), row[self.key]))

    def told(self, row: Record) -> Any:
        """As `/adgroup/create/` answers."""
        return row

    def inverse(self, done: Done) -> list[Call]:
        """Delete the new ad group."""
        return self.deletion(done, "/adgroup/status/update/")

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the ad group with what was made, and see whether any ad has come into it."""
        where, [identity] = call.request.body, [change.id for change in call.changes]
        assert isinstance(where, JsonBody)  # noqa: S101 - as `inverse` made it
        account = where.value["advertiser_id"]
        rows = await find_ad_groups(context.api, account, [identity])
        ads = await inside(context.api, ADS, Ad, account, {"adgroup_ids": [identity]})
        return self.altered(call, rows, "adgroup_name", ("budget",)) + ads

    def result(
        self, params: CreateAdGroupParams, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """The new ad group, as TikTok told it."""
        return [
            AdGroup.normalise({**_fields(params, before[0]), **data_of(one), self.key: made})
            for one in done
            if one.outcome is Outcome.HAPPENED and (made := self.made_by(one))
        ]


def _fields(params: CreateAdGroupParams, found: Record) -> Record:
    """An ad group as TikTok takes it; one without a budget of its own says so (§3.2)."""
    named = {
        name: getattr(params, name)
        for name in (
            "advertiser_id", "campaign_id", "adgroup_name", "promotion_type", "placement_type",
            "placements", "location_ids", "optimization_goal", "billing_event", "pacing",
        )
    }  # fmt: skip
    named |= {
        "budget_mode": params.budget_mode if params.budget else "BUDGET_MODE_INFINITE",
        "budget": params.budget or 0,
        "schedule_type": "SCHEDULE_START_END" if params.ends else "SCHEDULE_FROM_NOW",
        "schedule_start_time": found["starts"],
        "schedule_end_time": tiktok_time(params.ends) if params.ends else None,
        "operation_status": params.status,
    }
    return put_together(named, params.more)


def _refuse_unfit(campaign: Record) -> None:
    which = f"Campaign {campaign['campaign_id']}"
    if is_deleted(campaign):
        raise RejectedError(f"{which} is deleted.")
    if is_upgraded(campaign):
        raise RejectedError(
            f"{which} is Smart+, whose ad groups are put together differently.",
            hint="Make the call yourself: adloom call POST /smart_plus/adgroup/create/ …",
        )


create_ad_group = module(
    kind="action", title="Create an ad group", provider="tiktok-business", permission=211
)(CreateAdGroup)
