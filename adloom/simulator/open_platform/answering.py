"""Who answers at the Open Platform's paths."""

from collections.abc import Mapping
from typing import Final

from adloom.simulator.envelope import NOT_FOUND, Plain, Reply
from adloom.simulator.open_platform import display, posting
from adloom.simulator.open_platform.asked import Asked, bearer
from adloom.simulator.open_platform.display import Endpoint
from adloom.simulator.open_platform.embedding import embedded
from adloom.simulator.open_platform.envelope import OpenRefusal
from adloom.simulator.open_platform.paths import OEMBED, SOUND, UPLOAD, owns
from adloom.simulator.open_platform.sounds import upload_sound
from adloom.simulator.open_platform.uploads import upload_chunk
from adloom.simulator.state import Incoming, State

__all__ = ["answer", "owns"]

WRONG_METHOD: Final = Plain(405, b"405 method not allowed")
API: Final[Mapping[str, Endpoint]] = {**display.ENDPOINTS, **posting.ENDPOINTS}
#: What works without a bearer token.
OPEN: Final = {
    OEMBED: ("GET", embedded),
    SOUND: ("POST", upload_sound),
    UPLOAD: ("PUT", upload_chunk),
}


def answer(state: State, incoming: Incoming) -> Reply | Plain:
    """What the Open Platform says to a request at one of its paths.

    Unknown paths are HTTP 404 and wrong methods HTTP 405, both as plain text (assumed).
    """
    if incoming.path in OPEN:
        method, doing = OPEN[incoming.path]
        return doing(state, incoming) if incoming.method == method else WRONG_METHOD
    if incoming.path not in API:
        return NOT_FOUND
    method, most, answering = API[incoming.path]
    if incoming.method != method:
        return WRONG_METHOD
    try:
        asked = _understood(state, incoming)
        state.open_platform.windows.take(bearer(incoming), incoming.path, most)
        return answering(asked)
    except OpenRefusal as refusal:
        return refusal.reply()


def _understood(state: State, incoming: Incoming) -> Asked:
    holder = state.creators.holder_of(bearer(incoming))
    if holder is None:
        raise OpenRefusal("access_token_invalid")
    return Asked(state, incoming, holder)
