"""How a request's query and body are written."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from adloom.errors import Fault, InvalidParamsError
from adloom.json_text import dump
from adloom.wire import FileBody, JsonBody, Request, SliceBody, TextBody
from connections.outgoing import Credential, WireRequest

__all__ = ["as_json", "encode", "joined", "wired"]


def as_json(value: Any) -> str:
    """Write a parameter the way TikTok ads reads it: lists and objects as JSON text (§1.1)."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict() | list() | tuple():
            return dump(value).decode()
        case _:
            return str(value)


def joined(value: Any) -> str:
    """Write a parameter the way most others read it: a list of words with commas between them."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return as_json(value)


def encode(request: Request, text: Callable[[Any], str] = as_json) -> tuple[str, bytes, str | None]:
    """Write a query, a body and its content type.

    Parameters without a value are left out of the query; a form with a file, or a slice of one, is
    written later, by the wire.

    Raises:
        InvalidParamsError: Something in it is no text.
    """
    try:
        query = {name: text(value) for name, value in request.query.items() if value is not None}
        address = urlencode(query)
        match request.body:
            case JsonBody(value):
                return address, dump(value), "application/json"
            case TextBody(body, content_type):
                return address, body.encode(), content_type
            case SliceBody(content_type=content_type):
                return address, b"", content_type
            case FileBody() | None:
                return address, b"", None
    except UnicodeEncodeError:
        fault = Fault("", "The request holds signs that are no text; nothing was sent.")
        raise InvalidParamsError([fault]) from None


def wired(
    request: Request,
    url: str,
    *,
    text: Callable[[Any], str],
    changes: bool,
    deadline: float,
    credential: Credential | None,
    outside_only: bool = False,
) -> WireRequest:
    """Write a request for an address; what stands in its query already stays there.

    Raises:
        InvalidParamsError: Something in it is no text.
    """
    query, content, content_type = encode(request, text)
    mark = "&" if "?" in url else "?"
    return WireRequest(
        method=request.method,
        url=f"{url}{mark}{query}" if query else url,
        headers=_headers(request, content_type),
        content=content,
        file=request.body if isinstance(request.body, FileBody | SliceBody) else None,
        changes=changes,
        deadline=deadline,
        credential=credential,
        outside_only=outside_only,
    )


def _headers(request: Request, content_type: str | None) -> Mapping[str, str]:
    headers = dict(request.headers)
    if content_type:
        headers["content-type"] = content_type
    elif isinstance(request.body, FileBody):
        headers.pop("content-type", None)  # a form names its own boundary
    return headers
