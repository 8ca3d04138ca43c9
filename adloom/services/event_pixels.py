"""Pixels as TikTok sees them: which there are, and how many events of each name have arrived."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from adloom.errors import AdloomError
from adloom.json_text import dump
from adloom.services.session import Session
from adloom.wire import Answer, Record
from connections.api import ConnectionApi
from connections.connection import Connection
from scheduler.findings import Finding, fail, ok, warn

__all__ = ["Look", "look_at_pixels"]

#: The kind of connection that sees pixels.
ADS: Final = "tiktok-business"
PAGE_SIZE: Final = 20
#: In this order figures are told.
FIGURES: Final = {
    "server_event_total_count": "from servers",
    "browser_event_total_count": "from browsers",
    "attributed_count": "attributed to ads",
}


class _Reads(Protocol):
    async def get(self, path: str, query: dict[str, Any]) -> Answer:
        """Read once."""
        ...


@dataclass(frozen=True)
class Look:
    """What to look at.

    Args:
        account: The connection that may see pixels; None takes the only one there is for ads, else
            asks with the events' own token.
        advertiser_id: Only this ad account; None takes all that the connection may see.
        days: How many days to count events of; None counts none.
        listed: Whether to list every pixel.
    """

    account: str | None
    advertiser_id: str | None
    days: int | None
    listed: bool


async def look_at_pixels(session: Session, events: Connection, look: Look) -> list[Finding]:
    """List pixels and count what has arrived, as far as somebody's token allows."""
    asked = await _asked(session, events, look)
    advertisers = _advertisers(asked, look.advertiser_id)
    if not advertisers:
        return [_unknown(asked)]
    api = ConnectionApi(asked, session.wiring)
    found: list[Finding] = []
    pixels: list[tuple[str, Record]] = []
    for advertiser in advertisers:
        try:
            query = {"advertiser_id": advertiser}
            listing = api.pages("/pixel/list/", query, key="pixel_id", page_size=PAGE_SIZE)
            pixels += [(advertiser, row) async for page in listing for row in page.records]
        except AdloomError as error:
            found.append(_unseen(asked, advertiser, error))
    if look.listed:
        found += [_told(row, advertiser) for advertiser, row in pixels]
    if events.settings["source"] != "web":
        said = f"{events.name} sends {events.settings['source']} events; TikTok counts pixels only."
        return [*found, warn("pixels", said)]
    return found + await _about(api, session, events, look, pixels)


def _advertisers(asked: Connection, named: str | None) -> list[str]:
    if named:
        return [named]
    return [str(one["advertiser_id"]) for one in asked.account.get("advertisers", ())]


async def _asked(session: Session, events: Connection, look: Look) -> Connection:
    """The connection that is asked about pixels."""
    if look.account:
        return await session.wiring.store.load(look.account)
    if look.advertiser_id is None:
        for_ads = [one for one in await session.wiring.store.all() if one.provider == ADS]
        if len(for_ads) == 1:
            return await session.wiring.store.load(for_ads[0].name)
    return events


def _unknown(asked: Connection) -> Finding:
    """Nobody knows which ad accounts to look into."""
    if asked.provider == ADS:
        said = f"{asked.name} does not say which ad accounts it may see."
        return warn("pixels", said, "Name one: --advertiser-id ID")
    said = "A token made for one source does not say which ad account its pixel belongs to."
    advice = "Name a connection that may see it: --account NAME, or --advertiser-id ID"
    return warn("pixels", said, advice)


def _unseen(asked: Connection, advertiser: str, error: AdloomError) -> Finding:
    said = f"{asked.name} may not see the pixels of ad account {advertiser}: {error}"
    return warn("pixels", said, error.hint)


def _told(row: Record, advertiser: str) -> Finding:
    code, name = _said(row.get("pixel_code")), _said(row.get("pixel_name"))
    names = ", ".join(_said(one.get("event_code")) for one in row.get("events") or ())
    seen = f"has seen {names}" if names else "has seen no event yet"
    return ok("pixel", f"{code} “{name}” of ad account {advertiser} {seen}.")


async def _about(
    api: _Reads,
    session: Session,
    events: Connection,
    look: Look,
    pixels: list[tuple[str, Record]],
) -> list[Finding]:
    """What is known of the pixel that the connection sends to."""
    code = events.settings["source_id"]
    own = next((one for one in pixels if str(one[1].get("pixel_code")) == code), None)
    if own is None:
        if not pixels:
            return []
        others = ", ".join(_said(row.get("pixel_code")) for _, row in pixels[:3])
        said = f"There is no pixel {code} among the {len(pixels)} that can be seen ({others} …)."
        return [
            fail("pixel", said, "Is the source id the pixel's code, and the account its owner?")
        ]
    if look.days is None:
        return [ok("pixel", f"{events.name} sends to {code} of ad account {own[0]}.")]
    try:
        return await _counts(api, session, own, look.days)
    except AdloomError as error:
        return [warn("arrivals", f"They cannot be counted: {error}", error.hint)]


async def _counts(
    api: _Reads, session: Session, own: tuple[str, Record], days: int
) -> list[Finding]:
    advertiser, row = own
    today = session.wiring.clock.now().date()
    first = today - timedelta(days=days - 1)
    answer = await api.get(
        "/pixel/event/stats/",
        {
            "advertiser_id": advertiser,
            "pixel_ids": [str(row["pixel_id"])],
            "date_range": {"start_date": first.isoformat(), "end_date": today.isoformat()},
        },
    )
    when = f"from {first} to {today} (UTC)"
    counted = [
        one for pixel in _listed(answer.data, "list") for one in _listed(pixel, "statistics")
    ]
    if not counted:
        return [warn("arrivals", f"TikTok has counted no event {when}.")]
    return [ok("arrivals", f"{_name(one)} {when}: {_figures(one)}.") for one in counted]


def _listed(value: Any, key: str) -> list[dict[str, Any]]:
    rows = value.get(key) if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _name(row: dict[str, Any]) -> str:
    return _said(row.get("custom_event_type") or row.get("pixel_event_type") or "?")


def _figures(row: dict[str, Any]) -> str:
    told = [f"{_said(row[name])} {text}" for name, text in FIGURES.items() if name in row]
    return ", ".join(told) or dump(row).decode()


def _said(value: Any) -> str:
    return "" if value is None else str(value)
