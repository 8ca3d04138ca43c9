"""The simulator as an ASGI application: who answers, and what faults make of the answer."""

import asyncio
import logging
import re
from email.utils import formatdate
from typing import Final

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from adloom.simulator.business import answer, short_path
from adloom.simulator.consent import ConsentPages
from adloom.simulator.control import ROOT as CONTROL
from adloom.simulator.control import control
from adloom.simulator.distortions import distorted, instead
from adloom.simulator.envelope import Plain, Reply, encoded
from adloom.simulator.faults import CHANGED_ANSWERS, INTERVENTIONS, OTHER_ANSWERS, Rule
from adloom.simulator.interventions import intervened
from adloom.simulator.open_platform import answering as open_platform
from adloom.simulator.reports import later as reports
from adloom.simulator.spoiling import Sent, spoiled
from adloom.simulator.state import Attached, Incoming, State
from adloom.simulator.wire import BROKEN, break_off

__all__ = ["Application"]

JSON: Final = "application/json; charset=utf-8"
PAGES: Final = ("GET", "POST")

logger = logging.getLogger(__name__)


class Application:
    """Answers every request to every host that it stands in for.

    Args:
        state: What it remembers.
    """

    def __init__(self, state: State):
        self.state = state
        self._pages = ConsentPages(state.grants, state.creators, self._accounts)

    def _accounts(self) -> list[tuple[str, str]]:
        return [
            (known, f"{account.facts.name} ({known}, {account.facts.currency})")
            for known, account in self.state.world.accounts.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from its first byte to its last."""
        try:
            await self._talk(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as bug:
            # The simulator's own; the server answers with HTTP 500.
            self.state.bugs.append(bug)
            logger.exception("the simulator failed at %s %s", scope["method"], scope["path"])
            raise

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = await _incoming(Request(scope, receive))
        client = scope.get("client")
        sent: Sent | None
        if incoming.path.startswith(CONTROL):
            self.state.advance()
            sent = self._sent(control(self.state, incoming, client[0] if client else ""))
        else:
            sent = await self._respond(incoming, scope, receive)
        if sent is not None:
            await _send(sent, send)

    # --- who answers ----------------------------------------------------------------------------

    def answer(self, incoming: Incoming) -> Reply | Plain:
        """The honest answer to a request, with its effects."""
        self.state.advance()
        path, method = incoming.path.rstrip("/"), incoming.method
        if path == "/portal/auth" and method in PAGES:
            return self._pages.portal(method, incoming.query, incoming.body)
        if path == "/v2/auth/authorize" and method in PAGES:
            return self._pages.authorize(method, incoming.query, incoming.body)
        if incoming.path == "/v2/oauth/token/" and method == "POST":
            return self._creator_token(incoming)
        if incoming.path == "/v2/oauth/revoke/" and method == "POST":
            return self.state.creators.revoke(incoming.body, self.state.next_request_id())
        if open_platform.owns(incoming.path):
            return open_platform.answer(self.state, incoming)
        answering = reports.fetch if reports.owns(incoming.path) else answer
        return answering(self.state, incoming)

    def _creator_token(self, incoming: Incoming) -> Plain:
        plain = self.state.creators.token(incoming.body, self.state.next_request_id())
        self.state.effects.tokens += plain.label == "ok"
        return plain

    # --- what faults make of it -----------------------------------------------------------------

    async def _respond(self, incoming: Incoming, scope: Scope, receive: Receive) -> Sent | None:
        """The answer to send, or None if something else than an answer was sent."""
        state, short = self.state, short_path(incoming.path)
        state.effects.arrived(incoming.method, short)
        rule = state.faults.next(incoming.method, incoming.path, short)
        if rule is None:
            return self._counted(self.answer(incoming))
        if rule.kind == "slow":
            return await self._slowly(rule, incoming)
        if rule.kind in INTERVENTIONS:
            return self._counted(intervened(rule, state, incoming, self.answer))
        reply: Reply | Plain = Reply() if rule.strikes_first else self.answer(incoming)
        if rule.kind in OTHER_ANSWERS:
            reply = instead(rule, incoming.path)
        elif rule.kind in CHANGED_ANSWERS:
            reply = distorted(rule, reply)
        if rule.kind not in BROKEN:
            return spoiled(rule, self._counted(reply))
        state.effects.answered(rule.kind)
        await break_off(rule, self._sent(reply), scope, receive)
        return None

    async def _slowly(self, rule: Rule, incoming: Incoming) -> Sent:
        if rule.strikes_first:
            await asyncio.sleep(rule.seconds)
            return self._counted(self.answer(incoming))
        sent = self._counted(self.answer(incoming))
        await asyncio.sleep(rule.seconds)
        return sent

    # --- bytes ----------------------------------------------------------------------------------

    def _counted(self, reply: Reply | Plain) -> Sent:
        outcome = reply.code if isinstance(reply, Reply) else reply.label or f"HTTP {reply.status}"
        self.state.effects.answered(outcome)
        return self._sent(reply)

    def _sent(self, reply: Reply | Plain) -> Sent:
        identity = self.state.next_request_id()
        headers = {
            "Date": formatdate(self.state.clock.now(), usegmt=True),
            "X-TT-LOGID": identity,
            "x-tt-trace-id": f"00-{identity.lower()}-01",
        }
        if isinstance(reply, Reply):
            headers |= {"Content-Type": JSON, **reply.headers}
            return Sent(reply.status, encoded(reply, identity), headers)
        headers |= {"Content-Type": reply.content_type, **reply.headers}
        return Sent(reply.status, reply.body, headers)


async def _incoming(request: Request) -> Incoming:
    """Read a request to its end."""
    body = await request.body()
    form: dict[str, str] | None = None
    files: dict[str, Attached] = {}
    if re.match("multipart/form-data", request.headers.get("content-type", ""), re.IGNORECASE):
        form, files = await _form(request)
    return Incoming(
        method=request.method,
        path=request.scope["path"],
        query=request.scope["query_string"].decode("latin-1"),
        headers=dict(request.headers),
        body=body,
        form=form,
        files=files,
    )


async def _form(request: Request) -> tuple[dict[str, str] | None, dict[str, Attached]]:
    """The parts of a form and the files among them; None where it is malformed."""
    form: dict[str, str] = {}
    files: dict[str, Attached] = {}
    try:
        async with request.form() as parts:
            for name, part in parts.items():
                if isinstance(part, UploadFile):
                    files[name] = Attached(part.filename or name, await part.read())
                    form[name] = files[name].name
                else:
                    form[name] = part
    except (MultiPartException, KeyError):
        return None, {}
    return form, files


async def _send(sent: Sent, send: Send) -> None:
    headers = {**sent.headers, "Content-Length": str(len(sent.body))}
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": sent.status, "headers": raw})
    await send({"type": "http.response.body", "body": sent.body})
