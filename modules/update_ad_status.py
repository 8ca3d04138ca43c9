"""Switch ads on or off, or delete them."""

from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.fields import Advanced, Id
from adloom.wire import JsonBody, Record, Request
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.bundles import Bundle, IdText
from modules.records.ads import find_ads, is_deleted, is_upgraded_smart_plus
from modules.records.listing import AdvertiserId, groups

__all__ = ["AdStatusChange", "UpdateAdStatus", "UpdateAdStatusParams", "update_ad_status"]

#: Ids a status call takes (business_api.md §3.3).
MOST_IDS = 20


class UpdateAdStatusParams(Params):
    """Which ads to switch, and how."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ads belong to.",
    )
    ad_ids: list[Id] = Field(
        min_length=1,
        title="Ads",
        description="Ids of the ads; Smart+ ads may stand among them.",
        json_schema_extra={"aliases": ["ad_id"]},
    )
    status: Literal["ENABLE", "DISABLE", "DELETE"] = Field(
        title="Status",
        description="Switch them on, switch them off, or delete them for good.",
        json_schema_extra={"aliases": ["operation_status", "opt_status"]},
    )
    allow_delete: Annotated[bool, Advanced()] = Field(
        default=False,
        title="Allow deleting",
        description="Deleting cannot be undone, so it has to be allowed here as well.",
    )


class AdStatusChange(Bundle):
    """What became of one ad."""

    ad_id: IdText = Field(title="Ad", description="Id of the ad, as it was given.")
    ad_name: str | None = Field(default=None, title="Name", description="Name of the ad.")
    before: str | None = Field(default=None, title="Before", description="Its switch before.")
    after: str | None = Field(default=None, title="After", description="Its switch after.")
    changed: bool = Field(default=False, title="Changed", description="Whether it was changed.")
    error: str | None = Field(
        default=None, title="Error", description="Why it was not changed, if it should have been."
    )


class UpdateAdStatus(Action[UpdateAdStatusParams, AdStatusChange]):
    """Switch ads on or off, or delete them."""

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP

    async def before(self, params: UpdateAdStatusParams, context: Context) -> list[Record]:
        """Read the ads as they are now; refuse everything if one cannot be changed."""
        if params.status == "DELETE" and not params.allow_delete:
            fault = Fault("status", "deleting cannot be undone; to do it, also set allow_delete")
            raise InvalidParamsError([fault], hint="Add --allow-delete.")
        ids = list(dict.fromkeys(params.ad_ids))
        ads = await find_ads(context.api, params.advertiser_id, ids)
        _refuse_missing(ids, ads, params.advertiser_id)
        _refuse_unchangeable(ads, params.status)
        return ads

    def calls(self, params: UpdateAdStatusParams, before: Sequence[Record]) -> list[Call]:
        """One call for every twenty ads that are not already as wished, kind by kind."""
        pending = [ad for ad in before if not _is_so(ad, params.status)]
        return [
            _call(params, path, column, [ad for ad in ads if id_of(ad) in group], id_of)
            for path, column, id_of, ads in _by_kind(pending)
            for group in groups([id_of(ad) for ad in ads], MOST_IDS)
        ]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Compare the ads with what the call wanted."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        body = call.request.body.value
        wanted = body["operation_status"]
        ids = [change.id for change in call.changes]
        ads = await find_ads(context.api, body["advertiser_id"], ids)
        happened = len(ads) == len(ids) and all(_is_so(ad, wanted) for ad in ads)
        return Outcome.HAPPENED if happened else Outcome.NOT_HAPPENED

    def inverse(self, call: Call) -> list[Call]:
        """Put every ad back to the switch it had; deleted and frozen ones cannot be."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
        body, old = call.request.body.value, call.changes[0].old
        if body["operation_status"] == "DELETE":
            raise RejectedError("Deleted ads cannot be brought back.")
        if old not in ("ENABLE", "DISABLE"):
            raise RejectedError(f"Only TikTok can put ads back to {old}.")
        changes = tuple(
            Change(one.kind, one.id, one.name, one.field, one.new, one.old) for one in call.changes
        )
        request = Request(
            "POST", call.request.path, body=JsonBody({**body, "operation_status": old})
        )
        return [Call(f"undo {call.key}", request, changes)]

    def result(
        self, params: UpdateAdStatusParams, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """Tell, ad by ad, what changed."""
        fate = {change.id: one for one in done for change in one.call.changes}
        return [_told(ad, params.status, fate.get(str(ad["ad_id"]))) for ad in before]


def _by_kind(
    ads: Sequence[Record],
) -> list[tuple[str, str, Callable[[Record], str], list[Record]]]:
    """Sort ads by the endpoint that switches them, and by the switch they have now."""
    kinds: dict[tuple[str, str, str], list[Record]] = {}
    for ad in ads:
        if is_upgraded_smart_plus(ad):
            route = ("/smart_plus/ad/status/update/", "smart_plus_ad_ids")
        elif ad.get("is_aco"):
            route = ("/ad/status/update/", "aco_ad_ids")
        else:
            route = ("/ad/status/update/", "ad_ids")
        kinds.setdefault((*route, str(ad.get("operation_status"))), []).append(ad)
    return [
        (path, column, _smart_plus_id if column == "smart_plus_ad_ids" else _ad_id, found)
        for (path, column, _), found in kinds.items()
    ]


def _call(
    params: UpdateAdStatusParams,
    path: str,
    column: str,
    ads: Sequence[Record],
    id_of: Callable[[Record], str],
) -> Call:
    ids = list(dict.fromkeys(id_of(ad) for ad in ads))
    body = {
        "advertiser_id": params.advertiser_id,
        column: ids,
        "operation_status": params.status,
    }
    changes = tuple(
        Change(
            "Smart+ ad" if is_upgraded_smart_plus(ad) else "ad",
            _ad_id(ad),
            str(ad.get("ad_name") or ""),
            "operation_status",
            ad.get("operation_status"),
            params.status,
        )
        for ad in ads
    )
    return Call(f"{path} {' '.join(ids)}", Request("POST", path, body=JsonBody(body)), changes)


def _told(ad: Record, wanted: str, done: Done | None) -> Record:
    changed = done is not None and done.outcome is Outcome.HAPPENED
    return {
        "ad_id": ad["ad_id"],
        "ad_name": ad.get("ad_name"),
        "before": ad.get("operation_status"),
        "after": wanted if changed or done is None else ad.get("operation_status"),
        "changed": changed,
        "error": done.error if done else None,
    }


def _is_so(ad: Record, wanted: str) -> bool:
    return is_deleted(ad) if wanted == "DELETE" else ad.get("operation_status") == wanted


def _ad_id(ad: Record) -> str:
    return str(ad["ad_id"])


def _smart_plus_id(ad: Record) -> str:
    return str(ad["smart_plus_ad_id"])


def _refuse_missing(ids: Sequence[str], ads: Sequence[Record], advertiser_id: str) -> None:
    known = {str(ad.get(column)) for ad in ads for column in ("ad_id", "smart_plus_ad_id")}
    if missing := [one for one in ids if one not in known]:
        raise RejectedError(
            f"Account {advertiser_id} has no ad {', '.join(missing[:10])}. Nothing was changed.",
            hint="Look for them: adloom run search-ads --primary-status STATUS_ALL …",
        )


def _refuse_unchangeable(ads: Sequence[Record], wanted: str) -> None:
    """Deleted ads stay as they are, and old automated-creative ads cannot be deleted (§3.3)."""
    gone = [_ad_id(ad) for ad in ads if wanted != "DELETE" and is_deleted(ad)]
    if gone:
        raise RejectedError(
            f"Already deleted, or their ad group or campaign is: {', '.join(gone[:10])}. "
            "Nothing was changed."
        )
    fixed = [_ad_id(ad) for ad in ads if wanted == "DELETE" and ad.get("is_aco")]
    if fixed:
        raise RejectedError(
            f"TikTok does not delete automated-creative ads: {', '.join(fixed[:10])}. "
            "Nothing was changed.",
            hint="Switch them off, or delete their ad group.",
        )


update_ad_status = module(
    kind="action", title="Update an ad's status", provider="tiktok-business", permission=221
)(UpdateAdStatus)
