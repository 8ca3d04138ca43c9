"""Changes made through adloom, as marks on figures."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from adloom.database import Database, open_database
from adloom.services.markers import by_bucket, find_markers
from adloom.services.reports_accounts import Account
from modules.records.reports_dates import DAY, HOUR, Days
from scheduler.audit import Audit, append
from scheduler.audit_rows import CHANGE, CHECKPOINT, Entry
from scheduler.schema import MIGRATIONS
from tests.seams.postgres import spot

BERLIN = Account("11", "Kontor", "EUR", "Europe/Berlin")
THREE = Days(date(2026, 10, 24), date(2026, 10, 26))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    place = spot(str(tmp_path / "journal.db"))
    async with open_database(place, MIGRATIONS, set_name="journal") as made:
        yield made


def change(at: str, execution: str = "e1", **other: str) -> Entry:
    """A change of an ad's status."""
    usual = {
        "actor": "scenario night-off",
        "account": "11",
        "kind": "ad",
        "object_id": "5",
        "name": "Spring",
        "field": "operation_status",
        "old": '"ENABLE"',
        "new": '"DISABLE"',
    }
    return Entry(CHANGE, at, execution_id=execution, **{**usual, **other})  # type: ignore[arg-type] # texts all


async def noted(database: Database, *entries: Entry) -> Audit:
    """Write changes down."""
    await database.write(partial(append, workspace="local", entries=list(entries)))
    return Audit(database)


async def test_a_single_change_is_told_with_old_and_new(database: Database) -> None:
    audit = await noted(database, change("2026-10-25T10:00:00+00:00"))
    (marker,) = await find_markers(audit, [BERLIN], THREE, DAY)

    assert marker.bucket == "2026-10-25"
    assert marker.label == "night-off: status of ad “Spring”: ENABLE → DISABLE"
    assert marker.execution_id == "e1"


async def test_amounts_are_told_with_their_currency(database: Database) -> None:
    amounts = {"kind": "campaign", "field": "budget", "unit": "EUR"}
    first = change("2026-10-25T10:00:00+00:00", old="250.0", new="1234.5", **amounts)
    audit = await noted(database, first)
    (marker,) = await find_markers(audit, [BERLIN], THREE, DAY)

    assert marker.what == "budget of campaign “Spring”: 250 → 1,234.50 EUR"


async def test_several_changes_of_one_execution_are_one_mark(database: Database) -> None:
    at = "2026-10-25T10:00:00+00:00"
    many = [change(at, object_id=str(number)) for number in range(3)]
    budget = change(at, kind="campaign", field="budget", old="10", new="12", unit="EUR")
    audit = await noted(database, *many, budget, change(at, "e2", actor="command"))
    found = await find_markers(audit, [BERLIN], THREE, DAY)

    assert ["status of 3 ads, budget of 1 campaign"] == [one.what for one in found[:1]]
    assert [4, 1] == [one.count for one in found]
    assert found[1].who == "by hand"
    assert by_bucket(found)["2026-10-25"].endswith("(and 1 more)")


async def test_changes_stand_at_the_day_and_hour_of_the_account(database: Database) -> None:
    # 22:30 UTC is past midnight in Berlin before summer time ends, and not yet after.
    audit = await noted(
        database,
        change("2026-10-24T22:30:00+00:00", "e1"),
        change("2026-10-25T22:30:00+00:00", "e2"),
        change("2026-10-23T21:59:00+00:00", "e3"),
        change("2026-10-26T23:00:00+00:00", "e4"),
    )

    by_day = await find_markers(audit, [BERLIN], THREE, DAY)
    by_hour = await find_markers(audit, [BERLIN], THREE, HOUR)

    assert [("e1", "2026-10-25"), ("e2", "2026-10-25")] == [
        (one.execution_id, one.bucket) for one in by_day
    ]
    assert ["2026-10-25 00", "2026-10-25 23"] == [one.bucket for one in by_hour]


async def test_only_changes_of_the_account_and_the_objects_count(database: Database) -> None:
    at = "2026-10-25T10:00:00+00:00"
    audit = await noted(
        database,
        change(at, "mine"),
        change(at, "other account", account="12"),
        change(at, "other object", object_id="6"),
        Entry(CHECKPOINT, at, "command", account="11"),
    )

    mine = await find_markers(audit, [BERLIN], THREE, DAY, ["5"])
    whole = await find_markers(audit, [BERLIN], THREE, DAY)

    assert ["mine"] == [one.execution_id for one in mine]
    assert ["mine", "other object"] == [one.execution_id for one in whole]
