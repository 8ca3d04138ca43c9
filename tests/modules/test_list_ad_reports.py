"""List ad reports: what is asked, in how many parts, and what comes of the answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adloom.errors import (
    ApiError,
    InvalidParamsError,
    MissingPermissionError,
    RejectedError,
    RetryableError,
)
from adloom.fields import validate
from adloom.wire import Answer, JsonBody, Record
from modules import find_module
from modules.base import Context
from tests.modules.fake_api import FakeApi, context_for

ACCOUNT = "7100000000000000001"
REPORT = "/report/integrated/get/"
MODULE = find_module("list_ad_reports")


def row(ad: int = 1, day: str = "2026-11-01", **metrics: str) -> Record:
    return {
        "dimensions": {"ad_id": str(ad), "stat_time_day": f"{day} 00:00:00"},
        "metrics": metrics or {"spend": "1.50"},
    }


def answer(data: Any) -> Answer:
    return Answer(200, {}, {"code": 0, "data": data}, data)


def zones(**by_account: str) -> Answer:
    rows = [{"advertiser_id": one[1:], "timezone": zone} for one, zone in by_account.items()]
    return answer({"list": rows})


def reporting(*rows: Record) -> FakeApi:
    return FakeApi(listings={REPORT: lambda _: list(rows)})


async def run(api: FakeApi, said: list[str] | None = None, **values: Any) -> list[Record]:
    return await run_in(context_for(api, said), **values)


async def run_in(context: Context, **values: Any) -> list[Record]:
    given = {"advertiser_id": ACCOUNT, "limit": 0, **values}
    if not {"lifetime", "date_range", "start_date"} & set(given):
        given |= {"start_date": "2026-11-01", "end_date": "2026-11-20"}
    params = validate(MODULE.params, given)
    assert MODULE.search is not None
    return [row async for page in MODULE.search(params, context) for row in page.records]


def asked(api: FakeApi) -> list[Mapping[str, Any]]:
    return [one.query for one in api.asked if one.path == REPORT]


def days(api: FakeApi) -> list[tuple[str, str]]:
    return [(query["start_date"], query["end_date"]) for query in asked(api)]


# --- bundles --------------------------------------------------------------------------------------


async def test_dimensions_and_metrics_stand_side_by_side() -> None:
    [bundle] = await run(reporting(row(ad=17, spend="20.000", ad_name="Kite", clicks="3")))

    assert {
        "ad_id": "17",
        "stat_time_day": "2026-11-01",
        "spend": Decimal("20.000"),
        "ad_name": "Kite",
        "clicks": Decimal(3),
        "advertiser_id": ACCOUNT,
    } == bundle
    assert "20.000" == str(bundle["spend"])


async def test_a_figure_that_is_a_dash_has_no_value_and_less_than_five_stays_text() -> None:
    [bundle] = await run(reporting(row(result_rate="-", impressions="<5", ad_text="-")))

    assert (None, "<5", "-") == (
        bundle["result_rate"], bundle["impressions"], bundle["ad_text"],
    )  # fmt: skip


async def test_what_nobody_knows_is_kept_as_it_came() -> None:
    [bundle] = await run(reporting(row(new_metric="007", spend="1") | {"note": "x"}))

    assert ("007", "x") == (bundle["new_metric"], bundle["note"])


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1_000", "1,000.00", "٣"])
async def test_a_figure_that_is_no_plain_number_stays_text(text: str) -> None:
    [bundle] = await run(reporting(row(spend=text)))

    assert text == bundle["spend"]


# --- what is asked --------------------------------------------------------------------------------


async def test_without_wishes_it_is_the_usual_report_of_ads_by_day() -> None:
    api = reporting()
    await run(api)

    [query] = asked(api)
    assert ("BASIC", "AUCTION", "AUCTION_AD") == (
        query["report_type"], query["service_type"], query["data_level"],
    )  # fmt: skip
    assert ["ad_id", "stat_time_day"] == query["dimensions"]
    assert {"spend", "ctr", "ad_name", "campaign_id"} <= set(query["metrics"])
    assert "dimensions" == query["key"]


@pytest.mark.parametrize(
    ("dimensions", "level"),
    [
        (["campaign_id"], "AUCTION_CAMPAIGN"),
        (["adgroup_id", "campaign_id"], "AUCTION_ADGROUP"),
        (["ad_id_v2", "stat_time_day"], "AUCTION_AD"),
        (["advertiser_id", "country_code"], "AUCTION_ADVERTISER"),
    ],
)
async def test_the_level_follows_from_the_finest_id(dimensions: list[str], level: str) -> None:
    api = reporting()
    await run(api, dimensions=dimensions)

    assert level == asked(api)[0]["data_level"]


async def test_usual_metrics_are_only_those_that_work_at_the_level() -> None:
    api = reporting()
    await run(api, data_level="AUCTION_CAMPAIGN")
    await run(api, report_type="AUDIENCE", data_level="AUCTION_ADVERTISER")

    campaigns, audience = asked(api)
    assert "campaign_name" in campaigns["metrics"]
    assert not {"ad_name", "campaign_id"} & set(campaigns["metrics"])
    assert ["advertiser_id", "stat_time_day", "gender", "age"] == audience["dimensions"]
    assert ["spend", "impressions", "clicks", "ctr", "cpc", "cpm"] == audience["metrics"]


async def test_names_may_be_separated_by_commas() -> None:
    api = reporting()
    await run(api, metrics="spend, clicks,spend")

    assert ["spend", "clicks"] == asked(api)[0]["metrics"]


async def test_an_unknown_name_is_told_with_what_was_probably_meant_and_sent() -> None:
    api, said = reporting(), list[str]()
    await run(api, said, metrics=["spnd"], filtering={"ad_idz": ["1"]})

    assert ["spnd"] == asked(api)[0]["metrics"]
    assert any("'spnd'" in one and "Did you mean spend" in one for one in said)
    assert any("'ad_idz'" in one and "ignores" in one and "ad_ids" in one for one in said)


async def test_lifetime_asks_for_no_days() -> None:
    api = reporting()
    await run(api, lifetime=True)

    [query] = asked(api)
    assert query["query_lifetime"] is True
    assert ["ad_id"] == query["dimensions"]
    assert "start_date" not in query


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"start_date": "2026-11-20", "end_date": "2026-11-01"}, "end_date"),
        ({"start_date": "20 November"}, "start_date"),
        ({"start_date": "1026-11-20"}, "start_date"),
        ({"date_range": "whenever"}, "date_range"),
        ({"date_range": "today", "start_date": "2026-11-01"}, "date_range"),
        ({"lifetime": True, "date_range": "today"}, "lifetime"),
        ({"lifetime": True, "dimensions": ["ad_id", "country_code"]}, "lifetime"),
        ({"lifetime": True, "report_type": "AUDIENCE"}, "lifetime"),
        ({"limit": -1}, "limit"),
        ({"advertiser_id": []}, "advertiser_ids"),
        ({"dimensions": ["gender"]}, "data_level"),
        ({"dimensions": ["ad_id", "ad_id_v2"]}, "dimensions"),
        ({"dimensions": ["ad_id", "stat_time_day", "stat_time_hour"]}, "dimensions"),
        ({"report_type": "TT_SHOP"}, "dimensions"),
        ({"report_type": "BC"}, "bc_id"),
        ({"bc_id": "7"}, "bc_id"),
        ({"order_field": "ad_name"}, "order_field"),
        ({"totals": True, "dimensions": ["ad_id", "country_code"]}, "totals"),
        ({"use_task": True, "report_type": "TT_SHOP", "dimensions": ["store_id"]}, "use_task"),
        ({"filtering": {"campaign_status": "STATUS_ALL"}}, "filtering"),
    ],
)
async def test_what_cannot_work_is_refused_before_anything_is_asked(
    values: dict[str, Any], field: str
) -> None:
    api = reporting()

    with pytest.raises(InvalidParamsError) as caught:
        await run(api, **values)
    assert field in {fault.path for fault in caught.value.faults}
    assert [] == api.asked


def test_known_names_are_offered_and_others_possible() -> None:
    items = MODULE.params.model_json_schema()["properties"]["metrics"]["items"]

    assert "spend" in items["anyOf"][0]["enum"]
    assert {"type": "string"} == items["anyOf"][1]


# --- parts ----------------------------------------------------------------------------------------


async def test_long_ranges_are_asked_for_in_windows_one_after_the_other() -> None:
    api = reporting(row())
    rows = await run(api, start_date="2026-08-25", end_date="2026-11-01")

    assert [
        ("2026-08-25", "2026-09-23"), ("2026-09-24", "2026-10-23"), ("2026-10-24", "2026-11-01"),
    ] == days(api)  # fmt: skip
    assert 3 == len(rows)


async def test_hours_are_asked_for_day_by_day() -> None:
    api = reporting()
    dimensions = ["ad_id", "stat_time_hour"]
    await run(api, dimensions=dimensions, start_date="2026-10-24", end_date="2026-10-26")

    assert [(f"2026-10-{day}", f"2026-10-{day}") for day in (24, 25, 26)] == days(api)


async def test_windows_that_nobody_could_add_up_are_refused_with_a_way_out() -> None:
    api = reporting()

    with pytest.raises(InvalidParamsError, match="lifetime"):
        await run(api, dimensions=["ad_id"], start_date="2025-11-01", end_date="2026-11-20")
    with pytest.raises(InvalidParamsError, match="lifetime"):
        await run(api, dimensions=["ad_id"], date_range="last 400 days")
    assert [] == asked(api)


async def test_ids_are_asked_for_a_hundred_at_a_time_and_accounts_one_by_one() -> None:
    api = reporting()
    ids = [str(one) for one in range(150)]
    await run(api, advertiser_id=["1", "2"], filtering={"ad_ids": ids})

    queries = asked(api)
    assert ["1", "1", "2", "2"] == [query["advertiser_id"] for query in queries]
    sizes = [query["filtering"][0]["filter_value"].count('"') // 2 for query in queries]
    assert [100, 50, 100, 50] == sizes


async def test_rows_of_other_ids_are_left_out_where_a_filter_was_ignored() -> None:
    api, said = reporting(row(ad=1), row(ad=2)), list[str]()
    rows = await run(api, said, filtering={"ad_ids": ["2"]})

    assert ["2"] == [one["ad_id"] for one in rows]
    assert any("ignored" in one for one in said)


async def test_an_order_is_refused_where_several_requests_would_spoil_it() -> None:
    with pytest.raises(InvalidParamsError, match="2 requests"):
        await run(reporting(), order_field="spend", advertiser_id=["1", "2"])

    api = reporting()
    await run(api, order_field="spend", order_type="ASC")
    assert ("spend", "ASC") == (asked(api)[0]["order_field"], asked(api)[0]["order_type"])


# --- days in words --------------------------------------------------------------------------------


async def test_words_mean_days_of_each_accounts_own_zone() -> None:
    """It is noon of 21 November in UTC; on Kiritimati the 22nd has begun."""
    api = reporting()
    api.answers["/advertiser/info/"] = zones(_1="Pacific/Kiritimati", _2="America/New_York")
    await run(api, advertiser_id=["1", "2"], date_range="today")

    assert [("2026-11-22", "2026-11-22"), ("2026-11-21", "2026-11-21")] == days(api)


async def test_without_any_days_it_is_the_last_seven_and_without_an_end_today() -> None:
    api = reporting()
    api.answers["/advertiser/info/"] = zones(**{f"_{ACCOUNT}": "UTC"})
    await run(api, date_range=None)
    await run(api, start_date="2026-11-19")

    assert [("2026-11-14", "2026-11-20"), ("2026-11-19", "2026-11-21")] == days(api)


async def test_a_start_in_the_future_is_refused() -> None:
    api = reporting()
    api.answers["/advertiser/info/"] = zones(**{f"_{ACCOUNT}": "UTC"})

    with pytest.raises(InvalidParamsError, match="future"):
        await run(api, start_date="2026-11-22")


@pytest.mark.parametrize(
    "told",
    [
        MissingPermissionError("TikTok does not tell."),
        zones(**{f"_{ACCOUNT}": "Atlantis/Centre"}),
        answer({}),
    ],
)
async def test_an_unknown_zone_is_told_and_counted_in_utc(told: Any) -> None:
    api, said = reporting(), list[str]()
    api.answers["/advertiser/info/"] = told
    await run(api, said, date_range="today")

    assert [("2026-11-21", "2026-11-21")] == days(api)
    assert any("UTC" in one for one in said)


async def test_named_days_need_no_look_at_the_account() -> None:
    api = reporting()
    await run(api)

    assert {REPORT} == {one.path for one in api.asked}


# --- totals ---------------------------------------------------------------------------------------


async def test_totals_are_asked_of_all_days_and_stand_with_every_row() -> None:
    api = reporting(row(), row(ad=2))
    api.answers[REPORT] = answer({"list": [], "total_metrics": {"spend": "9.90", "ctr": "-"}})
    rows = await run(api, totals=True, start_date="2026-09-01", end_date="2026-11-01")

    total = next(query for query in asked(api) if query.get("enable_total_metrics"))
    assert ["ad_id"] == total["dimensions"]
    assert ("2026-09-01", "2026-11-01") == (total["start_date"], total["end_date"])
    assert [{"spend": Decimal("9.90"), "ctr": None}] * len(rows) == [
        one["total_metrics"] for one in rows
    ]


# --- too much at once -----------------------------------------------------------------------------


def refusing(days_at_most: int, code: int = 50002) -> FakeApi:
    from datetime import date

    def rows(query: Mapping[str, Any]) -> list[Record]:
        first, last = (date.fromisoformat(query[name]) for name in ("start_date", "end_date"))
        if (last - first).days >= days_at_most:
            raise RejectedError("Timed out.", code=code)
        return [row(day=query["start_date"])]

    return FakeApi(listings={REPORT: rows})


async def test_what_is_too_much_is_halved_and_comes_in_order() -> None:
    api, said = refusing(5), list[str]()
    rows = await run(api, said)

    assert ["2026-11-01", "2026-11-06", "2026-11-11", "2026-11-16"] == [
        one["stat_time_day"] for one in rows
    ]
    assert sum("asking for half" in one for one in said) == 3


async def test_after_two_halvings_it_is_given_up_with_a_way_out() -> None:
    with pytest.raises(RetryableError) as caught:
        await run(refusing(4))

    assert "--async" in (caught.value.hint or "")


async def test_without_days_the_ids_are_halved_and_never_the_days() -> None:
    def rows(query: Mapping[str, Any]) -> list[Record]:
        if query["filtering"][0]["filter_value"].count(",") > 1:
            raise RejectedError("Timed out.", code=50002)
        return []

    api = FakeApi(listings={REPORT: rows})
    await run(api, dimensions=["ad_id"], filtering={"ad_ids": ["1", "2", "3", "4"]})

    assert {("2026-11-01", "2026-11-20")} == set(days(api))
    assert ['["1","2"]', '["3","4"]'] == [
        query["filtering"][0]["filter_value"] for query in asked(api)[1:]
    ]


@pytest.mark.parametrize("values", [{"dimensions": ["ad_id"]}, {"order_field": "spend"}])
async def test_what_could_not_be_put_together_again_is_not_halved(values: dict[str, Any]) -> None:
    api = refusing(5)

    with pytest.raises(RetryableError):
        await run(api, **values)
    assert 1 == len(asked(api))


async def test_other_refusals_are_passed_on() -> None:
    with pytest.raises(ApiError, match="Timed out") as caught:
        await run(refusing(5, code=40002))

    assert 40002 == caught.value.code


# --- in the background ----------------------------------------------------------------------------

CREATE, CHECK, CANCEL = (f"/report/task/{verb}/" for verb in ("create", "check", "cancel"))
DOWNLOAD = "/report/task/download/"
CSV = '\ufeffad_id,stat_time_day,ad_name,spend\n1,2026-11-01 00:00:00,"Kite, blue",20.000\n2,,-,-\n'


class Background(FakeApi):
    """Tasks that take a few looks."""

    states: list[Any]

    async def read(self, request: Any) -> Answer:
        if request.path == CHECK:
            self.asked.append(request)
            return answer(self.states.pop(0))
        return await super().read(request)


def background(*states: str, text: Any = CSV) -> Background:
    api = Background()
    api.states = [{"status": state, "message": "so it is"} for state in states]
    api.answers = {
        CREATE: answer({"task_id": "77"}),
        DOWNLOAD: answer(text),
        CANCEL: answer({"status": "CANCELED"}),
    }
    return api


async def patient(api: FakeApi, **values: Any) -> tuple[list[Record], list[float]]:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    context = replace(context_for(api), pause=pause)
    return await run_in(context, use_task=True, **values), waited


async def test_a_background_report_is_ordered_awaited_and_read_like_any_other() -> None:
    api = background("QUEUING", "PROCESSING", "PROCESSING", "SUCCESS")
    rows, waited = await patient(api, start_date="2025-01-01", end_date="2026-11-20")

    assert {
        "ad_id": "1", "stat_time_day": "2026-11-01", "ad_name": "Kite, blue",
        "spend": Decimal("20.000"), "advertiser_id": ACCOUNT,
    } == rows[0]  # fmt: skip
    assert ("-", None) == (rows[1]["ad_name"], rows[1]["spend"])
    assert [2.0, 3.0, 4.5, 6.75] == waited
    body = api.asked[0].body
    assert isinstance(body, JsonBody)
    assert ("2025-01-01", "2026-11-20", "CSV_STRING", False) == (
        body.value["start_date"], body.value["end_date"], body.value["output_format"],
        body.value["enable_report_title_translation"],
    )  # fmt: skip


async def test_ordering_a_report_and_calling_it_off_change_nothing() -> None:
    from adloom.wire import Request
    from connections.providers import provider_named

    business = provider_named("tiktok-business")
    assert not business.changes(Request("POST", CREATE))
    assert not business.changes(Request("POST", CANCEL))


async def test_a_background_report_that_fails_says_why() -> None:
    with pytest.raises(RejectedError, match="FAILED: so it is"):
        await patient(background("QUEUING", "FAILED"))


async def test_whoever_stops_waiting_calls_it_off() -> None:
    api, asleep = background(), asyncio.Event()

    async def forever(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    context = replace(context_for(api), pause=forever)
    waiting = asyncio.create_task(run_in(context, use_task=True))
    await asleep.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert CANCEL == api.asked[-1].path
    assert isinstance(api.asked[-1].body, JsonBody)
    assert {"advertiser_id": ACCOUNT, "task_id": "77"} == api.asked[-1].body.value


@pytest.mark.parametrize("text", [{"download_url": "https://files.example.com/1"}, "a,b\n1\n"])
async def test_a_download_that_is_no_table_is_refused(text: Any) -> None:
    with pytest.raises(RejectedError):
        await patient(background("SUCCESS", text=text))
