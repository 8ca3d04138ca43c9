"""The addresses of a runner that take events, each with its secret, its mapping and its way out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from adloom.errors import Fault, InvalidParamsError
from adloom.intake import EventHook
from adloom.services.event_mappings import Understood, mark_of, understood
from adloom.services.serve_log import ServeLog
from adloom.services.session import Session
from adloom.settings import EventIntakeSettings, Workspace
from connections.connection import Connection
from connections.providers.tiktok_events import TikTokEvents
from connections.providers.webhook import Webhook
from connections.signatures import proof_for

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["EventAddresses", "address_faults"]

#: Stands in for the settings of a connection that is not there, so that the rest can be judged.
NOWHERE: Final = {"source": "web", "source_id": "nowhere"}


@dataclass
class EventAddresses:
    """What `[events.intake]` opens.

    Args:
        session: With the settings, and the connections that hold the secrets.
        outbox: Keeps what comes in.
        lines: Told what happened.
        kept: Told when there is something to send.
        open: The addresses by their names.
    """

    session: Session
    outbox: "Outbox"
    lines: ServeLog
    kept: Callable[[], None]
    open: dict[str, EventHook] = field(default_factory=dict)
    _known: dict[str, object] = field(default_factory=dict)
    _at: str | None = None
    _announced: set[str] = field(default_factory=set)
    _signed: dict[str, str] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Open addresses, take over what has changed, close those whose secret is gone."""
        there = {one.name: one for one in await self.session.wiring.store.all()}
        for name, settings in self.session.workspace.settings.events.intake.items():
            used = [there.get(one) for one in (settings.secret, settings.connection)]
            facts = [(one.id, one.generation) if one else None for one in used]
            mark = (facts, mark_of(self.session.workspace, settings))
            if self._known.get(name) != mark:
                await self._take_over(name, settings, there)
                self._known[name] = mark
        self.announce()

    def announce(self, address: str | None = None) -> None:
        """Say where events come in and how to try it, for each address once; never the secret.

        Args:
            address: Where the intake listens, once it does.
        """
        self._at = address or self._at
        if self._at is not None:
            for name in sorted(self.open.keys() - self._announced):
                self._announced.add(name)
                self.lines.say(f"Events come in at {self._at}/events/{name}", name)
                self.lines.say(self._example(name, f"{self._at}/events/{name}"), name)

    def _example(self, name: str, address: str) -> str:
        settings = self.session.workspace.settings.events.intake[name]
        how = f"The secret is that of the connection {settings.secret}"
        signed = self._signed.get(name)
        if signed:
            return f"{how}, which signs requests in {signed}."
        return (
            f"{how}. Try it: curl -H 'Authorization: Bearer SECRET' "
            f"-H 'Content-Type: application/json' -d '[EVENT, …]' {address}"
        )

    async def _take_over(
        self, name: str, settings: EventIntakeSettings, there: Mapping[str, Connection]
    ) -> None:
        """Open an address, or let it go on with the mapping it had."""
        found, mapping_faults = _understood(self.session.workspace, settings, there)
        faults = list(_connection_faults(settings, there))
        before = self.open.get(name)
        if faults:
            self.open.pop(name, None)
        elif found is not None or before is not None:
            self.open[name] = await self._hook(name, settings, found, before)
        self._tell(name, [*faults, *mapping_faults], is_new=before is None)
        for note in found.reads.notes if found else ():
            self.lines.alert(str(note), name)

    async def _hook(
        self,
        name: str,
        settings: EventIntakeSettings,
        found: Understood | None,
        before: EventHook | None,
    ) -> EventHook:
        """The address, with the mapping it had where there is none that is right."""
        secret = await self.session.wiring.store.load(settings.secret)
        self._signed[name] = secret.settings.get("signature_header") or ""
        proves = proof_for(secret, self.session.wiring.clock.now)
        if found is None:
            assert before is not None  # noqa: S101 - it is not opened without a mapping
            return replace(before, proves=proves)
        return EventHook(
            name,
            settings.connection,
            proves,
            found.reads,
            self.outbox,
            topic_header=found.topic_header,
            kept=self.kept,
            refused=before.refused if before else Counter(),
        )

    def _tell(self, name: str, faults: list[Fault], *, is_new: bool) -> None:
        """Tell everything that is wrong at once, each by its setting."""
        told = "; ".join(f"events.intake.{name}.{one}" for one in faults)
        if not faults:
            said = (
                "Its address takes events." if is_new else "Its address goes by what has changed."
            )
            self.lines.say(said, name)
        elif name in self.open:
            self.lines.alert(f"Its address goes by the last mapping that was right: {told}", name)
        else:
            self.lines.alert(f"Its address takes nothing: {told}", name)


def address_faults(
    workspace: Workspace, settings: EventIntakeSettings, there: Mapping[str, Connection]
) -> list[Fault]:
    """Everything that is wrong with an address.

    Args:
        workspace: With its mapping file.
        settings: Of the address.
        there: The connections there are, by their names.
    """
    _, faults = _understood(workspace, settings, there)
    return [*_connection_faults(settings, there), *faults]


def _connection_faults(
    settings: EventIntakeSettings, there: Mapping[str, Connection]
) -> Iterator[Fault]:
    for field_name, kind in (("secret", Webhook.name), ("connection", TikTokEvents.name)):
        name = getattr(settings, field_name)
        found = there.get(name)
        if found is None:
            hint = f"adloom connections add {name} --kind {kind}"
            yield Fault(field_name, f"there is no connection named {name!r}; make it: {hint}")
        elif found.provider != kind:
            yield Fault(field_name, f"{name!r} is for {found.provider}; it takes one for {kind}")


def _understood(
    workspace: Workspace, settings: EventIntakeSettings, there: Mapping[str, Connection]
) -> tuple[Understood | None, list[Fault]]:
    """How an address understands what it is sent, or what is wrong with its mapping."""
    sender = there.get(settings.connection)
    fits = sender is not None and sender.provider == TikTokEvents.name
    try:
        sends = sender.settings if sender and fits else NOWHERE
        return understood(workspace, settings, sends), []
    except InvalidParamsError as error:
        return None, list(error.faults)
