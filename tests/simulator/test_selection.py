"""Filters over columns show the same rows as filters over whole records."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adloom.catalogue import load
from adloom.simulator.world import Account, World
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row
from adloom.simulator.world.selection import rows_of
from adloom.simulator.world.tables import Level

START = 1_788_264_000
LEVELS: tuple[Level, ...] = ("campaign", "adgroup", "ad")
BUILD: Mapping[Level, Callable[[Account, int], dict[str, Any]]] = {
    "campaign": campaign_row,
    "adgroup": group_row,
    "ad": ad_row,
}

Row = dict[str, Any]


@cache
def lived(size: int) -> World:
    """A world in which something happened already."""
    world = World(start=START, seed=3, ads=size)
    world.advance(START + 2 * 86_400)
    return world


#: What the filters look at.
OWN = (
    "ad_id",
    "ad_id_v2",
    "adgroup_id",
    "adgroup_name",
    "billing_event",
    "campaign_automation_type",
    "campaign_id",
    "campaign_name",
    "campaign_system_origin",
    "create_time",
    "creative_material_mode",
    "modify_time",
    "objective_type",
    "optimization_goal",
    "promotion_type",
    "rf_campaign_type",
    "secondary_status",
)


@cache
def records(size: int, account: int, level: Level) -> list[Row]:
    """Every object with what filters look at, its campaign's and its group's facts included."""
    found = list(lived(size).accounts.values())[account]
    rows = []
    for index in reversed(range(len(found.table(level)))):
        row = BUILD[level](found, index)
        parents: Row = {}
        if level != "campaign":
            parents |= by_id(size, account, "campaign")[row["campaign_id"]]
        if level == "ad":
            parents |= by_id(size, account, "adgroup")[row["adgroup_id"]]
        rows.append(parents | {name: row[name] for name in OWN if name in row})
    return rows


@cache
def by_id(size: int, account: int, level: Level) -> dict[str, Row]:
    return {row[f"{level}_id"]: row for row in records(size, account, level)}


# --- the same filters, told once more, one record at a time -------------------------------------


def buying_type(row: Row) -> str:
    kind = row["rf_campaign_type"]
    return {"STANDARD": "RESERVATION_RF", "TOPVIEW": "RESERVATION_TOP_VIEW"}.get(kind, "AUCTION")


def is_shown(level: Level, row: Row, filtering: Mapping[str, Any]) -> bool:
    primary = filtering.get("primary_status")
    secondary = filtering.get("secondary_status")
    if primary is None:
        primary = "STATUS_ALL" if secondary else "STATUS_NOT_DELETE"
    of = load().secondary_statuses(level)
    status = row["secondary_status"]
    if primary == "STATUS_NOT_DELETE":
        fits = status not in of["STATUS_DELETE"]
    else:
        fits = primary == "STATUS_ALL" or status in of.get(primary, ())
    return fits and secondary in (None, status)


def same_objective(row: Row, wanted: str) -> bool:
    twins = {"CONVERSIONS", "WEB_CONVERSIONS"}
    objective = row["objective_type"]
    return objective == wanted or {objective, wanted} == twins


TESTS: Mapping[str, Callable[[Row, Any], bool]] = {
    "ad_ids": lambda row, value: row["ad_id"] in value,
    "ad_ids_v2": lambda row, value: row["ad_id_v2"] in value,
    "adgroup_ids": lambda row, value: row["adgroup_id"] in value,
    "adgroup_name": lambda row, value: value.lower() in row["adgroup_name"].lower(),
    "billing_events": lambda row, value: row["billing_event"] in value,
    "campaign_automation_type": lambda row, value: row["campaign_automation_type"] == value,
    "campaign_ids": lambda row, value: row["campaign_id"] in value,
    "campaign_name": lambda row, value: value.lower() in row["campaign_name"].lower(),
    "creation_filter_end_time": lambda row, value: row["create_time"] <= value,
    "creation_filter_start_time": lambda row, value: row["create_time"] >= value,
    "creative_material_mode": lambda row, value: row["creative_material_mode"] == value,
    "modified_after": lambda row, value: (row["modify_time"] or "") > value,
    "objective_type": same_objective,
    "optimization_goal": lambda row, value: row["optimization_goal"] == value,
    "promotion_type": lambda row, value: row["promotion_type"] == value,
}


def naive(level: Level, rows: list[Row], filtering: Mapping[str, Any]) -> list[str]:
    buying = filtering.get("buying_types", ["AUCTION", "RESERVATION_RF"])
    origins = filtering.get("campaign_system_origins", ["TT_ADS_PLATFORM"])
    return [
        row[f"{level}_id"]
        for row in rows
        if is_shown(level, row, filtering)
        and buying_type(row) in buying
        and row["campaign_system_origin"] in origins
        and all(TESTS[name](row, value) for name, value in filtering.items() if name in TESTS)
    ]


def quick(size: int, account: int, level: Level, filtering: Mapping[str, Any]) -> list[str]:
    found = list(lived(size).accounts.values())[account]
    rows = rows_of(found, level, filtering)
    listed: list[str] = []
    for page in range(1, -(-rows.total // 50) + 1):
        listed += [str(found.table(level).ids[row]) for row in rows.page(page, 50)]
    assert rows.total == len(listed)
    return listed


# --- filters to try -----------------------------------------------------------------------------


def choices(size: int, account: int, level: Level) -> dict[str, st.SearchStrategy[Any]]:
    rows = records(size, account, level)
    catalogue = load()

    def some(field: str) -> st.SearchStrategy[Any]:
        values = sorted({row[field] for row in rows if row.get(field)})
        return st.lists(st.sampled_from([*values, "1234567890123456"]), min_size=1, max_size=5)

    usual: dict[str, st.SearchStrategy[Any]] = {
        "buying_types": st.sampled_from(
            [
                ["AUCTION"],
                ["RESERVATION_RF"],
                ["RESERVATION_TOP_VIEW"],
                ["AUCTION", "RESERVATION_RF"],
            ]
        ),
        "campaign_automation_type": st.sampled_from(
            ["MANUAL", "SMART_PLUS", "UPGRADED_SMART_PLUS"]
        ),
        "campaign_ids": some("campaign_id"),
        "campaign_system_origins": st.sampled_from([["PROMOTE"], ["TT_ADS_PLATFORM", "PROMOTE"]]),
        "creation_filter_end_time": st.sampled_from([row["create_time"] for row in rows]),
        "creation_filter_start_time": st.sampled_from([row["create_time"] for row in rows]),
        "objective_type": st.sampled_from(["CONVERSIONS", "WEB_CONVERSIONS", "TRAFFIC", "REACH"]),
        "primary_status": st.sampled_from(catalogue.primary_statuses()),
        "secondary_status": st.sampled_from(sorted({row["secondary_status"] for row in rows})),
    }
    return usual | narrower(level, rows, some)


def narrower(
    level: Level, rows: list[Row], some: Callable[[str], st.SearchStrategy[Any]]
) -> dict[str, st.SearchStrategy[Any]]:
    """The filters that not every level has."""
    if level == "campaign":
        return {"campaign_name": st.sampled_from(["Sum", "traffic", "zz"])}
    grouped = {
        "adgroup_ids": some("adgroup_id"),
        "billing_events": st.sampled_from([["CPC"], ["OCPM", "CPV"], ["GD"]]),
        "creative_material_mode": st.sampled_from(["CUSTOM", "DYNAMIC", "SMART_CREATIVE"]),
        "optimization_goal": st.sampled_from(["CLICK", "CONVERT", "INSTALL", "FOLLOWERS"]),
        "promotion_type": st.sampled_from(["WEBSITE", "APP_IOS", "LEAD_GENERATION"]),
    }
    if level == "adgroup":
        return grouped | {"adgroup_name": st.sampled_from(["fan", "1%", "ZZ"])}
    moments = [row["modify_time"] for row in rows if row["modify_time"]]
    return grouped | {
        "ad_ids": some("ad_id"),
        "ad_ids_v2": some("ad_id_v2"),
        "modified_after": st.sampled_from(moments),
    }


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("account", [0, 1, 2])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_filters_over_columns_find_what_filters_over_records_find(
    data: st.DataObject, account: int, level: Level
) -> None:
    known = choices(300, account, level)
    names = data.draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=4))
    filtering = {name: data.draw(known[name], label=name) for name in names}

    assert naive(level, records(300, account, level), filtering) == quick(
        300, account, level, filtering
    )


# --- a hundred thousand ads ---------------------------------------------------------------------

MANY = 100_000


@pytest.mark.parametrize(
    "filtering",
    [
        {},
        {"primary_status": "STATUS_DELETE"},
        {"primary_status": "STATUS_DELIVERY_OK", "objective_type": "CONVERSIONS"},
        {"secondary_status": "AD_STATUS_AUDIT_DENY", "optimization_goal": "CLICK"},
        {"modified_after": "2026-08-20 00:00:00", "primary_status": "STATUS_ALL"},
        {
            "creation_filter_start_time": "2026-01-01 00:00:00",
            "creation_filter_end_time": "2026-02-01 00:00:00",
            "creative_material_mode": "DYNAMIC",
        },
    ],
)
def test_a_hundred_thousand_ads_are_filtered_exactly(filtering: dict[str, Any]) -> None:
    assert naive("ad", records(MANY, 0, "ad"), filtering) == quick(MANY, 0, "ad", filtering)


def test_a_hundred_thousand_ads_have_as_many_ids() -> None:
    ids = [row["ad_id"] for row in records(MANY, 0, "ad")]

    assert len(set(ids)) == len(ids) >= MANY
