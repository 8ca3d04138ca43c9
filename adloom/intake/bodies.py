"""Bodies of requests from outside, read strictly."""

import asyncio
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from adloom.intake.refusals import Refusal
from adloom.json_text import JsonError, parse_strict

__all__ = ["JSON", "LARGEST", "is_json", "kind_of", "parsed", "read_content"]

LARGEST: Final = 5_000_000
#: Seconds a body may take.
SLOWEST: Final = 20.0
MOST_FIELDS: Final = 1_000
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


async def read_content(request: Request, *, largest: int = LARGEST) -> bytes:
    """Read a body.

    Raises:
        Refusal: It is too large, or takes too long.
    """
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > largest:
        raise Refusal(413, "too large")
    content = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for piece in request.stream():
                content += piece
                if len(content) > largest:
                    raise Refusal(413, "too large")
    except TimeoutError:
        raise Refusal(408, "too slow") from None
    except ClientDisconnect:
        raise Refusal(400, "cut off") from None
    return bytes(content)


def kind_of(request: Request) -> str:
    """What a body says it is, in lower case.

    Raises:
        Refusal: It is packed, or no UTF-8.
    """
    kind, *options = (part.strip().lower() for part in _header(request, "content-type").split(";"))
    charsets = [one.partition("=")[2].strip('"') for one in options if one.startswith("charset=")]
    packed = _header(request, "content-encoding").lower() not in ("", "identity")
    if packed or any(one not in ("utf-8", "utf8", "us-ascii") for one in charsets):
        raise Refusal(415, "send UTF-8, unpacked")
    return kind


def is_json(kind: str) -> bool:
    """Whether a body is to be read as JSON."""
    return kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))


def parsed(request: Request, content: bytes) -> Any:
    """Read JSON, or the fields of a form.

    Raises:
        Refusal: It is neither.
    """
    kind = kind_of(request)
    if kind == FORM:
        return _form(content)
    if is_json(kind):
        try:
            return parse_strict(content)
        except JsonError as error:
            raise Refusal(400, f"no JSON: {error}") from None
    raise Refusal(415, f"send {JSON} or {FORM}")


def _form(content: bytes) -> dict[str, Any]:
    """The fields of a form; one that comes several times is a list."""
    try:
        pairs = parse_qsl(
            content.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(content),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Refusal(400, "no form") from None
    fields: dict[str, Any] = {}
    for name, value in pairs:
        before = fields.get(name)
        several = [*before, value] if isinstance(before, list) else [before, value]
        fields[name] = several if name in fields else value
    return fields


def _header(request: Request, name: str) -> str:
    return request.headers.get(name, "").strip()
