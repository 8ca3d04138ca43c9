"""What tests about creations do with a simulator."""

import hashlib
import struct
from typing import Any

from tests.simulator.client import ROOT, Client, Row

WEB = "https://shop.example.com/p/1"


def campaign(client: Client, advertiser_id: str, **more: Any) -> Row:
    """The envelope of a new campaign."""
    given = {"campaign_name": "Autumn", "objective_type": "TRAFFIC", **more}
    return client.post("/campaign/create/", advertiser_id=advertiser_id, **given)


def group(client: Client, advertiser_id: str, campaign_id: str, **more: Any) -> Row:
    """The envelope of a new ad group."""
    given = {
        "adgroup_name": "Everybody",
        "billing_event": "CPC",
        "budget": 30,
        "budget_mode": "BUDGET_MODE_DAY",
        "campaign_id": campaign_id,
        "location_ids": ["2921044"],
        "optimization_goal": "CLICK",
        "pacing": "PACING_MODE_SMOOTH",
        "promotion_type": "WEBSITE",
        "schedule_start_time": "2026-09-01 00:00:00",
        "schedule_type": "SCHEDULE_FROM_NOW",
        **more,
    }
    return client.post("/adgroup/create/", advertiser_id=advertiser_id, **given)


def new_group(client: Client, advertiser_id: str, **more: Any) -> str:
    """The id of a new ad group in a new campaign."""
    campaign_id = campaign(client, advertiser_id)["data"]["campaign_id"]
    return str(group(client, advertiser_id, campaign_id, **more)["data"]["adgroup_id"])


def creative(**more: Any) -> Row:
    """An ad that is made of a post, and so needs no video."""
    return {
        "ad_format": "SINGLE_VIDEO",
        "ad_name": "Rain",
        "ad_text": "Stay dry.",
        "call_to_action": "LEARN_MORE",
        "identity_id": "7000000000000000001",
        "identity_type": "TT_USER",
        "landing_page_url": WEB,
        "tiktok_item_id": "7300000000000000009",
        **more,
    }


def ad(client: Client, advertiser_id: str, adgroup_id: str, *creatives: Row) -> Row:
    """The envelope of new ads; one if none are given."""
    return client.post(
        "/ad/create/",
        advertiser_id=advertiser_id,
        adgroup_id=adgroup_id,
        creatives=list(creatives) or [creative()],
    )


# --- files --------------------------------------------------------------------------------------


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def png(width: int = 720, height: int = 1280) -> bytes:
    """As much of a picture as anybody looks at."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"rest"


def jpeg(width: int = 720, height: int = 1280) -> bytes:
    """A picture with a comment before its size."""
    frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + bytes(10)
    return b"\xff\xd8\xff\xfe\0\x06note" + frame


def form(client: Client, path: str, files: dict[str, bytes], **parts: str) -> Row:
    """The envelope of a multipart POST."""
    lines = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in parts.items()
    ]
    for name, content in files.items():
        named = f'name="{name}"; filename="{name}.bin"'
        head = f"--B\r\nContent-Disposition: form-data; {named}\r\n\r\n"
        lines.append(head.encode() + content + b"\r\n")
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    body = b"".join(lines) + b"--B--\r\n"
    found: Row = client.send("POST", ROOT + path, body=body, headers=headers).json
    return found


def upload(client: Client, advertiser_id: str, kind: str, content: bytes, **more: str) -> Row:
    """The envelope of a file that is uploaded with its right checksum."""
    given = {"advertiser_id": advertiser_id, f"{kind}_signature": md5(content), **more}
    return form(client, f"/file/{kind}/ad/upload/", {f"{kind}_file": content}, **given)
