"""The fields of a plain event: what a mapping can fill."""

import difflib
from collections.abc import Iterable
from typing import Final

from modules.events.presets.shape import ITEM_FIELDS, SECTIONS, TOP

__all__ = ["KNOWN", "check_item_field", "check_target", "place_of"]

#: What is known of each part of a plain event; `properties` may have anything besides.
KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "": (
        "event", "event_id", "event_time", "event_source", "event_source_id", "test_event_code",
        "limited_data_use",
    ),
    "user": (
        "email", "phone", "external_id", "first_name", "last_name", "zip_code",
        "city", "state", "country",
        "email_sha256", "phone_sha256", "external_id_sha256",
        "first_name_sha256", "last_name_sha256", "zip_code_sha256",
        "ttclid", "ttp", "ip", "user_agent", "locale", "idfa", "idfv", "gaid", "att_status",
    ),
    "page": ("url", "referrer"),
    "properties": (
        "contents", "content_type", "content_ids", "currency", "value", "num_items",
        "search_string", "query", "description", "order_id", "shop_id", "status",
    ),
    "app": ("app_id", "app_name", "app_version"),
    "ad": (
        "callback", "campaign_id", "ad_id", "creative_id", "is_retargeting", "attributed",
        "attribution_type", "attribution_provider",
    ),
    "lead": ("lead_id", "lead_event_source"),
    "device": (
        "platform", "os_version", "advertising_id", "vendor_id", "ad_tracking_enabled",
    ),
}  # fmt: skip
_OPEN: Final = "properties"


def check_target(target: str, inputs: Iterable[str] = ()) -> None:
    """Refuse a field that a plain event does not have.

    Args:
        target: For example `user.email`.
        inputs: What can be pointed elsewhere besides, as the preset calls it.

    Raises:
        ValueError: There is no such field; the message follows its name.
    """
    section, _, name = target.rpartition(".")
    if target in inputs or name in KNOWN.get(section, ()):
        return
    if section == _OPEN and name and "[" not in name:
        return
    known = [f"{part}.{one}" if part else one for part in KNOWN for one in KNOWN[part]]
    raise ValueError(f"is no field of an event{_hint(target, [*known, *inputs])}")


def check_item_field(name: str) -> None:
    """Refuse a field that an item does not have.

    Raises:
        ValueError: There is no such field; the message follows its name.
    """
    if name not in ITEM_FIELDS:
        raise ValueError(f"is no field of an item{_hint(name, ITEM_FIELDS)}")


def _hint(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(name[:80], known, n=3, cutoff=0.6)
    near = near or [one for one in known if one.rpartition(".")[2] == name]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def place_of(target: str) -> tuple[int, str]:
    """The number of the part a field belongs to, and its name there."""
    section, _, name = target.rpartition(".")
    return (SECTIONS.index(section), name) if section else (TOP, name)
