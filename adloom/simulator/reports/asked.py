"""What a report is asked for, read from a request and checked (business_api.md §5.1, §5.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal
from adloom.simulator.reports.asked_dates import read_period
from adloom.simulator.reports.asked_dimensions import Divided, read_dimensions
from adloom.simulator.reports.asked_filters import Filter, read_filters
from adloom.simulator.reports.asked_metrics import read_metrics, read_order
from adloom.simulator.reports.periods import Period

__all__ = ["Asked", "read"]

PARAM_ERROR: Final = 40002
#: How many ids a filter of a synchronous or an asynchronous report takes.
MOST_IDS: Final = 100
MOST_IDS_LATER: Final = 20_000
LEVELLED: Final = ("BASIC", "AUDIENCE", "CATALOG")
FOR_SEVERAL: Final = ("BASIC", "AUDIENCE")


@dataclass(frozen=True)
class Asked:
    """A report.

    Args:
        report_type: One of the six.
        advertiser_ids: The accounts it covers; empty with `bc_id` are all of the token.
        divided: By which dimensions.
        metrics: Which figures and attributes it shows.
        period: When.
        filters: Which objects it covers.
        order: The metric that rows are in the order of, the largest first; empty is by age.
        ascending: Whether the smallest comes first instead.
        in_utc: Whether days begin at midnight in UTC, whatever the zone of the account.
        is_multi: Whether it was asked for with `advertiser_ids`.
        bc_id: The Business Center it was asked for.
    """

    report_type: str
    advertiser_ids: tuple[str, ...]
    divided: Divided
    metrics: tuple[str, ...]
    period: Period
    filters: tuple[Filter, ...]
    order: str
    ascending: bool
    in_utc: bool
    is_multi: bool
    bc_id: str


def read(params: Mapping[str, Any], *, limited: bool = True) -> Asked:
    """Check the parameters of a report.

    Args:
        params: As they are declared.
        limited: Whether the limits of synchronous reports hold.
    """
    report_type = params["report_type"]
    most_ids = MOST_IDS if limited else MOST_IDS_LATER
    data_level = _data_level(params, report_type)
    divided = read_dimensions(report_type, data_level, params["dimensions"])
    metrics = read_metrics(report_type, divided, params.get("metrics"))
    accounts, bc_id = _accounts(params, report_type)
    return Asked(
        report_type=report_type,
        advertiser_ids=accounts,
        divided=divided,
        metrics=metrics,
        period=read_period(report_type, divided, params, limited=limited),
        filters=read_filters(
            report_type,
            divided.level,
            params.get("filtering") or (),
            most_ids=most_ids,
            with_country=not limited,
        ),
        order=read_order(params.get("order_field")),
        ascending=params.get("order_type") == "ASC",
        in_utc=bool(params.get("multi_adv_report_in_utc_time")),
        is_multi=bool(params.get("advertiser_ids")),
        bc_id=bc_id,
    )


def _accounts(params: Mapping[str, Any], report_type: str) -> tuple[tuple[str, ...], str]:
    """The accounts, or a Business Center; `advertiser_ids` outranks `advertiser_id`."""
    several: Sequence[str] = params.get("advertiser_ids") or ()
    one, bc_id = params.get("advertiser_id"), params.get("bc_id")
    if (report_type == "BC") != bool(bc_id):
        raise bad_param("bc_id", "Is needed for report_type BC, and for no other.")
    if bc_id and (one or several):
        raise Refusal(PARAM_ERROR, "Give one of advertiser_id, advertiser_ids and bc_id.")
    if several and report_type not in FOR_SEVERAL:
        raise bad_param("advertiser_ids", f"Not for report_type {report_type}.")
    if not (bc_id or one or several):
        raise Refusal(PARAM_ERROR, "Missing required field(s): advertiser_id.")
    if bc_id:
        return (), bc_id
    return tuple(dict.fromkeys(several)) if several else (str(one),), ""


def _data_level(params: Mapping[str, Any], report_type: str) -> str:
    """The level in short, such as `AD`; empty where none is needed."""
    if params.get("service_type") == "RESERVATION":
        raise bad_param("service_type", "RESERVATION is retired.")
    data_level: str = params.get("data_level") or ""
    if report_type not in LEVELLED:
        return ""
    if not data_level:
        raise Refusal(PARAM_ERROR, "Missing required field(s): data_level.")
    if data_level.startswith("RESERVATION_"):
        raise bad_param("data_level", f"{data_level} is retired.")
    return data_level.removeprefix("AUCTION_")
