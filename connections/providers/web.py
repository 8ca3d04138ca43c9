"""Any web API: a base address, and a secret header or OAuth's client credentials.

Its HTTP status decides what an answer means. Whether an address is private is checked where the
transport connects, on the address that was really reached; through a proxy, where nobody sees that
address, only the name of the host is checked.
"""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote_plus, urlencode

from pydantic import BaseModel

from adloom.errors import (
    AdloomError,
    ApiError,
    AuthorizationError,
    MissingPermissionError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UnusableAnswerError,
)
from adloom.json_text import JsonError, parse_strict
from adloom.secret import Secret
from adloom.wire import Answer, Request, TextBody
from connections.connection import Connection
from connections.hosts import Origin
from connections.outgoing import Credential, WireRequest
from connections.providers.base import Grant, Send, lifetime
from connections.providers.encoding import joined, wired
from connections.providers.http_codes import status_verdict
from connections.providers.web_settings import WebSettings, address_of, origin_of
from connections.providers.without_consent import WithoutConsent
from connections.transport import WireAnswer

__all__ = ["Web"]

FORM: Final = "application/x-www-form-urlencoded"
BAD_REQUEST: Final = 400
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403


class Web(WithoutConsent):
    """A web API of your own choice."""

    name: ClassVar[str] = "web"
    title: ClassVar[str] = "Web API"
    settings_model: ClassVar[type[BaseModel]] = WebSettings
    secret_titles: ClassVar[Mapping[str, str]] = {
        "header_value": "Value of the header",
        "client_secret": "Client secret",
    }
    refreshes: ClassVar[bool] = True

    def secrets_for(self, settings: Mapping[str, Any]) -> Mapping[str, str]:
        """What the chosen login takes."""
        names = {"none": (), "header": ("header_value",), "oauth": ("client_secret",)}
        return {name: self.secret_titles[name] for name in names[settings["login"]]}

    # --- the wire -------------------------------------------------------------------------------

    def wire(self, connection: Connection, request: Request, *, deadline: float) -> WireRequest:
        """Address, encode and authorise a request."""
        settings = connection.settings
        for_token = _is_for_token(connection, request)
        url = request.path if for_token else address_of(settings, request.path)
        return wired(
            request,
            url,
            text=joined,
            changes=self.changes(request),
            deadline=deadline,
            credential=_client(connection) if for_token else _credential(connection),
            outside_only=not settings["allow_private"],
        )

    def changes(self, request: Request) -> bool:
        """GET and HEAD read; what anything else does, nobody here knows."""
        return request.method not in ("GET", "HEAD")

    def rates(self, connection: Connection, request: Request) -> Mapping[str, float | None]:  # noqa: ARG002 - one limit for all
        """One limit for the connection."""
        return {_key(connection): connection.settings["requests_per_second"]}

    def pauses(
        self,
        connection: Connection,
        request: Request,  # noqa: ARG002 - one limit for all
        error: ApiError,
    ) -> Mapping[str, float]:
        """Rest the connection."""
        return {_key(connection): error.retry_after or 1.0}

    def read(self, connection: Connection, request: Request, answer: WireAnswer) -> Answer:
        """Read JSON or text; the HTTP status decides, unless the request says what is fine."""
        changes = self.changes(request)
        host = origin_of(connection.settings).host
        body = _body(answer, host, changes=changes)
        read = Answer(answer.status, answer.headers, body, body, answer.served_at)
        is_fine = answer.status in request.expect if request.expect else answer.status < BAD_REQUEST
        if is_fine:
            return read
        problem = _problem(connection, request, answer, changes=changes)
        problem.answer = read
        raise problem

    # --- OAuth's client credentials -------------------------------------------------------------

    async def own_grant(self, send: Send, connection: Connection) -> Grant | None:
        """The first token, where the login is OAuth."""
        if connection.settings["login"] != "oauth":
            return None
        return await self.refresh(send, connection)

    async def refresh(self, send: Send, connection: Connection) -> Grant:
        """Ask for a token in the client's name (RFC 6749 §4.4); there is nothing to use up."""
        settings = connection.settings
        form = {"grant_type": "client_credentials"}
        form |= {"scope": settings["scope"]} if settings.get("scope") else {}
        request = Request("POST", settings["token_url"], body=TextBody(urlencode(form), FORM))
        answer = await send(request)
        data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        token = data.get("access_token")
        if not isinstance(token, str) or not token:
            raise UnusableAnswerError("The answer of the token address holds no access token.")
        secrets = {"access_token": Secret(token)}
        return Grant(secrets=secrets, life=lifetime(data.get("expires_in")))

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """Read the path to test; that it is refused as such proves nothing against the login."""
        try:
            await send(Request("GET", connection.settings["test_path"]))
        except (AuthorizationError, RetryableError):
            raise
        except AdloomError as error:
            if error.answer is None:
                raise
        return {"display_name": origin_of(connection.settings).host}


