"""Changing one field of an ad where TikTok replaces the whole ad (business_api.md §3.4, §8.12)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adloom.wire import Record
from modules.records.creatives import CREATE, UPDATE, creative_fields, is_empty

__all__ = ["PATCHABLE", "lost_by_replacing", "replacement"]

#: The fields that `patch_update` covers; with it, TikTok ignores all others.
PATCHABLE: Final = frozenset(
    {
        "ad_name",
        "ad_text",
        "identity_authorized_bc_id",
        "identity_id",
        "identity_type",
        "image_ids",
        "music_id",
        "tiktok_item_id",
        "video_id",
    }
)


def replacement(row: Mapping[str, Any], changed: Mapping[str, Any]) -> Record:
    """An ad as it is but for what changes, in the fields an update takes.

    Args:
        row: The ad as it is listed, or as it was sent before.
        changed: New values; empty ones leave their field out, which empties it.
    """
    kept = dict(_kept(row))
    return {name: value for name, value in {**kept, **changed}.items() if not is_empty(value)}


def lost_by_replacing(row: Mapping[str, Any]) -> list[str]:
    """Fields an ad was made with that an update does not take."""
    taken = {param.name for param in creative_fields(UPDATE)} | {"operation_status"}
    made_with = {param.name for param in creative_fields(CREATE)}
    return sorted(
        name for name in made_with - taken if not is_empty(row.get(name)) and row[name] != "NONE"
    )


def _kept(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for param in creative_fields(UPDATE):
        value: Any = row.get(param.name)
        is_number = param.type == "integer"
        if is_number and isinstance(value, str) and value.isdigit():
            # Ids are text here; the few that TikTok takes as numbers become numbers again, exactly.
            value = int(value)
        is_no_id = is_number and param.name.endswith("_id") and value == 0
        if param.name != "ad_id" and not is_empty(value) and not is_no_id:
            yield param.name, value
