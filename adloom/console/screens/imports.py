"""Scenarios brought along: Make's blueprints, TikTok's own rules, rules in the short form."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.jobs import Job
from adloom.console.problems import problem_of
from adloom.console.render import page, part, redirect
from adloom.errors import AdloomError, InvalidScenarioError, UsageError
from adloom.services.editing_saving import Saved
from adloom.services.importing import (
    LARGEST,
    coverage_of,
    pairs_of,
    problems_here,
    save_new,
    title_of,
)
from adloom.services.importing_rules import (
    expansion_of,
    read_native_rules,
    rules_in,
    save_rule,
)
from scenarios.blueprint import Start, Wishes
from scenarios.places import say_path
from scenarios.problems import Problem
from scenarios.rules.native_import import Imported, import_rules
from scenarios.rules.native_import import Wishes as RuleWishes

__all__ = ["ROUTES"]

REFUSED: Final = 422
TABS: Final = (
    ("make", "From Make"),
    ("tiktok", "TikTok's own rules"),
    ("rule", "A rule in short form"),
)
STARTS: Final = ("now", "everything")
BUSINESS: Final = "tiktok-business"


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with what was brought along.

    Args:
        line: Where; None if that is not a line.
        text: What.
        hint: What to do about it.
    """

    line: int | None
    text: str
    hint: str | None = None


async def imports(request: Request) -> Response:
    """What can be brought along, and from where."""
    tab = request.query_params.get("from", "make")
    known = await desk_of(request).session.wiring.store.all()
    accounts = {
        str(account["advertiser_id"]): str(account.get("name") or "")
        for one in known
        if one.provider == BUSINESS
        for account in one.account.get("advertisers") or []
    }
    return await page(
        request,
        "imports/page.html",
        title="Import",
        active="gallery",
        tab=tab if tab in dict(TABS) else "make",
        tabs=TABS,
        business=[one.name for one in known if one.provider == BUSINESS],
        telling=[one.name for one in known if one.provider == "notify"],
        accounts=accounts,
    )


async def _given(request: Request, *, may_lack: bool = False) -> tuple[bytes, dict[str, str]]:
    """What was uploaded, or else typed, and the other fields.

    Raises:
        UsageError: It is larger than anything that can be brought along, or there is nothing.
    """
    async with request.form(max_files=1, max_fields=20, max_part_size=2 * LARGEST) as form:
        typed = {name: text for name, text in form.items() if isinstance(text, str)}
        file = form.get("file")
        content = typed.pop("text", "").encode(errors="replace")
        if isinstance(file, UploadFile) and file.filename:
            content = await file.read(2 * LARGEST + 1)
    if len(content) > 2 * LARGEST:
        raise UsageError(
            f"This file is larger than {2 * LARGEST >> 20} MB, so it is none of these.",
            hint="Export the one scenario again, without anything else.",
        )
    if not content.strip() and not may_lack:
        raise UsageError("There is nothing in it.", hint="Choose a file, or paste its content.")
    return content, typed


# --- blueprints -----------------------------------------------------------------------------------


async def make(request: Request) -> Response:
    """Read a blueprint, and tell what would become of each part."""
    session = desk_of(request).session
    try:
        content, typed = await _given(request)
        start = typed.get("start", "now")
        wishes = Wishes(
            typed.get("name", "").strip() or None,
            pairs_of([one for one in typed.get("connections", "").splitlines() if one.strip()]),
            cast("Start", start if start in STARTS else "now"),
            typed.get("timezone", "").strip() or "UTC",
        )
        coverage = await asyncio.to_thread(coverage_of, content, wishes)
    except UsageError as error:
        return _refused(request, error)
    problems = await problems_here(session, coverage.imported.text)
    return part(
        request, "imports/_make.html", coverage=coverage, title_of=title_of, problems=problems
    )


async def save_blueprint(request: Request) -> Response:
    """Write what a blueprint became as a new scenario."""
    text = await _text(request)
    folder = desk_of(request).session.workspace.scenarios
    try:
        saved = await asyncio.to_thread(save_new, folder, text)
    except UsageError as error:
        return _refused(request, error)
    return await _opened(request, saved)


# --- rules ----------------------------------------------------------------------------------------


