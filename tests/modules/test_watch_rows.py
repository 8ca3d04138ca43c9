"""Watching a file: what is a new row, what is a changed one, and what is kept of them."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from adloom.cli.session import Session
from adloom.errors import AdloomError, InvalidParamsError
from adloom.fields import validate
from adloom.json_text import dump, parse_strict
from adloom.wire import Record
from connections.providers import file_rows, local_files
from modules import find_module
from modules.watch_rows import WatchRows, WatchRowsParams
from scheduler.polling import Poller, Start, Watched
from scheduler.scans import Scans
from tests.modules.fake_api import FakeApi, context_for
from tests.seams.workspaces import opened_workspace

TRIGGER = WatchRows()
EVERYTHING = Start(everything=True)


def asked(**values: Any) -> WatchRowsParams:
    return validate(WatchRowsParams, {"file": "orders.csv", **values})


async def listed(params: WatchRowsParams, rows: list[Record]) -> list[Record]:
    """What is listed of rows that a file has."""
    api = FakeApi({"/rows/list/": lambda _: rows})
    pages = [page async for page in TRIGGER.fetch(params, context_for(api), params.file, None)]
    return [bundle for page in pages for bundle in page.records]


def row(number: int, **fields: Any) -> Record:
    return {"number": number, "changed_at": "2026-11-21T12:00:00+00:00", "row": fields}


async def test_rows_are_told_apart_by_their_key_or_as_a_whole() -> None:
    rows = [row(2, id="1", n=1), row(3, id="1", n=2), row(4, id="2", user={"email": "a"})]

    whole = [one["key"] for one in await listed(asked(), rows)]
    by_id = [one["key"] for one in await listed(asked(key=["id"]), rows)]
    by_part = await listed(asked(key=["id", "user.email"]), rows)

    assert 3 == len(set(whole))
    assert (by_id[0], 2) == (by_id[1], len(set(by_id)))
    assert ["its user.email is empty"] * 2 + [None] == [one.get("problem") for one in by_part]


async def test_a_key_tells_nobody_what_it_was_made_of() -> None:
    [bundle] = await listed(asked(key=["email"]), [row(2, email="ada@example.com")])
    sight = TRIGGER.compare(asked(by="updated"), None, bundle)

    assert "ada" not in TRIGGER.key(bundle)
    assert b"ada" not in dump(sight.memory)


async def test_bad_rows_are_handed_on_or_left_out() -> None:
    place = {"number": 3, "offset": 30, "length": 4, "changed_at": "2026-11-21T12:00:00+00:00"}
    spoilt = {**place, "problem": "it is not UTF-8", "sha256": "ab" * 32}

    kept = await listed(asked(), [row(2, a=1), spoilt])
    dropped = await listed(asked(bad_rows="drop"), [row(2, a=1), spoilt])

    assert [None, "it is not UTF-8"] == [one.get("problem") for one in kept]
    assert [2] == [one["number"] for one in dropped]


async def test_of_rows_with_the_same_key_the_first_counts_where_changes_do() -> None:
    rows = [row(2, id="1", n=1), row(3, id="1", n=2)]

    assert [2] == [one["number"] for one in await listed(asked(key=["id"], by="updated"), rows)]


@pytest.mark.parametrize(
    "values",
    [
        {"file": "../orders.csv"},
        {"file": "/etc/passwd"},
        {"file": ".hidden.csv"},
        {"table": "a; DROP TABLE b"},
        {"table": "SELECT 1"},
        {"delimiter": "x"},
        {"limit": -1},
    ],
)
def test_what_cannot_work_is_refused_at_once(values: Record) -> None:
    with pytest.raises(InvalidParamsError):
        asked(**values)


# --- through the workspace's own folder and the cursor --------------------------------------------


class Shop:
    """A file in the data folder of a workspace, and a watch over it."""

    def __init__(self, session: Session, folder: Path, **values: Any) -> None:
        self.file = folder / "data" / "orders.csv"
        self.file.parent.mkdir(exist_ok=True)
        self._session = session
        self._values = values

    def write(self, *lines: str, age: float = 60) -> None:
        """Write the file anew; so many seconds ago, as it looks."""
        self.file.write_text("\n".join(["id,total", *lines]))
        os.utime(self.file, (time.time() - age, time.time() - age))

    async def poll(self, start: Start = EVERYTHING, limit: int = 0) -> list[Any]:
        """Poll once: the rows that are handed on, in short."""
        workshop = await self._session.workshop()
        module = find_module("watch_rows")
        opened = await workshop.reader.open(module, "files")
        context = workshop.reader.context(opened, "operation-1")
        watched = Watched("shop", "rows", module, asked(**self._values), "files", start)
        poller = Poller(workshop.watches, Scans(fresh=0), self._session.wiring.clock.now)
        polled = await poller.poll(watched, context, limit=limit)
        for _, error in polled.errors:
            raise error
        rows = await workshop.database.read(
            lambda work: work.run("SELECT id, bundle_sealed FROM inbox ORDER BY id")
        )
        bundles = [
            parse_strict(
                workshop.sealer.unseal(row["bundle_sealed"], f"inbox/{row['id']}").reveal().encode()
            )
            for row in rows
        ]
        found = bundles[len(bundles) - polled.found :]
        return [one.get("problem") or "=".join(one["row"].values()) for one in found]


async def test_new_rows_come_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w", key=["id"])
        shop.write("9,1", "3,1", "5,1")
        first = await shop.poll(limit=2)
        rest = await shop.poll(limit=2)
        shop.write("4,1", "9,1", "3,2", "5,1", "1,1")

        assert (["9=1", "3=1"], ["5=1"]) == (first, rest)
        assert ["4=1", "1=1"] == await shop.poll()
        assert [] == await shop.poll()


async def test_from_now_on_only_what_comes_later_counts(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w")
        shop.write("1,1", "2,1")
        begun = await shop.poll(Start())
        shop.write("1,1", "2,1", "3,1")

        assert ([], ["3=1"]) == (begun, await shop.poll(Start()))


async def test_changed_rows_come_again_where_they_are_asked_for(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w", key=["id"], by="updated")
        shop.write("1,1", "2,1", "1,7")
        first = await shop.poll()
        shop.write("1,1", "2,5", "1,7")

        assert ["1=1", "2=1"] == first
        assert ["2=5"] == await shop.poll()
        assert [] == await shop.poll()


async def test_a_bad_row_is_told_once(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w")
        shop.write("1,1", "2", "3,1")

        told = ["1=1", "it has too few cells: 1 under 2 columns", "3=1"]
        assert (told, []) == (await shop.poll(), await shop.poll())


async def test_a_file_that_is_being_written_forgets_nothing_and_keeps_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_rows, "QUIET", 0.2)
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w")
        shop.write("1,1", "2,1", "3,1")
        first = await shop.poll()
        monkeypatch.setattr(file_rows, "until_quiet", nobody_waits)
        monkeypatch.setattr(local_files, "until_quiet", nobody_waits)
        shop.write("1,1", "4,1", "5,", age=0)
        halfway = await shop.poll()
        shop.write("1,1", "4,1", "5,12", "2,1", "3,1")

        assert (["1=1", "2=1", "3=1"], ["4=1"]) == (first, halfway)
        assert ["5=12"] == await shop.poll()


async def nobody_waits(*_: Any) -> None:
    """As if the writer went on and on."""


async def test_a_file_that_is_missing_or_empty_for_a_while_forgets_nothing(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w")
        shop.write("1,1")
        first = await shop.poll()
        shop.file.write_text("")
        with pytest.raises(AdloomError, match="empty"):
            await shop.poll()
        shop.file.unlink()
        with pytest.raises(AdloomError, match="No such file"):
            await shop.poll()
        shop.write("1,1", "2,1")

        assert (["1=1"], ["2=1"]) == (first, await shop.poll())


async def test_what_is_remembered_of_a_row_is_a_digest(tmp_path: Path) -> None:
    async with opened_workspace(tmp_path / "w") as session:
        shop = Shop(session, tmp_path / "w", key=["id"], by="updated")
        shop.write("ada@example.com,1")
        await shop.poll()
        await session.journal_database()

    left = [path for path in (tmp_path / "w").rglob("*") if path.is_file() and path != shop.file]
    assert [] == [path.name for path in left if b"ada@example.com" in path.read_bytes()]
