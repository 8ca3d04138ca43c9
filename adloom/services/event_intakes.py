"""The addresses that take events, as somebody wants to know them: where, how, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adloom.database import Transaction
from adloom.errors import Fault, UsageError
from adloom.services.event_addresses import address_faults
from adloom.services.event_mapping_files import read_mapping_file
from adloom.services.event_trial import read_mapping
from adloom.services.session import Session
from adloom.settings import EventIntakeSettings
from connections.connection import Connection

if TYPE_CHECKING:
    from scheduler.outbox.store import Outbox

__all__ = ["HOW_TO_ADD", "Intake", "addresses", "without_consent"]

#: What goes into `adloom.toml`; the words in capitals are the user's.
HOW_TO_ADD: Final = """\
[events.intake.NAME]
secret = "HOOK"           # a connection of the kind webhook: how senders prove who they are
connection = "PIXEL"      # a connection of the kind tiktok-events: where the events go
# preset = "segment"      # what they speak: ga4, segment, rudderstack, commanders_act, shopify
# mapping = "orders.yaml" # a file in the folder mappings
# default_country = "DE"  # for telephone numbers without a country code
"""
COUNTS: Final = (
    "SELECT name, SUM(waiting) AS waiting, SUM(sent) AS sent, SUM(dead) AS dead FROM event_origin"
    " WHERE workspace = ? AND kind = 'intake' GROUP BY name"
)


@dataclass(frozen=True)
class Intake:
    """One address that takes events.

    Args:
        name: Its name.
        url: Where it is while `adloom serve` runs.
        settings: What the settings say.
        faults: Why it takes nothing.
        signed: The header in which senders sign; None if they send the secret.
        asks_consent: Whether its mapping asks for the person's consent.
        waiting: Events of it that wait.
        sent: Events of it that were sent.
        dead: Events of it that could not be sent.
    """

    name: str
    url: str
    settings: EventIntakeSettings
    faults: Sequence[Fault]
    signed: str | None
    asks_consent: bool
    waiting: int = 0
    sent: int = 0
    dead: int = 0

    @property
    def curl(self) -> str:
        """How to try it; the secret is left to whoever types it."""
        proof = "" if self.signed else "-H 'Authorization: Bearer SECRET' "
        return f"curl {proof}-H 'Content-Type: application/json' -d '[EVENT, …]' {self.url}"


async def addresses(session: Session) -> list[Intake]:
    """Every address that the settings name."""
    told = session.workspace.settings.events.intake
    if not told:
        return []
    there = {one.name: one for one in await session.wiring.store.all()}
    counts = await _counts(session)
    return [
        _intake(session, name, settings, there, counts.get(name, (0, 0, 0)))
        for name, settings in told.items()
    ]


def _intake(
    session: Session,
    name: str,
    settings: EventIntakeSettings,
    there: dict[str, Connection],
    counts: tuple[int, int, int],
) -> Intake:
    port = session.workspace.settings.intake.port
    secret = there.get(settings.secret)
    return Intake(
        name,
        f"http://127.0.0.1:{port}/events/{name}",
        settings,
        address_faults(session.workspace, settings, there),
        (secret.settings.get("signature_header") or None) if secret else None,
        _asks_consent(session, settings),
        *counts,
    )


async def _counts(session: Session) -> dict[str, tuple[int, int, int]]:
    if not session.workspace.events.exists():
        return {}
    outbox: Outbox = await session.outbox()

    def work(work: Transaction) -> dict[str, tuple[int, int, int]]:
        rows = work.run(COUNTS, outbox.workspace)
        return {
            row["name"]: (int(row["waiting"]), int(row["sent"]), int(row["dead"])) for row in rows
        }

    return await outbox.database.read(work)


def _asks_consent(session: Session, settings: EventIntakeSettings) -> bool:
    if settings.mapping is None:
        return False
    try:
        text = read_mapping_file(session.workspace, settings.mapping).text
    except UsageError:
        return False
    mapping, _ = read_mapping(text)
    return mapping is not None and mapping.consent is not None


async def without_consent(session: Session) -> dict[str, list[str]]:
    """The addresses that ask for no consent, by the connection their events go out by."""
    found: dict[str, list[str]] = {}
    for one in await addresses(session):
        if not one.asks_consent:
            found.setdefault(one.settings.connection, []).append(one.name)
    return found
