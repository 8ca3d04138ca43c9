"""Watch what others send to an address of this workspace."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import Field

from adloom.fields import Advanced
from adloom.json_text import JsonError, dump, parse_strict
from adloom.wire import Record
from modules.base import Incoming, Instant, Params, module
from modules.bundles import Bundle

__all__ = ["WatchWebhook", "WatchWebhookParams", "WebhookRequest", "watch_webhook"]

LONGEST_ID = 200


class WatchWebhookParams(Params):
    """What a request is known by, and how it is read."""

    id_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        title="Header with an id",
        description="Names each request; the same one coming again is not handed on again.",
    )
    id_field: str | None = Field(
        default=None,
        max_length=200,
        title="Field with an id",
        description="The same in the body, with dots between the names: data.id.",
    )
    repeats: Literal["drop", "keep"] = Field(
        default="drop",
        title="Repeats",
        description="Whether what came before is dropped; without an id the whole body counts.",
    )
    unfold: Annotated[list[str], Advanced()] = Field(
        default_factory=list,
        title="Unfold",
        description="Fields of the body that hold JSON as text, such as content of TikTok's.",
    )


class WebhookRequest(Bundle):
    """A request that came in."""

    request_id: str | None = Field(
        default=None, title="Request", description="What the request is known by."
    )
    body: Any = Field(
        default=None, title="Body", description="What it brought: JSON, or the fields of a form."
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        title="Headers",
        description="Its headers, by their lower-case names; secrets as dots.",
    )
    query: dict[str, str] = Field(
        default_factory=dict,
        title="Query",
        description="Parameters of the address, without the secret.",
    )
    received_at: str | None = Field(
        default=None, title="Received", description="When it came, by this machine's clock."
    )


class WatchWebhook(Instant[WatchWebhookParams, WebhookRequest]):
    """Watch what others send to an address of this workspace.

    Each request is one bundle. `adloom scenarios webhook NAME` shows the address and its secret; a
    connection of the kind webhook knows how signed requests are checked.
    """

    def accept(self, params: WatchWebhookParams, incoming: Incoming) -> list[Record]:
        """The one bundle of a request."""
        body = incoming.body
        for name in params.unfold:
            body = _unfolded(body, name.split("."))
        bundle = {
            "request_id": _identity(params, incoming),
            "body": body,
            "headers": dict(incoming.headers),
            "query": dict(incoming.query),
            "received_at": incoming.received_at.isoformat(),
        }
        return [bundle]

    def key(self, params: WatchWebhookParams, bundle: Record) -> str:  # noqa: ARG002 - Instant's signature
        """What the request is known by."""
        return str(bundle["request_id"])


def _identity(params: WatchWebhookParams, incoming: Incoming) -> str:
    """The id its sender gave it; without one what it says, or that it came."""
    if params.repeats == "keep":
        return f"request {incoming.id}"
    if params.id_header and (found := incoming.headers.get(params.id_header.lower())):
        return _short(found)
    if params.id_field:
        found = _found(incoming.body, params.id_field.split("."))
        if type(found) in (str, int) and found != "":
            return _short(str(found))
    said = incoming.content + b"\0" + dump(sorted(incoming.query.items()))
    return f"sha256 {hashlib.sha256(said).hexdigest()}"


def _short(text: str) -> str:
    if len(text) <= LONGEST_ID:
        return f"id {text}"
    return f"id sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def _found(value: Any, names: list[str]) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _unfolded(value: Any, names: list[str]) -> Any:
    """The value with JSON in place of the text of one field; what is no JSON stays text."""
    if not names:
        try:
            return parse_strict(value.encode()) if isinstance(value, str) else value
        except JsonError:
            return value
    name, *rest = names
    if not isinstance(value, dict) or name not in value:
        return value
    return {**value, name: _unfolded(value[name], rest)}


watch_webhook = module(
    kind="trigger", title="Watch a webhook", provider="webhook", permission=None
)(WatchWebhook)
