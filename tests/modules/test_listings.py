"""Accounts, campaigns, ad groups, single ads: what people need to fill in the rest."""

from decimal import Decimal
from typing import Any

import pytest

from adloom.errors import MissingPermissionError, RejectedError
from adloom.fields import validate
from adloom.wire import Answer, Record
from modules import find_module
from tests.modules.fake_api import FakeApi, ad_row, by_ids, context_for

ADVERTISER = "7100000000000000001"


async def rows_of(name: str, api: FakeApi, said: list[str] | None = None, **values: Any) -> Any:
    module = find_module(name)
    assert module.search is not None
    params = validate(module.params, values)
    pages = module.search(params, context_for(api, said))
    return [row async for page in pages for row in page.records]


def answer(*rows: Record) -> Answer:
    return Answer(200, {}, {}, {"list": list(rows)})


async def test_one_ad_is_found_whatever_its_state() -> None:
    row = ad_row(1, secondary_status="AD_STATUS_DELETE")
    api = FakeApi({"/ad/get/": by_ids([row])})

    found = await rows_of("get_ad", api, advertiser_id=ADVERTISER, ad_id=row["ad_id"])

    assert [one["secondary_status"] for one in found] == ["AD_STATUS_DELETE"]
    assert api.asked[0].query["filtering"]["primary_status"] == "STATUS_ALL"


async def test_an_ad_that_does_not_exist_is_a_clear_not_found() -> None:
    api = FakeApi({"/ad/get/": by_ids([])})

    with pytest.raises(RejectedError, match=r"no ad 17 in account 7100000000000000001"):
        await rows_of("get_ad", api, advertiser_id=ADVERTISER, ad_id="17")


async def test_accounts_are_listed_with_what_the_platform_tells_about_them() -> None:
    api = FakeApi(
        granted=[{"advertiser_id": "71", "name": "One"}, {"advertiser_id": "72", "name": "Two"}],
        answers={
            "/advertiser/info/": answer(
                {"advertiser_id": 72, "name": "Two", "currency": "EUR", "balance": 10.5}
            )
        },
    )

    found = await rows_of("list_advertisers", api)

    assert found == [
        {"advertiser_id": "71", "name": "One"},
        {"advertiser_id": "72", "name": "Two", "currency": "EUR", "balance": Decimal("10.5")},
    ]


async def test_contact_data_of_accounts_is_never_asked_for() -> None:
    api = FakeApi(
        granted=[{"advertiser_id": "71", "name": "One"}], answers={"/advertiser/info/": answer()}
    )

    await rows_of("list_advertisers", api)

    asked = set(api.asked[0].query["fields"])
    assert not asked & {"email", "cellphone_number", "telephone_number", "contacter", "address"}


async def test_without_permission_for_details_ids_and_names_remain() -> None:
    said: list[str] = []
    api = FakeApi(
        granted=[{"advertiser_id": "71", "name": "One"}],
        answers={"/advertiser/info/": MissingPermissionError("No permission. (40001)")},
    )

    found = await rows_of("list_advertisers", api, said)

    assert found == [{"advertiser_id": "71", "name": "One"}]
    assert said == ["Only ids and names are known: No permission. (40001)"]


async def test_many_accounts_are_asked_about_a_hundred_at_a_time() -> None:
    granted = [{"advertiser_id": str(number), "name": "x"} for number in range(150)]
    api = FakeApi(granted=granted, answers={"/advertiser/info/": answer()})

    found = await rows_of("list_advertisers", api, limit=0)

    assert [len(one.query["advertiser_ids"]) for one in api.asked] == [100, 50]
    assert len(found) == 150


@pytest.mark.parametrize(
    ("module", "path", "key"),
    [
        ("list_campaigns", "/campaign/get/", "campaign_id"),
        ("list_ad_groups", "/adgroup/get/", "adgroup_id"),
    ],
)
async def test_budgets_are_exact_and_ids_are_text(module: str, path: str, key: str) -> None:
    api = FakeApi({path: lambda _: [{key: 1700000000000001, "budget": 19.99}]})

    [row] = await rows_of(module, api, advertiser_id=ADVERTISER)

    assert row == {key: "1700000000000001", "budget": Decimal("19.99")}


async def test_ad_groups_are_narrowed_to_campaigns() -> None:
    api = FakeApi({"/adgroup/get/": lambda _: []})

    await rows_of("list_ad_groups", api, advertiser_id=ADVERTISER, campaign_id="17")

    assert api.asked[0].query["filtering"] == {
        "campaign_ids": ["17"],
        "primary_status": "STATUS_NOT_DELETE",
    }


async def test_pixels_are_listed_with_the_code_that_events_are_sent_to() -> None:
    rows = [
        {"pixel_id": "71", "pixel_code": "CSHOP", "pixel_name": "Shop", "events": []},
        {"pixel_id": "72", "pixel_code": "CLAND", "pixel_name": "Landing", "events": []},
    ]
    api = FakeApi({"/pixel/list/": lambda _: rows})

    found = await rows_of("list_pixels", api, advertiser_id=ADVERTISER, name_contains="shop")

    assert [("CSHOP", ADVERTISER)] == [(one["pixel_code"], one["advertiser_id"]) for one in found]
