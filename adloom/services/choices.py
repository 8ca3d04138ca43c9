"""Words that a field offers, read from the platform: advertisers, campaigns, pixels."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from adloom.errors import AdloomError
from adloom.fields import ChoicesFrom, FieldKind, fields_of
from adloom.secret import scrub
from adloom.services.session import Session
from modules import find_module
from modules.base import Module
from scenarios.check_params import is_mapped

__all__ = ["MOST_OFFERED", "Choices", "Offered", "choices_of", "siblings_of"]

MOST_OFFERED: Final = 200
#: Seconds for which a list is good, and in which it has to be there.
FRESH: Final = 60.0
PATIENCE: Final = 15.0
MOST_KEPT: Final = 300


@dataclass(frozen=True)
class Offered:
    """Words to choose from.

    Args:
        options: Values and labels.
        note: Why there are none, or that there are more.
    """

    options: tuple[tuple[str, str], ...] = ()
    note: str = ""


#: What was asked: the connection, its generation, the module, its parameters.
Question = tuple[str, int, str, tuple[tuple[str, tuple[str, ...]], ...]]


@dataclass
class Choices:
    """Lists of a workspace's connections, each read at most once a minute.

    Args:
        session: The open workspace.
    """

    session: Session
    _known: dict[Question, tuple[float, Offered]] = field(default_factory=dict, repr=False)
    _asking: dict[Question, asyncio.Lock] = field(default_factory=dict, repr=False)

    async def offer(
        self, source: ChoicesFrom, connection: str | None, siblings: Mapping[str, Sequence[str]]
    ) -> Offered:
        """The words of a field; a short text instead where they cannot be had.

        Args:
            source: Which module lists them.
            connection: The connection chosen beside it, if there is one.
            siblings: What stands in the fields beside it, by every name they have.
        """
        module = find_module(source.module)
        values, missing = _asked(module, siblings)
        if missing:
            return Offered(note=f"To see a list, fill in {missing} first.")
        try:
            name = await self.session.choose(connection or None, module.providers)
            generation = (await self.session.wiring.store.load(name)).generation
            return await self._fresh((name, generation, module.name, values), source)
        except TimeoutError:
            return Offered(note="The list takes too long; write the value yourself.")
        except AdloomError as error:
            return Offered(note=scrub(str(error).partition("\n")[0])[:200])

    async def _fresh(self, question: Question, source: ChoicesFrom) -> Offered:
        """What is known, or else one look for everybody who asks the same."""
        lock = self._asking.setdefault(question, asyncio.Lock())
        async with lock:
            now = self.session.wiring.clock.monotonic()
            if (known := self._known.get(question)) and now - known[0] < FRESH:
                return known[1]
            try:
                async with asyncio.timeout(PATIENCE):
                    offered = await self._read(question, source)
            finally:
                self._asking.pop(question, None)
            self._known[question] = (now, offered)
            while len(self._known) > MOST_KEPT:
                del self._known[next(iter(self._known))]
            return offered

    async def _read(self, question: Question, source: ChoicesFrom) -> Offered:
        connection, _, _, values = question
        module = find_module(source.module)
        many = {one.name for one in fields_of(module.params) if one.many}
        given: dict[str, Any] = {
            name: list(texts) if name in many else texts[0] for name, texts in values
        }
        if "limit" in module.params.model_fields:
            given["limit"] = MOST_OFFERED + 1
        found: dict[str, str] = {}
        async for page in self.session.reader.read(module, given, connection):
            for row in page.records:
                if row.get(source.value):
                    found[str(row[source.value])] = str(row.get(source.label) or "")
            if len(found) > MOST_OFFERED:
                break
        options = tuple(found.items())
        if len(options) > MOST_OFFERED:
            note = f"Only {MOST_OFFERED} are listed; others can be typed."
            return Offered(options[:MOST_OFFERED], note)
        return Offered(options, "" if options else "There are none to choose from.")


_OPEN: "WeakKeyDictionary[Session, Choices]" = WeakKeyDictionary()


def choices_of(session: Session) -> Choices:
    """The lists of a workspace, the same ones for every page."""
    return _OPEN.setdefault(session, Choices(session))


def siblings_of(
    module: Module, posted: Mapping[str, Sequence[str]], prefix: str = ""
) -> dict[str, list[str]]:
    """What stands in the fields of a module's form, by each of their names and aliases."""
    found: dict[str, list[str]] = {}
    for one in fields_of(module.params):
        texts = [text for given in posted.get(prefix + one.name, ()) for text in given.split("\n")]
        if values := [text.strip() for text in texts if text.strip()]:
            found |= dict.fromkeys((one.name, *one.aliases), values)
    return found


def _asked(
    module: Module, siblings: Mapping[str, Sequence[str]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """What the listing is asked with, and which field is missing for that."""
    values: dict[str, tuple[str, ...]] = {}
    for one in fields_of(module.params):
        if one.kind is not FieldKind.ID:
            continue
        names = (one.name, *one.aliases)
        given = next((siblings[name] for name in names if siblings.get(name)), ())
        known = [text for text in given if not is_mapped(text)]
        if known:
            values[one.name] = tuple(known)
        elif one.required:
            return (), one.title
    return tuple(values.items()), ""
