"""The page of a scenario: what it does, when, how it fares, and what it said before."""

from starlette.requests import Request
from starlette.responses import Response

from adloom.console.desk import desk_of, is_practice
from adloom.console.render import page, redirect
from adloom.console.screens.scenarios.answers import dialog, fresh_desk, name_of, page_of
from adloom.services.editing_saving import hash_of
from adloom.services.limit_words import limit_title, limit_value
from adloom.services.scenario_list import until
from adloom.services.scenario_list_files import file_of, write_over
from adloom.services.scenario_list_overview import diff_to, overview_of, versions_of
from adloom.services.scenario_words import say_schedule
from connections.hooks import hook_path
from scenarios.loader import read_scenario_text

__all__ = ["overview", "restore", "version"]


async def overview(request: Request) -> Response:
    """Everything about a scenario."""
    desk, name = desk_of(request), name_of(request)
    found = await overview_of(desk.session, desk.workshop, name)
    known = {one.name: one for one in await desk.session.wiring.store.all()}
    port = desk.session.workspace.settings.intake.port
    return await page(
        request,
        "scenarios/one.html",
        title=found.stored.name,
        active="scenarios",
        one=found,
        says=say_schedule(found.stored.schedule),
        limits=[(limit_title(key), limit_value(key, value)) for key, value in found.limits],
        zone=found.stored.zone,
        until=until,
        versions=await versions_of(desk.workshop, found.stored.name),
        connections=[known[one] for one in found.facts.connections if one in known],
        missing=[one for one in found.facts.connections if one not in known],
        practice={one.name for one in known.values() if is_practice(one)},
        address=f"http://127.0.0.1:{port}{hook_path(name)}" if found.facts.is_told else None,
        has_file=(desk.session.workspace.scenarios / (found.stored.file or "?")).is_file(),
    )


async def version(request: Request) -> Response:
    """What restoring an earlier version would change."""
    desk, name, wanted = desk_of(request), name_of(request), request.path_params["hash"]
    _, hunks = await diff_to(desk.workshop, name, wanted)
    now = read_scenario_text(await file_of(desk.session, desk.workshop, name))
    return dialog(
        request,
        "scenarios/_version.html",
        name=name,
        wanted=wanted,
        hunks=hunks,
        now_hash=hash_of(now),
    )


async def restore(request: Request) -> Response:
    """Write an earlier version into the file, unless that was changed meanwhile."""
    desk, name, wanted = desk_of(request), name_of(request), request.path_params["hash"]
    text, _ = await diff_to(desk.workshop, name, wanted)
    expected = str((await request.form()).get("now", ""))
    saved = await write_over(desk.session, desk.workshop, name, text, expected)
    await fresh_desk(request)
    return redirect(request, page_of(saved.name), "The earlier version is back.")
