"""Rows of an audit, put in without anything behind them."""

from datetime import timedelta
from functools import partial
from typing import Final

from adloom.database import Database
from scheduler.audit import append
from scheduler.audit_check import verify
from scheduler.audit_rows import CHANGE, Entry
from tests.scheduler.world import NOW

__all__ = ["ROWS", "entry", "filled", "flaws"]

ROWS: Final = 12


def entry(number: int) -> Entry:
    return Entry(
        CHANGE,
        (NOW + timedelta(minutes=number)).isoformat(),
        "command",
        f"e{number // 3}",
        f"o{number}",
        object_id=str(number),
        kind="ad",
        name="Sömmer",
        field="budget",
        old="50",
        new=str(50 + number),
    )


async def filled(database: Database, rows: int = ROWS) -> None:
    for number in range(1, rows + 1):
        one = entry(number)
        await database.write(partial(append, workspace="local", entries=[one]))


async def flaws(database: Database) -> list[str]:
    return [one.text for one in (await verify(database)).flaws]
