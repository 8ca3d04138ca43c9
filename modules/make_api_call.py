"""Make any call to TikTok's API for Business."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from adloom.catalogue import load
from adloom.fields import Advanced, FilePath
from adloom.json_text import dump
from adloom.secret import redact
from adloom.wire import Answer, Body, FileBody, JsonBody, Page, Record, Request, TextBody
from modules.base import Action, Call, Change, Context, Done, OnDoubt, Params, module
from modules.bundles import Bundle
from modules.records.api_calls import check_headers, doubts, find_target

__all__ = ["ApiAnswer", "MakeApiCall", "MakeApiCallParams", "make_api_call", "prepare"]

LARGEST_PAGE = 1000
LARGEST_BODY = 1_000_000


class MakeApiCallParams(Params):
    """What to call, and with what."""

    path: str = Field(
        min_length=1,
        title="Path",
        description="Below the API's root, such as /ad/get/; a version in front is understood.",
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET",
        title="Method",
        description="GET reads; POST changes things, or asks for more than fits into a GET.",
    )
    query: dict[str, Any] = Field(
        default_factory=dict,
        title="Query",
        description="Parameters of a GET; lists and objects are encoded the way TikTok wants.",
    )
    body: Any = Field(
        default=None,
        title="Body",
        description="What is sent along, as JSON; with a file, the other fields of the form.",
    )
    text: Annotated[str | None, Advanced()] = Field(
        default=None,
        max_length=LARGEST_BODY,
        title="Text",
        description="A body sent as it stands, instead of JSON.",
    )
    file: FilePath | None = Field(
        default=None,
        title="File",
        description="A file to upload as part of a form.",
    )
    file_part: Annotated[str, Advanced()] = Field(
        default="file",
        pattern=r"^[a-z_]{1,40}$",
        title="Name of the file's part",
        description="What TikTok calls the file, such as video_file or image_file.",
    )
    headers: Annotated[dict[str, str], Advanced()] = Field(
        default_factory=dict,
        title="Headers",
        description="Extra headers; the token and everything else adloom sets cannot be replaced.",
    )
    all_pages: bool = Field(
        default=False,
        title="All pages",
        description="Walk through a listing to its end, one bundle for each page.",
        json_schema_extra={"aliases": ["all"]},
    )

    @field_validator("headers")
    @classmethod
    def _known_headers(cls, value: dict[str, str]) -> dict[str, str]:
        return check_headers(value)

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        bodies = [self.body is not None or self.file is not None, self.text is not None]
        if all(bodies):
            raise ValueError("text: it cannot be sent together with a body or a file")
        if self.method == "GET" and any(bodies):
            raise ValueError("method: a GET carries no body; put the parameters into the query")
        if self.file is not None and not isinstance(self.body or {}, dict):
            raise ValueError("body: with a file it holds the form's other fields, so an object")
        return self


class ApiAnswer(Bundle):
    """What came back."""

    status_code: int | None = Field(
        default=None,
        title="Status code",
        description="HTTP status; TikTok says 200 even to errors.",
    )
    headers: dict[str, str] = Field(
        default_factory=dict, title="Headers", description="Headers of the answer."
    )
    body: Any = Field(default=None, title="Body", description="The answer: JSON, or else text.")


@dataclass(frozen=True)
class Prepared:
    """A call ready to be sent.

    Args:
        request: What will be sent.
        changes: Whether it may change something.
        notes: What the user should know before.
    """

    request: Request
    changes: bool
    notes: tuple[str, ...]


def prepare(params: MakeApiCallParams) -> Prepared:
    """Turn what was written into a request, telling what was changed and what looks wrong.

    Raises:
        InvalidParamsError: The path or a header could lead astray.
    """
    target = find_target(load(), params.method, params.path)
    query = {target.renames.get(name, name): value for name, value in params.query.items()}
    body, renamed = _body(params, target.renames)
    notes = [*target.notes]
    notes += [
        f"{old} is now called {target.renames[old]}."
        for old in [*params.query, *renamed]
        if old in target.renames
    ]
    if target.endpoint:
        given = query if params.method == "GET" else _fields(body)
        notes += doubts(target.endpoint.params, given)
    reads = params.method == "GET" or bool(target.endpoint and not target.endpoint.changes)
    request = Request(params.method, target.path, query, body, params.headers)
    return Prepared(request, not reads, tuple(notes))


class MakeApiCall(Action[MakeApiCallParams, ApiAnswer]):
    """Make any call to TikTok's API for Business, with the connection's token."""

    # Nobody but the user knows what an arbitrary call did.
    on_doubt: ClassVar[OnDoubt] = OnDoubt.PARK
    no_inverse: ClassVar[str | None] = "What an arbitrary call did, only its sender can take back."

    def changes(self, params: MakeApiCallParams) -> bool:
        """A GET and the few POSTs that only read change nothing; an unknown path might."""
        return prepare(params).changes

    async def before(self, params: MakeApiCallParams, context: Context) -> list[Record]:
        """Say what looks odd, and look at the file."""
        for note in prepare(params).notes:
            context.say(note)
        if params.file is None:
            return []
        facts = context.file(params.file)
        return [{"path": facts.path, "name": facts.name, "sha256": facts.sha256}]

    def calls(self, params: MakeApiCallParams, before: Sequence[Record]) -> list[Call]:
        """The one call, its file pinned to what it holds now."""
        request = prepare(params).request
        shown = getattr(request.body, "value", None) or getattr(request.body, "text", None)
        if before:
            file = FileBody(
                path=before[0]["path"],
                part=params.file_part,
                file_name=before[0]["name"],
                sha256=before[0]["sha256"],
                fields={name: _form_text(value) for name, value in (params.body or {}).items()},
            )
            request, shown = replace(request, body=file), {"file": file.file_name, **file.fields}
        change = Change("call", request.path, "", request.method, None, redact(shown))
        return [Call(f"{request.method} {request.path}", request, (change,))]

    def result(
        self,
        params: MakeApiCallParams,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],  # noqa: ARG002 - Action's signature
        done: Sequence[Done],
    ) -> list[Record]:
        """The answer, as it came."""
        return [
            {"status_code": one.status, "headers": dict(one.headers), "body": redact(one.body)}
            for one in done
            if one.status is not None
        ]

    async def read(
        self, params: MakeApiCallParams, context: Context
    ) -> AsyncIterator[Page[ApiAnswer]]:
        """Make a call that changes nothing, or walk through a listing."""
        prepared = prepare(params)
        for note in prepared.notes:
            context.say(note)
        request = prepared.request
        if not params.all_pages:
            yield Page([_told(await context.api.read(request))])
            return
        pages = context.api.pages(
            request.path, request.query, key=_row_id(request.path), page_size=LARGEST_PAGE
        )
        async for page in pages:
            shown = {"list": list(page.records), "total_number": page.total}
            record = {"status_code": 200, "headers": {}, "body": shown}
            yield Page([record], page.total, page.has_more, page.served_at, page.missing)


def _told(answer: Answer) -> Record:
    return {
        "status_code": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body,
    }


def _body(params: MakeApiCallParams, renames: Any) -> tuple[Body | None, list[str]]:
    """The body with old names replaced, and the names it had."""
    if params.text is not None:
        return TextBody(params.text, params.headers.get("content-type", "text/plain")), []
    if params.body is None:
        return (None if params.method == "GET" else JsonBody({})), []
    if not isinstance(params.body, dict):
        return JsonBody(params.body), []
    body = {renames.get(name, name): value for name, value in params.body.items()}
    return JsonBody(body), list(params.body)


def _fields(body: Body | None) -> Record:
    return body.value if isinstance(body, JsonBody) and isinstance(body.value, dict) else {}


def _form_text(value: Any) -> str:
    return value if isinstance(value, str) else dump(value).decode()


def _row_id(path: str) -> str:
    """The column that most likely tells rows apart: /ad/get/ lists rows with an ad_id."""
    words = path.strip("/").split("/")
    return f"{words[-2] if len(words) > 1 else words[0]}_id"


make_api_call = module(
    kind="action", title="Make an API call", provider="tiktok-business", permission=None
)(MakeApiCall)
