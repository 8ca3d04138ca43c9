"""What became of every line of the events gate's file."""

import math
import time
from collections import Counter
from typing import Final

from adloom.cli.session import open_session
from adloom.settings import Workspace
from scheduler.outbox.entries import EventState
from tests.cli.gate_file import MARGIN, OLDEST, Kind, Planted
from tests.cli.gate_findings import Findings
from tests.seams.event_shop import EventShop

__all__ = ["PATH", "judge_arrivals", "judge_outbox", "judge_requests"]

PATH: Final = "/event/track/"
#: So many requests find one bad event among a thousand, at most.
TO_ISOLATE: Final = 21
IN_FLIGHT: Final = 4
#: A batch has this share of what it may have, at least, where more are waiting.
FULL_ENOUGH: Final = 0.75
#: Seconds by which an event may be ahead of the clock.
AHEAD: Final = 600


def judge_arrivals(findings: Findings, shop: EventShop, planted: Planted, began: float) -> None:
    """Whether every good line arrived and counts once, and nothing else arrived.

    Args:
        findings: Where to note it.
        shop: Where events went.
        planted: The file.
        began: When it was written.
    """
    arrived, good = shop.arrived(), planted.lines[Kind.GOOD]
    findings.figures["good lines"] = good
    findings.expect("distinct events at TikTok", good, arrived["distinct"])
    findings.expect("kinds of them", Kind.GOOD.value, ", ".join(arrived["events"]))
    again = arrived["merged"] + arrived["dropped"]
    findings.figures["sent twice, known again by TikTok"] = again
    earliest, latest = shop.inspector.earliest, shop.inspector.latest
    findings.expect("sent past its window", 0, int(earliest < began - OLDEST + MARGIN))
    findings.expect("sent before it happened", 0, int(latest > time.time() + AHEAD))


def judge_requests(
    findings: Findings, shop: EventShop, planted: Planted, *, kills: int, batch_size: int
) -> None:
    """Whether bad events cost no more requests than they may.

    Args:
        findings: Where to note it.
        shop: Where requests went.
        planted: The file.
        kills: How often the sender was killed; what was under way began anew.
        batch_size: Events of a request.
    """
    struck: Counter[str] = Counter()
    for one in shop.simulator.faults.as_json():
        rule = one["rule"]
        name = "throttled" if rule.times else f"failed {rule.when} their effect"
        struck[name] += one["struck"]
    requests = shop.simulator.effects.requests[f"POST {PATH}"]
    findings.figures |= {"requests": requests, **dict(sorted(struck.items()))}
    bad = planted.lines[Kind.BAD]
    least = math.ceil(planted.accepted / batch_size)
    findings.figures["requests beyond these, for each bad event"] = round(
        (requests - struck.total() - least) / bad, 1
    )
    disturbed = struck.total() + IN_FLIGHT * kills
    most = math.ceil(least / FULL_ENOUGH) + TO_ISOLATE * bad + disturbed * (TO_ISOLATE + 1)
    if requests > most:
        findings.faults.append(f"requests: {requests}, which is more than {most}")
    wanted = {"throttled", "failed before their effect", "failed after their effect"}
    if idle := wanted - {name for name, times in struck.items() if times}:
        findings.faults.append(f"never happened: {', '.join(sorted(idle))}")


async def judge_outbox(findings: Findings, shop: EventShop, planted: Planted) -> None:
    """Whether the outbox says the same, with a reason for everything that stayed here."""
    lines, most = planted.lines, sum(planted.lines.values())
    async with open_session(Workspace.open(shop.folder), tell=lambda _: None) as session:
        outbox = await session.outbox()
        [counts] = await outbox.counts()
        refused = [one.refusal for one in await outbox.refusals(limit=most)]
        dead = await outbox.held(state=EventState.DEAD, limit=most)
    taken = counts.waiting + counts.sent + counts.dead
    findings.expect("accepted", planted.accepted, taken)
    findings.expect("sent, says the outbox", lines[Kind.GOOD], counts.sent)
    findings.expect("still waiting", 0, counts.waiting)
    by_reason = {
        Kind.BAD: {one.place for one in dead if "page.url" in (one.reason or "")},
        Kind.AGED: {one.place for one in dead if "too old" in (one.reason or "")},
        Kind.OLD: {one.place for one in refused if "days ago" in one.reason},
        Kind.FUTURE: {one.place for one in refused if "in the future" in one.reason},
        Kind.BROKEN: {one.place for one in refused if "UTF-8" in one.reason},
    }
    names = {
        Kind.BAD: "dead: TikTok refuses it",
        Kind.AGED: "dead: grown too old while it waited",
        Kind.OLD: "refused: too old",
        Kind.FUTURE: "refused: in the future",
        Kind.BROKEN: "refused: not UTF-8",
    }
    for kind, places in by_reason.items():
        findings.expect(names[kind], len(planted.rare[kind]), len(places))
        if places != planted.rare[kind]:
            findings.faults.append(f"{names[kind]}: not the lines that were planted")
    findings.expect("dead in all", lines[Kind.BAD] + lines[Kind.AGED], counts.dead)
    kept_out = lines[Kind.OLD] + lines[Kind.FUTURE] + lines[Kind.BROKEN]
    findings.expect("refused in all", kept_out, len(refused))
