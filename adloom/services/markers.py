"""Changes made through adloom, to be marked where figures are drawn."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from adloom.services.reports_accounts import Account
from modules.records.reports_dates import HOUR, Days
from scheduler.audit import Audit
from scheduler.audit_rows import CHANGE, Entry

__all__ = ["Marker", "by_bucket", "find_markers"]

#: Changes that are looked at; of more, the newest.
MOST: Final = 5_000
SCENARIO: Final = "scenario "
#: Fields in words; others are told as they are called.
FIELDS: Final[Mapping[str, str]] = {
    "operation_status": "status",
    "budget": "budget",
    "status": "status",
}


@dataclass(frozen=True)
class Marker:
    """What one execution changed.

    Args:
        at: When its first change was known to have happened.
        bucket: The day or hour it belongs to, where the account is.
        who: The scenario, `by hand`, or the undoing.
        what: What was changed, in a few words.
        execution_id: The execution.
        count: How many changes.
    """

    at: datetime
    bucket: str
    who: str
    what: str
    execution_id: str
    count: int

    @property
    def label(self) -> str:
        """Both in a line."""
        return f"{self.who}: {self.what}"


async def find_markers(
    audit: Audit,
    accounts: Sequence[Account],
    days: Days,
    step: str,
    objects: Iterable[str] | None = None,
) -> list[Marker]:
    """Find what was changed in some accounts within some days, the oldest first.

    Args:
        audit: The changes.
        accounts: The accounts; each counts days in its own zone.
        days: The days.
        step: The time dimension that markers are put into.
        objects: Only these ads, ad groups and campaigns; None is all of the accounts.
    """
    known = {one.id: one for one in accounts}
    wanted = None if objects is None else set(objects)
    rows = await audit.changes(since=_begin(accounts, days), limit=MOST)
    found: dict[tuple[str, str], list[tuple[Entry, datetime]]] = {}
    for row in rows:
        entry = row.entry
        if entry.what != CHANGE or entry.account not in known:
            continue
        if wanted is not None and entry.object_id not in wanted:
            continue
        there = datetime.fromisoformat(entry.at).astimezone(known[entry.account].clock)
        if days.first <= there.date() <= days.last:
            bucket = f"{there:%Y-%m-%d %H}" if step == HOUR else f"{there:%Y-%m-%d}"
            found.setdefault((entry.execution_id, bucket), []).append((entry, there))
    return [_marker(*key, entries) for key, entries in found.items()]


def by_bucket(markers: Iterable[Marker]) -> dict[str, str]:
    """One text for each day or hour that has markers."""
    found: dict[str, list[str]] = {}
    for one in markers:
        found.setdefault(one.bucket, []).append(one.label)
    return {
        bucket: texts[0] if len(texts) == 1 else f"{texts[0]} (and {len(texts) - 1} more)"
        for bucket, texts in found.items()
    }


def _begin(accounts: Sequence[Account], days: Days) -> datetime:
    """When the first day begins, wherever that is first."""
    midnight = datetime.combine(days.first, time())
    starts = [midnight.replace(tzinfo=one.clock).astimezone(UTC) for one in accounts]
    return min(starts, default=midnight.replace(tzinfo=UTC)) - timedelta(hours=1)


def _marker(execution_id: str, bucket: str, entries: Sequence[tuple[Entry, datetime]]) -> Marker:
    first, at = entries[0]
    what = _one(first) if len(entries) == 1 else _many([entry for entry, _ in entries])
    return Marker(at, bucket, _who(first.actor), what, execution_id, len(entries))


def _who(actor: str) -> str:
    if actor.startswith(SCENARIO):
        return actor.removeprefix(SCENARIO)
    return "by hand" if actor == "command" else actor


def _one(entry: Entry) -> str:
    name = f"{entry.kind} “{entry.name or entry.object_id}”"
    old, new = (_value(text) for text in (entry.old, entry.new))
    values = f"{old} \N{RIGHTWARDS ARROW} {new} {entry.unit}".strip() if old else str(new)
    return f"{_field(entry)} of {name}: {values}" if entry.field else f"{name}: {values}"


def _many(entries: Sequence[Entry]) -> str:
    """Several changes by what they are: `status of 3 ads, budget of 1 campaign`."""
    counts: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        counts.setdefault((_field(entry), entry.kind), set()).add(entry.object_id)
    return ", ".join(
        f"{field} of {len(ids)} {kind}{'s' if len(ids) > 1 else ''}".removeprefix(" of ")
        for (field, kind), ids in counts.items()
    )


def _field(entry: Entry) -> str:
    return FIELDS.get(entry.field, entry.field.replace("_", " "))


def _value(text: str) -> Any:
    value = json.loads(text)
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    return "" if value is None else value
