"""Signing in and out."""

import math
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adloom.console.refusals import CODE_ADVICE, sign_in_answer
from adloom.console.sessions import Access, ConsoleSession
from adloom.json_text import JsonError, parse_strict

__all__ = ["SIGN_ROUTES", "new_code", "safe_next", "sign_in", "sign_in_page", "sign_out"]

HOME: Final = "/"
DOOR: Final = "/signin"
LONGEST_PATH: Final = 2_000


def safe_next(path: str) -> str:
    r"""Where to go after signing in: a path of the console, whatever was asked for.

    Browsers drop line breaks and tabs, and take a backslash for a slash, so that `/\t/name` is
    another site; none of that is let through.
    """
    is_path = path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST_PATH
    is_clean = path.isprintable() and "\\" not in path
    if not is_path or not is_clean or urlsplit(path).path in {DOOR, "/session"}:
        return HOME
    return path


async def sign_in_page(request: Request) -> Response:
    """The page with `signin.js`, which reads the code behind the `#`.

    A code in the query is not looked at: it would stand in logs and in the history.
    """
    session: ConsoleSession | None = getattr(request.state, "session", None)
    goes_on = safe_next(request.query_params.get("next", HOME)) if session else None
    return sign_in_answer(has_password=_access(request).has_password, goes_on=goes_on)


async def sign_in(request: Request) -> Response:
    """Open a session for a code or the password, and say where to go on."""
    access = _access(request)
    given = await _given(request)
    match given:
        case {"code": str(code)}:
            cookie = access.sign_in(code)
        case {"password": str(password)} if access.has_password:
            cookie = access.sign_in_by_password(password)
        case _:
            return _told(400, "This is no request to sign in.", 'Send {"code": "…"} as JSON.')
    if cookie is None:
        return _not_opened(access, by_password="code" not in given)
    _take_over(access, request.cookies.get(access.cookie, ""), cookie)
    path = given.get("next")
    answer = JSONResponse({"next": safe_next(path) if isinstance(path, str) else HOME})
    answer.set_cookie(
        access.cookie, cookie, path="/", secure=access.secure, httponly=True, samesite="lax"
    )
    return answer


async def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    access = _access(request)
    access.sign_out(request.cookies.get(access.cookie, ""))
    answer = Response(status_code=204, headers={"HX-Redirect": DOOR})
    answer.delete_cookie(
        access.cookie, path="/", secure=access.secure, httponly=True, samesite="lax"
    )
    return answer


async def new_code(request: Request) -> Response:
    """A one-time code for whoever knows the bearer: how `adloom console` opens a browser."""
    session: ConsoleSession = request.state.session
    if not session.is_script:
        return _told(403, "Codes are made for programs of this machine only.", CODE_ADVICE)
    return JSONResponse({"code": _access(request).new_code()}, 201)


def _access(request: Request) -> Access:
    state: State = request.app.state
    found: Access = state.access
    return found


async def _given(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return None
    try:
        return parse_strict(await request.body())
    except JsonError:
        return None


def _take_over(access: Access, before: str, cookie: str) -> None:
    """What a browser's earlier session remembers is kept, its cookie is not."""
    earlier, now = access.session_of(before), access.session_of(cookie)
    if earlier and now:
        now.data.update(earlier.data)
    access.sign_out(before)


def _not_opened(access: Access, *, by_password: bool) -> Response:
    seconds = math.ceil(access.waits())
    if seconds:
        hint = f"Wait {seconds} seconds, then try again."
        answer = _told(429, "There were too many wrong attempts.", hint)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    if by_password:
        return _told(401, "That is not the password.", "Try again.")
    hint = "Run “adloom console” for a new one."
    return _told(401, "This code was used already, is too old or is none.", hint)


def _told(status: int, message: str, hint: str) -> JSONResponse:
    return JSONResponse({"message": message, "hint": hint}, status)


SIGN_ROUTES: Final = [
    Route("/signin", sign_in_page, methods=["GET"]),
    Route("/session", sign_in, methods=["POST"]),
    Route("/session", sign_out, methods=["DELETE"]),
    Route("/session/code", new_code, methods=["POST"]),
]
