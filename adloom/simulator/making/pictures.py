"""What the first bytes of a file say about it."""

import struct
from typing import Final

__all__ = ["picture", "video_format"]

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
#: The segments of a JPEG that hold its size: every start of a frame.
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Where the width and the height of a PNG stand.
PNG_SIZE: Final = slice(16, 24)


def picture(content: bytes) -> tuple[str, int, int] | None:
    """The format, width and height of a JPEG or PNG; None for anything else.

    A file that breaks off before its size has none: 0 by 0.
    """
    if content.startswith(PNG):
        size = content[PNG_SIZE]
        width, height = (
            struct.unpack(">II", size) if len(size) == struct.calcsize(">II") else (0, 0)
        )
        return "png", width, height
    if content.startswith(JPEG):
        return ("jpeg", *_jpeg_size(content))
    return None


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:  # noqa: PLR2004 - JPEG's own mark
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if marker in FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return 0, 0


def video_format(content: bytes, name: str) -> str:
    """The format of a video, by its first bytes or else by its name."""
    if content[4:12] == b"ftypqt  ":
        return "mov"
    if content[:4] == b"RIFF" and content[8:12] == b"AVI ":
        return "avi"
    ending = name.rpartition(".")[2].lower()
    return ending if ending in ("mov", "avi", "mpeg", "3gp") else "mp4"
