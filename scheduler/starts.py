"""Bundles that kill the process that carries them: after a few of those they are set aside."""

from typing import Final

from adloom.errors import UnknownOutcomeError
from scheduler.inbox import Arrived, Inbox, ItemState
from scheduler.records import CallState
from scheduler.walking import Trouble, Walk

__all__ = ["MOST_STARTS", "begin"]

#: A bundle that was begun so often without an end is not begun again.
MOST_STARTS: Final = 3
IN_DOUBT: Final = UnknownOutcomeError(
    "The bundle was set aside in the middle of a change; look at the platform, then decide."
)


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
        _leave_in_doubt(walk, item)
        return False
    walk.begun.add(item.id)
    return True


def _leave_in_doubt(walk: Walk, item: Arrived) -> None:
    """A change that a bundle was about to make when it was set aside is for a person to look at."""
    for path, operation in walk.operations.items():
        trouble = Trouble(path, path.rpartition(">")[2], IN_DOUBT, count=0)
        open_ones = [one for one in operation.calls if one.state is CallState.INTENT]
        if open_ones and trouble.is_within({item.id}):
            walk.troubles.append(trouble)
