"""What `/_simulator/` can do about webhooks."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.creator_tokens import open_id_of
from adloom.simulator.options import PRACTICE_APP
from adloom.simulator.state import State
from adloom.simulator.webhooks import bodies
from adloom.simulator.world import Account
from adloom.simulator.world.selection import rows_of

__all__ = ["ACTIONS", "CONTENTS"]

CONTENTS: Final = """\
GET    /_simulator/webhooks   subscriptions, counts, and what became of the newest deliveries
POST   /_simulator/webhooks   {"entity": "LEAD", "advertiser_id": "...", "ad_id": "..."}: tell it
POST   /_simulator/webhooks/settings  {"copies": 2} or {"speed": simulated seconds per real second}
POST   /_simulator/webhooks/client    {"client_key": "...", "callback_url": "..."}: for creators
POST   /_simulator/webhooks/creator   {"event": "video.publish.completed", "content": {...}}
"""
#: Ids by which subscriptions are narrowed.
PLACES: Final = ("advertiser_id", "adgroup_id", "ad_id", "page_id")
#: Entities whose body is made up if none is given.
MADE: Final = ("AD", "AD_GROUP", "LEAD", "REPORT_DATA_CHANGE")


def _told(state: State, _asked: Any) -> Any:
    webhooks = state.webhooks
    return {
        "subscriptions": [known.as_json() for known in webhooks.subscriptions.all()],
        "clients": {key: client.url for key, client in webhooks.clients.items()},
        "waiting": len(webhooks.deliveries),
        "counts": webhooks.deliveries.counts,
        "deliveries": [delivery.as_json() for delivery in webhooks.deliveries.log],
    }


def _tell(state: State, asked: Mapping[str, Any]) -> Any:
    """Tell subscribers about something, made up unless an entry is given."""
    entity = str(asked.get("entity", ""))
    kind = asked.get("object", bodies.OBJECTS.get(entity))
    entry = asked.get("entry")
    if not isinstance(kind, int):
        raise TypeError("give entity, or object as a number")
    if not isinstance(entry, dict) and entity not in MADE:
        raise ValueError(f"the body of {entity} is not known; give entry")
    account = _account(state, str(asked.get("advertiser_id", "")))
    ad = _ad(account, str(asked.get("ad_id", "")))
    at = int(state.clock.now())
    if isinstance(entry, dict):
        given = {name: str(value) for name, value in entry.items() if name in PLACES}
        return {"deliveries": state.webhooks.tell(entity, given, kind, entry, at)}
    if entity in ("AD", "AD_GROUP"):
        told = state.webhooks.review(entity, account.facts.advertiser_id, ad, at)
        return {"deliveries": told}
    entry = bodies.report_change(account, at)
    if entity == "LEAD":
        entry = bodies.lead(account, ad, at, state.webhooks.next_lead())
    given = {name: str(entry[name]) for name in PLACES if name in entry}
    return {"deliveries": state.webhooks.tell(entity, given, kind, entry, at)}


def _account(state: State, advertiser_id: str) -> Account:
    accounts = state.world.accounts
    if advertiser_id and advertiser_id not in accounts:
        raise ValueError(f"there is no advertiser {advertiser_id}")
    return accounts[advertiser_id or next(iter(accounts))]


def _ad(account: Account, ad_id: str) -> int:
    """The row of an ad; by default the newest one that is shown."""
    row = account.ads.find(ad_id) if ad_id else next(iter(rows_of(account, "ad", {}).page(1, 1)))
    if row is None:
        raise ValueError(f"there is no ad {ad_id}")
    return row


def _set(state: State, asked: Mapping[str, Any]) -> Any:
    copies = int(asked.get("copies", state.webhooks.copies))
    speed = float(asked.get("speed", state.webhooks.deliveries.speed))
    if copies < 1 or not speed > 0:
        raise ValueError("copies is at least 1, speed above 0")
    state.webhooks.copies, state.webhooks.deliveries.speed = copies, speed
    return {"copies": copies, "speed": speed}


def _listen(state: State, asked: Mapping[str, Any]) -> Any:
    client_key = str(asked.get("client_key", PRACTICE_APP))
    if secret := asked.get("client_secret"):
        state.grants.check_secret(client_key, str(secret))
    url = str(asked.get("callback_url") or "")
    state.webhooks.listen(client_key, url)
    return {"client_key": client_key, "callback_url": url}


def _tell_client(state: State, asked: Mapping[str, Any]) -> Any:
    client_key = str(asked.get("client_key", PRACTICE_APP))
    open_id = str(asked.get("user_openid") or open_id_of(client_key))
    event = str(asked.get("event") or "")
    content = asked.get("content", {})
    if not event or not isinstance(content, dict):
        raise ValueError("give event, and content as an object")
    told = state.webhooks.tell_client(client_key, event, content, open_id=open_id)
    return {"deliveries": told}


ACTIONS: Final[Mapping[tuple[str, str], Callable[[State, Any], Any]]] = {
    ("GET", "webhooks"): _told,
    ("POST", "webhooks"): _tell,
    ("POST", "webhooks/settings"): _set,
    ("POST", "webhooks/client"): _listen,
    ("POST", "webhooks/creator"): _tell_client,
}
