"""Create an ad."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from adloom.errors import RejectedError
from adloom.fields import Advanced
from adloom.wire import JsonBody, Record, Request
from modules.base import Api, Call, Change, Context, Done, Outcome, Params, module
from modules.records.ads import ADS, Ad, find_ads, is_deleted
from modules.records.answers import data_of
from modules.records.creating import Creation, NewStatus, put_together
from modules.records.creatives import (
    CREATE,
    AdName,
    AdText,
    CallToAction,
    ImageIds,
    LandingPage,
    MaterialId,
    More,
    VideoId,
    creative_doubts,
    same,
)
from modules.records.finding import find_ad_groups, is_upgraded, refuse_missing
from modules.records.listing import LARGEST_PAGE, AdGroupId, AdvertiserId, PrimaryStatus

__all__ = ["CreateAd", "CreateAdParams", "create_ad"]

#: What an ad is recognised by besides its name. Not its text: were TikTok to trim it, an ad would
#: not be found again, and be made twice.
TELLING = ("ad_format", "identity_id", "video_id")
#: What is compared before it is deleted again.
COMPARED = (*TELLING, "ad_text", "call_to_action", "image_ids", "landing_page_url")


class CreateAdParams(Params):
    """Where the ad goes, and what it shows."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ad is made in.",
    )
    adgroup_id: AdGroupId = Field(
        title="Ad group",
        description="Ad group the ad is put into.",
        json_schema_extra={"aliases": ["ad_group_id"]},
    )
    ad_name: AdName
    identity_type: Literal["CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT"] = Field(
        title="Kind of identity",
        description="Whose name the ad is shown under: TT_USER is a TikTok account.",
    )
    identity_id: MaterialId = Field(
        title="Identity",
        description="Id of that identity.",
    )
    ad_format: Literal["SINGLE_VIDEO", "SINGLE_IMAGE", "CAROUSEL", "CAROUSEL_ADS"] | None = Field(
        default=None,
        title="Format",
        description="Kind of ad; without it a video makes SINGLE_VIDEO, an image SINGLE_IMAGE.",
    )
    video_id: VideoId = None
    image_ids: ImageIds = Field(default_factory=list)
    ad_text: AdText = None
    call_to_action: CallToAction = None
    landing_page_url: LandingPage = None
    status: NewStatus = "DISABLE"
    more: Annotated[More, Advanced()] = Field(default_factory=dict)


class CreateAd(Creation[CreateAdParams, Ad]):
    """Create an ad, switched off unless asked otherwise."""

    kind: ClassVar[str] = "ad"
    key: ClassVar[str] = "ad_id"

    async def check(self, params: CreateAdParams, context: Context) -> Record:
        """The ad group has to exist and to take ordinary ads."""
        ids = [params.adgroup_id]
        rows = await find_ad_groups(context.api, params.advertiser_id, ids)
        missing = () if rows else ids
        refuse_missing("ad group", missing, params.advertiser_id, "list-ad-groups")
        if is_deleted(rows[0]):
            raise RejectedError(f"Ad group {params.adgroup_id} or its campaign is deleted.")
        if is_upgraded(rows[0]):
            raise RejectedError(
                f"Ad group {params.adgroup_id} is Smart+, whose ads are put together differently.",
                hint="Make the call yourself: adloom call POST /smart_plus/ad/create/ …",
            )
        for doubt in creative_doubts(CREATE, _creative(params)):
            context.say(doubt)
        return {"adgroup_name": rows[0].get("adgroup_name")}

    def request(self, params: CreateAdParams, found: Record) -> Request:  # noqa: ARG002 - Creation
        """One ad a call, so that each is found again by itself."""
        body = {
            "advertiser_id": params.advertiser_id,
            "adgroup_id": params.adgroup_id,
            "creatives": [_creative(params)],
        }
        return Request("POST", CREATE, body=JsonBody(body))

    def change(self, params: CreateAdParams, found: Record) -> Change:
        """The whole ad at once: it is one change."""
        where = f"new in ad group {params.adgroup_id}"
        if found["adgroup_name"]:
            where += f" “{found['adgroup_name']}”"
        shown = {name: value for name, value in _creative(params).items() if name != "ad_name"}
        return Change("ad", "", params.ad_name, where, None, shown)

    async def alike(self, request: Request, api: Api) -> list[Record]:
        """Ads of the ad group with this name and content, deleted ones among them."""
        assert isinstance(request.body, JsonBody)  # noqa: S101 - as `request` made it
        body, [creative] = request.body.value, request.body.value["creatives"]
        filtering = {
            "adgroup_ids": [body["adgroup_id"]],
            "primary_status": PrimaryStatus.ALL.value,
        }
        query = {"advertiser_id": body["advertiser_id"], "filtering": filtering}
        rows = [
            Ad.normalise(row)
            async for page in api.pages(ADS, query, key="ad_id", page_size=LARGEST_PAGE)
            for row in page.records
            if str(row.get("adgroup_id")) == body["adgroup_id"] and _is_alike(row, creative)
        ]
        return sorted(rows, key=lambda row: (str(row.get("create_time")), int(row["ad_id"])))

    def told(self, row: Record) -> Any:
        """As `/ad/create/` answers."""
        return {"ad_ids": [row["ad_id"]], "creatives": [row]}

    def inverse(self, done: Done) -> list[Call]:
        """Delete the new ad."""
        return self.deletion(done, "/ad/status/update/")

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the ad with what was made."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `inverse` made it
        ids = [change.id for change in call.changes]
        rows = await find_ads(context.api, call.request.body.value["advertiser_id"], ids)
        return self.altered(call, rows, "ad_name", COMPARED)

    def result(
        self,
        params: CreateAdParams,
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """The new ad, as TikTok told it."""
        asked = {
            "advertiser_id": params.advertiser_id,
            "adgroup_id": params.adgroup_id,
            **_creative(params),
        }
        return [
            Ad.normalise({**asked, **_first(data_of(one).get("creatives")), "ad_id": ad_id})
            for one in done
            if one.outcome is Outcome.HAPPENED and (ad_id := self.made_by(one))
        ]


def _creative(params: CreateAdParams) -> Record:
    named = {
        name: getattr(params, name)
        for name in (
            "ad_name", "identity_type", "identity_id", "video_id", "image_ids", "ad_text",
            "call_to_action", "landing_page_url",
        )
    }  # fmt: skip
    named["ad_format"] = params.ad_format or _format(params)
    named["operation_status"] = params.status
    return put_together(named, params.more)


def _format(params: CreateAdParams) -> str | None:
    if "ad_format" in params.more:
        return None
    if params.video_id:
        return "SINGLE_VIDEO"
    return "SINGLE_IMAGE" if len(params.image_ids) == 1 else None


def _is_alike(row: Record, creative: Record) -> bool:
    """Whether an ad has the name and the content; what TikTok does not tell speaks for it."""
    return row.get("ad_name") == creative["ad_name"] and all(
        not row.get(name) or same(row[name], creative[name]) for name in TELLING if name in creative
    )


def _first(rows: Any) -> Record:
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


create_ad = module(kind="action", title="Create an ad", provider="tiktok-business", permission=221)(
    CreateAd
)
