"""The chain of steps as an editor draws it, of a draft in whatever state it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adloom.services.editing_layout import is_block_style
from adloom.services.editing_nodes import child, kind_of_step, lists_in, text_at
from adloom.services.editing_notes import note_above
from adloom.services.editing_problems import DraftProblem, problems_of_draft
from adloom.services.editing_summary import summary_of
from adloom.services.scenario_words import say_schedule
from scenarios.load_schedule import read_schedule
from scenarios.params import known_module
from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.yaml_nodes import ListNode, Node
from scenarios.yaml_reading import compose

__all__ = ["Chain", "ChainRoute", "ChainStep", "chain_of"]

#: What each kind of step is called and drawn as (names of Lucide's icons).
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "module": ("Module", "package"),
    "router": ("Router", "split"),
    "iterator": ("Iterator", "list"),
    "aggregator": ("Aggregator", "combine"),
    "sleep": ("Wait", "timer"),
    "set": ("Set values", "variable"),
    "get": ("Recall values", "bookmark"),
    "store": ("Data store", "database"),
    "scenario": ("Scenario", "workflow"),
    "return": ("Return", "corner-down-left"),
}
UNKNOWN: Final = ("Unfinished step", "circle-help")
#: What a module's step is drawn as, by the platform it is for.
PROVIDERS: Final[Mapping[str, str]] = {
    "tiktok-business": "megaphone",
    "tiktok": "clapperboard",
    "tiktok-events": "activity",
    "tiktok-public": "video",
    "notify": "bell",
    "web": "globe",
    "webhook": "webhook",
    "files": "table",
}


@dataclass(frozen=True)
class ChainStep:
    """A step as it is drawn.

    Args:
        path: Where it stands, for every edit.
        number: Its place in the order in which steps run, counted from 1.
        id: What mappings call it; None if it has no id yet.
        kind: `module`, `router` …; None if nobody can tell yet.
        module: The module's name as it is written, if it is to use one.
        title: What people call it: its own title, or its module's, or its kind's.
        icon: What it is drawn as, by the name of an icon.
        provider: The platform its module is for.
        connection: The connection it uses.
        disabled: Whether bundles go past it.
        note: The comment above it.
        when: Its condition.
        on_error: What happens when it fails, in a word.
        summary: What it does, in a line.
        line: The line it begins on, counted from 1.
        routes: Where bundles go from here, if it is a router; the fallback comes last.
        problems: What is wrong with it, those of its routes' conditions included.
    """

    path: FieldPath
    number: int
    id: str | None
    kind: str | None
    module: str | None
    title: str
    icon: str
    provider: str | None
    connection: str | None
    disabled: bool
    note: str | None
    when: str | None
    on_error: str | None
    summary: str
    line: int
    routes: tuple["ChainRoute", ...] = ()
    problems: tuple[DraftProblem, ...] = ()

    @property
    def has_when(self) -> bool:
        """Whether it lets only some bundles pass."""
        return self.when is not None


@dataclass(frozen=True)
class ChainRoute:
    """A route as it is drawn.

    Args:
        path: Where it stands; of a fallback, where its list stands.
        inner: Where its list of steps stands: a step is inserted at `(*inner, 0)`.
        title: What people call it.
        when: Which bundles take it; None means all, or what no other route took.
        is_fallback: Whether it takes what no route took.
        steps: What they go through.
    """

    path: FieldPath
    inner: FieldPath
    title: str
    when: str | None
    is_fallback: bool
    steps: tuple[ChainStep, ...]


@dataclass(frozen=True)
class Chain:
    """A draft as it is drawn.

    Args:
        name: What it calls itself; empty if it does not.
        description: What it says it is for.
        schedule: When it runs, in words.
        steps: Those at the top; more are in the routes of routers.
        problems: Everything that is wrong, in the order of the text.
        is_readable: Whether the text could be read at all; if not, only the text can be edited.
        is_block_style: Whether each step stands on lines of its own, so that clicking can edit it;
            if not, offer `to_block_style`.
    """

    name: str
    description: str
    schedule: str
    steps: tuple[ChainStep, ...]
    problems: tuple[DraftProblem, ...]
    is_readable: bool
    is_block_style: bool

    def all_steps(self) -> Iterator[ChainStep]:
        """Every step in the order in which they run."""
        return _all(self.steps)

    def step(self, path: FieldPath) -> ChainStep | None:
        """The step at a path, if there is one."""
        return next((one for one in self.all_steps() if one.path == path), None)


def _all(steps: Sequence[ChainStep]) -> Iterator[ChainStep]:
    for step in steps:
        yield step
        for route in step.routes:
            yield from _all(route.steps)


def chain_of(text: str, problems: Sequence[DraftProblem] | None = None) -> Chain:
    """Read a draft for drawing, however unfinished it is.

    Args:
        text: The draft.
        problems: What is wrong with it, if that is known already.
    """
    known = problems_of_draft(text) if problems is None else problems
    noted = Problems()
    root = compose(text, noted)
    reading = _Reading(text.split("\n"), known)
    return Chain(
        name=text_at(root, "name") or "",
        description=text_at(root, "description") or "",
        schedule=_schedule(child(root, "schedule")),
        steps=reading.steps(child(root, "steps"), ("steps",)),
        problems=tuple(known),
        is_readable=root is not None and not noted.found,
        is_block_style=is_block_style(root),
    )


def _schedule(node: Node | None) -> str:
    problems = Problems()
    schedule = read_schedule(node, ("schedule",), problems) if node else None
    return "" if problems.found else say_schedule(schedule)


class _Reading:
    """Walks through the steps and counts them."""

    def __init__(self, lines: list[str], problems: Sequence[DraftProblem]):
        self._lines = lines
        self._problems = problems
        self._count = 0

    def steps(self, node: Node | None, path: FieldPath) -> tuple[ChainStep, ...]:
        if not isinstance(node, ListNode):
            return ()
        column = -1 if node.flow else node.place.column - 1
        return tuple(
            self._step(item, (*path, index), column) for index, item in enumerate(node.items)
        )

    def _step(self, node: Node, path: FieldPath, column: int) -> ChainStep:
        self._count += 1
        number = self._count
        kind = kind_of_step(node)
        module = text_at(node, "module")
        known = known_module(module) if module else None
        called, icon = KINDS[kind] if kind else UNKNOWN
        own = known.title if known else module or called
        return ChainStep(
            path=path,
            number=number,
            id=text_at(node, "id"),
            kind=kind,
            module=module,
            title=text_at(node, "title") or own,
            icon=PROVIDERS.get(known.provider, icon) if known else icon,
            provider=known.provider if known else None,
            connection=text_at(node, "connection"),
            disabled=_plain(node, "disabled") is True,
            note=self._note(node, column),
            when=text_at(node, "when"),
            on_error=_word(_plain(node, "on_error")),
            summary=summary_of(node, kind),
            line=node.place.line,
            routes=tuple(self._routes(node, path)),
            problems=tuple(one for one in self._problems if one.step == path),
        )

    def _routes(self, node: Node, path: FieldPath) -> Iterator[ChainRoute]:
        for number, (inner, steps) in enumerate(lists_in(node, path), 1):
            is_fallback = inner[-1] == "fallback"
            where = inner if is_fallback else inner[:-1]
            route = child(node, *where[len(path) :])
            title = "Everything else" if is_fallback else text_at(route, "title")
            yield ChainRoute(
                path=where,
                inner=inner,
                title=title or f"Route {number}",
                when=text_at(route, "when"),
                is_fallback=is_fallback,
                steps=self.steps(steps, inner),
            )

    def _note(self, node: Node, column: int) -> str | None:
        """The comment above a step's dash, which stands on the step's line or above it."""
        number = node.place.line - 1
        while column >= 0 and number >= 0:
            line = self._lines[number]
            if line[column : column + 1] == "-" and not line[:column].strip():
                return note_above(self._lines, number, column)
            number -= 1
        return None


def _plain(node: Node, name: str) -> Any:
    found = child(node, name)
    return found.plain() if found else None


def _word(handler: Any) -> str | None:
    """What happens when a step fails, in a word."""
    return next(iter(handler), None) if isinstance(handler, dict) else handler and str(handler)
