"""Call any web API."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, field_validator, model_validator

from adloom.fields import Advanced
from adloom.json_text import dump
from adloom.paths import check_web_path
from adloom.secret import redact
from adloom.wire import Answer, Body, JsonBody, Page, Record, Request, TextBody
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Outcome, Params, module
from modules.bundles import Bundle
from modules.records.api_calls import check_web_headers

__all__ = ["HttpRequest", "HttpRequestParams", "WebAnswer", "http_request"]

LARGEST_BODY = 1_000_000
FORM = "application/x-www-form-urlencoded"
#: How the key of a call ends that may be sent again.
AGAIN = ", as often as need be"


class HttpRequestParams(Params):
    """What to call, and with what."""

    path: str = Field(
        min_length=1,
        title="Path",
        description="Below the connection's base address, such as /orders/17.",
    )
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET",
        title="Method",
        description="GET and HEAD read; everything else counts as a change.",
    )
    query: dict[str, Any] = Field(
        default_factory=dict,
        title="Query",
        description="Parameters of the address, without the secret ones.",
    )
    headers: Annotated[dict[str, str], Advanced()] = Field(
        default_factory=dict,
        title="Headers",
        description="Extra headers; secrets belong into the connection instead.",
    )
    body: Any = Field(default=None, title="Body", description="What is sent along, as JSON.")
    form: dict[str, str] | None = Field(
        default=None,
        title="Form",
        description="Fields sent along the way a form on a web page sends them.",
    )
    text: Annotated[str | None, Advanced()] = Field(
        default=None,
        title="Text",
        description="A body sent as it stands, instead of JSON.",
    )
    expect: Annotated[list[int], Advanced()] = Field(
        default_factory=list,
        title="Expected statuses",
        description="HTTP statuses that are fine, such as 200 and 404; by default all below 400.",
    )
    repeatable: bool = Field(
        default=False,
        title="Repeatable",
        description="A change may be sent again when nobody knows whether it arrived.",
    )

    @field_validator("path")
    @classmethod
    def _stays_below(cls, value: str) -> str:
        # What begins with a scheme is meant to lead elsewhere; it is not to be led astray instead.
        leads_away = ":" in value.split("/", maxsplit=1)[0]
        return check_web_path(value if value.startswith("/") or leads_away else f"/{value}")

    @field_validator("headers")
    @classmethod
    def _harmless(cls, value: dict[str, str]) -> dict[str, str]:
        return check_web_headers(value)

    @field_validator("expect")
    @classmethod
    def _statuses(cls, value: list[int]) -> list[int]:
        if wrong := [status for status in value if not 200 <= status <= 599]:  # noqa: PLR2004 - as HTTP has them
            raise ValueError(f"{wrong[0]} is no status of an answer")
        return sorted(set(value))

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        bodies = [one for one in (self.body, self.form, self.text) if one is not None]
        if len(bodies) > 1:
            raise ValueError("body: give one of body, form and text")
        if bodies and self.method in ("GET", "HEAD"):
            raise ValueError(f"method: a {self.method} carries no body; use the query")
        if bodies and len(dump(bodies[0])) > LARGEST_BODY:
            raise ValueError(f"body: takes {LARGEST_BODY:,} bytes at most")
        return self


class WebAnswer(Bundle):
    """What came back."""

    status_code: int | None = Field(default=None, title="Status code", description="HTTP status.")
    headers: dict[str, str] = Field(
        default_factory=dict,
        title="Headers",
        description="Headers of the answer, by their lower-case names.",
    )
    body: Any = Field(default=None, title="Body", description="The answer: JSON, or else text.")


class HttpRequest(Action[HttpRequestParams, WebAnswer]):
    """Call any web API, with the secret of its connection."""

    # Whether it may be repeated, only its user knows: `look_up` tells what was said about that.
    on_doubt: ClassVar[OnDoubt] = OnDoubt.LOOK_UP
    answer_is_proof: ClassVar[bool] = True
    no_inverse: ClassVar[str | None] = "What an arbitrary call did, only its sender can take back."

    def changes(self, params: HttpRequestParams) -> bool:
        """Whatever does not read."""
        return params.method not in ("GET", "HEAD")

    def calls(self, params: HttpRequestParams, before: Sequence[Record]) -> list[Call]:  # noqa: ARG002 - Action's signature
        """The one call."""
        request = _request(params)
        given = (one for one in (params.body, params.form, params.text) if one is not None)
        shown = redact(next(given, None))
        change = Change("call", request.path, "", request.method, None, shown)
        key = f"{request.method} {request.path}{AGAIN if params.repeatable else ''}"
        return [Call(key, request, (change,))]

    async def look_up(self, call: Call, context: Context) -> Outcome:  # noqa: ARG002 - Action's signature
        """Nobody can tell; but what may be repeated is, as if it had not happened."""
        return Outcome.NOT_HAPPENED if call.key.endswith(AGAIN) else Outcome.UNKNOWN

    def result(
        self,
        params: HttpRequestParams,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """The answer, as it came."""
        return [
            {"status_code": one.status, "headers": dict(one.headers), "body": one.body}
            for one in done
            if one.status is not None
        ]

    async def read(
        self, params: HttpRequestParams, context: Context
    ) -> AsyncIterator[Page[WebAnswer]]:
        """Make a call that changes nothing."""
        yield Page([_told(await context.api.read(_request(params)))])


def _request(params: HttpRequestParams) -> Request:
    return Request(
        params.method,
        params.path,
        params.query,
        _body(params),
        params.headers,
        expect=tuple(params.expect),
    )


def _body(params: HttpRequestParams) -> Body | None:
    if params.form is not None:
        return TextBody(urlencode(params.form), FORM)
    if params.text is not None:
        kind = params.headers.get("content-type", "text/plain; charset=utf-8")
        return TextBody(params.text, kind)
    return None if params.body is None else JsonBody(params.body)


def _told(answer: Answer) -> Record:
    return {
        "status_code": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body,
    }


http_request = module(kind="action", title="Call a web API", provider="web", permission=None)(
    HttpRequest
)
