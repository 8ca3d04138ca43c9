"""A workspace with something of everything in it, all of it with hostile names."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adloom.console.desk import Desk
from adloom.secret import Secret
from adloom.services.planning import plan_of
from adloom.services.session import Session, open_session
from adloom.services.stores import put_entry
from adloom.settings import SETTINGS_FILE, Workspace
from adloom.simulator.world.pixels import pixels_of
from scheduler.outbox.entries import Entry, Lane, Origin
from tests.browser.hostile import HOSTILE
from tests.console.executed import Executed
from tests.seams.practice import Practice
from tests.seams.workspaces import connected

__all__ = ["Filled", "fill"]

INTAKE: Final = '\n[events.intake.door]\nsecret = "hook"\nconnection = "shop"\npreset = "segment"\n'
FAULTY: Final = f"name: faulty\nsteps:\n  - id: one\n    module: {json.dumps(HOSTILE[0])}\n"
#: What a scenario says in free text, in every place where it may.
TEXTS: Final = """\
name: texts
description: {text}
schedule: {{every: 1 hour, timezone: Europe/Berlin}}
limits: {{changes_per_run: 1, on_limit: hold, hold_for: 2 hours}}
steps:
  - id: ads
    title: {text}
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", primary_status: STATUS_DELIVERY_OK, limit: 2}}
  - id: pause
    module: update_ad_status
    connection: practice
    when: "{{{{ads.ad_name != {quoted}}}}}"
    params:
      advertiser_id: "{{{{ads.advertiser_id}}}}"
      ad_id: "{{{{ads.ad_id}}}}"
      status: DISABLE
  - id: kept
    store: {{name: names, operation: put, key: "{{{{ads.ad_name}}}}", value: "{{{{ads.ad_name}}}}"}}
"""


@dataclass(frozen=True)
class Filled:
    """Where things are.

    Args:
        practice: The simulator, and the workspace.
        ids: What addresses name: executions, a plan, a rejected event and a store.
    """

    practice: Practice
    ids: dict[str, str]


def fill(practice: Practice) -> Filled:
    """Put something of everything into a workspace that is connected to a hostile account.

    Events are refused from now on, so that one is rejected once the workspace is served.
    """
    settings = practice.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + INTAKE)
    # In a thread of its own: Playwright's loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        ids = thread.submit(asyncio.run, _filled(practice)).result()
    said = f"data.0.properties: {HOSTILE[0]} is not a valid object."
    practice.simulator.faults.add(
        [{"kind": "code", "code": 40002, "path": "/event/track/", "message": said}]
    )
    return Filled(practice, ids)


async def _filled(practice: Practice) -> dict[str, str]:
    workspace = Workspace.open(practice.folder)
    async with open_session(workspace, tell=lambda _: None, ask=lambda: Secret("")) as session:
        made = Executed(Desk(session, await session.workshop()), practice)
        ended = {
            "plain": await made.run(made.text("plain")),
            "watcher": await made.run(made.watching("watcher")),
            "sick": await made.stopped("sick", limit=1),
            "doubtful": await made.doubted("doubtful"),
            "parked": await made.held("parked"),
        }
        made.put("texts", _texts(practice))
        made.put("faulty", FAULTY)
        await made.desk.workshop.synchronise()
        plan = await plan_of(session, made.desk.workshop, "texts")
        await put_entry(session, HOSTILE[0], HOSTILE[1], list(HOSTILE))
        await _put_event(session, practice)
        return {name: one.execution.id for name, one in ended.items()} | {"plan": plan.id}


def _texts(practice: Practice) -> str:
    text = json.dumps(HOSTILE[0])
    quoted = json.dumps(HOSTILE[5])[1:-1]
    return TEXTS.format(text=text, quoted=f"'{quoted}'", advertiser=practice.advertiser_id)


async def _put_event(session: Session, practice: Practice) -> None:
    """An event in the outbox, as if it had come in."""
    simulator, now = practice.simulator, int(time.time())
    pixel = pixels_of(next(iter(simulator.world.accounts)))[0].code
    secrets = {"access_token": simulator.token()}
    await connected(session, "shop", "tiktok-events", secrets, host=simulator.url, source_id=pixel)
    page = {"url": "https://shop.example.com/"}
    content = {"event": HOSTILE[0], "event_id": "id-1", "event_time": now, "page": page}
    entry = Entry(
        now.to_bytes(16), 1, HOSTILE[0], "id-1", now, json.dumps(content).encode(), "1"
    )  # fmt: skip
    outbox = await session.outbox()
    await outbox.accept(Lane("shop", "web", pixel), [entry], Origin("intake", "door"))


def scenario_file(filled: Filled, name: str) -> Path:
    """The file of a scenario."""
    return filled.practice.folder / "scenarios" / f"{name}.yaml"
