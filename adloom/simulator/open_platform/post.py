"""A post on its way (open_platform_and_events.md §I.6)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.simulator.open_platform.videos import Video

__all__ = ["Plan", "Post"]

#: Simulated seconds that TikTok works on a file that has arrived (assumed).
WORK: Final = 5


@dataclass(frozen=True)
class Plan:
    """What is to be posted.

    Args:
        open_id: Whose account it is for.
        media: `VIDEO` or `PHOTO`.
        direct: Whether it is posted at once, instead of lying in the creator's inbox.
        caption: What the creator writes about it.
        privacy: Who may see it.
        size: The bytes of a file to upload; 0 is fetched from an address.
        chunk_size: The bytes of every chunk but the last.
        chunks: How many of them.
        fail_reason: Why it will fail, if that is clear already.
    """

    open_id: str
    media: str
    direct: bool
    caption: str = ""
    privacy: str = ""
    size: int = 0
    chunk_size: int = 0
    chunks: int = 0
    fail_reason: str = ""


@dataclass
class Post:
    """A post and how far it has come.

    Args:
        publish_id: What it is called.
        plan: What is to be posted.
        at: When it was asked for, in simulated UNIX seconds.
        token: What the address for uploads ends in.
        status: As the platform tells it.
        due: When the present work ends; None while bytes are missing.
        received: How many bytes have arrived.
        digest: SHA-256 of those bytes.
        fail_reason: Why it failed.
        video: What others find of it.
    """

    publish_id: str
    plan: Plan
    at: float
    token: str
    status: str
    due: float | None
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    fail_reason: str = ""
    video: Video | None = None

    def receive(self, chunk: bytes, now: float) -> bool:
        """Take the next chunk, and say whether it was the last."""
        self.digest.update(chunk)
        self.received += len(chunk)
        if self.received == self.plan.size:
            self.due = now + WORK
        return self.due is not None

    def fail(self, reason: str) -> None:
        """End it."""
        self.status, self.fail_reason, self.due = "FAILED", reason, None

    def as_json(self) -> Mapping[str, Any]:
        """Everything about it, for tests."""
        return {
            "publish_id": self.publish_id,
            "open_id": self.plan.open_id,
            "media": self.plan.media,
            "direct": self.plan.direct,
            "caption": self.plan.caption,
            "privacy_level": self.plan.privacy,
            "status": self.status,
            "fail_reason": self.fail_reason,
            "received": self.received,
            "sha256": self.digest.hexdigest(),
            "video_id": self.video.id if self.video else None,
        }
