"""Files as a platform: two requests, a folder, a disk that may hang."""

import threading
from pathlib import Path
from typing import Any

import pytest

from adloom.errors import RetryableError, UnknownOutcomeError, UsageError
from adloom.fields import validate
from adloom.wire import Answer, JsonBody, Request
from connections.connection import Connection
from connections.providers import local_files
from connections.providers.local_files import FilesSettings, LocalFiles
from tests.connections.samples import of_kind

PROVIDER = LocalFiles()
ROWS = {"file": "a.jsonl", "key": "1", "rows": [{"n": 1}], "table": "rows"}
APPEND = Request("POST", "/rows/append/", body=JsonBody(ROWS))
APPENDED = Request("GET", "/rows/appended/", {"file": "a.jsonl", "key": "1"})


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
