"""What can be done with an execution; each is work that the page asks after until it is over."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import Desk, desk_of
from adloom.console.jobs import GoneJobError, Job
from adloom.console.screens.executions.doing import Outcome, start_once, started
from adloom.errors import AdloomError, UsageError
from adloom.secret import redact, scrub
from adloom.services.execution_data import keys_of
from adloom.services.executions_resuming import Resumed, drop, resume
from adloom.services.holding import decide
from adloom.services.inbox import Cause, cause_named
from adloom.services.inbox_doubts import look
from adloom.services.lineage import label_of
from adloom.services.replays import replay_summary, todays_version
from adloom.services.undoing import going_back, undo_of
from modules.base import Change
from scheduler.audit_check import verify
from scheduler.replaying import replay
from scheduler.undo_items import Preview

__all__ = [
    "dismiss_hold",
    "drop_all",
    "drop_one",
    "look_again",
    "preview_undo",
    "release_hold",
    "replay_one",
    "resume_all",
    "resume_one",
    "undo",
    "verify_audit",
]

#: A head of the audit as it is noted; its hash alone will do.
HEAD: Final = re.compile(r"(\d+:)?[0-9a-f]{64}")
#: Changes of a preview that a page shows.
MOST_SHOWN: Final = 200


async def resume_one(request: Request) -> Response:
    """Go on with an execution; `again` sends once more what is in doubt."""
    desk, identity = _named(request)
    again = request.query_params.get("again") == "yes"

    async def work(_: Job) -> Outcome:
        done = await resume(desk.session, identity, again=again)
        return _told(done)

    title = f"Send again and go on with {identity}" if again else f"Go on with {identity}"
    return started(request, start_once(desk, title, work))


async def drop_one(request: Request) -> Response:
    """Give an execution up."""
    desk, identity = _named(request)

    async def work(_: Job) -> Outcome:
        await drop(desk.session, await desk.workshop.journal.load(identity))
        return Outcome("executions/_told.html", {"told": f"{identity} is given up."})

    return started(request, start_once(desk, f"Give {identity} up", work))


async def look_again(request: Request) -> Response:
    """Look at the platform what became of changes in doubt; changes nothing."""
    desk, identity = _named(request)

    async def work(_: Job) -> Outcome:
        found = await look(desk.session, identity)
        return Outcome("executions/_looked.html", {"looks": found}, changed=False)

    return started(request, start_once(desk, f"Look what became of {identity}", work))


async def replay_one(request: Request) -> Response:
    """Walk an execution again against its records, as it was or as its scenario is now."""
    desk, identity = _named(request)
    today = request.query_params.get("version") == "today"

    async def work(_: Job) -> Outcome:
        other = await todays_version(desk.workshop, identity) if today else None
        found = await replay(desk.workshop, identity, other)
        keys = await keys_of(desk.workshop.database, identity)
        labels = {one.path: label_of(one.path, keys) for one in found.differences}
        context = {"replay": found, "summary": replay_summary(found), "labels": labels}
        return Outcome("executions/_replayed.html", context, changed=False)

    title = f"Replay {identity}{' with the scenario as it is now' if today else ''}"
    return started(request, start_once(desk, title, work))


# --- undo -----------------------------------------------------------------------------------------


async def preview_undo(request: Request) -> Response:
    """Look what taking an execution back would do; changes nothing."""
    desk, identity = _named(request)
    delete = request.query_params.get("delete") == "yes"

    async def work(job: Job) -> Outcome:
        taking_back = await undo_of(desk.session)
        found = await taking_back.preview(identity, allow_delete=delete)
        shown = [(one, _redacted(one.change)) for one in found.items[:MOST_SHOWN]]
        context = {"preview": found, "shown": shown, "looked": job.id}
        context["going"] = len(going_back(found)) or len(found.data)
        return Outcome("executions/_undo.html", context, changed=False)

    title = f"Look how {identity} can be undone{' with deletions' if delete else ''}"
    return started(request, start_once(desk, title, work))


async def undo(request: Request) -> Response:
    """Take back what a preview has shown, and nothing else; once."""
    desk, identity = _named(request)
    partial = request.query_params.get("partial") == "yes"

    async def work(_: Job) -> Outcome:
        preview = _previewed(desk, request.path_params["looked"], identity)
        result = await (await undo_of(desk.session)).apply(preview, partial=partial)
        calls = [one for operation in result.execution.operations for one in operation.calls]
        shown = [(one, _redacted(change)) for one in calls for change in one.call.changes]
        error = scrub(str(result.error)) if result.error else ""
        context = {"execution": result.execution, "shown": shown[:MOST_SHOWN], "error": error}
        return Outcome("executions/_undone.html", context)

    key = f"undo {request.path_params['looked']}"
    return started(request, start_once(desk, f"Undo {identity}", work, key=key, ever=True))


def _previewed(desk: Desk, job_id: str, identity: str) -> Preview:
    try:
        outcome = desk.jobs.find(job_id).result
    except GoneJobError:
        outcome = None  # as good as none: nothing was changed by looking
    found = outcome.context.get("preview") if isinstance(outcome, Outcome) else None
    if not isinstance(found, Preview) or found.execution.id != identity:
        raise UsageError(
            "What would go back was looked at too long ago.", hint="Look again, then undo it."
        )
    return found


# --- many at once ---------------------------------------------------------------------------------


async def resume_all(request: Request) -> Response:
    """Go on with every execution that stopped for one cause."""
    desk = desk_of(request)

    async def work(job: Job) -> Outcome:
        cause = await _cause(desk, request)
        return await _each(job, cause, lambda one: resume(desk.session, one))

    key = f"resume {request.path_params['cause']}"
    return started(request, start_once(desk, "Try what stopped again", work, key=key))


async def drop_all(request: Request) -> Response:
    """Give every execution up that stopped for one cause."""
    desk = desk_of(request)

    async def give_up(identity: str) -> None:
        await drop(desk.session, await desk.workshop.journal.load(identity))

    async def work(job: Job) -> Outcome:
        return await _each(job, await _cause(desk, request), give_up)

    key = f"drop {request.path_params['cause']}"
    return started(request, start_once(desk, "Give up what stopped", work, key=key))


async def _cause(desk: Desk, request: Request) -> Cause:
    """The cause that somebody has decided on, with what belonged to it then, and no more.

    Raises:
        UsageError: Something else belongs to it by now.
    """
    cause = await cause_named(desk.workshop.database, request.path_params["cause"])
    if cause is None:
        raise UsageError(
            "Nothing waits for this cause any more.", hint="It was settled in the meantime."
        )
    if cause.mark != request.query_params.get("seen"):
        raise UsageError(
            "Something else has stopped for this cause meanwhile, or has gone on.",
            hint="Look at the list as it is now, then decide.",
        )
    return cause


async def _each(job: Job, cause: Cause, act: Callable[[str], Awaitable[Resumed | None]]) -> Outcome:
    """Do something with every execution of a cause, one after the other; none stops the others."""
    refused: list[tuple[str, str]] = []
    done = left = 0
    for number, identity in enumerate(cause.executions, 1):
        job.count(number, len(cause.executions))
        try:
            found = await act(identity)
        except AdloomError as error:
            refused.append((identity, scrub(str(error))))
            continue
        if found is not None and not found.is_done:
            left += 1
        else:
            done += 1
    return Outcome("executions/_each.html", {"done": done, "left": left, "refused": refused})


# --- holds, audit ---------------------------------------------------------------------------------


async def release_hold(request: Request) -> Response:
    """Let a parked change through."""
    return _settled(request, release=True)


async def dismiss_hold(request: Request) -> Response:
    """Drop a parked change."""
    return _settled(request, release=False)


def _settled(request: Request, *, release: bool) -> Response:
    desk, name = desk_of(request), request.path_params["name"]

    async def work(_: Job) -> Outcome:
        return _told(await decide(desk.session, name, release=release))

    title = "Let the held change through" if release else "Drop the held change"
    key = f"{'release' if release else 'dismiss'} {name}"
    return started(request, start_once(desk, title, work, key=key))


async def verify_audit(request: Request) -> Response:
    """Look whether the audit is as it was written."""
    desk = desk_of(request)
    noted = str((await request.form()).get("head") or "").strip() or None

    async def work(_: Job) -> Outcome:
        if noted and not HEAD.fullmatch(noted):
            raise UsageError(
                "What you noted is no head of the audit.",
                hint="A head is a number, a colon and 64 letters and digits. Paste all of it.",
            )
        found = await verify(desk.workshop.database, noted=noted)
        return Outcome("executions/_verified.html", {"verdict": found}, changed=False)

    return started(request, start_once(desk, f"Verify the audit {noted or ''}".strip(), work))


def _redacted(change: Change) -> Change:
    return replace(
        change,
        name=scrub(change.name),
        old=redact(change.old),
        new=redact(change.new),
    )


def _named(request: Request) -> tuple[Desk, str]:
    return desk_of(request), request.path_params["id"]


def _told(done: Resumed) -> Outcome:
    said = [f"{step}: {scrub(error)}" for step, error in done.troubles]
    if done.error is not None and not said:
        said.append(scrub(str(done.error)))
    context = {"id": done.execution.id, "stands": done.execution.status, "said": said}
    return Outcome("executions/_resumed.html", context | {"is_done": done.is_done})
