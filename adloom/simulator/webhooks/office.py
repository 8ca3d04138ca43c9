"""Where everything about webhooks meets: what happened, who wants to know, what is sent."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from adloom.simulator.webhooks import bodies
from adloom.simulator.webhooks.addresses import Callback, callback_of
from adloom.simulator.webhooks.deliveries import Deliveries, Delivery
from adloom.simulator.webhooks.published import Published
from adloom.simulator.webhooks.signing import business_signature, creator_signature
from adloom.simulator.webhooks.subscriptions import Subscription, Subscriptions

if TYPE_CHECKING:
    from adloom.simulator.state import State

__all__ = ["Client", "Webhooks"]

#: Real seconds between two looks at a world that moves by itself.
LOOK: Final = 0.25
#: Why a creator's authorization ended; the sheet tells the range 0 to 5, not the meanings.
REASON: Final = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Client:
    """An app of the Open Platform that wants to be told about its creators."""

    client_key: str
    secret: str
    url: str
    callback: Callback


class Webhooks:
    """Subscriptions, callbacks and deliveries of one simulator.

    Args:
        state: Of the simulator, with its clock, grants and accounts.
    """

    def __init__(self, state: "State"):
        self._state = state
        self.copies = state.options.webhook_copies
        self.subscriptions = Subscriptions(state.grants, state.options.seed)
        self.deliveries = Deliveries(state.clock.real, state.options.webhook_speed)
        #: By client key.
        self.clients: dict[str, Client] = {}
        self._published = Published(state.open_platform.posts)
        self._leads = 0

    # --- in the background ----------------------------------------------------------------------

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            await self.deliveries.run(self._look)
        except Exception as bug:
            self._state.bugs.append(bug)
            logger.exception("the simulator failed at a webhook")

    def _look(self) -> float | None:
        """Let the world go on, as long as somebody wants to hear of it."""
        if not (self.clients or self.subscriptions.all()):
            return None
        self._state.advance()
        return LOOK

    def collect(self) -> None:
        """Tell what happened since the last time."""
        for advertiser_id, ad, at in self._state.world.denials():
            for entity in ("AD", "AD_GROUP"):
                self.review(entity, advertiser_id, ad, at)
        while self._state.creators.removed:
            client_key, open_id = self._state.creators.removed.popleft()
            self.tell_client(
                client_key, "authorization.removed", {"reason": REASON}, open_id=open_id
            )
        for open_id, event, content in self._published.news(self.clients):
            self.tell_client(self._published.client_of(open_id), event, content, open_id=open_id)

    def next_lead(self) -> int:
        """The number of the next lead."""
        self._leads += 1
        return self._leads

    # --- subscriptions --------------------------------------------------------------------------

    def subscribe(self, make: Callable[[str], Subscription]) -> Subscription:
        """Remember a subscription, which is made with its id."""
        made = self.subscriptions.add(make)
        self.deliveries.wake()
        return made

    def review(self, entity: str, advertiser_id: str, ad: int, at: int) -> int:
        """Tell that an ad was denied.

        Args:
            entity: `AD` or `AD_GROUP`.
            advertiser_id: The account.
            ad: The row of the ad.
            at: When, in simulated UNIX seconds.

        Returns:
            How many subscriptions want to know.
        """
        account = self._state.world.accounts[advertiser_id]
        ids = {
            "advertiser_id": advertiser_id,
            "adgroup_id": str(account.groups.ids[account.ads.group[ad]]),
        }
        if entity == "AD":
            ids["ad_id"] = str(account.ads.ids[ad])
        if not self.subscriptions.wanting(entity, ids):
            return 0
        made = bodies.ad_review if entity == "AD" else bodies.group_review
        entry = made(account, ad, self._state.next_request_id())
        return self.tell(entity, ids, bodies.OBJECTS[entity], entry, at)

    def tell(
        self, entity: str, ids: Mapping[str, str], kind: int, entry: Mapping[str, Any], at: int
    ) -> int:
        """Tell the subscriptions of an entity, and return how many there are.

        Args:
            entity: What they subscribed to.
            ids: What it happened to, as far as subscriptions are narrowed by it.
            kind: The number in `object`.
            entry: What happened.
            at: When, in simulated UNIX seconds.
        """
        wanting = self.subscriptions.wanting(entity, ids)
        for known in wanting:
            body = bodies.business_body(self._state.next_request_id(), kind, at, entry)
            self._deliver(
                entity, known.url, known.callback, body, _signing(known, body), self._wanted(known)
            )
        return len(wanting)

    def _wanted(self, subscription: Subscription) -> Callable[[], bool]:
        return lambda: self.subscriptions.has(subscription.identity)

    # --- creators -------------------------------------------------------------------------------

    def listen(self, client_key: str, url: str) -> None:
        """Set where a client is told about its creators; an empty address ends it.

        Raises:
            ValueError: The address cannot be used, or the client's secret is not known yet.
        """
        if not url:
            self.clients.pop(client_key, None)
            return
        secret = self._state.grants.secret_of(client_key)
        if secret is None:
            raise ValueError(f"the secret of client {client_key} is not known; give client_secret")
        self.clients[client_key] = Client(client_key, secret, url, callback_of(url))
        self.deliveries.wake()

    def tell_client(
        self, client_key: str, event: str, content: Mapping[str, Any], *, open_id: str
    ) -> int:
        """Tell a client about one of its creators, and return how many deliveries that makes.

        Args:
            client_key: The client.
            event: What happened, such as `video.publish.completed`.
            content: More about it; sent as JSON within a string.
            open_id: The creator, as this client knows them.
        """
        client = self.clients.get(client_key)
        if client is None:
            return 0
        now = int(self._state.clock.now())
        body = bodies.creator_body(client_key, event, now, open_id, content)

        def sign() -> Mapping[str, str]:
            at = int(self._state.clock.now())
            return {"Tiktok-Signature": creator_signature(client.secret, body, at)}

        wanted = self.clients.get
        self._deliver(
            event, client.url, client.callback, body, sign, lambda: wanted(client_key) is client
        )
        return 1

    def _deliver(
        self,
        name: str,
        url: str,
        callback: Callback,
        body: bytes,
        sign: Callable[[], Mapping[str, str]],
        is_wanted: Callable[[], bool],
    ) -> None:
        for _ in range(self.copies):
            self.deliveries.add(Delivery(name, url, callback, body, sign, is_wanted))


def _signing(subscription: Subscription, body: bytes) -> Callable[[], Mapping[str, str]]:
    signature = business_signature(subscription.secret, body)
    return lambda: {"X-Open-Signature": signature}
