"""What stands behind an address: who may knock, and where what they bring is kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adloom.wire import Record
from modules.base import Incoming, Instant

__all__ = ["Hook", "Keep", "hook_for"]

#: Says of headers, query and content of a request whether its sender knows the secret.
Proves = Callable[[Mapping[str, str], Mapping[str, str], bytes], bool]
#: Keeps bundles, each with its key; returns once they are safe on the disk.
Keep = Callable[[Sequence[tuple[str, Record]]], Awaitable[None]]


@dataclass(frozen=True)
class Hook:
    """One address.

    Args:
        proves: Whether a request comes from who knows the secret; in constant time.
        accept: Keeps what a request brings; returns once it is safe on the disk.
        status: Tells its sender that it is. TikTok wants 200 (business_api.md §6).
    """

    proves: Proves
    accept: Callable[[Incoming], Awaitable[None]]
    status: int = 202


def hook_for(
    trigger: Instant[Any, Any], params: Any, *, proves: Proves, keep: Keep, status: int = 202
) -> Hook:
    """The address of a scenario that begins with an instant trigger.

    Args:
        trigger: Makes bundles of requests.
        params: Its parameters.
        proves: Whether a request comes from who knows the secret.
        keep: Puts bundles into the inbox, where a key that is there already changes nothing.
        status: The answer to what is safe.
    """

    async def accept(incoming: Incoming) -> None:
        bundles = trigger.accept(params, incoming)
        if bundles:
            await keep([(trigger.key(params, one), one) for one in bundles])

    return Hook(proves, accept, status)
