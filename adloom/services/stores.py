"""Data stores as people see them: what is in them, who uses them, and changes by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.errors import Fault, InvalidParamsError, UnknownNameError, UsageError
from adloom.json_text import JsonError, dump, parse_strict
from adloom.services.scenario_files import texts
from adloom.services.session import Session
from scenarios.steps import StoreStep
from scheduler.data_store import Held
from scheduler.stored_entries import StoredEntries, StoredEntry

__all__ = [
    "PAGE",
    "Shelf",
    "StorePage",
    "delete_entry",
    "delete_store",
    "entry_of",
    "mark_of",
    "put_entry",
    "read_value",
    "save_entry",
    "shelf_of",
    "shelves_of",
    "store_page",
    "stored_entries",
    "stored_json",
]

#: Entries of a page.
PAGE: Final = 50
#: What stands for an entry that is not there yet.
NOTHING: Final = ""


@dataclass(frozen=True)
class Shelf:
    """A store, whether or not anything is in it yet.

    Args:
        name: Its name.
        keys: How many entries it has.
        users: The scenarios that use it.
    """

    name: str
    keys: int
    users: Sequence[str] = ()


@dataclass(frozen=True)
class StorePage:
    """Some entries of a store.

    Args:
        shelf: The store.
        entries: By key.
        later: The key after which it goes on; None at the end.
    """

    shelf: Shelf
    entries: Sequence[StoredEntry] = field(default_factory=tuple)
    later: str | None = None


async def stored_entries(session: Session) -> StoredEntries:
    """The stores of a workspace."""
    return StoredEntries(await session.journal_database(), session.wiring.clock)


async def shelves_of(session: Session) -> list[Shelf]:
    """Every store there is, and those that scenarios are going to make, by name."""
    counts = await (await stored_entries(session)).data.stores()
    users = _users(session)
    names = sorted({*counts, *users})
    return [Shelf(name, counts.get(name, 0), users.get(name, ())) for name in names]


async def shelf_of(session: Session, store: str) -> Shelf:
    """One store.

    Raises:
        UnknownNameError: Nothing is in it, and no scenario uses it.
    """
    found = await shelves_of(session)
    for one in found:
        if one.name == store:
            return one
    hint = "A store comes to be when something is first put into it."
    raise UnknownNameError("data store", store, [one.name for one in found], hint=hint)


async def store_page(session: Session, store: str, *, text: str = "", after: str = "") -> StorePage:
    """Some entries of a store.

    Args:
        session: The workspace.
        store: Its name.
        text: What their keys hold.
        after: The key they come after.

    Raises:
        UnknownNameError: There is no such store.
    """
    shelf = await shelf_of(session, store)
    data = await stored_entries(session)
    found = await data.search(store, text=text, after=after, limit=PAGE + 1)
    later = found[PAGE - 1].key if len(found) > PAGE else None
    return StorePage(shelf, found[:PAGE], later)


async def entry_of(session: Session, store: str, key: str) -> Any:
    """What stands under a key.

    Raises:
        UnknownNameError: Nothing does.
    """
    held = await (await stored_entries(session)).data.get(store, key)
    if not held.exists:
        raise UnknownNameError("entry", key, [], hint=f"Look for it in the data store {store}.")
    return held.value


def mark_of(held: Held) -> str:
    """What an entry is compared by when it is written: its JSON, or nothing."""
    return dump(held.value).decode() if held.exists else NOTHING


def read_value(text: str, *, as_json: bool) -> Any:
    """A value as it was typed.

    Raises:
        InvalidParamsError: It is meant to be JSON and is not.
    """
    if not as_json:
        return text
    try:
        return parse_strict(text.encode(errors="surrogatepass"))
    except (JsonError, RecursionError) as error:
        said = f"is no JSON: {error}. Text stands in quotes there"
        raise InvalidParamsError([Fault("value", said)]) from None


async def save_entry(session: Session, store: str, key: str, value: Any, expected: str) -> None:
    """Write an entry by hand, unless it changed meanwhile.

    Args:
        session: The workspace.
        store: The store; it comes to be if there is none.
        key: The key.
        value: JSON.
        expected: What stood there when it was shown, as `mark_of` tells it.

    Raises:
        InvalidParamsError: The key cannot be one, or the value is too large.
        UsageError: Something else stands there by now.
    """
    data = await stored_entries(session)
    before = await data.data.get(store, key)
    is_same = mark_of(before) == expected
    if is_same and await data.replace(store, key, value, before):
        return
    if expected == NOTHING:
        raise UsageError(
            f"There is an entry {key!r} already; nothing was written.", hint="Open it to change it."
        )
    raise UsageError(
        "This entry was changed or deleted since it was shown; nothing was written.",
        hint="Look at it as it is now, and try again.",
    )


async def put_entry(session: Session, store: str, key: str, value: Any) -> bool:
    """Write an entry over whatever is there; whether anything was.

    Raises:
        InvalidParamsError: The key cannot be one, or the value is too large.
    """
    return (await (await stored_entries(session)).data.put(store, key, value)).exists


async def delete_entry(session: Session, store: str, key: str) -> None:
    """Delete an entry.

    Raises:
        UnknownNameError: There is none.
    """
    held = await (await stored_entries(session)).data.delete(store, key)
    if not held.exists:
        raise UnknownNameError("entry", key, [], hint="It may have been deleted already.")


async def delete_store(session: Session, store: str) -> int:
    """Delete a store with all its entries; how many it had.

    Raises:
        UnknownNameError: There is none.
    """
    await shelf_of(session, store)
    return await (await stored_entries(session)).clear(store)


async def stored_json(session: Session, store: str) -> bytes:
    """A store as a JSON object of its keys and values.

    Raises:
        UnknownNameError: There is none.
    """
    await shelf_of(session, store)
    entries = await (await stored_entries(session)).data.list(store)
    return dump({one.key: one.value for one in entries}) + b"\n"


def _users(session: Session) -> dict[str, list[str]]:
    """The scenarios that use each store, by its name."""
    users: dict[str, list[str]] = {}
    for scenario, store in _uses(session):
        found = users.setdefault(store, [])
        if scenario not in found:
            found.append(scenario)
    return users


def _uses(session: Session) -> Iterator[tuple[str, str]]:
    for one in texts(session.workspace.scenarios):
        if one.scenario is None:
            continue
        for step in one.scenario.all_steps():
            if isinstance(step, StoreStep):
                yield one.scenario.name, step.store