def _is_for_token(connection: Connection, request: Request) -> bool:
    token_url = connection.settings.get("token_url")
    return request.method == "POST" and token_url is not None and request.path == token_url


def _client(connection: Connection) -> Credential:
    """The client's name and secret, for the token address only (RFC 6749 §2.3.1)."""
    settings = connection.settings
    secret = connection.secrets["client_secret"].reveal()
    pair = f"{quote_plus(settings['client_id'])}:{quote_plus(secret)}"
    token = Secret(base64.b64encode(pair.encode()).decode())
    origins = (Origin.of(settings["token_url"]),)
    return Credential("authorization", token, origins, scheme="Basic")


def _credential(connection: Connection) -> Credential | None:
    settings, secrets = connection.settings, connection.secrets
    origins = (origin_of(settings),)
    if settings["login"] == "header":
        return Credential(settings["header_name"].lower(), secrets["header_value"], origins)
    if settings["login"] == "oauth" and "access_token" in secrets:
        return Credential("authorization", secrets["access_token"], origins, scheme="Bearer")
    return None


def _key(connection: Connection) -> str:
    return f"{origin_of(connection.settings).host}/web/{connection.id}"


def _body(answer: WireAnswer, host: str, *, changes: bool) -> Any:
    """JSON where it says so, text otherwise."""
    if "json" not in answer.headers.get("content-type", "") or not answer.body:
        return answer.body.decode(errors="replace")
    try:
        return parse_strict(answer.body)
    except JsonError as error:
        if answer.status >= BAD_REQUEST or changes:
            # What was asked for has been judged by its status; the answer is kept as it came.
            return answer.body.decode(errors="replace")
        text = f"{host} sent JSON that cannot be trusted: {error}."
        raise UnusableAnswerError(text) from None


def _problem(
    connection: Connection, request: Request, answer: WireAnswer, *, changes: bool
) -> AdloomError:
    """Say what a status means."""
    if answer.status < BAD_REQUEST:
        return _unexpected(connection, request, answer, changes=changes)
    for_token = _is_for_token(connection, request)
    where = "The token address" if for_token else origin_of(connection.settings).host
    text = f"{where} answered with HTTP {answer.status}."
    hint = f"Give it a new secret: adloom connections reconnect {connection.name}"
    if for_token and answer.status in (BAD_REQUEST, UNAUTHORIZED, FORBIDDEN):
        return AuthorizationError(text, hint=hint)
    if answer.status == UNAUTHORIZED and connection.settings["login"] != "none":
        return AuthorizationError(text, hint=hint)
    if answer.status in (UNAUTHORIZED, FORBIDDEN):
        return MissingPermissionError(text, hint="Its login does not cover this.")
    return status_verdict(answer, text, changes=changes, hint="Check path and parameters.")


def _unexpected(
    connection: Connection, request: Request, answer: WireAnswer, *, changes: bool
) -> ApiError:
    """A success of another kind than the one that was asked for: what came of it, a person sees."""
    expected = ", ".join(map(str, request.expect))
    text = (
        f"{origin_of(connection.settings).host} answered with HTTP {answer.status}; "
        f"expected was {expected}."
    )
    return UnknownOutcomeError(text) if changes else RejectedError(text)
