"""Who wants to be told what (business_api.md §6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adloom.simulator.envelope import Refusal
from adloom.simulator.grants import Grants
from adloom.simulator.webhooks.addresses import Callback
from adloom.simulator.world.rows import digits
from adloom.simulator.world.tables import mix

__all__ = ["Subscription", "Subscriptions"]


@dataclass(frozen=True)
class Subscription:
    """One subscription.

    Args:
        identity: Its id.
        app_id: Whose it is.
        secret: Of the app; signs what is sent.
        entity: What it is about.
        url: Where it goes.
        callback: The same, read.
        detail: What it is narrowed to, and the token it lives by.
    """

    identity: str
    app_id: str
    secret: str
    entity: str
    url: str
    callback: Callback
    detail: Mapping[str, Any]

    @property
    def token(self) -> str:
        """The token that it lives by."""
        return str(self.detail["access_token"])

    def is_about(self, ids: Mapping[str, str]) -> bool:
        """Whether something that happened to these ids belongs to it."""
        several = self.detail.get("advertiser_ids") or ()
        if several and ids.get("advertiser_id") not in several:
            return False
        return all(self.detail.get(name) in (None, "", value) for name, value in ids.items())

    def as_json(self) -> dict[str, Any]:
        """As `/subscription/get/` tells it."""
        return {
            "app_id": self.app_id,
            "callback_url": self.url,
            "subscribe_entity": self.entity,
            "subscription_detail": self.detail,
            "subscription_id": self.identity,
        }


class Subscriptions:
    """Every subscription; one ends without a word when its token does.

    Args:
        grants: Knows which tokens still work.
        seed: What ids are made from.
    """

    def __init__(self, grants: Grants, seed: int):
        self._grants = grants
        self._seed = seed
        self._made = 0
        self._known: dict[str, Subscription] = {}

    def add(self, make: Callable[[str], Subscription]) -> Subscription:
        """Remember a subscription, which is made with its id."""
        self._made += 1
        made = make(digits(mix(self._seed * 1_000_003 + self._made)))
        self._known[made.identity] = made
        return made

    def all(self) -> list[Subscription]:
        """Those that still live, in the order in which they were made."""
        for identity in [name for name, known in self._known.items() if not self._lives(known)]:
            del self._known[identity]
        return list(self._known.values())

    def has(self, identity: str) -> bool:
        """Whether a subscription still lives."""
        return any(known.identity == identity for known in self.all())

    def remove(self, identity: str) -> None:
        """End a subscription."""
        del self._known[identity]

    def wanting(self, entity: str, ids: Mapping[str, str]) -> list[Subscription]:
        """Those that want to be told about something.

        Args:
            entity: What it is.
            ids: What it happened to.
        """
        return [
            known
            for known in self.all()
            if known.entity == entity and known.is_about(ids) and self._may_see(known, ids)
        ]

    def _lives(self, subscription: Subscription) -> bool:
        try:
            self._grants.grant_of(subscription.token)
        except Refusal:
            return False
        return True

    def _may_see(self, subscription: Subscription, ids: Mapping[str, str]) -> bool:
        """Whether the token covers the account."""
        known = ids.get("advertiser_id")
        return known is None or known in self._grants.grant_of(subscription.token).advertiser_ids
