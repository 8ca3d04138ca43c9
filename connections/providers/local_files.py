"""Files of the workspace: a platform whose wire is the disk.

It exists so that writing a row is a change like any other: planned, journalled, sent by the engine,
looked up when nobody knows whether it happened.
"""

# ruff: noqa: ARG002 - the signatures are the provider's

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adloom.appending import Addition, append, is_appended
from adloom.errors import ApiError, RetryableError, UnknownOutcomeError, UsageError
from adloom.rows import Shape
from adloom.wire import Answer, JsonBody, Page, Record, Request
from connections.connection import Connection
from connections.providers.base import Send
from connections.providers.file_rows import FileRows, until_quiet
from connections.providers.without_wire import WithoutWire

__all__ = ["FilesSettings", "LocalFiles"]

ResultT = TypeVar("ResultT")

#: Rows to add: `{"file": …, "key": …, "rows": […], "table": …}`; answers `{"added": …}`.
APPEND: Final = "/rows/append/"
#: The rows of a file, as a listing: `file`, and how it is read.
LIST: Final = "/rows/list/"
#: Whether they were: `file` and `key`; answers `{"appended": true, false or null}`.
APPENDED: Final = "/rows/appended/"
FOLDER: Final = "data"
NO_API: Final = "Files have no API on the web."


def _absolute(folder: str) -> str:
    if not Path(folder).is_absolute():
        raise ValueError("it takes the whole path of a folder, such as /srv/reports")
    return folder


class FilesSettings(BaseModel):
    """Where files are written and read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Annotated[str, AfterValidator(_absolute)] | None = Field(
        default=None,
        title="Folder",
        description="Where files are written, such as /srv/reports.",
    )


class LocalFiles(WithoutWire):
    """Files in a folder: the workspace's own `data`, or one of your choice."""

    name: ClassVar[str] = "files"
    title: ClassVar[str] = "Files"
    settings_model: ClassVar[type[BaseModel]] = FilesSettings
    secret_titles: ClassVar[Mapping[str, str]] = {}
    anonymous: ClassVar[bool] = True
    direct: ClassVar[bool] = True

    def own_settings(self, workspace: Path) -> Mapping[str, Any]:
        """The folder for data of a workspace."""
        return {"folder": str(workspace / FOLDER)}

    async def send(self, connection: Connection, request: Request, *, deadline: float) -> Answer:
        """Add rows, say whether they were added, or open a file whose rows are listed.

        Raises:
            RejectedError: They do not fit the file.
            RetryableError: It is in use, or the disk is full; nothing was added.
            UnknownOutcomeError: The disk failed, or takes too long.
        """
        folder, patience = _folder(connection), deadline / 2
        match (request.method, request.path, request.body):
            case ("POST", path, JsonBody(asked)) if path == APPEND:
                addition = Addition(asked["key"], asked["rows"], asked["table"])
                file = asked["file"]
                added = await _in_time(
                    lambda: append(folder, file, addition, patience=patience),
                    deadline,
                    UnknownOutcomeError,
                )
                body: Mapping[str, Any] = {"added": added}
            case ("GET", path, None) if path == APPENDED:
                query = request.query
                found = await _in_time(
                    lambda: is_appended(folder, query["file"], query["key"], patience=patience),
                    deadline,
                    RetryableError,
                )
                body = {"appended": found}
            case ("GET", path, None) if path == LIST:
                asked = request.query
                await until_quiet(folder, asked["file"])
                rows = await _in_time(
                    lambda: FileRows(folder, asked, deadline), deadline, RetryableError
                )
                return Answer(200, {}, None, rows)
            case _:
                raise UsageError(NO_API)
        return Answer(200, {}, body, body)

    async def pages(
        self,
        send: Send,
        request: Request,
        *,
        key: str,
        page_size: int,
        shape: Shape | None = None,
    ) -> AsyncIterator[Page[Record]]:
        """Go through the rows of a file, which stays open as long as that takes."""
        if request.path != LIST:
            raise UsageError(NO_API)
        rows: FileRows = (await send(request)).data
        try:
            more = True
            while more:
                page = await _in_time(lambda: rows.page(page_size), rows.deadline, RetryableError)
                more = page.has_more
                yield page
        finally:
            rows.close()

    async def examine(self, send: Send, connection: Connection) -> Mapping[str, Any]:
        """See that files can be written there."""
        folder = _folder(connection)
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise UsageError(f"{folder} is no folder that files can be written into.")
        return {"display_name": str(folder)}


def _folder(connection: Connection) -> Path:
    if not (folder := connection.settings["folder"]):
        raise UsageError(
            f"{connection.name!r} does not say where its files are.",
            hint="Name the folder: --folder /srv/reports",
        )
    return Path(folder)


async def _in_time(work: Callable[[], ResultT], deadline: float, late: type[ApiError]) -> ResultT:
    """Do what may block; a disk that hangs does not hold up the rest.

    Work that is late may still be done; its lock keeps whoever looks waiting until it is.
    """
    try:
        async with asyncio.timeout(deadline):
            return await asyncio.to_thread(work)
    except TimeoutError:
        raise late(f"The disk was not done within {deadline:g} seconds.") from None
