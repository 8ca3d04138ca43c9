"""What is written about a post, checked (open_platform_and_events.md §I.6)."""

from typing import Any, Final

from adloom.simulator.open_platform.sources import bad

__all__ = ["caption_of"]

#: The longest texts, in UTF-16 units.
VIDEO_TEXTS: Final = {"title": 2200}
PHOTO_TEXTS: Final = {"title": 90, "description": 4000}
SWITCHES: Final = (
    "auto_add_music",
    "brand_content_toggle",
    "brand_organic_toggle",
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "is_aigc",
)
COVER: Final = "video_cover_timestamp_ms"


def caption_of(given: Any, *, photos: bool) -> tuple[str, object]:
    """The caption in a `post_info`, and the privacy level as it was given."""
    if not isinstance(given, dict):
        raise bad("post_info", "is missing")
    for name, longest in (PHOTO_TEXTS if photos else VIDEO_TEXTS).items():
        text = given.get(name, "")
        if not isinstance(text, str) or _units(text) > longest:
            raise bad(f"post_info.{name}", f"is text of at most {longest} UTF-16 units")
    for name in SWITCHES:
        if not isinstance(given.get(name, False), bool):
            raise bad(f"post_info.{name}", "is true or false")
    cover = given.get(COVER, 0)
    if not isinstance(cover, int) or isinstance(cover, bool) or cover < 0:
        raise bad(f"post_info.{COVER}", "is a number of milliseconds")
    return given.get("title", ""), given.get("privacy_level")


def _units(text: str) -> int:
    """How long JavaScript and TikTok find a text."""
    return len(text.encode("utf-16-le")) // 2
