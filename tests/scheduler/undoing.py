"""Random executions on a simulator, undone, with somebody meddling in between.

What may be and what may not is judged from the platform's own rows: before the execution, after it,
after the meddling, after the undo. The undo's own words are only asked for its reasons.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from adloom.cli.executions_undo import undo_of
from adloom.cli.session import Session, open_session
from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from adloom.wire import JsonBody, Record, Request
from modules import find_module
from scenarios.loader import load_scenario
from scheduler.audit_check import verify
from scheduler.records import CallState, Execution, Status
from scheduler.sending import ChangingApi
from scheduler.undo import Undo
from scheduler.undo_items import BLOCKING, Preview, Verdict
from tests.scheduler.world import NOW
from tests.seams.practice import Practice, practise

__all__ = ["Rounds", "State", "Tally", "snapshot", "undo_rounds"]

#: Every listing, what its rows are called, and what of them is compared.
LISTINGS: Final = {
    "/campaign/get/": ("campaign", ("campaign_name", "operation_status", "budget")),
    "/adgroup/get/": ("adgroup", ("adgroup_name", "operation_status", "budget")),
    "/ad/get/": (
        "ad",
        ("ad_name", "operation_status", "ad_text", "call_to_action", "landing_page_url"),
    ),
}
KEYS: Final = ("k1", "k2", "k3")
#: Object and column, or store and key, and what stands there; what is not there has no key.
State = dict[tuple[str, str], Any]


@dataclass
class Tally:
    """What rounds came to.

    Args:
        executions: How many were undone, or refused.
        changes: How many values they had changed.
        restored: How many executions were taken back whole.
        partly: How many but for what somebody else had changed.
        refused: How many were refused with a reason.
        redone: How many undos were undone.
        meddled: How many had somebody meddling.
        faults: What is not as it should be.
    """

    executions: int = 0
    changes: int = 0
    restored: int = 0
    partly: int = 0
    refused: int = 0
    redone: int = 0
    meddled: int = 0
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in vars(self)))


async def undo_rounds(folder: Path, *, rounds: int, seed: int) -> Tally:
    """Run and undo so many random executions in a workspace of their own."""
    options = Options(port=0, ads=60, seed=seed, speed=0, start=NOW)
    with Running(options) as simulator:
        practice = await practise(simulator, folder, deadline=5, lag=0.0)
        async with open_session(Workspace.open(folder), tell=lambda _: None) as session:
            made = await Rounds.begin(session, practice, seed)
            for number in range(rounds):
                await made.one(number)
            flaws = (await verify(await session.journal_database())).flaws
            made.tally.faults += [f"the audit: {one.text}" for one in flaws]
    return made.tally


async def snapshot(api: ChangingApi, advertiser_id: str) -> State:
    """Everything that is there and not deleted, value by value."""
    state: State = {}
    for path, (level, columns) in LISTINGS.items():
        query = {"advertiser_id": advertiser_id, "filtering": {}}
        async for page in api.pages(path, query, key=f"{level}_id", page_size=1000):
            for row in page.records:
                for column in columns:
                    state[str(row[f"{level}_id"]), column] = row.get(column)
    return state


@dataclass
class Rounds:
    """One workspace in which one random execution follows the other."""

    session: Session
    undo: Undo
    api: ChangingApi
    advertiser_id: str
    chance: random.Random
    ads: list[Record]
    groups: list[Record]
    campaigns: list[Record]
    tally: Tally = field(default_factory=Tally)
    names: int = 0

    @classmethod
    async def begin(cls, session: Session, practice: Practice, seed: int) -> "Rounds":
        """Look what there is to play with."""
        opened = await session.reader.open(find_module("search_ads"), "practice")
        rows: list[list[Record]] = []
        for path, (level, _) in LISTINGS.items():
            query = {"advertiser_id": practice.advertiser_id, "filtering": {}}
            pages = opened.api.pages(path, query, key=f"{level}_id", page_size=1000)
            rows.append([row async for page in pages for row in page.records])
        campaigns, groups, ads = rows
        plain = {
            row["campaign_id"]
            for row in campaigns
            if row["campaign_automation_type"] == "MANUAL" and not row.get("rf_campaign_type")
        }
        chance = random.Random(seed)  # noqa: S311 - a game, nothing secret
        return cls(
            session,
            await undo_of(session),
            opened.api,
            practice.advertiser_id,
            chance,
            ads,
            [one for one in groups if one["campaign_id"] in plain],
            [one for one in campaigns if one["campaign_id"] in plain],
        )

    async def state(self) -> State:
        """How everything is now: the platform's rows and the data store's."""
        state = await snapshot(self.api, self.advertiser_id)
        store = self.undo.store
        return state | {("store", one.key): one.value for one in await store.list("s")}

    # --- one round ------------------------------------------------------------------------------

    async def one(self, number: int) -> None:
        """Run, meddle, undo, judge."""
        before = await self.state()
        execution = await self._run(number)
        after = await self.state()
        if execution is None or before == after:
            return
        touched = [key for key in after | before if before.get(key) != after.get(key)]
        self.tally.executions += 1
        self.tally.changes += len(touched)
        if self.chance.random() < 0.4:
            await self._meddle(touched)
        met = await self.state()
        self.tally.meddled += met != after
        allow, partial = self.chance.random() < 0.85, self.chance.random() < 0.5
        preview = await self.undo.preview(execution.id, allow_delete=allow)
        told = f"{number}: {execution.id}"
        try:
            result = await self.undo.apply(preview, partial=partial)
        except AdloomError as error:
            now = await self.state()
            self._judge_refusal(told, preview, error, met, now, meddled=met != after)
            return
        now = await self.state()
        failed = [
            one.call
            for operation in result.execution.operations
            for one in operation.calls
            if one.state not in (CallState.DONE, CallState.DROPPED)
            and "TikTok refused" not in str(one.error)
        ]
        if failed or result.error:  # old names may be such that nobody may give them any more
            self._fault(told, f"{result.execution.status}, {result.error}: {failed}")
        refused = {
            change.id
            for operation in result.execution.operations
            for one in operation.calls
            if one.state is CallState.FAILED
            for change in one.call.changes
        }
        self._judge(told, preview, refused, (before, after, met, now))
        if now == before and all(one.verdict is Verdict.UNDO for one in preview.items):
            await self._redo(told, result.execution, after)

    async def _run(self, number: int) -> Execution | None:
        text = self._scenario(number)
        shop = await self.session.workshop()
        with suppress(AdloomError):
            [ended] = (await shop.conductor.run(load_scenario(text))).executions
            if ended.execution.status in (Status.DONE, Status.FAILED):
                return ended.execution
            await (await self.session.journal()).drop(ended.execution)
            return ended.execution
        return None

    async def _redo(self, told: str, undo: Execution, after: State) -> None:
        """Undo the undo: what the execution did is there again."""
        preview = await self.undo.preview(undo.id)
        if any(one.verdict is Verdict.NO_WAY for one in preview.items):
            return  # what was deleted does not come back
        if self.chance.random() < 0.5:
            return
        await self.undo.apply(preview)
        now = await self.state()
        self.tally.redone += 1
        if now != after:
            self._fault(told, f"redone: {_difference(after, now)}")

    # --- judging --------------------------------------------------------------------------------

    def _judge_refusal(
        self,
        told: str,
        preview: Preview,
        error: AdloomError,
        met: State,
        now: State,
        *,
        meddled: bool,
    ) -> None:
        """A refusal has a reason, and nothing was touched."""
        self.tally.refused += 1
        if met != now:
            self._fault(told, f"refused, and yet {_difference(met, now)}")
        blocking = [one for one in preview.items if one.verdict in BLOCKING]
        conflicts = [one for one in blocking if one.verdict is Verdict.CONFLICT]
        if not blocking and not preview.is_empty:
            self._fault(told, f"refused without a reason: {error}")
        along = [one for one in conflicts if "along with it" in str(one.reason)]
        if len(conflicts) > len(along) and not meddled:
            self._fault(told, f"a conflict with nobody: {conflicts[0]}")
        if any(not one.reason for one in blocking):
            self._fault(told, "a conflict without a reason")

    def _judge(
        self,
        told: str,
        preview: Preview,
        refused: set[str],
        states: tuple[State, State, State, State],
    ) -> None:
        """Everything is as it was, but for what was somebody else's, or refused with a reason."""
        before, after, met, now = states
        kept = refused | {one.change.id for one in preview.items if one.verdict in BLOCKING}
        for key in before | after | met | now:
            was, did, found, is_now = (one.get(key) for one in states)
            identity, column = key
            left = identity in kept or (identity == "store" and column in kept)
            if found != did:
                as_made = was is None and key[1] == "operation_status" and found == "DISABLE"
                if is_now != found and not as_made:
                    self._fault(told, f"{key}: somebody set {found!r}, now {is_now!r}")
                continue
            if is_now == was:
                continue
            if left and identity not in {one for one, _ in before} and identity != "store":
                continue  # what was made stays, but for what was changed about it afterwards
            if not (left and is_now == found):
                self._fault(told, f"{key}: was {was!r}, did {did!r}, now {is_now!r}")
        if now == before:
            self.tally.restored += 1
        else:
            self.tally.partly += 1

    def _fault(self, told: str, text: str) -> None:
        self.tally.faults.append(f"{told}: {text}")

    # --- meddling -------------------------------------------------------------------------------

    async def _meddle(self, touched: list[tuple[str, str]]) -> None:
        """Somebody changes something, most often what was touched."""
        for _ in range(self.chance.randint(1, 3)):
            near = self.chance.random() < 0.8
            key = self.chance.choice(touched)
            if key[0] == "store" or not near:
                await self.undo.store.put("s", self.chance.choice(KEYS), {"by": "somebody"})
                continue
            for request in self._meddling(key[0]):
                with suppress(AdloomError):
                    await self.api.change(request)

    def _meddling(self, identity: str) -> Iterator[Request]:
        """What somebody might do to an object, whatever it is."""
        kind, status = self.chance.random(), self.chance.choice(["ENABLE", "DISABLE", "DELETE"])
        amount = self.chance.randint(60, 900)
        for level in ("campaign", "adgroup", "ad"):
            if kind < 0.5:
                switch = {f"{level}_ids": [identity], "operation_status": status}
                yield self._request(f"/{level}/status/update/", switch)
        if kind >= 0.5:
            yield self._request("/campaign/update/", {"campaign_id": identity, "budget": amount})
            budgets = {"budget": [{"adgroup_id": identity, "budget": amount}]}
            yield self._request("/adgroup/budget/update/", budgets)
            row = next((one for one in self.ads if one["ad_id"] == identity), None)
            if row is not None:
                creative = {"ad_id": identity, "ad_name": f"Meddled {amount}"}
                body = {"adgroup_id": row["adgroup_id"], "creatives": [creative]}
                yield self._request("/ad/update/", {**body, "patch_update": True})

    def _request(self, path: str, body: Record) -> Request:
        whole = {"advertiser_id": self.advertiser_id, **body}
        return Request("POST", path, body=JsonBody(whole))

    # --- what is run ----------------------------------------------------------------------------

    def _scenario(self, number: int) -> str:
        steps = list(self._steps())
        lines = [f"name: random-{number}", "steps:"]
        for place, (module, params) in enumerate(steps):
            said = dump({"advertiser_id": self.advertiser_id, **params}).decode()
            lines.append(f"  - id: s{place}")
            if module == "store":
                lines.append(f"    store: {dump(params).decode()}")
                continue
            lines += [
                f"    module: {module}",
                "    connection: practice",
                f"    params: {said}",
                "    on_error: {resume: {ad_id: x}}",
            ]
        return "\n".join(lines) + "\n"

    def _steps(self) -> Iterator[tuple[str, Record]]:
        chance, count = self.chance, self.chance.randint(1, 6)
        place = 0
        for _ in range(count):
            made = list(self._made(place)) if chance.random() < 0.2 else [self._changed()]
            yield from made
            place += len(made)
        if chance.random() < 0.3:
            ids = [one["ad_id"] for one in chance.sample(self.ads, 4)]
            yield "update_ad_status", {"ad_ids": ids, "status": "DISABLE"}

    def _changed(self) -> tuple[str, Record]:
        """A change of something that is there."""
        ways = (self._switched, self._switched, self._budgeted, self._budgeted, self._written,
                self._stored)  # fmt: skip
        return self.chance.choice(ways)()

    def _switched(self) -> tuple[str, Record]:
        chance, status = self.chance, {"status": self.chance.choice(["ENABLE", "DISABLE"])}
        ads = [one["ad_id"] for one in chance.sample(self.ads[:12], chance.randint(1, 2))]
        group = chance.choice(self.groups[:8])["adgroup_id"]
        campaign = chance.choice(self.campaigns[:8])["campaign_id"]
        module, ids = chance.choice(
            [
                ("update_ad_status", {"ad_ids": ads}),
                ("update_ad_group_status", {"adgroup_ids": [group]}),
                ("update_campaign_status", {"campaign_ids": [campaign]}),
            ]
        )
        return module, ids | status

    def _budgeted(self) -> tuple[str, Record]:
        chance = self.chance
        step = {"budget": chance.choice(["+10 %", "+5", str(chance.randint(100, 500))])}
        if chance.random() < 0.5:
            group = chance.choice(self.groups[:8])["adgroup_id"]
            return "update_ad_group_budget", {"adgroup_ids": [group], **step}
        campaign = chance.choice(self.campaigns[:8])["campaign_id"]
        return "update_campaign_budget", {"campaign_ids": [campaign], **step}

    def _written(self) -> tuple[str, Record]:
        chance = self.chance
        text = {"ad_text": f"Text {chance.randint(1, 99)}"}
        name = {"ad_name": f"Name {chance.randint(1, 99)}"}
        page = {"landing_page_url": f"https://a.example.com/{chance.randint(1, 99)}"}
        fields = chance.choice([text, name, page, text | page, name | text])
        return "update_ad", {"ad_id": chance.choice(self.ads[:12])["ad_id"], **fields}

    def _stored(self) -> tuple[str, Record]:
        chance, operation = self.chance, self.chance.choice(["put", "add", "delete"])
        value = {} if operation == "delete" else {"value": chance.randint(1, 9)}
        return "store", {"name": "s", "operation": operation, "key": chance.choice(KEYS), **value}

    def _made(self, place: int) -> Iterator[tuple[str, Record]]:
        """Something new, perhaps with something in it, perhaps changed at once."""
        chance = self.chance
        self.names += 1
        mode = {"budget_mode": "BUDGET_MODE_DAY", "budget": chance.randint(100, 300)}
        new = {"campaign_name": f"New {self.names}", "objective_type": "TRAFFIC"}
        yield "create_campaign", new | (mode if chance.random() < 0.5 else {})
        campaign = f"{{{{s{place}.campaign_id}}}}"
        if chance.random() < 0.5:
            yield "update_campaign_status", {"campaign_ids": [campaign], "status": "ENABLE"}
            place += 1
        if chance.random() < 0.7:
            yield (
                "create_ad_group",
                {
                    "campaign_id": campaign,
                    "adgroup_name": f"Group {self.names}",
                    "optimization_goal": "CLICK",
                    "billing_event": "CPC",
                    "budget": chance.randint(60, 90),
                    "location_ids": ["6252001"],
                    "promotion_type": "WEBSITE",
                },
            )
            if chance.random() < 0.5:
                group = f"{{{{s{place + 1}.adgroup_id}}}}"
                yield "update_ad_group_budget", {"adgroup_ids": [group], "budget": "+25 %"}


def _difference(one: State, other: State) -> str:
    keys = [key for key in one | other if one.get(key) != other.get(key)]
    return "; ".join(f"{key}: {one.get(key)!r} → {other.get(key)!r}" for key in keys[:5])
