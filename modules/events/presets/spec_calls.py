"""What Segment's and RudderStack's calls have in common."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from modules.events.options import EventSource
from modules.events.presets.naming import dropped
from modules.events.presets.shape import Computed, Names, Record

__all__ = ["CALL_NAME", "NO_EVENTS", "TRAVEL", "VEHICLE", "batch_of", "discover"]

#: Property groups of travel and vehicle advertisers (open_platform_and_events.md §II.4).
TRAVEL: Final = (
    "city region country checkin_date checkout_date num_adults num_children num_infants "
    "suggested_hotels departing_departure_date returning_departure_date origin_airport "
    "destination_airport destination_ids departing_arrival_date returning_arrival_date "
    "travel_class user_score preferred_num_stops travel_start travel_end suggested_destinations"
)
#: Without `postal_code`: in the calls of a shop that is the person's own, and not a car's.
VEHICLE: Final = (
    "make model year state_of_vehicle mileage exterior_color transmission body_style "
    "fuel_type trim vin interior_color condition_of_vehicle viewcontent_type search_type "
    "registration_type preferred_price_range"
)
#: Calls that tell who somebody is, and not what they did.
NO_EVENTS: Final[dict[str, Names]] = dropped(
    "a call that tells who somebody is, and not what they did", "identify", "alias", "group"
)
_NATIVE: Final = frozenset({"android", "ios", "ipados", "iphone"})


def _call_name(record: Record, _: Any) -> Any:
    kind = record.get("type")
    return record.get("event") if kind == "track" or kind is None else kind


#: The name of what happened: a track call's own, else the kind of call.
CALL_NAME: Final = Computed("`event` of a track call, else `type`", _call_name)


def batch_of(record: Record) -> Sequence[Any] | None:
    """The calls of a batch, None if the record is a single call."""
    batch = record.get("batch")
    return batch if isinstance(batch, list) else None


def discover(record: Record, _: Mapping[str, Any]) -> EventSource | None:
    """A call of an app: it tells of the app, and of a telephone's system."""
    context = record.get("context")
    if not isinstance(context, dict) or not isinstance(context.get("app"), dict):
        return "web"
    device, system = context.get("device"), context.get("os")
    kinds = (
        device.get("type") if isinstance(device, dict) else None,
        system.get("name") if isinstance(system, dict) else None,
    )
    native = any(isinstance(kind, str) and kind.lower() in _NATIVE for kind in kinds)
    return "app" if native else "web"
