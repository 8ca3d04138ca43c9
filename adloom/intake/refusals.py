"""How a request is refused: a status and a few words, nothing of what is inside."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

__all__ = ["Refusal", "answer"]

#: What is said here is for the sender alone.
UNSTORED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


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
