"""The two consent pages: one plain form each, no scripts, no cookies, nothing from elsewhere."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from adloom.simulator.creator_tokens import Ask, CreatorTokens
from adloom.simulator.envelope import Plain, Refusal
from adloom.simulator.grants import Grants

__all__ = ["ConsentPages"]

HTML: Final = "text/html; charset=utf-8"
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to the redirect that answers the form as well.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}"
    "label{display:block;margin:.4rem 0}"
    "button{font:inherit;padding:.4rem 1.6rem;margin:1rem 1rem 0 0}"
    ".note{color:#555}.fault{color:#a00}"
)
CHALLENGE: Final = re.compile("[0-9a-f]{64}")
#: Asked for when the address names none.
DEFAULT_SCOPES: Final = "user.info.basic"

#: What can be ticked: the value that is sent, and what a person reads.
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Page:
    """What one consent page asks.

    Args:
        title: Its heading.
        app: Who asks.
        field: The name of the ticked values.
        choices: What can be ticked.
    """

    title: str
    app: str
    field: str
    choices: Choices


class ConsentPages:
    """`/portal/auth` and `/v2/auth/authorize/`.

    Args:
        grants: Makes the codes of advertisers.
        creators: Makes the codes of creators.
        accounts: The advertisers there are, as ids and names.
    """

    def __init__(self, grants: Grants, creators: CreatorTokens, accounts: Callable[[], Choices]):
        self._grants = grants
        self._creators = creators
        self._accounts = accounts

    # --- advertisers ----------------------------------------------------------------------------

    def portal(self, method: str, query: str, body: bytes) -> Plain:
        """Ask an advertiser which accounts an app may work with (business_api.md §2.1)."""
        given = dict(parse_qsl(query, keep_blank_values=True))
        page = _Page(
            title="Allow access to your ad accounts?",
            app=given.get("app_id", ""),
            field="advertiser_id",
            choices=self._accounts(),
        )
        if fault := _missing(given, "app_id", "redirect_uri"):
            return _refused(fault)
        redirect_uri = given["redirect_uri"]
        try:
            self._grants.check_redirect(page.app, redirect_uri)
        except Refusal as refusal:
            return _refused(refusal.message)
        if method == "GET":
            return _shown(page)
        allowed, ticked = _decision(body, page)
        if not allowed:
            return _redirect(redirect_uri, _with_state({"error": "access_denied"}, given))
        if not ticked:
            return _shown(page, "Choose at least one account.")
        code = self._grants.consent(page.app, ticked)
        return _redirect(redirect_uri, _with_state({"auth_code": code, "code": code}, given))

    # --- creators -------------------------------------------------------------------------------

    def authorize(self, method: str, query: str, body: bytes) -> Plain:
        """Ask a creator what an app may do (open_platform_and_events.md part I.1)."""
        given = dict(parse_qsl(query, keep_blank_values=True))
        if fault := _missing(given, "client_key", "redirect_uri") or _creator_fault(given):
            return _refused(fault)
        scopes = given.get("scope") or DEFAULT_SCOPES
        page = _Page(
            title="Allow access to your account?",
            app=given["client_key"],
            field="scope",
            choices=[(scope, scope) for scope in scopes.split(",") if scope],
        )
        redirect_uri = given["redirect_uri"]
        try:
            self._grants.check_redirect(page.app, redirect_uri)
        except Refusal as refusal:
            return _refused(refusal.message)
        if method == "GET":
            return _shown(page)
        allowed, ticked = _decision(body, page)
        if not (allowed and ticked):
            denied = {"error": "access_denied", "error_description": "The user denied access."}
            return _redirect(redirect_uri, _with_state(denied, given))
        asked = tuple(scope for scope, _ in page.choices)
        ask = Ask(page.app, redirect_uri, asked, given.get("code_challenge"))
        answer = {"code": self._creators.consent(ask, ticked), "scopes": ",".join(ticked)}
        return _redirect(redirect_uri, _with_state(answer, given))


def _creator_fault(given: Mapping[str, str]) -> str:
    if given.get("response_type") != "code":
        return "response_type must be code."
    if "code_challenge" not in given:
        return ""
    if given.get("code_challenge_method") != "S256":
        return "code_challenge_method must be S256."
    if not CHALLENGE.fullmatch(given["code_challenge"]):
        return "Code verifier or code challenge is invalid: 64 lower-case hex digits are expected."
    return ""


def _missing(given: Mapping[str, str], *names: str) -> str:
    for name in names:
        if not given.get(name):
            return f"The address lacks {name}."
    address = urlsplit(given["redirect_uri"])
    if address.scheme not in ("http", "https") or not address.netloc:
        return "redirect_uri is no absolute http or https address."
    return ""


def _decision(body: bytes, page: _Page) -> tuple[bool, list[str]]:
    """Whether the form allows, and which of the page's choices it has ticked."""
    form = parse_qs(body.decode("utf-8", "replace"))
    known = [value for value, _ in page.choices]
    ticked = [value for value in known if value in form.get(page.field, ())]
    return form.get("decision") == ["allow"], ticked


def _with_state(answer: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {**answer, "state": given["state"]} if "state" in given else dict(answer)


def _redirect(redirect_uri: str, answer: Mapping[str, str]) -> Plain:
    address = urlsplit(redirect_uri)
    query = "&".join(part for part in (address.query, urlencode(answer)) if part)
    location = urlunsplit(address._replace(query=query))
    # Spaces, line ends and anything beyond ASCII would not survive in a header.
    safe = "".join(sign if "!" <= sign <= "~" else quote(sign, safe="") for sign in location)
    return Plain(302, b"", HTML, {**HEADERS, "Location": safe})


def _refused(message: str) -> Plain:
    body = _document("This cannot be asked", f'<p class="fault">{escape(message)}</p>')
    return Plain(400, body, HTML, HEADERS)


def _shown(page: _Page, fault: str = "") -> Plain:
    lines = [f"<p>The app <b>{escape(page.app)}</b> asks for access.</p>"]
    if fault:
        lines.append(f'<p class="fault">{escape(fault)}</p>')
    lines.append('<form method="post">')
    lines += [
        f'<label><input type="checkbox" name="{page.field}" value="{escape(value)}" checked> '
        f"{escape(text)}</label>"
        for value, text in page.choices
    ]
    lines.append('<button name="decision" value="allow">Allow</button>')
    lines.append('<button name="decision" value="deny">Deny</button></form>')
    return Plain(200, _document(page.title, "\n".join(lines)), HTML, HEADERS)


def _document(title: str, content: str) -> bytes:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        '</title><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n{content}\n"
        '<p class="note">This is a simulator. Nothing here reaches TikTok.</p></body></html>\n'
    ).encode()