async def tiktok(request: Request) -> Response:
    """Read TikTok's own rules, from an account or from a file."""
    try:
        content, typed = await _given(request, may_lack=True)
        account = typed.get("advertiser_id", "").strip()
        connection = typed.get("connection", "").strip()
        wishes = RuleWishes(account, connection, typed.get("tell", "").strip() or None)
        if not content.strip():
            return _rules_of_account(request, wishes)
        found = await asyncio.to_thread(rules_in, content, wishes)
    except UsageError as error:
        return _refused(request, error)
    return part(request, "imports/_tiktok.html", found=found, job=None, problem=None)


def _rules_of_account(request: Request, wishes: RuleWishes) -> Response:
    if not wishes.account.isdecimal() or not wishes.connection:
        raise UsageError(
            "Of which account?",
            hint="Choose a connection and an account, or a file with a listing.",
        )
    desk = desk_of(request)

    async def work(_: Job) -> Sequence[Imported]:
        rows, _name = await read_native_rules(desk.session, wishes.connection, wishes.account)
        try:
            return import_rules(rows, wishes)
        except ValueError as error:
            raise UsageError(f"The answer {error}.") from None

    return _job(request, desk.jobs.start("Read TikTok's rules", work))


async def look(request: Request) -> Response:
    """How the reading of an account's rules stands."""
    return _job(request, desk_of(request).jobs.find(request.path_params["job"]))


def _job(request: Request, job: Job) -> Response:
    problem = problem_of(job.error) if job.error is not None else None
    return part(request, "imports/_tiktok.html", found=job.result or (), job=job, problem=problem)


async def rule(request: Request) -> Response:
    """Show the scenario that a rule would become."""
    try:
        content, _ = await _given(request)
        text = content.decode(errors="replace").replace("\r\n", "\n")
        expansion = await asyncio.to_thread(expansion_of, text)
    except UsageError as error:
        return _refused(request, error)
    warnings = [_fault(one) for one in expansion.warnings]
    return part(request, "imports/_rule.html", expansion=expansion, text=text, warnings=warnings)


async def save_short(request: Request) -> Response:
    """Write the scenario of a rule, and keep the rule."""
    text = await _text(request)
    try:
        saved = await asyncio.to_thread(save_rule, desk_of(request).session, text)
    except UsageError as error:
        return _refused(request, error)
    return await _opened(request, saved)


# --- inside ---------------------------------------------------------------------------------------


async def _text(request: Request) -> str:
    """What was shown, as it comes back: browsers write other ends of lines."""
    async with request.form(max_part_size=2 * LARGEST) as form:
        return str(form.get("text", "")).replace("\r\n", "\n")


async def _opened(request: Request, saved: Saved) -> Response:
    desk = desk_of(request)
    if desk.changed is not None:
        await desk.changed()
    told = "The scenario is written, and switched off. Look at it, then run it once."
    return redirect(request, f"/scenarios/{quote(saved.name, safe='')}/edit", told)


def _refused(request: Request, error: AdloomError) -> Response:
    """Why it was not taken: what happened in a sentence, and each fault by itself."""
    faults: list[Fault] = []
    first = str(error)
    if isinstance(error, InvalidScenarioError):
        faults = [_fault(one) for one in error.problems]
        first = "This cannot be used as it is."
    elif "\n" in first:
        first, *more = first.split("\n")
        faults = [Fault(None, one) for one in more]
    hint = None if faults else error.hint
    if hint and "--" in hint:  # an option of the command
        hint = "Look under More settings."
    problem = problem_of(UsageError(first, hint=hint))
    return part(request, "imports/_refused.html", status=REFUSED, problem=problem, faults=faults)


def _fault(one: Any) -> Fault:
    if not isinstance(one, Problem):
        return Fault(None, str(one))
    where = say_path(one.path)
    return Fault(one.place.line, f"{where}: {one.text}" if where else one.text, one.hint)


ROUTES: Final = [
    Route("/imports", imports),
    Route("/imports/make", make, methods=["POST"]),
    Route("/imports/make/save", save_blueprint, methods=["POST"]),
    Route("/imports/tiktok", tiktok, methods=["POST"]),
    Route("/imports/rule", rule, methods=["POST"]),
    Route("/imports/rule/save", save_short, methods=["POST"]),
    Route("/imports/jobs/{job}", look),
]
