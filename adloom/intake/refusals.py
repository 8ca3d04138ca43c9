"""How a request is refused: a status and a few words, nothing of what is inside."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse

__all__ = ["PAUSE", "STRANGER", "UNSTORED", "Refusal", "answer"]

#: What is said here is for the sender alone.
UNSTORED: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
#: Seconds after which it may be tried again where it could not be kept.
PAUSE: Final = "30"
#: Who does not know a secret hears this, whatever they tried.
STRANGER: Final = (401, "no or another secret", {"www-authenticate": "Bearer"})


class Refusal(Exception):  # noqa: N818 - never leaves the intake
    """Ends a request.

    Args:
        status: The HTTP status.
        text: A few words.
        headers: Headers the status asks for.
    """

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers or {}


def answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer to a request from outside."""
    return JSONResponse({"message": text}, status, {**UNSTORED, **(headers or {})})
