"""What somebody reads whose request the guard does not let in: what happened, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from adloom.console.render import environment

__all__ = [
    "BAD_LENGTH",
    "CODE_ADVICE",
    "ELSEWHERE",
    "METHOD",
    "OUR_FAULT",
    "SIGNED_OUT",
    "STRANGE_BODY",
    "TWICE",
    "UNMARKED",
    "Refusal",
    "other_host",
    "other_origin",
    "refusal_answer",
    "sign_in_answer",
    "too_large",
]

LONGEST_SHOWN: Final = 80
CODE_ADVICE: Final = (
    "Run “adloom console” in a terminal on the machine where adloom serve runs, in the same "
    "workspace: it opens this page signed in. Each link works once, for ten minutes."
)


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let in.

    Args:
        status: The HTTP status.
        title: What happened, as a sentence.
        meaning: What it means.
        advice: What to do.
        headers: Headers the status asks for.
    """

    status: int
    title: str
    meaning: str
    advice: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.title} {self.meaning} {self.advice}"


TWICE: Final = Refusal(
    400,
    "This request says something twice.",
    "A header that may stand once stands there several times.",
    "Browsers never do that; look at the program or the proxy that sent it.",
)
BAD_LENGTH: Final = Refusal(
    400,
    "This request has no proper length.",
    "Its Content-Length is not a number.",
    "Browsers never do that; look at the program or the proxy that sent it.",
)
SIGNED_OUT: Final = Refusal(
    401,
    "You are not signed in.",
    "This console needs its own link. Sessions end when adloom serve stops, or after twelve hours "
    "without use.",
    CODE_ADVICE,
    {"WWW-Authenticate": "Bearer"},
)
ELSEWHERE: Final = Refusal(
    403,
    "Another site sent this request.",
    "Only the console's own pages may do that; the browser says this one came from elsewhere.",
    "If you meant to do it, open the console and do it there.",
)
UNMARKED: Final = Refusal(
    403,
    "This request does not come from the console's scripts.",
    "What changes something is sent by the console's own scripts, which mark it.",
    "If you meant to do it, open the console with JavaScript switched on. A program sends the "
    "header X-Adloom: 1 and its bearer.",
)
METHOD: Final = Refusal(
    405,
    "The console does not know this method.",
    "It answers GET, HEAD, POST, PUT, PATCH and DELETE, and lets no other site ask beforehand.",
    "Use one of these.",
    {"Allow": "GET, HEAD, POST, PUT, PATCH, DELETE"},
)
STRANGE_BODY: Final = Refusal(
    415,
    "The console does not read this kind of body.",
    "It reads JSON and forms.",
    "Send application/json, application/x-www-form-urlencoded or multipart/form-data.",
)
OUR_FAULT: Final = Refusal(
    500,
    "Something went wrong in adloom.",
    "That is our mistake, not yours.",
    "Try again; the terminal where adloom serve runs says more.",
)


def other_host(asked: str, known: str) -> Refusal:
    """Somebody used a name that is not one of the console's.

    Args:
        asked: The name.
        known: One that is.
    """
    return Refusal(
        421,
        "The console does not answer under this address.",
        f"You asked for “{asked[:LONGEST_SHOWN]}”. A site could make your browser believe that its "
        "own name belongs to this machine, so only known names are answered.",
        f"Open http://{known}/ instead. To use another name, start with adloom serve "
        "--allow-host NAME.",
    )


def other_origin(asked: str) -> Refusal:
    """A page of some other origin sent it."""
    return Refusal(
        403,
        "Another site sent this request.",
        f"It comes from a page of “{asked[:LONGEST_SHOWN]}”; only the console's own pages may do "
        "that.",
        "If you meant to do it, open the console and do it there.",
    )


def too_large(largest: int) -> Refusal:
    """A body is larger than allowed.

    Args:
        largest: Bytes it may have.
    """
    return Refusal(
        413,
        "This is too much at once.",
        f"The console takes up to {largest // 1000:,} kB in one go.",
        "Send a smaller file, or use the command line, which reads files of any size.",
    )


def sign_in_answer(
    *, has_password: bool = False, goes_on: str | None = None, status: int = 200
) -> Response:
    """The page where people sign in.

    Args:
        has_password: Whether it asks for a password.
        goes_on: Where somebody can go who is signed in already.
        status: The HTTP status.
    """
    page = environment().get_template("signin.html")
    text = page.render(has_password=has_password, goes_on=goes_on, code_advice=CODE_ADVICE)
    headers = SIGNED_OUT.headers if status == SIGNED_OUT.status else {}
    return HTMLResponse(text, status, dict(headers))


def refusal_answer(refusal: Refusal, headers: Headers, *, has_password: bool = False) -> Response:
    """Say why a request is not let in, in the form that suits whoever asked.

    Args:
        refusal: Why.
        headers: What the request said about itself.
        has_password: Whether the console asks for a password.
    """
    is_htmx = "hx-request" in headers
    if is_htmx or "text/html" not in headers.get("accept", ""):
        marks = _marks(refusal) if is_htmx else {}
        return PlainTextResponse(f"{refusal}\n", refusal.status, {**refusal.headers, **marks})
    if refusal is SIGNED_OUT:
        return sign_in_answer(has_password=has_password, status=refusal.status)
    page = environment().get_template("refused.html").render(refusal=refusal)
    return HTMLResponse(page, refusal.status, dict(refusal.headers))


def _marks(refusal: Refusal) -> Mapping[str, str]:
    """Tell `app.js` what to say; nothing on the page is replaced, nothing typed there is lost."""
    if refusal is SIGNED_OUT:
        return {"HX-Reswap": "none", "X-Adloom-Signed-Out": "1"}
    return {"HX-Reswap": "none", "X-Adloom-Say": quote(str(refusal))}
