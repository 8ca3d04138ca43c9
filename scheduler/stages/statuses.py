"""What becomes of the delivery state of objects when switches are planned.

TikTok computes it from the top down: what is deleted before what is switched off before everything
else, the campaign before the ad group before the ad (business_api.md §3.5). What it would make of
an object that is switched on again, nobody can tell: it may deliver, or wait for its review. So the
state after a plan is a set of those that are possible, and a filter is only answered where all of
them, or none, belong to it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from adloom.catalogue import load
from adloom.errors import UnforeseenError
from scheduler.stages.kinds import ObjectKind

__all__ = ["is_wanted", "only_hides_deleted", "possible_after"]

#: The words of each level for what a switch above it, or its own, makes of it.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "campaign": ("CAMPAIGN_STATUS_{}",),
    "adgroup": ("ADGROUP_STATUS_CAMPAIGN_{}", "ADGROUP_STATUS_{}"),
    "ad": ("AD_STATUS_CAMPAIGN_{}", "AD_STATUS_ADGROUP_{}", "AD_STATUS_{}"),
}
#: A filter that no change of a plan can bring anything into.
HARMLESS: Final = ("STATUS_ALL", "STATUS_NOT_DELETE")
WILDCARDS: Final = ("_STATUS_ALL", "_STATUS_NOT_DELETE")


def possible_after(
    kind: ObjectKind, old: str | None, switches: tuple[str | None, ...]
) -> frozenset[str]:
    """The delivery states an object may be in after a plan.

    Args:
        kind: What it is.
        old: Its state before; None if it is new.
        switches: From the top down to its own: what the plan makes of each, or what it is known to
            be; None where neither is known.
    """
    words = WORDS[kind.level]
    for switch in ("DELETE", "DISABLE"):
        known = [_is_off(switch, words, place, old, switches) for place in range(len(words))]
        if True in known:
            first = known.index(True)
            # One above that nobody knows may be off as well, and would come first.
            return frozenset(
                word.format(switch)
                for place, word in enumerate(words)
                if place == first or (place < first and known[place] is None)
            )
    rest = {word.format("DISABLE") for word, on in zip(words, switches, strict=True) if on is None}
    if old is not None and old not in _switched(kind.level):
        return frozenset({old})
    below = _unswitched(kind.level)
    return below | frozenset(rest if old is None else _still_unknown(words, old, switches))


def _is_off(
    switch: str,
    words: tuple[str, ...],
    place: int,
    old: str | None,
    switches: tuple[str | None, ...],
) -> bool | None:
    """Whether one of the switches is at DELETE or DISABLE; None if nobody knows."""
    planned = switches[place]
    if planned is not None:
        return planned == switch
    if old is None:
        return None if switch == "DISABLE" else False
    if old == words[place].format(switch):
        return True
    # A state that comes after this one says that this one did not apply.
    return None if place in _still_hidden(words, old) and switch == "DISABLE" else False


def _still_hidden(words: tuple[str, ...], old: str) -> range:
    """The switches that an old state says nothing about: those below the one that was off."""
    for place, word in enumerate(words):
        if old == word.format("DISABLE"):
            return range(place + 1, len(words))
    return range(0)


def _still_unknown(words: tuple[str, ...], old: str, switches: tuple[str | None, ...]) -> list[str]:
    return [
        words[place].format("DISABLE")
        for place in _still_hidden(words, old)
        if switches[place] is None
    ]


@cache
def _switched(level: str) -> frozenset[str]:
    return frozenset(word.format(off) for word in WORDS[level] for off in ("DELETE", "DISABLE"))


@cache
def _unswitched(level: str) -> frozenset[str]:
    """Every state of a level that no switch makes."""
    known = load().secondary_statuses(level).values()
    return frozenset(word for words in known for word in words) - _switched(level)


def only_hides_deleted(filtering: Mapping[str, Any]) -> bool:
    """Whether a filter asks for no state but perhaps that things are not deleted."""
    secondary = filtering.get("secondary_status")
    primary = filtering.get("primary_status") or HARMLESS[1]
    return primary in HARMLESS and (not secondary or secondary.endswith(WILDCARDS))


def is_wanted(kind: ObjectKind, states: frozenset[str], filtering: Mapping[str, Any]) -> bool:
    """Whether an object in one of these states is what a filter asks for.

    Raises:
        UnforeseenError: That depends on which of them it will be.
    """
    verdicts = {_passes(kind.level, state, filtering) for state in states}
    if len(verdicts) > 1:
        asked = filtering.get("secondary_status") or filtering.get("primary_status")
        raise UnforeseenError(
            f"Whether {kind.name}s that would be switched on are {asked} then, nobody knows before."
        )
    return verdicts.pop()


def _passes(level: str, state: str, filtering: Mapping[str, Any]) -> bool:
    secondary = filtering.get("secondary_status")
    primary = filtering.get("primary_status") or (HARMLESS[0] if secondary else HARMLESS[1])
    of = load().secondary_statuses(level)
    if primary == "STATUS_NOT_DELETE":
        passes = state not in of.get("STATUS_DELETE", ())
    else:
        passes = primary == "STATUS_ALL" or state in of.get(primary, ())
    if not secondary or secondary.endswith("_STATUS_ALL"):
        return passes
    if secondary.endswith("_STATUS_NOT_DELETE"):
        return passes and not state.endswith("_DELETE")
    return passes and state == secondary
