"""What answers of the Open Platform look like (open_platform_and_events.md §I.1, §I.2, §I.5)."""

from dataclasses import dataclass
from typing import Any, Final

from adloom.simulator.envelope import Reply

__all__ = [
    "MESSAGES",
    "STATUS",
    "BareReply",
    "OAuthReply",
    "OpenRefusal",
    "OpenReply",
    "SoundReply",
]

OK: Final = "ok"
#: HTTP status by `error.code` (§I.2). From `privacy_level_option_mismatch` on they are assumed:
#: the sheet has no status for caps of posting and no codes for uploads.
STATUS: Final = {
    OK: 200,
    "access_token_invalid": 401,
    "internal_error": 500,
    "invalid_file_upload": 400,
    "invalid_param": 400,
    "invalid_params": 400,
    "rate_limit_exceeded": 429,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
    "privacy_level_option_mismatch": 403,
    "spam_risk_too_many_pending_share": 403,
    "spam_risk_too_many_posts": 403,
    "unaudited_client_can_only_post_to_private_accounts": 403,
    "upload_not_found": 404,
    "upload_range_mismatch": 416,
    "upload_url_expired": 403,
}
MESSAGES: Final = {
    "access_token_invalid": "The access token is invalid or not found in the request.",
    "internal_error": "Something went wrong on our side. Please try again later.",
    "invalid_file_upload": "The file does not meet the specification.",
    "rate_limit_exceeded": "The API rate limit was exceeded. Please try again later.",
    "scope_not_authorized": "The user did not authorize the scope required for this request.",
    "scope_permission_missed": "The app has no permission for the scope of this request.",
}


@dataclass
class OpenReply(Reply):
    """An answer of API v2: `{data, error: {code, message, log_id}}`; the HTTP status follows."""

    code: int | str = OK
    message: str = ""

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return STATUS.get(str(self.code), 400)

    def envelope(self, identity: str) -> Any:
        """The whole answer as JSON data."""
        error = {"code": self.code, "message": self.message, "log_id": identity}
        return {"data": self.data, "error": error}


@dataclass
class BareReply(Reply):
    """An answer without any envelope, such as oEmbed's.

    Args:
        http: The HTTP status.
    """

    code: int | str = OK
    message: str = ""
    http: int = 200

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.http

    def envelope(self, identity: str) -> Any:  # noqa: ARG002 - a bare answer has no name
        """The data alone."""
        return self.data


@dataclass
class SoundReply(Reply):
    """An answer of the first API: the code lies in the data, HTTP says 200 (§I.5)."""

    message: str = ""

    def envelope(self, identity: str) -> Any:
        """The whole answer as JSON data."""
        data = {**self.data, "error_code": self.code, "error_msg": self.message}
        return {"data": data, "extra": {"error_detail": self.message, "logid": identity}}


@dataclass
class OAuthReply(Reply):
    """A refusal of the token endpoints: flat JSON with HTTP 200 (§I.1)."""

    def envelope(self, identity: str) -> Any:
        """The whole answer as JSON data."""
        return {"error": self.code, "error_description": self.message, "log_id": identity}


class OpenRefusal(Exception):  # noqa: N818 - an answer, not an error of this program
    """API v2 says no.

    Args:
        code: One of the names in `STATUS`.
        message: What is wrong, for the person who asked; by default what the code means.
    """

    def __init__(self, code: str, message: str = ""):
        super().__init__(message or MESSAGES.get(code, code))
        self.code = code

    def reply(self) -> OpenReply:
        """The refusal as an answer."""
        return OpenReply({}, self.code, str(self))
