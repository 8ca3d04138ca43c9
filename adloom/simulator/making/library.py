"""The videos and images of the accounts: what was uploaded, and what their ads are made of.

Of an upload only its facts are kept, never its bytes.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from adloom.simulator.world import Account
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.rows import digits, stamp
from adloom.simulator.world.tables import ID_SHIFT, mix

__all__ = ["Kind", "Library", "image_facts", "video_facts"]

Kind = Literal["video", "image"]

#: The hexadecimal digits in the id of an ad's video or image that name the ad.
VIDEO_MIXED = slice(12, 20)
IMAGE_MIXED = slice(16, 24)
#: How long a preview can be looked at.
PREVIEW = 3600


class Library:
    """Every account's files."""

    def __init__(self) -> None:
        self._files: defaultdict[tuple[str, Kind], dict[str, dict[str, Any]]] = defaultdict(dict)
        self._names: defaultdict[tuple[str, Kind], set[str]] = defaultdict(set)
        #: The rows of an account's ads by what their media are called after.
        self._ads: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._counted = 0

    def next_number(self) -> int:
        """A number that no upload had before."""
        self._counted += 1
        return self._counted

    def is_named(self, advertiser_id: str, kind: Kind, name: str) -> bool:
        """Whether an account has a file of this name."""
        return name in self._names[advertiser_id, kind]

    def keep(self, advertiser_id: str, kind: Kind, facts: dict[str, Any]) -> None:
        """Add a file to an account."""
        self._files[advertiser_id, kind][facts[f"{kind}_id"]] = facts
        self._names[advertiser_id, kind].add(facts["file_name"])

    def remove(self, advertiser_id: str, kind: Kind, identity: str) -> bool:
        """Take an upload out of an account; whether there was one."""
        facts = self._files[advertiser_id, kind].pop(identity, None)
        if facts is not None:
            self._names[advertiser_id, kind].discard(facts["file_name"])
        return facts is not None

    def uploaded(self, advertiser_id: str, kind: Kind) -> Sequence[dict[str, Any]]:
        """An account's uploads, the newest first."""
        return list(reversed(self._files[advertiser_id, kind].values()))

    def find(self, account: Account, kind: Kind, identity: str) -> dict[str, Any] | None:
        """A file of an account by its id: an upload, or what one of its ads is made of."""
        known = self._files[account.facts.advertiser_id, kind].get(identity)
        if known is not None:
            return known
        ad = self._ad_of(account, identity[VIDEO_MIXED if kind == "video" else IMAGE_MIXED])
        if ad is None:
            return None
        row = ad_row(account, ad)
        used = [row["video_id"]] if kind == "video" else row["image_ids"]
        if identity not in used:
            return None
        at = account.ads.ids[ad] >> ID_SHIFT
        if kind == "video":
            return video_facts(identity, at, number=mix(account.ads.ids[ad]))
        return image_facts(identity, at, number=mix(account.ads.ids[ad]))

    def has_video(self, account: Account, video_id: str) -> bool:
        """Whether an account may make an ad of a video."""
        return self.find(account, "video", video_id) is not None

    def _ad_of(self, account: Account, mixed: str) -> int | None:
        """The ad whose media are called after a number."""
        known = self._ads[account.facts.advertiser_id]
        ids = account.ads.ids
        for ad in range(len(known), len(ids)):
            # Two ads that share a number are one entry too few: they are counted all the same.
            known.setdefault(mix(ids[ad]), ad)
        try:
            return known.get(int(mixed, 16))
        except ValueError:
            return None


def video_facts(identity: str, at: int, *, number: int, **known: Any) -> dict[str, Any]:
    """A video as it is told; what is not known is invented.

    Args:
        identity: Its id.
        at: When it was uploaded, in UNIX seconds.
        number: What the invention starts from.
        known: Fields that are.
    """
    duration = 5 + number % 550 / 10
    size = int(known.get("size") or 400_000 + number % 9_000_000)
    return {
        "allow_download": True,
        "allowed_placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
        "bit_rate": int(size * 8 / duration),
        "create_time": stamp(at),
        "displayable": True,
        "duration": duration,
        "file_name": f"{identity}.mp4",
        "fix_task_id": None,
        "flaw_types": None,
        "format": "mp4",
        "fps": 30,
        "height": 960,
        "material_id": digits(number ^ 0x2F0),
        "modify_time": stamp(at),
        "preview_url": f"https://videos.example.com/preview/{identity}",
        "preview_url_expire_time": stamp(at + PREVIEW),
        "signature": f"{number:032x}",
        "size": size,
        "video_cover_url": f"https://pictures.example.com/covers/{identity}.jpeg",
        "video_id": identity,
        "width": 540,
        **known,
    }


def image_facts(identity: str, at: int, *, number: int, **known: Any) -> dict[str, Any]:
    """An image as it is told; see `video_facts`."""
    url = f"https://pictures.example.com/origin/{identity}"
    return {
        "create_time": stamp(at),
        "displayable": True,
        "file_name": f"{number:08x}.jpeg",
        "format": "jpeg",
        "height": 1280,
        "image_id": identity,
        "image_url": url,
        "is_carousel_usable": True,
        "material_id": digits(number ^ 0x1A6),
        "modify_time": stamp(at),
        "signature": f"{number:032x}",
        "size": 20_000 + number % 400_000,
        "url": url,
        "width": 720,
        **known,
    }
