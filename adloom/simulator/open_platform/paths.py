"""Which paths belong to the Open Platform."""

from typing import Final

__all__ = ["OEMBED", "SOUND", "UPLOAD", "owns"]

OEMBED: Final = "/oembed"
SOUND: Final = "/share/sound/upload/"
#: Where posts are uploaded to; the sheet leaves the address to TikTok, so this one is assumed.
UPLOAD: Final = "/upload/"
FAMILIES: Final = ("/v2/user/", "/v2/video/", "/v2/post/")


def owns(path: str) -> bool:
    """Whether a path is one of the Open Platform's; consent and tokens are not among them."""
    return path in (OEMBED, SOUND, UPLOAD) or path.startswith(FAMILIES)
