"""Requests that others send here: the secret they share with us, and how they show that they do.

Nothing is ever sent through such a connection.
"""

# ruff: noqa: ARG002 - the signatures are the provider's

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adloom.errors import UsageError
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.providers.base import Send
from connections.providers.without_wire import WithoutWire

__all__ = ["Webhook", "WebhookSettings"]

NO_API: Final = "Through a webhook requests come in; none goes out."
SHORTEST: Final = 16


class WebhookSettings(BaseModel):
    """How requests show where they come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signature: Literal["none", "sha256", "sha256-base64", "tiktok", "tiktok-ads"] = Field(
        default="none",
        title="Signature",
        description="How requests are signed with the secret; none means that they bring it along.",
    )
    signature_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        title="Header of the signature",
        description="Needed for sha256 and sha256-base64; TikTok's have headers of their own.",
    )

    @model_validator(mode="after")
    def _has_header(self) -> Self:
        if self.signature.startswith("sha256") and not self.signature_header:
            raise ValueError(f"signature_header: {self.signature} takes the name of a header")
        return self


class Webhook(WithoutWire):
    """Requests that others send here."""

    name: ClassVar[str] = "webhook"
    title: ClassVar[str] = "Webhook"
    settings_model: ClassVar[type[BaseModel]] = WebhookSettings
    secret_titles: ClassVar[Mapping[str, str]] = {"client_secret": "Secret shared with the sender"}
    guide: ClassVar[tuple[str, ...]] = (
        "Where TikTok signs, the secret is the one of your app.",
        "A shop signs with sha256-base64, Shopify in X-Shopify-Hmac-Sha256, with its own secret.",
        f"Otherwise make one up, of {SHORTEST} signs at least, and give it to the sender.",
    )
    direct: ClassVar[bool] = True

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """A secret that can be guessed is none; TikTok's are not ours to choose."""
        signature = connection.settings["signature"]
        length = len(connection.secrets["client_secret"].reveal())
        if length < SHORTEST and not signature.startswith("tiktok"):
            raise UsageError(f"The secret of a webhook takes {SHORTEST} signs at least.")
        return {"display_name": "by secret" if signature == "none" else f"signed ({signature})"}

    # --- nothing goes out -----------------------------------------------------------------------

    async def send(self, connection: Connection, request: Request, *, deadline: float) -> Answer:
        """There is nobody to send to."""
        raise UsageError(NO_API)
