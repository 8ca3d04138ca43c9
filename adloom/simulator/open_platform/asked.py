"""One request to API v2, with the token already looked up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from adloom.simulator.creator_tokens import Holder
from adloom.simulator.open_platform.creator import Creator
from adloom.simulator.open_platform.envelope import OpenRefusal
from adloom.simulator.open_platform.fields import Moment
from adloom.simulator.state import Incoming, State

__all__ = ["Asked", "bearer"]


@dataclass(frozen=True)
class Asked:
    """A request whose token is right.

    Args:
        state: Of the simulator.
        incoming: The request.
        holder: Whose token it is, and what it allows.
    """

    state: State
    incoming: Incoming
    holder: Holder

    @property
    def creator(self) -> Creator:
        """Whose account it is about."""
        return self.state.open_platform.creators.of(self.holder.open_id)

    @property
    def now(self) -> float:
        """Simulated UNIX seconds."""
        return self.state.clock.now()

    def moment(self) -> Moment:
        """When and by whom something is read."""
        return Moment(int(self.now), self.state.next_request_id())

    def need(self, *scopes: str) -> None:
        """Refuse a token that has none of these scopes."""
        if not set(scopes) & set(self.holder.scopes):
            raise OpenRefusal("scope_not_authorized")

    def fields(self, known: Iterable[str]) -> list[str]:
        """The fields that the query asks for; none or an unknown one is refused (assumed)."""
        text = dict(parse_qsl(self.incoming.query)).get("fields", "")
        names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
        if not names:
            raise OpenRefusal("invalid_params", "Fields is required in the query.")
        if unknown := [name for name in names if name not in known]:
            raise OpenRefusal("invalid_params", f"Field {unknown[0]} does not exist.")
        return names

    def body(self, code: str = "invalid_params") -> Mapping[str, Any]:
        """The JSON object in the body; none at all is an empty one.

        Args:
            code: How anything else is refused.
        """
        try:
            found = msgspec.json.decode(self.incoming.body or b"{}")
        except (msgspec.DecodeError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise OpenRefusal(code, "The body is not a JSON object.")
        return found

    def record(self, *ids: str) -> None:
        """Count a creation."""
        self.state.effects.record(self.incoming.path, ids, ids, at=self.now)


def bearer(incoming: Incoming) -> str:
    """The token of a request, or nothing."""
    kind, _, token = incoming.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
