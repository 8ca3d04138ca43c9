"""List TikTok's own automated rules of an advertiser account."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import Field

from adloom.fields import Id
from adloom.wire import Page, Record
from modules.base import Context, Params, module
from modules.bundles import Bundle, IdText
from modules.records.listing import AdvertiserId, groups

__all__ = ["ListRulesParams", "NativeRule", "list_rules"]

LIST: Final = "/optimizer/rule/list/"
GET: Final = "/optimizer/rule/get/"
#: The sheets name no largest page, so it is kept small.
PAGE_SIZE: Final = 50
#: Where rules may lie in an answer: the sheets do not tell what these endpoints answer.
LISTS: Final = ("list", "rules", "rule_list")


class ListRulesParams(Params):
    """Which rules to list."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser", description="Account the rules belong to."
    )
    rule_ids: list[Id] = Field(
        default_factory=list,
        title="Rules",
        description="Only these rules.",
        json_schema_extra={"aliases": ["rule_id"]},
    )
    name_contains: str | None = Field(
        default=None,
        title="Name contains",
        description="Keep only rules that have this in their name, whatever the case.",
    )
    limit: int = Field(
        default=10, ge=0, title="Limit", description="Stop after this many; 0 means all."
    )


class NativeRule(Bundle):
    """A rule as TikTok holds it; its parts are named as in `/optimizer/rule/create/`.

    That listings tell a rule the way it is created is assumed: the sheets do not say.
    """

    rule_id: IdText | None = Field(default=None, title="Rule", description="Id of the rule.")
    name: str | None = Field(default=None, title="Name", description="Name of the rule.")
    advertiser_id: IdText | None = Field(
        default=None, title="Advertiser", description="Id of the account it belongs to."
    )
    tzone: str | None = Field(
        default=None, title="Time zone", description="Where its times are meant."
    )
    apply_objects: list[Record] = Field(
        default_factory=list, title="Objects", description="What it looks at."
    )
    conditions: list[Record] = Field(
        default_factory=list, title="Conditions", description="What has to hold, all of it."
    )
    actions: list[Record] = Field(
        default_factory=list, title="Actions", description="What it does."
    )
    rule_exec_info: Record | None = Field(
        default=None, title="Checks", description="When it is checked."
    )
    notification: Record | None = Field(
        default=None, title="Notification", description="Whom it tells of what."
    )


@module(
    kind="search", title="List automated rules", provider="tiktok-business", permission=17_020_000
)
async def list_rules(params: ListRulesParams, context: Context) -> AsyncIterator[Page[NativeRule]]:
    """List TikTok's own automated rules, for example to bring them over.

    Rules of adloom are scenarios, and are not among them.
    """
    needle = (params.name_contains or "").casefold()
    async for page in _pages(params, context):
        rows = [
            {**row, "advertiser_id": params.advertiser_id}
            for row in page.records
            if needle in str(row.get("name") or "").casefold()
        ]
        yield replace(page, records=NativeRule.normalise_all(rows))


async def _pages(params: ListRulesParams, context: Context) -> AsyncIterator[Page[Any]]:
    query: dict[str, Any] = {"advertiser_id": params.advertiser_id}
    if not params.rule_ids:
        pages = context.api.pages(LIST, query, key="rule_id", page_size=PAGE_SIZE)
        async for page in pages:
            yield page
        return
    wanted = list(groups(params.rule_ids, PAGE_SIZE))
    for place, ids in enumerate(wanted):
        answer = await context.api.get(GET, {**query, "rule_ids": ids})
        yield Page(_rows(answer.data), None, place + 1 < len(wanted), answer.served_at)


def _rows(data: Any) -> list[Record]:
    if isinstance(data, list):
        return list(data)
    if not isinstance(data, Mapping):
        return []
    return next((list(data[name]) for name in LISTS if isinstance(data.get(name), list)), [])
