"""One execution: its steps, changes, calls and log, and the way of everything in it."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adloom.console.desk import Desk, desk_of
from adloom.console.render import page, part
from adloom.console.screens.executions.asking import LABELS, STARTS, address
from adloom.errors import UsageError
from adloom.json_text import dump, parse_fast
from adloom.secret import redact
from adloom.services.execution_data import as_data, keys_of, steps_of
from adloom.services.executions import Facts, facts_of, version_of
from adloom.services.executions_calls import calls_of, changes_of, log_of
from adloom.services.executions_steps import runs_of, step_lines, table_of
from adloom.services.inbox import Cause, causes
from adloom.services.inbox_doubts import can_settle
from adloom.services.lineage import label_of, lineage_of
from scheduler.audit import Audit
from scheduler.history import StepState
from scheduler.incompletes import Incompletes
from scheduler.recording import record
from scheduler.records import CallState, Status

__all__ = ["audit", "body", "data", "one", "script", "version", "way"]

#: What a page shows of something long; all of it is in the data.
MOST_CHANGES: Final = 200
MOST_LOG: Final = 300
MOST_ROWS: Final = 50
MOST_AUDITED: Final = 200
MOST_TROUBLES: Final = 20


async def one(request: Request) -> Response:
    """An execution as a page."""
    context = await _context(request)
    title = f"Execution {context['facts'].summary.id}"
    return await page(request, "executions/one.html", title=title, active="executions", **context)


async def body(request: Request) -> Response:
    """The same without the page around it, for those who look again."""
    return part(request, "executions/_one.html", **await _context(request))


async def way(request: Request) -> Response:
    """Where a bundle or a change came from, and what came of it."""
    desk, identity = _named(request)
    path = request.query_params.get("path", "")
    facts = await facts_of(desk.workshop.database, identity)
    scenario = await version_of(desk.workshop, facts.scenario_hash)
    found = await lineage_of(desk.workshop.database, identity, path, scenario)
    if not found.is_known:
        raise UsageError(
            f"Nothing is kept of the way {path!r} in execution {identity}.",
            hint="Begin at the execution itself.",
        )
    keys = await keys_of(desk.workshop.database, identity)
    output = found.run.output if found.run and found.run.output else []
    return await page(
        request,
        "executions/way.html",
        title="Where it came from",
        active="executions",
        facts=facts,
        zone=facts.zone,
        lineage=found,
        changes=changes_of(found.calls),
        label=lambda text: label_of(text, keys),
        table=table_of(output[:MOST_ROWS]),
        most=MOST_ROWS,
    )


async def version(request: Request) -> Response:
    """The text of the scenario as it was when the execution began."""
    desk, identity = _named(request)
    facts = await facts_of(desk.workshop.database, identity)
    text = await desk.workshop.scenarios.load_text(facts.scenario_hash or "")
    return await page(
        request,
        "executions/version.html",
        title=f"{facts.summary.scenario} as it ran",
        active="executions",
        facts=facts,
        text=text,
    )


async def data(request: Request) -> Response:
    """Everything of an execution as data."""
    desk, identity = _named(request)
    database = desk.workshop.database
    execution = await desk.workshop.journal.load((await facts_of(database, identity)).summary.id)
    stopped = await Incompletes(database, desk.workshop.clock).open(execution.scenario)
    told = as_data(execution) | {
        "steps": await steps_of(database, identity),
        "bundles": await keys_of(database, identity),
        "stopped": [vars(one) for one in stopped if one.execution_id == identity],
    }
    return Response(dump(redact(told)), media_type="application/json")


async def script(request: Request) -> Response:
    """A scenario test made of what an execution did, as a file."""
    desk, identity = _named(request)
    facts = await facts_of(desk.workshop.database, identity)
    text = await record(desk.workshop, identity)
    name = f"{facts.summary.scenario}-{identity}.test.yaml"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return PlainTextResponse(text, headers=headers)


async def audit(request: Request) -> Response:
    """Who changed what, when, from what to what; and whether that is as it was written."""
    desk = desk_of(request)
    asked = {name: request.query_params.get(name, "").strip() for name in ("object", "execution")}
    kept = Audit(desk.workshop.database)
    rows = await kept.changes(
        object_id=asked["object"] or None,
        execution_id=asked["execution"] or None,
        limit=MOST_AUDITED,
    )
    told = [
        (one, parse_fast(one.entry.old.encode()), parse_fast(one.entry.new.encode()))
        for one in reversed(rows)
    ]
    return await page(
        request,
        "executions/audit.html",
        title="Audit",
        active="executions",
        rows=told,
        head=await kept.head(),
        asked=asked,
        most=MOST_AUDITED,
    )


# --- inside ---------------------------------------------------------------------------------------


def _named(request: Request) -> tuple[Desk, str]:
    return desk_of(request), request.path_params["id"]


async def _context(request: Request) -> dict[str, Any]:
    """What the page of an execution shows."""
    desk, identity = _named(request)
    database = desk.workshop.database
    facts = await facts_of(database, identity)
    scenario = await version_of(desk.workshop, facts.scenario_hash)
    calls = await calls_of(database, identity)
    changes = changes_of(calls)
    keys = await keys_of(database, identity)
    return {
        "facts": facts,
        "zone": facts.zone,
        "labels": LABELS,
        "starts": STARTS,
        "steps": await step_lines(database, identity, scenario),
        "calls": calls,
        "changes": changes[:MOST_CHANGES],
        "more_changes": max(0, facts.summary.changes - MOST_CHANGES),
        "log": log_of(calls)[:MOST_LOG],
        "stops": await _stops(desk, facts),
        "label": lambda text: label_of(text, keys),
        "part": _part_of(request, identity),
        "settles": _settles(facts, calls),
        "is_left": await _is_left(desk, facts),
        **await _chosen(request, desk, identity),
    }


async def _chosen(request: Request, desk: Desk, identity: str) -> dict[str, Any]:
    """The runs of the step that is looked at, if one is."""
    query = request.query_params
    step, state = query.get("step", ""), query.get("state", "")
    if not step:
        return {"chosen": "", "state": "", "found": None}
    if state and state not in set(StepState):
        raise UsageError(f"No step ever ends {state!r}.")
    found = await runs_of(
        desk.workshop.database,
        identity,
        step,
        state=StepState(state) if state else None,
        after=query.get("after", ""),
    )
    return {"chosen": step, "state": state, "found": found}


async def _stops(desk: Desk, facts: Facts) -> list[Cause]:
    """What stopped in this execution, by cause."""
    if facts.is_over:
        return []
    found = await causes(desk.workshop.database, execution_id=facts.summary.id)
    return [replace(one, items=one.items[:MOST_TROUBLES]) for one in found]


def _settles(facts: Facts, calls: list[Any]) -> bool:
    """Whether adloom can find out by itself what became of what is in doubt."""
    if facts.summary.status is not Status.IN_DOUBT:
        return False
    unknown = (CallState.IN_DOUBT, CallState.INTENT)
    return all(can_settle(one.module) for one in calls if one.state in unknown)


async def _is_left(desk: Desk, facts: Facts) -> bool:
    """Whether it stands as running although its process died."""
    if facts.summary.status is not Status.RUNNING:
        return False
    execution = await desk.workshop.journal.load(facts.summary.id)
    if execution.scenario:
        return desk.workshop.conductor.is_left(execution)
    return not desk.workshop.node.is_alive(execution.node)


def _part_of(request: Request, identity: str) -> str:
    query = {name: request.query_params.get(name, "") for name in ("step", "state", "after")}
    return address(f"/executions/{identity}/body", query)
