"""Upload an image for ads."""

from typing import ClassVar

from pydantic import Field

from adloom.fields import FilePath
from modules.base import module
from modules.bundles import Bundle
from modules.records.uploading import Upload, UploadParams

__all__ = ["UploadImage", "UploadImageParams", "UploadedImage", "upload_image"]


class UploadImageParams(UploadParams):
    """Which image to put into which account's library."""

    file: FilePath | None = Field(
        default=None,
        title="File",
        description="An image on this computer: JPG or PNG.",
    )


class UploadedImage(Bundle):
    """An image in the library, ready for ads."""

    image_id: str = Field(title="Image", description="Id of the image, for ads.")
    file_name: str | None = Field(
        default=None, title="Name", description="Its name in the library."
    )
    uploaded: bool = Field(
        default=True,
        title="Uploaded",
        description="Whether it was sent now; no if the library had it.",
    )
    image_url: str | None = Field(
        default=None, title="Address", description="Where it can be seen."
    )
    width: int | None = Field(default=None, title="Width", description="Width in pixels.")
    height: int | None = Field(default=None, title="Height", description="Height in pixels.")
    size: int | None = Field(default=None, title="Size", description="Size in bytes.")
    format: str | None = Field(default=None, title="Format", description="Its format.")
    signature: str | None = Field(
        default=None, title="Signature", description="MD5 of its content."
    )
    material_id: str | None = Field(
        default=None, title="Material", description="What reports call it."
    )


class UploadImage(Upload[UploadImageParams, UploadedImage]):
    """Upload an image for ads from a file or an address, unless the library has it already."""

    kind: ClassVar[str] = "image"
    part: ClassVar[str] = "image"
    key: ClassVar[str] = "image_id"
    endings: ClassVar[tuple[str, ...]] = (".jpg", ".jpeg", ".png")
    formats: ClassVar[str] = "JPG or PNG"

    def is_one(self, head: bytes) -> bool:
        """Whether it begins as a JPG or a PNG does."""
        return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


upload_image = module(
    kind="action", title="Upload an image", provider="tiktok-business", permission=601
)(UploadImage)
