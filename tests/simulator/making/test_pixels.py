from typing import Any

import pytest

from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.making.steps import WEB
from tests.simulator.steps import rows


def pixels(client: Client, advertiser_id: str, **params: Any) -> list[Row]:
    data = client.get("/pixel/list/", advertiser_id=advertiser_id, **params)["data"]
    found: list[Row] = data["pixels"]
    return found


def track(client: Client, code: str, *names: str, day: str = "2026-09-01") -> None:
    seconds = {"2026-08-31": 1_788_177_600, "2026-09-01": 1_788_264_000}[day]
    data = [{"event": name, "event_time": seconds, "page": {"url": WEB}} for name in names]
    body = {"event_source": "web", "event_source_id": code, "data": data}
    assert client.post("/event/track/", **body)["code"] == 0


def statistics(client: Client, advertiser_id: str, *pixel_ids: str, **dates: str) -> Row:
    given = {"start_date": "2026-09-01", "end_date": "2026-09-01", **dates}
    params = {"pixel_ids": list(pixel_ids), "date_range": given}
    return client.get("/pixel/event/stats/", advertiser_id=advertiser_id, **params)


def test_every_account_has_pixels_of_its_own(client: Client, big: str, small: str) -> None:
    codes = [row["pixel_code"] for row in pixels(client, big) + pixels(client, small)]

    assert len(set(codes)) == 4
    assert all(len(code) == 20 for code in codes)


def test_pixels_are_found_by_id_code_and_name(client: Client, big: str) -> None:
    first, second = pixels(client, big)

    assert pixels(client, big, pixel_id=first["pixel_id"]) == [first]
    assert pixels(client, big, code=second["pixel_code"]) == [second]
    assert pixels(client, big, name=first["pixel_name"].upper()) == [first]
    assert pixels(client, big, order_by="LATEST_CREATE") == [second, first]
    assert pixels(client, big, code="CUNKNOWN") == []


def test_groups_are_optimized_for_pixels_of_their_account(client: Client, big: str) -> None:
    known = {row["pixel_id"] for row in pixels(client, big)}
    used = {row["pixel_id"] for row in rows(client, "adgroup", big)} - {None}

    assert used == known


def test_a_pixel_can_be_added(client: Client, simulator: Running, big: str) -> None:
    body = {"advertiser_id": big, "pixel_name": "Blog", "pixel_category": "LANDING_PAGE"}
    made = client.post("/pixel/create/", **body)["data"]
    track(client, made["pixel_code"], "ViewContent")

    assert pixels(client, big)[2]["pixel_code"] == made["pixel_code"]
    assert (made["pixel_name"], made["pixel_category"]) == ("Blog", "LANDING_PAGE")
    assert simulator.effects.effective(made["pixel_id"]) == 1


def test_what_arrived_is_counted_by_name_and_day(client: Client, big: str) -> None:
    pixel = pixels(client, big)[0]
    track(client, pixel["pixel_code"], "Purchase", "Purchase", "Membership")
    track(client, pixel["pixel_code"], "Purchase", day="2026-08-31")

    def totals(**dates: str) -> dict[str, int]:
        data = statistics(client, big, pixel["pixel_id"], **dates)["data"]
        assert [row["pixel_id"] for row in data["list"]] == [pixel["pixel_id"]]
        return {
            row["pixel_event_type"] or row["custom_event_type"]: row["server_event_total_count"]
            for row in data["list"][0]["statistics"]
        }

    assert totals() == {"Purchase": 2, "Membership": 1}
    assert totals(start_date="2026-08-31") == {"Purchase": 3, "Membership": 1}
    assert totals(start_date="2026-08-31", end_date="2026-08-31") == {"Purchase": 1}


def test_a_pixel_tells_which_events_it_saw(client: Client, big: str) -> None:
    pixel = pixels(client, big)[0]
    track(client, pixel["pixel_code"], "Purchase", "AddToCart")
    seen = pixels(client, big)[0]["events"]

    assert pixel["events"] == []
    assert [each["event_code"] for each in seen] == ["AddToCart", "Purchase"]


def test_only_pixels_of_the_account_have_statistics(client: Client, big: str, small: str) -> None:
    other = pixels(client, small)[0]["pixel_id"]

    assert statistics(client, big, other)["code"] == 40001
    assert statistics(client, big, "1")["code"] == 40001


@pytest.mark.parametrize(
    "dates", [{"start_date": "yesterday"}, {"start_date": "2026-09-02"}, {"end_date": ""}]
)
def test_a_range_of_days_has_to_make_sense(client: Client, big: str, dates: dict[str, str]) -> None:
    pixel = pixels(client, big)[0]["pixel_id"]

    assert statistics(client, big, pixel, **dates)["code"] == 40002
