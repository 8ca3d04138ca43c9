"""Makes a scenario of a blueprint, and says what became of each of its parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from adloom.errors import UsageError
from modules import find_module
from modules.base import Kind
from scenarios.blueprint.bench import Bench
from scenarios.blueprint.comments import head_of, say_item
from scenarios.blueprint.connecting import Connections
from scenarios.blueprint.drafts import Draft, all_drafts
from scenarios.blueprint.expressions import Translator, View
from scenarios.blueprint.flow import draft_flow
from scenarios.blueprint.mending import mended
from scenarios.blueprint.naming import field_names, step_ids
from scenarios.blueprint.nodes import Blueprint, all_nodes
from scenarios.blueprint.reading import read_blueprint
from scenarios.blueprint.report import Entry, Report, Verdict, What
from scenarios.blueprint.rules import check_rules
from scenarios.blueprint.settings import settings_of
from scenarios.blueprint.timing import schedule_of
from scenarios.blueprint.wording import line
from scenarios.blueprint.writing import Page, mark_id
from scenarios.loader import problems_of
from scenarios.times import time_zones
from scenarios.yaml_writing import write_block

__all__ = ["Imported", "Start", "Wishes", "import_blueprint"]

#: Where a trigger starts the very first time.
Start = Literal["now", "everything"]
_TAG: Final = re.compile(r"<[^<>]{0,500}>")
LONGEST_NOTE: Final = 400
LONGEST_DESCRIPTION: Final = 1_000


@dataclass(frozen=True)
class Wishes:
    """What a blueprint does not say, and somebody has to.

    Args:
        name: What the scenario is to be called; None keeps the blueprint's name.
        connections: Our connections by what Make calls them.
        start: Where a trigger starts.
        timezone: Where the times of its schedule are at home.
    """

    name: str | None = None
    connections: Mapping[str, str] = field(default_factory=dict)
    start: Start = "now"
    timezone: str = "UTC"


@dataclass(frozen=True)
class Imported:
    """A scenario made of a blueprint.

    Args:
        name: What it is called.
        text: The file.
        entries: What became of every node, in order, and of everything else.
    """

    name: str
    text: str
    entries: tuple[Entry, ...]

    @property
    def gaps(self) -> tuple[Entry, ...]:
        """Where a person has to fill something in."""
        return tuple(one for one in self.entries if one.gap)


def import_blueprint(content: bytes, wishes: Wishes | None = None) -> Imported:
    """Make a scenario of a blueprint.

    The text can always be read by `load_scenario`. What could not be translated is a step that
    calls a scenario which is not there, so that such a scenario cannot be enabled.

    Args:
        content: The blueprint: JSON.
        wishes: What it does not say.

    Raises:
        UsageError: It is no blueprint, or contradicts itself; tells every fault with its place.
    """
    wishes = wishes or Wishes()
    if wishes.timezone not in time_zones():
        raise UsageError(f"{wishes.timezone!r} is no time zone.", hint="Such as Europe/Berlin.")
    blueprint = read_blueprint(content)
    check_rules(blueprint)
    name = _name(blueprint, wishes)
    report = Report()
    connections = Connections(wishes.connections, report)
    bench = _bench(blueprint, connections, report, wishes)
    drafts = draft_flow(blueprint.flow, View(), bench)
    connections.refuse_unused()
    _tell_start(drafts, report)
    page = _page(name, blueprint, drafts, bench, wishes)
    text = mended(page, report)
    _tell_nodes(blueprint, drafts, report)
    return Imported(name, text, report.entries(list(blueprint.all_nodes())))


def _bench(
    blueprint: Blueprint, connections: Connections, report: Report, wishes: Wishes
) -> Bench:  # fmt: skip
    # The marks of gaps have ids of their own.
    taken = {mark_id(node) for node in blueprint.all_nodes()}
    steps, names = step_ids(blueprint, taken), field_names(blueprint)
    translator = Translator(steps, names)
    return Bench(translator, connections, report, steps, names, taken, wishes.start)


def _name(blueprint: Blueprint, wishes: Wishes) -> str:
    name = (wishes.name if wishes.name is not None else blueprint.name).strip()
    if _is_name(name):
        return name
    where = "" if wishes.name is not None else "name: "
    near = line(re.sub(r"[^\w .,()&+'-]+", " ", name))[:100].strip(" .,(&+'-_")
    near = near if _is_name(near) else "my-scenario"
    said = f"{line(name, 60)!r} cannot be the name of a scenario" if name else "is missing"
    raise UsageError(f"{where}{said}.", hint=f"Say what to call it: --name {near!r}")


def _is_name(name: str) -> bool:
    """Whether a scenario file may have this name."""
    text = write_block({"name": name}, 0)
    return bool(name) and not any(one.path == ("name",) for one in problems_of(text))


def _page(
    name: str, blueprint: Blueprint, drafts: list[Draft], bench: Bench, wishes: Wishes
) -> Page:
    report = bench.report
    first = None if drafts[0].missing else drafts[0].data.get("module")
    module = find_module(first) if first else None
    is_instant = module is not None and module.instant is not None
    is_polled = module is not None and module.kind is Kind.TRIGGER and not is_instant
    top: dict[str, Any] = {"name": name}
    if description := line(blueprint.description, LONGEST_DESCRIPTION):
        top["description"] = description
    schedule = schedule_of(blueprint, report, timezone=wishes.timezone, is_instant=is_instant)
    if schedule is not None:
        top["schedule"] = schedule
    given = blueprint.settings
    if settings := settings_of(given, report, is_polled=is_polled, is_instant=is_instant):
        top["settings"] = settings
    stuck = _notes(blueprint, bench)
    head = head_of(blueprint, drafts, bench.connections)
    head += [f"Note in Make: {one}" for one in stuck.pop(0, [])]
    connections = bench.connections
    return Page(head, top, drafts, lambda item: say_item(item, connections, stuck))


def _notes(blueprint: Blueprint, bench: Bench) -> dict[int, list[str]]:
    """What people wrote, by the node it stands at; 0 is the scenario as a whole."""
    stuck: dict[int, list[str]] = {}
    for note in blueprint.notes:
        said = line(_TAG.sub(" ", note.text), LONGEST_NOTE)
        home = next((one for one in note.nodes if one in bench.steps), 0)
        if said:
            stuck.setdefault(home, []).append(said)
        told = "is a comment in the file" if said else "is empty"
        verdict = Verdict.TRANSLATED if said else Verdict.LEFT_OUT
        bench.report.other(What.NOTE, line(said, 60), verdict, told, note.path)
    return stuck


def _tell_start(drafts: list[Draft], report: Report) -> None:
    for draft in drafts[:1]:
        if (start := draft.data.get("start")) is not None:
            said = f"the cursor is not carried along; it starts with {start} the first time"
            report.other(What.START, draft.id, Verdict.WARNED, said, draft.node.path)


def _tell_nodes(blueprint: Blueprint, drafts: list[Draft], report: Report) -> None:
    """Say what became of every node that nobody spoke of yet."""
    for draft in all_drafts(drafts):
        if draft.has_entry:
            said = [*draft.gaps, *draft.notes]
            verdict = Verdict.WARNED if said else Verdict.TRANSLATED
            verdict = Verdict.LEFT_OUT if draft.missing else verdict
            step = draft.id
            report.node(draft.node, step, verdict, said, gap=bool(draft.gaps))
    beside = "lies beside the flow, where it never runs in Make either"
    for node in all_nodes(blueprint.orphans):
        report.node(node, None, Verdict.LEFT_OUT, [beside])
    for name in blueprint.unknown:
        told = "what it says is not translated"
        report.other(What.OTHER, name, Verdict.LEFT_OUT, told, (name,))
