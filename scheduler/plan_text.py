"""Plans as text, and back: everything that is needed to apply one exactly."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from adloom.json_text import dump
from adloom.wire import Record
from scheduler.inbox import Arrived
from scheduler.peeking import Glimpse
from scheduler.plan_records import (
    PlannedBatch,
    PlannedUse,
    PlannedValue,
    ScenarioPlan,
    Stop,
    as_data,
)
from scheduler.watch_store import Source, StoredWatch
from scheduler.watches import Batch, Item, Memory, Position

__all__ = ["plan_from_text", "plan_to_text"]


def plan_to_text(plan: ScenarioPlan) -> str:
    """Write a plan down."""
    record = {name: getattr(plan, name) for name in _names(ScenarioPlan)}
    record["batches"] = [_batch_to(one) for one in plan.batches]
    record["glimpses"] = [_glimpse_to(one) for one in plan.glimpses]
    for name in ("uses", "values", "troubles", "unforeseen"):
        record[name] = [vars(one) for one in getattr(plan, name)]
    record["made_at"] = plan.made_at.isoformat()
    return dump(record).decode()


def plan_from_text(text: str) -> ScenarioPlan:
    """Read a plan back."""
    record = as_data(text)
    record["made_at"] = datetime.fromisoformat(record["made_at"])
    batches = tuple(_batch_from(one) for one in record["batches"])
    bundles = {item.id: item.bundle for batch in batches for item in batch.items or ()}
    record["batches"] = batches
    record["glimpses"] = tuple(_glimpse_from(one, bundles) for one in record["glimpses"])
    record["uses"] = tuple(_use_from(one) for one in record["uses"])
    record["values"] = tuple(PlannedValue(**one) for one in record["values"])
    for name in ("troubles", "unforeseen"):
        record[name] = tuple(Stop(**one) for one in record[name])
    for name in ("begun", "notes"):
        record[name] = tuple(record[name])
    return ScenarioPlan(**record)


def _names(kind: type[Any]) -> list[str]:
    return [one.name for one in fields(kind)]


def _use_from(record: Record) -> PlannedUse:
    lists = {"calls": tuple(record["calls"]), "before": tuple(record["before"])}
    return PlannedUse(**{**record, **lists})


def _batch_to(batch: PlannedBatch) -> Record:
    items = None if batch.items is None else [_item_to(one) for one in batch.items]
    return {"execution": batch.execution, "items": items}


def _batch_from(record: Record) -> PlannedBatch:
    items = record["items"]
    known = None if items is None else tuple(_item_from(one) for one in items)
    return PlannedBatch(record["execution"], known)


def _item_to(item: Arrived) -> Record:
    return {**vars(item), "at": _text(item.at)}


def _item_from(record: Record) -> Arrived:
    return Arrived(**{**record, "at": _moment(record["at"])})


def _glimpse_to(one: Glimpse) -> Record:
    watch, batch = one.watch, one.batch
    return {
        "source": vars(one.source),
        "begins": one.begins,
        "ids": list(one.ids),
        "watch": {
            "position": _position_to(watch.position),
            "epoch": watch.epoch,
            "filter": watch.filter,
            "begun_at": watch.begun_at.isoformat(),
        },
        "items": [{"key": item.key, "at": _text(item.at)} for item in batch.items],
        "position": _position_to(batch.position),
        "remembered": {key: _memory_to(memory) for key, memory in batch.remembered.items()},
        "forgotten": sorted(batch.forgotten),
    }


def _glimpse_from(record: Record, bundles: Mapping[str, Record]) -> Glimpse:
    watch, ids = record["watch"], record["ids"]
    stored = StoredWatch(
        _position_from(watch["position"]),
        watch["epoch"],
        watch["filter"],
        datetime.fromisoformat(watch["begun_at"]),
    )
    items = [
        Item(item["key"], _moment(item["at"]), bundles[identity])
        for item, identity in zip(record["items"], ids, strict=True)
    ]
    batch = Batch(
        items,
        _position_from(record["position"]),
        {key: _memory_from(memory) for key, memory in record["remembered"].items()},
        frozenset(record["forgotten"]),
    )
    return Glimpse(Source(**record["source"]), stored, record["begins"], batch, tuple(ids))


def _position_to(position: Position) -> Record:
    """Where a watch stands; what it remembers besides is in the journal, or comes with a batch."""
    return {
        "settled": _text(position.settled),
        "candidate": _text(position.candidate),
        "polls": position.polls,
    }


def _position_from(record: Record) -> Position:
    return Position(_moment(record["settled"]), _moment(record["candidate"]), record["polls"])


def _memory_to(memory: Memory) -> Record:
    return {
        "at": _text(memory.at),
        "digests": sorted(memory.digests),
        "record": memory.record,
    }


def _memory_from(record: Record) -> Memory:
    return Memory(_moment(record["at"]), frozenset(record["digests"]), record["record"])


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
