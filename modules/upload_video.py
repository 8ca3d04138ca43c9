"""Upload a video for ads."""

from typing import ClassVar, Final

from pydantic import Field

from adloom.fields import FilePath
from modules.base import module
from modules.bundles import Bundle
from modules.records.uploading import MEGABYTE, Upload, UploadParams

__all__ = ["UploadVideo", "UploadVideoParams", "UploadedVideo", "upload_video"]

#: What MP4, MOV and 3GP files hold first, after four bytes of length.
FIRST_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
MPEG: Final = (b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")


class UploadVideoParams(UploadParams):
    """Which video to put into which account's library."""

    file: FilePath | None = Field(
        default=None,
        title="File",
        description="A video on this computer, up to 500 MB: MP4, MOV, MPEG, 3GP or AVI.",
    )


class UploadedVideo(Bundle):
    """A video in the library, ready for ads."""

    video_id: str = Field(title="Video", description="Id of the video, for ads.")
    file_name: str | None = Field(
        default=None, title="Name", description="Its name in the library."
    )
    uploaded: bool = Field(
        default=True,
        title="Uploaded",
        description="Whether it was sent now; no if the library had it.",
    )
    preview_url: str | None = Field(
        default=None, title="Preview", description="Where it can be watched for a while."
    )
    video_cover_url: str | None = Field(
        default=None, title="Cover", description="A picture from it."
    )
    width: int | None = Field(default=None, title="Width", description="Width in pixels.")
    height: int | None = Field(default=None, title="Height", description="Height in pixels.")
    duration: float | None = Field(default=None, title="Length", description="Length in seconds.")
    size: int | None = Field(default=None, title="Size", description="Size in bytes.")
    format: str | None = Field(default=None, title="Format", description="Its format.")
    signature: str | None = Field(
        default=None, title="Signature", description="MD5 of its content."
    )
    material_id: str | None = Field(
        default=None, title="Material", description="What reports call it."
    )


class UploadVideo(Upload[UploadVideoParams, UploadedVideo]):
    """Upload a video for ads from a file or an address, unless the library has it already."""

    kind: ClassVar[str] = "video"
    part: ClassVar[str] = "video"
    key: ClassVar[str] = "video_id"
    # The sheets name no formats of videos: these are assumed.
    endings: ClassVar[tuple[str, ...]] = (
        ".mp4", ".m4v", ".mov", ".mpeg", ".mpg", ".3gp", ".avi",
    )  # fmt: skip
    formats: ClassVar[str] = "MP4, MOV, MPEG, 3GP or AVI"
    largest: ClassVar[int] = 500 * MEGABYTE

    def is_one(self, head: bytes) -> bool:
        """Whether it begins as a video does."""
        is_avi = head.startswith(b"RIFF") and head[8:12] == b"AVI "
        return head[4:8] in FIRST_BOXES or head.startswith(MPEG) or is_avi


upload_video = module(
    kind="action", title="Upload a video", provider="tiktok-business", permission=611
)(UploadVideo)
