"""What every action says it would change, for a sample of its parameters and of what it reads."""

from typing import Any

from adloom.wire import Record
from modules.base import Change, Module

__all__ = ["changes_of"]

ROW: Record = {
    "ad_id": "1700000000000001",
    "ad_name": "Ad",
    "adgroup_id": "1700000000000100",
    "adgroup_name": "Group",
    "campaign_id": "1700000000000010",
    "campaign_name": "Campaign",
    "operation_status": "FROZEN",
    "ad_text": "Old",
}
BUDGET: Record = {**ROW, "path": "/x/", "currency": "EUR", "budget": 50, "wanted": 60}
NEW: Record = {"mark": "1", "known": [], "starts": "2026-12-01 08:00:00"}
FILE: Record = {
    **NEW,
    "file_name": "summer.mp4",
    "path": "summer.mp4",
    "sha256": "00",
    "md5": "00",
    "size": 1,
    "seconds": 60.0,
    "format": "wav",
}
#: What an action has read before, where that decides about its changes.
BEFORE: dict[str, list[Record]] = {
    "update_ad_status": [ROW],
    "update_ad_group_status": [ROW],
    "update_campaign_status": [ROW],
    "update_ad_group_budget": [BUDGET],
    "update_campaign_budget": [BUDGET],
    "update_ad": [ROW],
    "create_campaign": [NEW],
    "create_ad_group": [{**NEW, "campaign_name": "Campaign"}],
    "create_ad": [{**NEW, "adgroup_name": "Group"}],
    "upload_video": [FILE],
    "upload_image": [FILE],
    "upload_sound": [FILE],
    "create_video_post": [
        {
            "file": {"path": "a.mp4", "name": "a.mp4", "size": 9, "slices": [{"length": 9}]},
            "disabled": {"comment": False, "duet": False, "stitch": False},
        }
    ],
    "send_event": [
        {"now": 1_795_000_000, "seed": "s", "source": "web", "source_id": "P1",
         "test_event_code": None}
    ],
    "append_rows": [{"key": "k"}],
    "notify": [{"address": 0, "shown": "json://…"}],
}  # fmt: skip


def changes_of(module: Module, params: Any) -> list[Change]:
    """Every change it declares."""
    assert module.action is not None
    calls = module.action.calls(params, BEFORE.get(module.name, []))
    return [change for call in calls for change in call.changes]
