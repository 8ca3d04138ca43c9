"""What a plan has changed so far, laid over what the platform still says."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from adloom.errors import UnforeseenError
from adloom.wire import Record
from modules.base import Change, ConnectionFacts
from scheduler.stages.foreseen import Foreseen, Placeholders
from scheduler.stages.kinds import BY_PATH, ObjectKind, kind_of_change
from scheduler.stages.statuses import is_wanted, possible_after

__all__ = ["Overlay", "Seen", "Where"]

SWITCH: Final = "operation_status"
#: Fields that only the platform knows after a change.
DATED: Final = frozenset({"modify_time"})
#: What a filter may say that new things fulfil, or that is answered elsewhere.
PASSED: Final = frozenset(
    {
        "primary_status",
        "secondary_status",
        "buying_types",
        "campaign_system_origins",
        "creation_filter_start_time",
        "creation_filter_end_time",
    }
)
#: Whose rows are remembered, because others are part of them and they have budgets.
REMEMBERED: Final = ("campaign", "ad group")
KEPT: Final = ("budget", "budget_mode", SWITCH, "campaign_id")

#: Where an object lives: the platform and the host. Two connections may lead to the same one.
Where = tuple[str, str]
_Object = tuple[Where, str, str]


@dataclass(frozen=True)
class Seen:
    """An object as the platform last showed it, and what the plan makes of it."""

    kind: str
    id: str
    before: Record
    after: Record


@dataclass
class Overlay:
    """Remembers changes by platform, kind, id and field, and lays them over rows.

    Args:
        placeholders: Stand for what would be created.
    """

    placeholders: Placeholders = field(default_factory=Placeholders)
    _changed: dict[_Object, Record] = field(default_factory=dict)
    _made: dict[tuple[Where, str], list[Record]] = field(default_factory=dict)
    _seen: dict[_Object, Record] = field(default_factory=dict)

    @staticmethod
    def where(facts: ConnectionFacts) -> Where:
        """Where a connection leads."""
        return (facts.provider, str(facts.settings.get("host") or ""))

    # --- what is planned ------------------------------------------------------------------------

    def change(self, where: Where, changes: Sequence[Change]) -> None:
        """Take changes as done."""
        for change in changes:
            kind = kind_of_change(change)
            if kind is not None and change.id:
                values = self._changed.setdefault((where, kind.name, change.id), {})
                values[change.field] = change.new

    def create(self, where: Where, kind: ObjectKind, row: Record) -> None:
        """Take an object as made."""
        above = self._seen.get((where, "ad group", str(row.get("adgroup_id") or "")), {})
        known = {"campaign_id": above.get("campaign_id"), **row}
        self._made.setdefault((where, kind.name), []).append(known)
        only_place = {kind.key: row[kind.key], "campaign_id": known["campaign_id"]}
        self.remember(where, kind, [only_place])

    def remember(self, where: Where, kind: ObjectKind, rows: Sequence[Record]) -> None:
        """Remember of rows, as the platform shows them, what later may be asked about them."""
        for row in rows if kind.name in REMEMBERED else ():
            place = (where, kind.name, str(row.get(kind.key)))
            seen = self._seen.setdefault(place, {})
            seen |= {name: row[name] for name in KEPT if name in row}

    # --- what is read ---------------------------------------------------------------------------

    def touches(self, where: Where, kind: ObjectKind) -> bool:
        """Whether anything planned may show in a listing of a kind."""
        names = {kind.name, *(one.name for one in BY_PATH.values() if one.key in kind.above)}
        changed = any(place[0] == where and place[1] in names for place in self._changed)
        return changed or any((where, name) in self._made for name in names)

    def touched(self, where: Where, kind: ObjectKind) -> dict[str, list[str]]:
        """Ids that rows may be looked for by that are not what the platform says they are.

        By the column they stand in: the objects themselves, and what they are part of.
        """
        columns = {kind.name: kind.key}
        columns |= {one.name: one.key for one in BY_PATH.values() if one.key in kind.above}
        found: dict[str, list[str]] = {}
        for (there, name, identity), values in self._changed.items():
            if there == where and name in columns and SWITCH in values:
                found.setdefault(columns[name], []).append(identity)
        return found

    def lay_over(self, where: Where, kind: ObjectKind, row: Record) -> Record:
        """A row as it would be."""
        values = self._changed.get((where, kind.name, str(row.get(kind.key))), {})
        states = self.states(where, kind, row)
        after = {**row, **{name: _like(row.get(name), new) for name, new in values.items()}}
        if states is not None:
            old = row.get("secondary_status")
            after["secondary_status"] = old if old in states else min(states, key=_likeliness)
        return after

    def states(self, where: Where, kind: ObjectKind, row: Record) -> frozenset[str] | None:
        """The delivery states a row may be in; None if no plan touches that."""
        places = [(one.name, one.key) for one in BY_PATH.values() if one.key in kind.above]
        planned = [self._switch(where, name, row.get(key)) for name, key in places]
        own = self._switch(where, kind.name, row.get(kind.key))
        if own is None and not any(planned):
            return None
        switches = (*planned, own or row.get(SWITCH))
        return possible_after(kind, row.get("secondary_status"), switches)

    def made(
        self, where: Where, kind: ObjectKind, advertiser_id: Any, filtering: Mapping[str, Any]
    ) -> list[Record]:
        """What the plan has made that a listing would show, the newest first.

        Raises:
            UnforeseenError: Nobody knows whether it would.
        """
        rows = [
            self.lay_over(where, kind, row)
            for row in self._made.get((where, kind.name), ())
            if str(row.get("advertiser_id")) == str(advertiser_id)
            and all(_fits(kind, row, name, value) for name, value in filtering.items())
        ]
        return [row for row in reversed(rows) if is_wanted(kind, self._new(kind, row), filtering)]

    def foreseen(self, where: Where, kind: ObjectKind, bundle: Record) -> Record:
        """A bundle that was read, with blanks where only the platform knows."""
        identity = str(bundle.get(kind.key))
        title = f"{kind.name} {identity}"
        if identity in self.placeholders.names:
            return Foreseen({k: v for k, v in bundle.items() if v is not None}, title)
        unknown = DATED if (where, kind.name, identity) in self._changed else frozenset[str]()
        if len(self.states(where, kind, bundle) or ()) > 1:
            unknown |= {"secondary_status"}
        return Foreseen(bundle, title, unknown) if unknown else bundle

    def budgeted(self) -> Iterator[Seen]:
        """Every object with a budget or a switch that the plan changes or makes."""
        for (where, kind, identity), values in self._changed.items():
            before = self._seen.get((where, kind, identity))
            if before and kind in REMEMBERED:
                yield Seen(kind, identity, before, {**before, **values})
        for (where, kind), rows in self._made.items():
            for row in rows if kind in REMEMBERED else ():
                key = next(one.key for one in BY_PATH.values() if one.name == kind)
                values = self._changed.get((where, kind, str(row[key])), {})
                yield Seen(kind, str(row[key]), {}, {**row, **values})

    # --- inside ---------------------------------------------------------------------------------

    def _switch(self, where: Where, kind: str, identity: Any) -> str | None:
        values = self._changed.get((where, kind, str(identity)), {})
        switch = values.get(SWITCH)
        return None if switch is None else str(switch)

    def _new(self, kind: ObjectKind, row: Record) -> frozenset[str]:
        """The states something new may be in: what it is part of may be switched off."""
        above: Collection[str | None] = [None] * len(kind.above)
        return possible_after(kind, None, (*above, row.get(SWITCH) or "ENABLE"))


def _like(old: Any, new: Any) -> Any:
    """A new value, written the way the platform writes such values."""
    if isinstance(new, Decimal):
        return str(new) if isinstance(old, str) else float(new)
    return new


def _likeliness(state: str) -> tuple[bool, bool, str]:
    """What modules are shown of several possible states: the one that stands in nobody's way."""
    return (not state.endswith(("DELIVERY_OK", "STATUS_ENABLE")), "PARTIAL" in state, state)


def _fits(kind: ObjectKind, row: Record, name: str, value: Any) -> bool:
    """Whether something new is what one entry of a filter asks for."""
    if name in PASSED or value is None:
        return True
    column = kind.ids.get(name, name)
    mine = row.get(column)
    if mine is None and column == "smart_plus_ad_id":
        return False
    if mine is None:
        raise UnforeseenError(f"Whether a new {kind.name} has this {name}, nobody knows before.")
    wanted = value if isinstance(value, list | tuple) else [value]
    return str(mine) in {str(one) for one in wanted}
