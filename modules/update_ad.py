"""Change what an ad shows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from adloom.errors import RejectedError
from adloom.fields import Advanced, Id
from adloom.wire import JsonBody, Record, Request
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.bundles import Bundle, IdText
from modules.records.ads import find_ads, is_deleted, is_upgraded_smart_plus
from modules.records.creating import put_together
from modules.records.creatives import (
    UPDATE,
    AdText,
    CallToAction,
    ImageIds,
    LandingPage,
    More,
    NewAdName,
    VideoId,
    creative_doubts,
    is_empty,
    same,
)
from modules.records.finding import refuse_missing
from modules.records.listing import AdvertiserId
from modules.records.replacing import PATCHABLE, lost_by_replacing, replacement
from modules.records.switch_fields import Changed, WhyNot

__all__ = ["AdChange", "UpdateAd", "UpdateAdParams", "update_ad"]

NAMED = (
    "ad_name", "ad_text", "call_to_action", "landing_page_url", "video_id", "image_ids",
)  # fmt: skip


class UpdateAdParams(Params):
    """Which ad to change, and what about it; the rest stays as it is."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account the ad belongs to.",
    )
    ad_id: Id = Field(
        title="Ad",
        description="Id of the ad.",
    )
    ad_name: NewAdName = None
    ad_text: AdText = None
    call_to_action: CallToAction = None
    landing_page_url: LandingPage = None
    video_id: VideoId = None
    image_ids: ImageIds = Field(default_factory=list)
    more: Annotated[More, Advanced()] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not _wanted(self):
            raise ValueError("name at least one thing to change, such as ad_name or ad_text")
        return self


class AdChange(Bundle):
    """What became of the ad."""

    ad_id: IdText = Field(title="Ad", description="Id of the ad.")
    ad_name: str | None = Field(default=None, title="Name", description="Name of the ad.")
    before: dict[str, Any] = Field(
        default_factory=dict, title="Before", description="What was to be changed, as it was."
    )
    after: dict[str, Any] = Field(
        default_factory=dict, title="After", description="The same as it is now."
    )
    changed: Changed = False
    error: WhyNot = None


