"""The Open Platform's envelopes, four of them (open_platform_and_events.md §I.1, §I.2, §I.5, §I.6).

API v2 wraps data and error; the token endpoints answer flat; the first API, which still knows
sounds, hides its code in the data; uploads say nothing but an HTTP status.
"""

from typing import Any, Final

from adloom.errors import AdloomError, UnusableAnswerError
from adloom.json_text import JsonError, parse_fast, parse_strict
from adloom.wire import Answer, Request
from connections.connection import Connection
from connections.hosts import Origin
from connections.providers.http_codes import status_verdict
from connections.providers.tiktok_codes import verdict_without_envelope
from connections.providers.tiktok_open_codes import oauth_verdict, sound_verdict, verdict
from connections.providers.tiktok_open_settings import OAUTH, SOUND, api_base, is_address
from connections.transport import WireAnswer

__all__ = ["READS", "opened"]

#: The POSTs that only ask.
READS: Final = frozenset(
    ("POST", path)
    for path in (
        "/v2/video/list/",
        "/v2/video/query/",
        "/v2/post/publish/creator_info/query/",
        "/v2/post/publish/status/fetch/",
    )
)
FINE: Final = "ok"
BAD_REQUEST: Final = 400


def opened(
    connection: Connection, request: Request, answer: WireAnswer, *, changes: bool
) -> Answer:
    """Open the envelope that belongs to a path.

    Raises:
        AdloomError: TikTok said no, in the class that says what happens next.
    """
    if is_address(request.path):
        return _uploaded(request, answer)
    host = Origin.of(api_base(connection.settings)).host
    try:
        body = _parse(request, answer, changes=changes)
    except JsonError as error:
        if answer.status < BAD_REQUEST and not changes and _is_json(answer):
            text = f"{host} sent JSON that cannot be trusted: {error}."
            raise UnusableAnswerError(text) from None
        raise verdict_without_envelope(answer, host, changes=changes) from None
    problem, data, request_id = _judged(connection, request, answer, body, changes=changes)
    read = Answer(
        status=answer.status,
        headers=answer.headers,
        body=body,
        data=data,
        served_at=answer.served_at,
        request_id=request_id if isinstance(request_id, str) else None,
    )
    if problem is not None:
        problem.answer = read
        raise problem
    return read


def _judged(
    connection: Connection, request: Request, answer: WireAnswer, body: Any, *, changes: bool
) -> tuple[AdloomError | None, Any, Any]:
    """What is wrong, what counts, and what TikTok calls the request."""
    host = Origin.of(api_base(connection.settings)).host
    if not isinstance(body, dict):
        return verdict_without_envelope(answer, host, changes=changes), None, None
    error, data = body.get("error"), body.get("data")
    if isinstance(error, dict) and "code" in error:
        problem = (
            verdict(error, answer, connection=connection.name, changes=changes)
            if error["code"] != FINE
            else None
        )
        return problem, data, error.get("log_id")
    if request.path == SOUND and isinstance(data, dict) and "error_code" in data:
        problem = sound_verdict(data, body.get("extra")) if data["error_code"] != 0 else None
        return problem, data, _logid(body.get("extra"))
    if request.path.startswith(OAUTH):
        if isinstance(error, str) and error:
            return oauth_verdict(body, connection=connection.name), None, body.get("log_id")
        if answer.status < BAD_REQUEST:
            return None, body, body.get("log_id")
    return verdict_without_envelope(answer, host, changes=changes), None, None


def _parse(request: Request, answer: WireAnswer, *, changes: bool) -> Any:
    """Read a body, strictly where tokens and changes are concerned."""
    if request.path.startswith(OAUTH) and answer.status < BAD_REQUEST and not answer.body.strip():
        return {}  # a revocation may be answered with nothing
    return parse_strict(answer.body) if changes else parse_fast(answer.body)


def _uploaded(request: Request, answer: WireAnswer) -> Answer:
    """A file went to an address of its own; its status is all there is.

    A web page does not come from where files are taken, but from something on the way.
    """
    host = Origin.of(request.path).host
    try:
        body = parse_strict(answer.body) if answer.body else None
    except JsonError:
        body = answer.body[:2_000].decode(errors="replace")
    page = "html" in answer.headers.get("content-type", "")
    if answer.status >= BAD_REQUEST or page:
        text = f"{host} did not take the upload: HTTP {answer.status}."
        raise status_verdict(answer, text, changes=request.method != "GET")
    return Answer(answer.status, answer.headers, body, body, answer.served_at)


def _is_json(answer: WireAnswer) -> bool:
    return "json" in answer.headers.get("content-type", "")


def _logid(extra: Any) -> Any:
    return extra.get("logid") if isinstance(extra, dict) else None
