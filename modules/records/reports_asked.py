"""What can be asked of a report (business_api.md §5.1)."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from adloom.catalogue import load
from adloom.errors import Fault, InvalidParamsError
from adloom.fields import Advanced, Id
from modules.base import Params
from modules.records.listing import AdvertiserId
from modules.records.reports_dates import words_for_days
from modules.records.reports_filters import Filter, read_filters
from modules.records.reports_rules import faults
from modules.records.reports_words import (
    DataLevel,
    Known,
    ReportType,
    usual_dimensions,
    usual_metrics,
)

__all__ = ["ReportParams"]


def _dimensions() -> Sequence[str]:
    return sorted({name for kind in ReportType for name in load().dimensions(kind)})


def _metrics() -> Sequence[str]:
    return sorted({name for group in load().metrics().values() for name in group})


def _day(value: Any) -> Any:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        raise ValueError("is not a date: write it as text, for example 2026-11-21") from None


#: A day in the account's time zone.
Day = Annotated[date, BeforeValidator(_day)]


class ReportParams(Params):
    """What a report is about, what it shows, and which days it covers."""

    advertiser_ids: list[AdvertiserId] = Field(
        default_factory=list,
        title="Advertisers",
        description="Accounts to report on, one after the other.",
        json_schema_extra={"aliases": ["advertiser_id"]},
    )
    data_level: DataLevel | None = Field(
        default=None,
        title="Level",
        description="What the rows are about; without it, what the dimensions say, or ads.",
    )
    dimensions: list[Annotated[str, Known(_dimensions)]] = Field(
        default_factory=list,
        title="Dimensions",
        description="What to break it down by; without any, the level's id and the day.",
    )
    metrics: list[Annotated[str, Known(_metrics)]] = Field(
        default_factory=list,
        title="Metrics",
        description="Figures and attributes to show; without any, some thirty usual ones.",
    )
    date_range: str | None = Field(
        default=None,
        title="Days in words",
        description="Such as today, yesterday, last 7 days, this month, where the account is.",
    )
    start_date: Day | None = Field(
        default=None, title="First day", description="First day, in the account's time zone."
    )
    end_date: Day | None = Field(
        default=None, title="Last day", description="Last day, included; without it, today."
    )
    lifetime: bool = Field(
        default=False,
        title="Lifetime",
        description="Cover everything since the account began; without time and country.",
        json_schema_extra={"aliases": ["query_lifetime"]},
    )
    filtering: dict[str, Any] | list[dict[str, Any]] | None = Field(
        default=None,
        title="Filters",
        description="Such as ad_ids, campaign_ids, status; or TikTok's own list of conditions.",
        json_schema_extra={"aliases": ["filters"]},
    )
    order_field: str | None = Field(
        default=None, title="Order by", description="Metric to sort by."
    )
    order_type: Literal["ASC", "DESC"] = Field(
        default="DESC", title="Order", description="Smallest first, or largest first."
    )
    totals: bool = Field(
        default=False,
        title="Totals",
        description="Add each account's totals to its rows, as total_metrics.",
        json_schema_extra={"aliases": ["enable_total_metrics"]},
    )
    limit: int = Field(
        default=10, ge=0, title="Limit", description="Stop after this many rows; 0 means all."
    )
    report_type: ReportType = Field(
        default=ReportType.BASIC, title="Type", description="Kind of report."
    )
    use_task: bool = Field(
        default=False,
        title="As a task",
        description="Let TikTok compute it in the background; for what is too much at once.",
        json_schema_extra={"aliases": ["async"]},
    )
    service_type: Annotated[Literal["AUCTION", "RESERVATION"], Advanced()] = Field(
        default="AUCTION",
        title="Buying",
        description="How the ads were bought; TikTok has retired RESERVATION.",
    )
    bc_id: Annotated[Id | None, Advanced()] = Field(
        default=None,
        title="Business Center",
        description="Business Center to report on, for reports of type BC.",
    )

    @field_validator("dimensions", "metrics", mode="before")
    @classmethod
    def _one_by_one(cls, value: Any) -> Any:
        """Names hold no comma, so `spend,clicks` are two; doubles are dropped."""
        if not isinstance(value, list | tuple):
            return value
        split = [part.strip() for one in value for part in str(one).split(",")]
        return list(dict.fromkeys(part for part in split if part))

    @field_validator("date_range")
    @classmethod
    def _in_words(cls, value: str | None) -> str | None:
        return None if value is None else words_for_days(value)

    @model_validator(mode="after")
    def _together(self) -> "ReportParams":
        if found := faults(self):
            raise InvalidParamsError(found)
        return self

    # --- what is left out has its usual value ---------------------------------------------------

    @cached_property
    def about(self) -> str:
        """What the rows are about: `AD`, `ADGROUP` …; the type where there is no level."""
        if not self.report_type.has_level:
            return self.report_type.value
        return self.level.about if self.level else ""

    @cached_property
    def level(self) -> DataLevel | None:
        """The level; None where the type has none, or where it cannot be told."""
        if self.data_level or not self.report_type.has_level:
            return self.data_level
        levels = [found for name in self.dimensions if (found := load().data_level(name))]
        finest = [level for level in DataLevel if level in levels]
        if finest:
            return finest[0]
        return None if self.dimensions else DataLevel(load().default_report().data_level)

    @cached_property
    def shown_dimensions(self) -> list[str]:
        """What it is broken down by."""
        return self.dimensions or usual_dimensions(
            self.report_type, self.about, by_day=not self.lifetime
        )

    @cached_property
    def shown_metrics(self) -> list[str]:
        """What it shows; empty where TikTok decides."""
        return self.metrics or usual_metrics(self.report_type, self.about, self.shown_dimensions)

    @cached_property
    def filters(self) -> list[Filter]:
        """What it is narrowed down to."""
        try:
            return read_filters(self.filtering or [], self.about)
        except ValueError as error:
            raise InvalidParamsError([Fault("filtering", str(error))]) from None