class UpdateAd(Action[UpdateAdParams, AdChange]):
    """Change an ad's name, text, button, landing page or media; the rest of it stays."""

    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP

    async def before(self, params: UpdateAdParams, context: Context) -> list[Record]:
        """Read the ad as it is; refuse those that this endpoint cannot change."""
        rows = await find_ads(context.api, params.advertiser_id, [params.ad_id])
        refuse_missing("ad", () if rows else [params.ad_id], params.advertiser_id, "search-ads")
        _refuse_unchangeable(rows[0])
        wanted = _wanted(params)
        changed = _changed(wanted, rows[0])
        for doubt in creative_doubts(UPDATE, {"ad_id": params.ad_id, **wanted}):
            context.say(doubt)
        if changed and not _is_patch(changed):
            context.say(
                "TikTok replaces the whole ad for this change; what it shows besides is sent again."
            )
            if lost := lost_by_replacing(rows[0]):
                context.say(f"TikTok's update does not take {', '.join(lost)}; look at it after.")
        return rows

    def calls(self, params: UpdateAdParams, before: Sequence[Record]) -> list[Call]:
        """One call with the fields that change, or with the whole ad where TikTok wants that."""
        [row] = before
        changed = _changed(_wanted(params), row)
        if not changed:
            return []
        patch = _is_patch(changed)
        creative = {"ad_id": params.ad_id, **(changed if patch else replacement(row, changed))}
        body = {
            "advertiser_id": params.advertiser_id,
            "adgroup_id": str(row["adgroup_id"]),
            "patch_update": patch,
            "creatives": [creative],
        }
        name = str(row.get("ad_name") or "")
        changes = tuple(
            Change("ad", params.ad_id, name, field, row.get(field), new)
            for field, new in changed.items()
        )
        return [
            Call(f"{UPDATE} {params.ad_id}", Request("POST", UPDATE, body=JsonBody(body)), changes)
        ]

    async def look_up(self, call: Call, context: Context) -> Outcome:
        """Compare the ad with what the call wanted."""
        advertiser_id, ad_id = _body(call)["advertiser_id"], call.changes[0].id
        rows = await find_ads(context.api, advertiser_id, [ad_id])
        happened = bool(rows) and all(
            same(rows[0].get(change.field), change.new) for change in call.changes
        )
        return Outcome.HAPPENED if happened else Outcome.NOT_HAPPENED

    def inverse(self, done: Done) -> list[Call]:
        """Put the old values back."""
        call, body = done.call, _body(done.call)
        [creative] = body["creatives"]
        old = {change.field: change.old for change in call.changes}
        if body["patch_update"] and (stuck := [name for name in old if is_empty(old[name])]):
            raise RejectedError(f"TikTok cannot be told to empty {', '.join(stuck)} of an ad.")
        back = old if body["patch_update"] else replacement(creative, old)
        changes = tuple(
            Change(one.kind, one.id, one.name, one.field, one.new, one.old) for one in call.changes
        )
        body = {**body, "creatives": [{"ad_id": creative["ad_id"], **back}]}
        return [Call(f"undo {call.key}", Request("POST", UPDATE, body=JsonBody(body)), changes)]

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """Compare the ad with what the call expects: all of it, where all of it is replaced."""
        body, first = _body(call), call.changes[0]
        rows = await find_ads(context.api, body["advertiser_id"], [first.id])
        if not rows or is_deleted(rows[0]):
            return [replace(one, new="DELETE") for one in call.changes]
        expected = {one.field: one.old for one in call.changes}
        present = {field: rows[0].get(field) for field in expected}
        if not body["patch_update"]:
            [creative] = body["creatives"]
            sent, whole = replacement(creative, {}), replacement(rows[0], {})
            besides = (sent.keys() | whole.keys()) - expected.keys() - {"ad_id"}
            expected |= {field: sent.get(field) for field in sorted(besides)}
            present |= {field: whole.get(field) for field in besides}
        return [
            replace(first, field=field, old=old, new=present[field])
            for field, old in expected.items()
            if not same(old, present[field])
        ]

    def result(
        self, params: UpdateAdParams, before: Sequence[Record], done: Sequence[Done]
    ) -> list[Record]:
        """What was to change, before and after."""
        [row] = before
        wanted = _wanted(params)
        old = {field: row.get(field) for field in wanted}
        changed = any(one.outcome is Outcome.HAPPENED for one in done)
        after = wanted if changed or not done else old
        return [
            {
                "ad_id": params.ad_id,
                "ad_name": after.get("ad_name") or row.get("ad_name"),
                "before": old,
                "after": after,
                "changed": changed,
                "error": next((one.error for one in done if one.error), None),
            }
        ]


def _wanted(params: UpdateAdParams) -> Record:
    return put_together({name: getattr(params, name) for name in NAMED}, params.more)


def _changed(wanted: Record, row: Record) -> Record:
    return {field: new for field, new in wanted.items() if not same(row.get(field), new)}


def _is_patch(changed: Record) -> bool:
    """Whether TikTok can change just these: a patch covers few fields and empties none (§3.4)."""
    return set(changed) <= PATCHABLE and not any(is_empty(new) for new in changed.values())


def _body(call: Call) -> dict[str, Any]:
    assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `calls` made it
    body: dict[str, Any] = call.request.body.value
    return body


def _refuse_unchangeable(row: Record) -> None:
    which = f"Ad {row['ad_id']}"
    if is_deleted(row):
        raise RejectedError(f"{which}, its ad group or its campaign is deleted.")
    if is_upgraded_smart_plus(row):
        raise RejectedError(
            f"{which} is part of a Smart+ ad, which is put together differently.",
            hint="Make the call yourself: adloom call POST /smart_plus/ad/update/ …",
        )
    if row.get("is_aco"):
        raise RejectedError(
            f"{which} is an automated creative ad, which is put together differently.",
            hint="Make the call yourself: adloom call POST /ad/aco/update/ …",
        )


update_ad = module(kind="action", title="Update an ad", provider="tiktok-business", permission=221)(
    UpdateAd
)
