"""`/pixel/list/`, `/pixel/create/` and `/pixel/event/stats/`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.making.pages import paged
from adloom.simulator.making.pixel_store import is_standard
from adloom.simulator.state import Call
from adloom.simulator.world.pixels import Pixel
from adloom.simulator.world.rows import stamp

__all__ = ["ENDPOINTS"]

NO_PERMISSION: Final = 40001
DAY: Final = 86_400


def listed(call: Call) -> Reply:
    """An account's pixels."""
    params = call.params
    pixels = call.state.pixels.of(params["advertiser_id"])
    found = [
        pixel
        for pixel in pixels
        if params.get("pixel_id", pixel.pixel_id) == pixel.pixel_id
        and params.get("code", pixel.code) == pixel.code
        and params.get("name", "").casefold() in pixel.name.casefold()
    ]
    if params.get("order_by") == "LATEST_CREATE":
        found.reverse()
    return paged([_row(call, pixel) for pixel in found], params, key="pixels")


def create(call: Call) -> Reply:
    """Add a pixel to an account."""
    params, state = call.params, call.state
    pixel = state.pixels.add(
        params["advertiser_id"],
        params["pixel_name"],
        at=state.world.now,
        category=params.get("pixel_category", "ONLINE_STORE"),
        partner=params.get("partner_name"),
    )
    ids = [pixel.pixel_id]
    state.effects.record(call.path, ids, ids, at=state.clock.now())
    return Reply(_row(call, pixel))


def _row(call: Call, pixel: Pixel) -> dict[str, Any]:
    """A pixel with the events that were seen from it."""
    names = sorted({name for name, _ in call.state.events.tally(f"web {pixel.code}").days})
    return {
        "advanced_matching_fields": {"email": True, "phone_number": True},
        "asset_ownership": {"ownership_status": True, "owner_bc_id": None},
        "automatic_advanced_matching_fields": {"email": True, "phone_number": True},
        "create_time": stamp(pixel.created),
        "enable_expanded_data_sharing": True,
        "enable_first_party_cookies": True,
        "events": [_event(pixel, name) for name in names],
        "partner_name": pixel.partner,
        "pixel_category": pixel.category,
        "pixel_code": pixel.code,
        "pixel_id": pixel.pixel_id,
        "pixel_name": pixel.name,
        "pixel_script": f"<script>/* {pixel.code} */</script>",
        "pixel_setup_mode": "DEVELOPER",
    }


def _event(pixel: Pixel, name: str) -> dict[str, Any]:
    return {
        "custom_event_type": None if is_standard(name) else name,
        "deprecated": False,
        "event_code": name,
        "event_id": str(int(pixel.pixel_id) + sum(name.encode())),
        "name": name,
        "statistic_type": "EVERY_TIME",
    }


def statistics(call: Call) -> Reply:
    """How many events of each name happened, by the days of UTC (assumed)."""
    given = call.params["date_range"]
    first, last = (_day(name, given[name]) for name in ("start_date", "end_date"))
    if first > last:
        raise bad_param("date_range.end_date", "Must not be earlier than start_date.")
    known = {pixel.pixel_id: pixel for pixel in call.state.pixels.of(call.params["advertiser_id"])}
    rows = []
    for pixel_id in dict.fromkeys(call.params["pixel_ids"]):
        if pixel_id not in known:
            raise Refusal(NO_PERMISSION, f"No permission to operate pixel: {pixel_id}.")
        counts: Counter[str] = Counter()
        for (name, day), count in call.state.events.tally(
            f"web {known[pixel_id].code}"
        ).days.items():
            counts[name] += count * (first <= day <= last)
        rows.append({"pixel_id": pixel_id, "statistics": _statistics(counts)})
    return Reply({"list": rows})


def _day(name: str, text: str) -> int:
    try:
        return (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        raise bad_param(f"date_range.{name}", "Not a valid date, expected YYYY-MM-DD.") from None


def _statistics(counts: Mapping[str, int]) -> Sequence[dict[str, Any]]:
    """Everything came from servers here; nothing is attributed to ads."""
    return [
        {
            "attributed_count": 0,
            "browser_event_total_count": 0,
            "custom_event_type": None if is_standard(name) else name,
            "pixel_event_type": name if is_standard(name) else None,
            "preview_count": 0,
            "server_event_total_count": count,
            "total_count": count,
        }
        for name, count in sorted(counts.items())
        if count
    ]


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/pixel/event/stats/"): statistics,
    ("GET", "/pixel/list/"): listed,
    ("POST", "/pixel/create/"): create,
}
