"""Bundles that kill the process that carries them: after a few of those they are set aside."""

from typing import Final

from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.walking import Walk

__all__ = ["MOST_STARTS", "begin"]

#: A bundle that was begun so often without an end is not begun again.
MOST_STARTS: Final = 3


async def begin(inbox: Inbox, walk: Walk, item: Arrived, *, resumed: bool) -> bool:
    """Count that a bundle is begun; whether it may be.

    A first start is counted without waiting. Who resumes waits, since the last one may have died
    of this very bundle.
    """
    if not resumed:
        inbox.post_begun(item)
    elif await inbox.begun(item) > MOST_STARTS:
        await inbox.ended([item.id], ItemState.QUARANTINED)
        walk.over.add(item.id)
        walk.equipment.say(
            f"{walk.scenario.name}: bundle {item.key} was begun {MOST_STARTS} times and never"
            " ended; it is set aside."
        )
        return False
    walk.begun.add(item.id)
    return True
