"""What triggers that watch advertiser accounts have in common (reliability.md §3)."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import Field, StringConstraints

from adloom.wire import Page, Record
from modules.base import Context, Params, Sight, Trigger, Watching
from modules.bundles import Bundle
from modules.records.listing import (
    LARGEST_PAGE,
    AdGroupId,
    AdvertiserId,
    CampaignId,
    PrimaryStatus,
    id_filters,
)

__all__ = [
    "ComparedParams",
    "Comparing",
    "FieldChange",
    "News",
    "WatchParams",
    "WatchPartParams",
    "WatchingAccounts",
    "differences",
    "listing",
    "moment_of",
    "sight_of_changes",
]


class WatchParams(Params):
    """Which accounts to watch."""

    advertiser_ids: list[AdvertiserId] = Field(
        min_length=1,
        title="Advertisers",
        description="Accounts to watch.",
        json_schema_extra={"aliases": ["advertiser_id"]},
    )


class WatchPartParams(WatchParams):
    """Which accounts to watch, and which part of them."""

    campaign_ids: list[CampaignId] = Field(
        default_factory=list,
        title="Campaigns",
        description="Watch only what belongs to these campaigns.",
        json_schema_extra={"aliases": ["campaign_id"]},
    )
    adgroup_ids: list[AdGroupId] = Field(
        default_factory=list,
        title="Ad groups",
        description="Watch only what belongs to these ad groups.",
        json_schema_extra={"aliases": ["adgroup_id", "ad_group_ids", "ad_group_id"]},
    )


class ComparedParams(WatchParams):
    """What can be asked of a trigger that lists everything and compares."""

    primary_status: PrimaryStatus = Field(
        default=PrimaryStatus.NOT_DELETE,
        title="Status",
        description="Watch only what is in this state; STATUS_ALL includes what was deleted.",
        json_schema_extra={"aliases": ["status"]},
    )
    columns: list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]] = Field(
        default_factory=list,
        title="Columns",
        description="Columns whose change counts; by default name, switch, status, budget, dates.",
    )
    tell_new: bool = Field(
        default=True,
        title="Tell what is new",
        description="Hand on what was never seen before, not only what changed.",
    )
    limit: int = Field(
        default=10,
        ge=0,
        title="Limit",
        description="Hand on at most this many at a time, the rest next time; 0 means all.",
    )


class FieldChange(Bundle):
    """One value that changed."""

    field: str = Field(title="Field", description="Name of the field.")
    old: Any = Field(default=None, title="Old", description="Its value before.")
    new: Any = Field(default=None, title="New", description="Its value now.")


class News(Bundle):
    """What is new about an item."""

    is_new: bool = Field(default=False, title="New", description="Whether it was never seen.")
    changes: list[FieldChange] = Field(
        default_factory=list, title="Changes", description="What changed about it."
    )


WatchT = TypeVar("WatchT", bound=WatchParams)
BundleT = TypeVar("BundleT", bound=Bundle)


class WatchingAccounts(Trigger[WatchT, BundleT]):
    """A trigger that looks at accounts as they are and compares, each account by itself."""

    def watching(self, params: WatchT) -> Watching:  # noqa: ARG002 - Trigger's signature
        """By comparison."""
        return Watching.COMPARED

    def sources(self, params: WatchT) -> list[str]:
        """Every account by itself."""
        return list(dict.fromkeys(params.advertiser_ids))


ParamsT = TypeVar("ParamsT", bound=ComparedParams)
NewsT = TypeVar("NewsT", bound=News)


class Comparing(WatchingAccounts[ParamsT, NewsT]):
    """A trigger that lists everything each time and compares it with what was remembered.

    Campaigns and ad groups cannot be asked for by the time of their change (business_api.md §3.2).
    """

    path: ClassVar[str]
    #: The column that tells items apart.
    id_column: ClassVar[str]
    bundle: ClassVar[type[Bundle]]
    #: Columns whose change counts, unless others are asked for.
    columns: ClassVar[tuple[str, ...]]

    @abstractmethod
    def id_lists(self, params: ParamsT) -> dict[str, list[str]]:
        """Lists of ids that narrow the listing, by their filter."""

    async def fetch(
        self,
        params: ParamsT,
        context: Context,
        source: str,
        since: datetime | None,  # noqa: ARG002 - everything is compared
        until: datetime | None = None,  # noqa: ARG002 - as above
    ) -> AsyncIterator[Page[NewsT]]:
        """List everything."""
        for ids in id_filters(self.id_lists(params)):
            filtering = {"primary_status": params.primary_status.value, **ids}
            pages = listing(
                context, self.path, source, filtering, bundle=self.bundle, key=self.id_column
            )
            async for page in pages:
                yield page

    def key(self, bundle: Record) -> str:
        """Its id."""
        return str(bundle[self.id_column])

    def compare(self, params: ParamsT, memory: Record | None, bundle: Record) -> Sight:
        """Tell what is new, or which of the watched columns changed."""
        columns = params.columns or self.columns
        return sight_of_changes(memory, bundle, columns, tell_new=params.tell_new)


def moment_of(text: Any) -> datetime | None:
    """Read one of TikTok's times, `YYYY-MM-DD HH:MM:SS` in UTC (business_api.md §7)."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Record]:
    """What differs between two states of an item: `field`, `old` and `new` of each."""
    return [
        {"field": name, "old": before.get(name), "new": now.get(name)}
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    ]


def sight_of_changes(
    memory: Record | None, bundle: Record, columns: Sequence[str], *, tell_new: bool
) -> Sight:
    """Compare some columns of an item with what was remembered of them.

    Args:
        memory: What was remembered; None at first sight.
        bundle: The item as it is now.
        columns: Which of its columns count.
        tell_new: Whether an item that was never seen is told.
    """
    present = {name: _plain(bundle.get(name)) for name in columns}
    if memory is None:
        return Sight(present, {**bundle, "is_new": True, "changes": []} if tell_new else None)
    changes = differences(memory, present)
    return Sight(present, {**bundle, "is_new": False, "changes": changes} if changes else None)


def _plain(value: Any) -> Any:
    """A value as JSON keeps it; amounts as text, so that 5 and 5.0 stay what they are."""
    return (
        value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)
    )


async def listing(
    context: Context,
    path: str,
    advertiser_id: str,
    filtering: Mapping[str, Any],
    *,
    bundle: type[Bundle],
    key: str,
    fields: Sequence[str] = (),
) -> AsyncIterator[Page[Any]]:
    """Yield everything a listing has, in canonical form."""
    query = {
        "advertiser_id": advertiser_id,
        "filtering": dict(filtering) or None,
        "fields": [*dict.fromkeys([key, *fields])] if fields else None,
    }
    async for page in context.api.pages(path, query, key=key, page_size=LARGEST_PAGE):
        yield replace(page, records=bundle.normalise_all(page.records))
