"""The Open Platform's verdicts: what its words mean for what happens next.

(open_platform_and_events.md §I.1 for OAuth, §I.2 for API v2, §I.5 for sounds.)
"""

from typing import Any, Final

from adloom.errors import (
    AdloomError,
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from adloom.secret import scrub
from connections.providers.http_codes import TOO_MANY_REQUESTS, pause_of
from connections.transport import WireAnswer

__all__ = ["oauth_verdict", "sound_verdict", "verdict"]

#: The token is no good any more; a refresh token may bring the next one.
DEAD_TOKEN: Final = "access_token_invalid"  # noqa: S105 - a code, not a token
#: The token is good but does not cover this: the owner, or TikTok's review of the app, left it out.
NOT_COVERED: Final = {
    "scope_not_authorized": "Renew the consent and agree to all of it",
    "scope_permission_missed": "Have TikTok approve your app for it, then renew the consent",
}
TOO_FAST: Final = "rate_limit_exceeded"
#: OAuth's words for a grant that nothing but a new consent can replace.
DEAD_GRANT: Final = ("access_denied", "invalid_client", "invalid_grant", "unauthorized_client")
NOT_NOW: Final = "temporarily_unavailable"
FAULT: Final = "server_error"

UNAUTHORIZED: Final = 401
SERVER_FAULT: Final = 500
#: The limits are windows of a minute: the four attempts of a read outlast one.
SECONDS_AFTER_THROTTLE: Final = 20.0
#: The whole of TikTok's text is seldom longer.
LONGEST_MESSAGE: Final = 500


def verdict(
    error: dict[str, Any], answer: WireAnswer, *, connection: str, changes: bool
) -> AdloomError:
    """Say what the error of an API v2 answer means.

    Args:
        error: `code`, `message` and `log_id`; the code is not `ok`.
        answer: What it came in.
        connection: The connection's name, for the hint.
        changes: Whether the request may have changed something.
    """
    code, request_id = str(error.get("code") or ""), error.get("log_id")
    text = _text(code, error.get("message"), request_id)
    reconnect = f"adloom connections reconnect {connection}"
    if code == TOO_FAST or answer.status == TOO_MANY_REQUESTS:
        pause = pause_of(answer, otherwise=SECONDS_AFTER_THROTTLE)
        return RateLimitedError(text, request_id=request_id, retry_after=pause)
    if code in NOT_COVERED:
        return MissingPermissionError(text, hint=f"{NOT_COVERED[code]}: {reconnect}")
    if code == DEAD_TOKEN or answer.status == UNAUTHORIZED:
        return AuthorizationError(text, hint=f"Renew the consent: {reconnect}")
    if answer.status < SERVER_FAULT and code != "internal_error":
        return RejectedError(text, request_id=request_id)
    if changes:
        return UnknownOutcomeError(
            text, request_id=request_id, hint="adloom looks before it repeats."
        )
    return RetryableError(text, request_id=request_id)


def oauth_verdict(body: dict[str, Any], *, connection: str) -> AdloomError:
    """Say what a refusal to hand out tokens means; it comes with HTTP 200 as well.

    Args:
        body: `error`, `error_description` and `log_id`.
        connection: The connection's name, for the hint.
    """
    code, request_id = str(body["error"]), body.get("log_id")
    text = _text(code, body.get("error_description"), request_id)
    if code in DEAD_GRANT:
        return AuthorizationError(
            text, hint=f"Renew the consent: adloom connections reconnect {connection}"
        )
    if code == NOT_NOW:
        return RetryableError(text, request_id=request_id)
    if code == FAULT:
        # The next refresh token may have been made, and lost.
        return UnknownOutcomeError(text, request_id=request_id)
    return RejectedError(text, request_id=request_id)


def sound_verdict(data: dict[str, Any], extra: Any) -> RejectedError:
    """Say what a refusal of a sound means; which codes there are is not documented any more."""
    request_id = extra.get("logid") if isinstance(extra, dict) else None
    text = _text(str(data.get("error_code")), data.get("error_msg"), request_id)
    return RejectedError(text, request_id=request_id)


def _text(code: str, message: Any, request_id: Any) -> str:
    trace = f", request {request_id}" if request_id else ""
    said = scrub(str(message or "no reason given"))[:LONGEST_MESSAGE].removesuffix(".")
    return f"TikTok refused: {said} ({code or 'no code'}{trace})"
