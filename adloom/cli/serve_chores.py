"""What a runner does beside running scenarios: reads files, goes on, renews, forgets, watches."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adloom.cli.serve_notices import Notices
from adloom.cli.session import Session
from adloom.errors import AdloomError
from adloom.services.serve_log import ServeLog
from connections.api import ConnectionApi
from connections.connection import State
from connections.refresh import is_due
from scheduler.conducting import Conducting
from scheduler.pruning import Pruning
from scheduler.runner import Chore
from scheduler.workshop import Workshop

__all__ = ["Chores"]


@dataclass
class Chores:
    """The chores of a runner.

    Args:
        session: The open workspace.
        workshop: What scenarios are run with.
        lines: Told what happened.
        notices: Told what somebody has to know.
    """

    session: Session
    workshop: Workshop
    lines: ServeLog
    notices: Notices
    _faults: dict[str, str] = field(default_factory=dict)
    _began: datetime | None = None

    def all(self) -> list[Chore]:
        """Each with how often it is done."""
        return [
            Chore("read the scenario files", 3, self.read_files, at_start=True),
            Chore("go on with what was left", 60, self.go_on, at_start=True),
            Chore("try again", 20, self.try_again),
            Chore("renew tokens", 60, self.renew_tokens, at_start=True),
            Chore("listen for silence", 300, self.listen),
            Chore("forget what is old", 3600, self.forget, at_start=True),
        ]

    async def read_files(self) -> None:
        """Take over what the files say; tell what is new, changed, gone or cannot be used."""
        changes = await self.workshop.synchronise()
        for names, text in (
            (changes.new, "is new, and disabled until you enable it"),
            (changes.changed, "was changed"),
            (changes.gone, "has no file any more and does not run"),
            (changes.broken, "cannot be used any more and does not run"),
            (changes.back, "can be used again"),
        ):
            for name in names:
                self.lines.say(f"The scenario {text}.", name)
        for file, fault in changes.faults.items():
            if self._faults.get(file) != fault:
                self.lines.alert(fault, file)
        self._faults = dict(changes.faults)

    async def go_on(self) -> None:
        """Finish what processes that died have left behind."""
        if self.workshop.stopped():
            return
        for ended in await Conducting(self.workshop).recover():
            execution = ended.execution
            about = execution.scenario or "runner"
            self.lines.say(
                f"Execution {execution.id} of a process that died: {execution.status}.", about
            )

    async def try_again(self) -> None:
        """Try what stopped part-way once more, when its time has come."""
        for ended in await Conducting(self.workshop).retry_due():
            execution = ended.execution
            text = f"Execution {execution.id} was tried again: {execution.status}."
            self.lines.say(text, execution.scenario or "runner")

    async def renew_tokens(self) -> None:
        """Renew tokens before they end; say which connections need their owner."""
        wiring = self.session.wiring
        for one in await wiring.store.all():
            if one.state is State.RECONNECT:
                text = f"The connection {one.name} needs its owner: {one.reason}"
                self.notices.tell(one.name, f"{text} Run: adloom connections reconnect {one.name}")
            elif is_due(one, wiring.clock.now()):
                try:
                    found = await ConnectionApi(await wiring.store.load(one.name), wiring).fresh()
                    if found.generation != one.generation:
                        self.lines.say("Its token was renewed.", one.name)
                except AdloomError as error:
                    self.lines.alert(f"Its token was not renewed: {error}", one.name)

    async def listen(self) -> None:
        """Say which scenarios have found nothing for longer than they should."""
        now = self.workshop.clock.now()
        self._began = self._began or now
        for stored, scenario in await self.workshop.enabled():
            seconds = scenario.settings.silence_seconds
            watches = await self.workshop.watches.all(stored.name)
            heard = [one.found_at for _, one in watches if one.found_at]
            last = max(
                [*heard, *([stored.last_found_at] if stored.last_found_at else [])], default=None
            )
            if seconds and now - (last or self._began) > timedelta(seconds=seconds):
                since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "at all"
                self.notices.tell(stored.name, f"{stored.name} has found nothing {since}.")

    async def forget(self) -> None:
        """Forget what has ended long ago."""
        kept = self.session.workspace.settings.history
        pruning = Pruning(
            self.workshop.database, self.workshop.scenarios, kept.days, kept.megabytes
        )
        pruned = await pruning.prune(self.workshop.clock.now())
        if pruned.executions:
            self.lines.say(f"{pruned.executions:,} old executions were forgotten.")
