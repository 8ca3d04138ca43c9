"""Putting a video or an image into an account's library, once (business_api.md §3.7)."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import Field, StringConstraints, model_validator

from adloom.errors import Fault, InvalidParamsError, RejectedError
from adloom.fields import Advanced, FilePath
from adloom.wire import FileBody, JsonBody, Record, Request
from modules.actions import BundleT
from modules.base import Api, Call, Change, Context, Done, FileFacts, Outcome, Params
from modules.records.answers import data_of
from modules.records.creating import Creation, mark_of
from modules.records.listing import AdvertiserId

__all__ = ["Upload", "UploadParams"]

LONGEST_NAME: Final = 100
LARGEST_PAGE: Final = 100
#: Bytes a second that even a slow line manages; a call may take as long as that needs.
SLOWEST: Final = 500_000
ALWAYS: Final = 60.0
#: TikTok fetches what lies behind an address while the call waits.
FETCHING: Final = 120.0
MEGABYTE: Final = 1 << 20


class UploadParams(Params):
    """What to put into which account's library."""

    advertiser_id: AdvertiserId = Field(
        title="Advertiser",
        description="Account whose library it is put into.",
    )
    file: FilePath | None = Field(
        default=None,
        title="File",
        description="The file on this computer; or give an address instead.",
    )
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None = (
        Field(
            default=None,
            title="Address",
            description="Where TikTok itself can fetch it, instead of a file.",
        )
    )
    file_name: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
        ]
        | None
    ) = Field(
        default=None,
        title="Name",
        description="Its name in the library, where no other has it; else made from the file's.",
    )
    reuse: Annotated[bool, Advanced()] = Field(
        default=True,
        title="Use it again",
        description="Where the library has this very file already, use that one.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.url is None):
            raise ValueError("give either a file or an address (url)")
        return self


ParamsT = TypeVar("ParamsT", bound=UploadParams)


class Upload(Creation[ParamsT, BundleT]):
    """Uploads a file, or has TikTok fetch it; what the library has already is not sent again.

    A file is known by its MD5, which TikTok calls its signature and lists; something behind an
    address by its name, which holds a mark of the operation.
    """

    #: The endpoints' word for it.
    part: ClassVar[str]
    #: Endings its name may have, and what it may be called for people.
    endings: ClassVar[tuple[str, ...]]
    formats: ClassVar[str]
    #: Bytes; 0 where no limit is known.
    largest: ClassVar[int] = 0

    @abstractmethod
    def is_one(self, head: bytes) -> bool:
        """Whether a file begins as one of these does."""

    async def check(self, params: ParamsT, context: Context) -> Record:
        """Look at the file before anything is sent."""
        if params.url is not None:
            mark = f"{int(mark_of(context.operation_id)):016x}"[-8:]
            named = unquote(urlsplit(params.url).path).rstrip("/").rpartition("/")[2]
            return {"file_name": params.file_name or _marked(named or self.kind, mark)}
        facts = await asyncio.to_thread(context.file, str(params.file))
        self._refuse_unfit(facts)
        return {
            "path": facts.path,
            "file_name": params.file_name or _marked(facts.name, facts.sha256[:8]),
            "sha256": facts.sha256,
            "md5": facts.md5,
            "size": facts.size,
        }

    async def before(self, params: ParamsT, context: Context) -> list[Record]:
        """Check the file, and look whether the library has it already."""
        found = await self.check(params, context)
        alike = await self._alike(
            context.api, params.advertiser_id, found["file_name"], found.get("md5")
        )
        known = [str(row[self.key]) for row in alike]
        twin = next((row for row in alike if _is_twin(row, found)), None)
        if twin and params.reuse:
            context.say(f"The library has this {self.kind} already: {twin[self.key]}.")
            return [{**found, "known": known, "existing": twin}]
        if any(row.get("file_name") == found["file_name"] for row in alike):
            raise RejectedError(
                f"The library has a {self.kind} named {found['file_name']!r} already, and TikTok "
                "wants every name once (40911). Nothing was sent.",
                hint="Choose another: --file-name …",
            )
        return [{**found, "known": known}]

    def calls(self, params: ParamsT, before: Sequence[Record]) -> list[Call]:
        """One upload, unless the library has it."""
        return [] if "existing" in before[0] else super().calls(params, before)

    def request(self, params: ParamsT, found: Record) -> Request:
        """A form with the file in it, or the address for TikTok to fetch."""
        path, name = f"/file/{self.part}/ad/upload/", found["file_name"]
        fields = {"advertiser_id": params.advertiser_id, "file_name": name}
        if params.url is not None:
            source = {"upload_type": "UPLOAD_BY_URL", f"{self.part}_url": params.url}
            return Request("POST", path, body=JsonBody({**fields, **source}), patience=FETCHING)
        fields |= {"upload_type": "UPLOAD_BY_FILE", f"{self.part}_signature": found["md5"]}
        body = FileBody(
            path=found["path"],
            part=f"{self.part}_file",
            file_name=name,
            sha256=found["sha256"],
            fields=fields,
        )
        return Request("POST", path, body=body, patience=ALWAYS + found["size"] / SLOWEST)

    def change(self, params: ParamsT, found: Record) -> Change:
        """The name it gets, and what it is made of."""
        source = params.url or f"{found['path']} ({found['size'] / MEGABYTE:,.1f} MB)"
        where = f"new in account {params.advertiser_id}"
        return Change(self.kind, "", found["file_name"], where, None, source)

    async def alike(self, request: Request, api: Api) -> list[Record]:
        """Everything in the library with this content or this name."""
        body = request.body
        assert isinstance(body, FileBody | JsonBody)  # noqa: S101 - as `request` made it
        fields = body.fields if isinstance(body, FileBody) else body.value
        signature = fields.get(f"{self.part}_signature")
        return await self._alike(api, fields["advertiser_id"], fields["file_name"], signature)

    def told(self, row: Record) -> Any:
        """As the upload answers: a list for videos, one object for images."""
        return [row] if self.part == "video" else row

    def inverse(self, done: Done) -> list[Call]:
        """Delete it from the library."""
        self.refuse_deletion(done)
        made, body = self.id_of(done), done.call.request.body
        assert isinstance(body, FileBody | JsonBody)  # noqa: S101 - as `request` made it
        fields = body.fields if isinstance(body, FileBody) else body.value
        path = "/creative/asset/delete/"
        undo = {"advertiser_id": fields["advertiser_id"], f"{self.part}_ids": [made]}
        change = Change(self.kind, made, fields["file_name"], "library", "kept", "deleted")
        return [Call(f"undo {path} {made}", Request("POST", path, body=JsonBody(undo)), (change,))]

    async def changed_since(self, call: Call, context: Context) -> list[Change]:
        """See whether the library still has it under its name; which ads use it, nobody tells."""
        assert isinstance(call.request.body, JsonBody)  # noqa: S101 - as `inverse` made it
        [change] = call.changes
        account = call.request.body.value["advertiser_id"]
        rows = [row async for row in self._library(context.api, account)]
        name = next((row.get("file_name") for row in rows if str(row[self.key]) == change.id), None)
        if name is None:
            return [replace(change, new="deleted")]
        renamed = replace(change, field="file_name", old=change.name, new=name)
        return [] if name == change.name else [renamed]

    def result(
        self,
        params: ParamsT,  # noqa: ARG002 - Action's signature
        before: Sequence[Record],
        done: Sequence[Done],
    ) -> list[Record]:
        """What the library has now."""
        if existing := before[0].get("existing"):
            return [{**existing, "uploaded": False}]
        named = {"file_name": before[0]["file_name"]}
        return [
            {**named, **data_of(one), self.key: made, "uploaded": True}
            for one in done
            if one.outcome is Outcome.HAPPENED and (made := self.made_by(one))
        ]

    # --- inside ---------------------------------------------------------------------------------

    async def _alike(
        self, api: Api, advertiser_id: str, name: str, signature: str | None
    ) -> list[Record]:
        rows = [
            row
            async for row in self._library(api, advertiser_id)
            if row.get("file_name") == name or (signature and _signature(row) == signature)
        ]
        return sorted(rows, key=lambda row: str(row.get("create_time")))

    async def _library(self, api: Api, advertiser_id: str) -> AsyncIterator[Record]:
        path, query = f"/file/{self.part}/ad/search/", {"advertiser_id": advertiser_id}
        async for page in api.pages(path, query, key=self.key, page_size=LARGEST_PAGE):
            for row in page.records:
                yield row

    def _refuse_unfit(self, facts: FileFacts) -> None:
        if not facts.size:
            fault = "is empty"
        elif self.largest and facts.size > self.largest:
            most = self.largest // MEGABYTE
            fault = f"is larger than {most} MB ({facts.size / MEGABYTE:,.0f} MB)"
        elif not self.is_one(facts.head):
            fault = f"holds no {self.kind}; TikTok takes {self.formats}"
        elif _split(facts.name)[1].lower() not in ("", *self.endings):
            fault = f"has a name that does not end as {self.formats} do ({facts.name})"
        else:
            return
        raise InvalidParamsError([Fault("file", fault)])


def _is_twin(row: Record, found: Record) -> bool:
    """Whether the library's file holds the same, and ads may use it."""
    usable = row.get("displayable") is not False
    return usable and bool(found.get("md5")) and _signature(row) == found["md5"]


def _signature(row: Record) -> str:
    return str(row.get("signature") or "").lower()


def _marked(name: str, mark: str) -> str:
    """A name that nothing else in the library has: `summer.mp4` becomes `summer-0a1b2c3d.mp4`."""
    stem, ending = _split(name)
    tail = f"-{mark}{ending[:10]}"
    return stem[: LONGEST_NAME - len(tail)] + tail


def _split(name: str) -> tuple[str, str]:
    """A file's name and its ending, with the dot."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem else (name, "")
