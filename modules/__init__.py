"""What can be done: one file, one operation.

The registry names every module and the file it lives in; a module is imported when it is used.
"""

import importlib
from typing import Final

from adloom.errors import UnknownNameError
from adloom.fields import same_name
from modules.base import Module

__all__ = ["MODULES", "all_modules", "find_module"]

MODULES: Final[dict[str, str]] = {
    "watch_ads": "modules.watch_ads",
    "watch_campaigns": "modules.watch_campaigns",
    "watch_ad_groups": "modules.watch_ad_groups",
    "watch_ad_reviews": "modules.watch_ad_reviews",
    "watch_balances": "modules.watch_balances",
    "watch_report_metrics": "modules.watch_report_metrics",
    "watch_videos": "modules.watch_videos",
    "search_ads": "modules.search_ads",
    "get_ad": "modules.get_ad",
    "update_ad_status": "modules.update_ad_status",
    "update_ad_group_status": "modules.update_ad_group_status",
    "update_campaign_status": "modules.update_campaign_status",
    "update_ad_group_budget": "modules.update_ad_group_budget",
    "update_campaign_budget": "modules.update_campaign_budget",
    "create_campaign": "modules.create_campaign",
    "create_ad_group": "modules.create_ad_group",
    "create_ad": "modules.create_ad",
    "update_ad": "modules.update_ad",
    "upload_video": "modules.upload_video",
    "upload_image": "modules.upload_image",
    "list_advertisers": "modules.list_advertisers",
    "list_campaigns": "modules.list_campaigns",
    "list_ad_groups": "modules.list_ad_groups",
    "list_ad_reports": "modules.list_ad_reports",
    "list_pixels": "modules.list_pixels",
    "list_rules": "modules.list_rules",
    "list_videos": "modules.list_videos",
    "get_videos": "modules.get_videos",
    "get_embedded_video": "modules.get_embedded_video",
    "create_video_post": "modules.create_video_post",
    "get_video_post": "modules.get_video_post",
    "upload_sound": "modules.upload_sound",
    "send_event": "modules.send_event",
    "make_api_call": "modules.make_api_call",
    "watch_webhook": "modules.watch_webhook",
    "http_request": "modules.http_request",
    "append_rows": "modules.append_rows",
    "watch_rows": "modules.watch_rows",
    "notify": "modules.notify",
}


def find_module(name: str) -> Module:
    """Return the module of this name, written with dashes or underscores.

    Raises:
        UnknownNameError: There is none.
    """
    folded = same_name(name)
    if folded not in MODULES:
        known = [known.replace("_", "-") for known in MODULES]
        raise UnknownNameError("module", name, known, hint="See them all: adloom modules")
    found = getattr(importlib.import_module(MODULES[folded]), folded)
    assert isinstance(found, Module)  # noqa: S101 - the conformance tests hold every file to it
    return found


def all_modules() -> list[Module]:
    """Import and return every module, in the registry's order."""
    return [find_module(name) for name in MODULES]
