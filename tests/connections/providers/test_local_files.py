"""Files as a platform: two requests, a folder, a disk that may hang."""

import os
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from adloom.errors import (
    InvalidParamsError,
    RejectedError,
    RetryableError,
    UnknownOutcomeError,
    UsageError,
)
from adloom.fields import validate
from adloom.sources import window
from adloom.wire import Answer, JsonBody, Page, Record, Request
from connections.connection import Connection
from connections.providers import file_rows, local_files
from connections.providers.local_files import FilesSettings, LocalFiles
from tests.connections.samples import of_kind

PROVIDER = LocalFiles()
ROWS = {"file": "a.jsonl", "key": "1", "rows": [{"n": 1}], "table": "rows"}
APPEND = Request("POST", "/rows/append/", body=JsonBody(ROWS))
APPENDED = Request("GET", "/rows/appended/", {"file": "a.jsonl", "key": "1"})
LIST = Request("GET", "/rows/list/", {"file": "a.jsonl"})


def place(folder: Path) -> Connection:
    return of_kind("files", folder=str(folder))


async def test_rows_are_added_once_and_asked_about(tmp_path: Path) -> None:
    asked = [APPENDED, APPEND, APPEND, APPENDED]
    told = [await PROVIDER.send(place(tmp_path), one, deadline=5) for one in asked]

    expected = [{"appended": False}, {"added": True}, {"added": False}, {"appended": True}]
    assert expected == [one.data for one in told]
    assert b'{"n":1}\n' == (tmp_path / "a.jsonl").read_bytes()


async def test_there_is_a_folder_for_every_workspace(tmp_path: Path) -> None:
    assert {"folder": str(tmp_path / "data")} == PROVIDER.own_settings(tmp_path)


async def nobody(_: Request) -> Answer:
    raise AssertionError("a folder is not an API")


async def test_a_folder_is_tried_before_it_is_saved(tmp_path: Path) -> None:
    facts = await PROVIDER.examine(nobody, place(tmp_path))

    assert {"display_name": str(tmp_path)} == facts
    for folder in (str(tmp_path / "none"), None):
        with pytest.raises(UsageError):
            await PROVIDER.examine(nobody, of_kind("files", folder=folder))


def test_a_folder_is_named_by_its_whole_path() -> None:
    with pytest.raises(UsageError, match="whole path"):
        validate(FilesSettings, {"folder": "reports"})


@pytest.mark.parametrize(
    ("request_", "error"), [(APPEND, UnknownOutcomeError), (APPENDED, RetryableError)]
)
async def test_a_disk_that_hangs_is_given_up_in_time(
    request_: Request, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()

    def hangs(*_: Any, **__: Any) -> bool:
        return free.wait(10)

    monkeypatch.setattr(local_files, "append", hangs)
    monkeypatch.setattr(local_files, "is_appended", hangs)
    try:
        with pytest.raises(error, match=r"not done within 0\.05 seconds"):
            await PROVIDER.send(place(tmp_path), request_, deadline=0.05)
    finally:
        free.set()


@pytest.mark.parametrize(
    "request_", [Request("GET", "/"), Request("DELETE", "/rows/append/"), Request("POST", "/x/")]
)
async def test_there_is_nothing_else_to_ask(request_: Request, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no API"):
        await PROVIDER.send(place(tmp_path), request_, deadline=1)


# --- reading -----------------------------------------------------------------------------------


def written(folder: Path, content: bytes, name: str = "a.jsonl", *, age: float = 60) -> Path:
    """A file as it was written so many seconds ago."""
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def listed(
    folder: Path, request: Request = LIST, size: int = 2
) -> AsyncGenerator[Page[Record], None]:
    async def send(request: Request) -> Answer:
        return await PROVIDER.send(place(folder), request, deadline=5)

    pages = PROVIDER.pages(send, request, key="number", page_size=size)
    assert isinstance(pages, AsyncGenerator)
    return pages


async def rows(folder: Path, request: Request = LIST, size: int = 2) -> list[Page[Record]]:
    return [page async for page in listed(folder, request, size)]


async def test_rows_are_listed_a_page_at_a_time_with_what_is_none(tmp_path: Path) -> None:
    written(tmp_path, b'{"n":1}\n{"n":1,"n":2}\n{"n":3}\n')

    first, last = await rows(tmp_path)

    assert (True, False, 0, 0) == (first.has_more, last.has_more, first.missing, last.missing)
    assert [{"n": 1}, None, {"n": 3}] == [one.get("row") for one in [*first.records, *last.records]]
    assert "a key stands twice in one object" == first.records[1]["problem"]
    assert (2, 8, 13) == tuple(first.records[1][name] for name in ("number", "offset", "length"))


@pytest.mark.parametrize("file", ["../a.jsonl", "/etc/passwd", ".hidden", "a/../../b.csv"])
async def test_no_name_leads_out_of_the_folder(file: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    written(tmp_path, b'{"n":1}\n')

    with pytest.raises(InvalidParamsError):
        await rows(tmp_path / "data", Request("GET", "/rows/list/", {"file": file}))


async def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "data", tmp_path / "others"
    inside.mkdir()
    outside.mkdir()
    written(outside, b'{"n":1}\n')
    (inside / "a.jsonl").symlink_to(outside / "a.jsonl")
    (inside / "others").symlink_to(outside)

    for file in ("a.jsonl", "others/a.jsonl"):
        with pytest.raises(RejectedError, match="leads out"):
            await rows(inside, Request("GET", "/rows/list/", {"file": file}))


async def test_a_file_that_is_replaced_while_it_is_listed_may_lack_rows(tmp_path: Path) -> None:
    written(tmp_path, b'{"n":1}\n{"n":2}\n{"n":3}')
    pages = []

    async for page in listed(tmp_path):
        pages.append(page)
        written(tmp_path, b'{"n":9}\n', "b.jsonl").replace(tmp_path / "a.jsonl")

    assert [0, 1] == [page.missing for page in pages]
    assert [1, 2] == [one["row"]["n"] for page in pages for one in page.records]


async def test_a_file_that_was_just_written_is_waited_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_rows, "QUIET", 0.1)
    written(tmp_path, b'{"n":1}\n{"n":2}', age=0)
    started = time.monotonic()

    (page,) = await rows(tmp_path, size=9)

    assert 0.05 < time.monotonic() - started
    assert (2, 0) == (len(page.records), page.missing)


async def test_a_listing_that_is_left_lets_go_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[BinaryIO] = []
    opened = window.Window.__init__

    def remembered(self: window.Window, file: BinaryIO, name: str) -> None:
        files.append(file)
        opened(self, file, name)

    monkeypatch.setattr(window.Window, "__init__", remembered)
    written(tmp_path, b'{"n":1}\n' * 10)
    async with aclosing(listed(tmp_path)) as pages:
        await anext(pages)

        assert [False] == [file.closed for file in files]
    assert [True] == [file.closed for file in files]


async def test_a_table_is_listed_though_somebody_has_just_written_into_it(tmp_path: Path) -> None:
    append = Request("POST", "/rows/append/", body=JsonBody({**ROWS, "file": "a.db"}))
    await PROVIDER.send(place(tmp_path), append, deadline=5)

    (page,) = await rows(tmp_path, Request("GET", "/rows/list/", {"file": "a.db"}))

    assert (0, [{"n": 1}]) == (page.missing, [one["row"] for one in page.records])


async def test_nothing_else_is_a_listing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no API"):
        await rows(tmp_path, Request("GET", "/rows/appended/"))
