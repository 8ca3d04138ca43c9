"""TikTok's verdicts: what a code means for what happens next (business_api.md §1.4)."""

from typing import Final

from adloom.catalogue import load
from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    MissingPermissionError,
    RateLimitedError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
)
from connections.providers.http_codes import LONGEST_PAUSE, SHORTEST_PAUSE, status_verdict
from connections.transport import WireAnswer

__all__ = ["verdict", "verdict_without_envelope"]

#: The token or the app is no good any more: only its owner can help.
DEAD_GRANT: Final = frozenset({40101, 40102, 40103, 40104, 40105, 40107, 40110, 40113})
#: The token is good but does not cover this account or operation.
NOT_COVERED: Final = frozenset({40001, 40117, 40118, 40124, 40125, 40130})
WRITE_CONFLICT: Final = 40202
BLOCKED_FOR_SPEED: Final = 61000
SERVICE_FAULTS: Final = 50000

SECONDS_AFTER_RESTRICTION: Final = 60.0


def verdict(
    code: int, message: str, *, request_id: str | None, connection: str, changes: bool
) -> AdloomError:
    """Say what an error code means.

    Args:
        code: TikTok's code, not 0 and not 20001.
        message: TikTok's text.
        request_id: TikTok's name for the request.
        connection: The connection's name, for the hint.
        changes: Whether the request may have changed something.
    """
    known = load().code(code)
    trace = f", request {request_id}" if request_id else ""
    text = f"TikTok refused: {message or known.meaning} ({code}{trace})"
    if code in DEAD_GRANT:
        return AuthorizationError(
            text, hint=f"Renew the consent: adloom connections reconnect {connection}"
        )
    if code in NOT_COVERED:
        return MissingPermissionError(
            text, hint=f"See what it may do: adloom connections show {connection}"
        )
    if known.retry == "throttle":
        return RateLimitedError(
            text, code=code, request_id=request_id, retry_after=_pause(code, message)
        )
    if code == WRITE_CONFLICT or (known.retry not in {"no", "ok"} and not changes):
        return RetryableError(text, code=code, request_id=request_id)
    # A service that failed in the middle of a change may have made it (reliability.md §2.3).
    if changes and code >= SERVICE_FAULTS:
        return UnknownOutcomeError(
            text, code=code, request_id=request_id, hint="adloom looks before it repeats."
        )
    return RejectedError(text, code=code, request_id=request_id)


def verdict_without_envelope(answer: WireAnswer, host: str, *, changes: bool) -> ApiError:
    """Say what an answer means that TikTok's application did not write: a gateway, a wrong path."""
    kind = answer.headers.get("content-type", "no type").split(";")[0]
    text = f"{host} answered with HTTP {answer.status} and no JSON ({kind})."
    return status_verdict(answer, text, changes=changes, hint="Check the path and the host.")


def _pause(code: int, message: str) -> float:
    if code == BLOCKED_FOR_SPEED:
        return LONGEST_PAUSE
    restricted = "restricted" in message and "QPS" not in message
    return SECONDS_AFTER_RESTRICTION if restricted else SHORTEST_PAUSE
