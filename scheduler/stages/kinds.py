"""What the changes of actions do to what is read later: one small table, held by a test.

An action says what it changes in words for people (`Change`). Here stands which of those words name
an object that listings show, and why the others have no such effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from modules.base import Bundle, Change, Done, Module, Outcome
from modules.calls import Call
from modules.records.ad_groups import AD_GROUPS, AdGroup
from modules.records.ads import ADS, Ad
from modules.records.campaigns import CAMPAIGNS, Campaign

__all__ = [
    "BY_PATH",
    "EFFECTS",
    "OBJECTS",
    "ObjectKind",
    "answer_to",
    "kind_of_bundles",
    "kind_of_change",
    "unknown_in_result",
    "what_it_makes",
]


@dataclass(frozen=True)
class ObjectKind:
    """A kind of object that listings show.

    Args:
        name: What people call it.
        path: Its listing.
        key: What a row calls its id.
        level: What the catalogue calls it.
        bundle: What modules that list such objects yield.
        ids: The id lists its filter knows, and the column each looks at.
        above: What a row calls the ids of what it is part of, from the top.
    """

    name: str
    path: str
    key: str
    level: str
    bundle: type[Bundle]
    ids: Mapping[str, str] = field(hash=False)
    above: tuple[str, ...] = ()


CAMPAIGN: Final = ObjectKind(
    "campaign", CAMPAIGNS, "campaign_id", "campaign", Campaign, {"campaign_ids": "campaign_id"}
)
AD_GROUP: Final = ObjectKind(
    "ad group",
    AD_GROUPS,
    "adgroup_id",
    "adgroup",
    AdGroup,
    {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id"},
    ("campaign_id",),
)
AD: Final = ObjectKind(
    "ad",
    ADS,
    "ad_id",
    "ad",
    Ad,
    {
        "campaign_ids": "campaign_id",
        "adgroup_ids": "adgroup_id",
        "ad_ids": "ad_id",
        "ad_ids_v2": "smart_plus_ad_id",
    },
    ("campaign_id", "adgroup_id"),
)
BY_PATH: Final[Mapping[str, ObjectKind]] = {one.path: one for one in (CAMPAIGN, AD_GROUP, AD)}
#: What changes call an object; a field of theirs has the name it has in the object's row.
OBJECTS: Final[Mapping[str, ObjectKind]] = {
    "campaign": CAMPAIGN,
    "Smart+ campaign": CAMPAIGN,
    "ad group": AD_GROUP,
    "Smart+ ad group": AD_GROUP,
    "ad": AD,
    "Smart+ ad": AD,
}
#: What changes are called that no later step of the same scenario can read, and why.
EFFECTS: Final[Mapping[str, str]] = {
    "notification": "a message is read by people",
    "file": "rows of a file are read by watches, at their next beginning",
    "event": "events only show in reports, later",
    "call": "what an arbitrary call does, only its sender knows",
    "video": "a library lists an upload when TikTok has worked on it",
    "image": "a library lists an upload when TikTok has worked on it",
    "sound": "there is no list of sounds",
    "upload": "a part of a file is nothing by itself",
}
#: What the answer of an action that is no creation would name, by module.
NEW_IDS: Final[Mapping[str, str]] = {
    "create_video_post": "publish_id",
    "upload_sound": "share_id",
}
#: Providers that give what is made no id.
WITHOUT_IDS: Final = frozenset({"notify", "files", "tiktok-events"})
#: Fields of results that only a real answer tells, by module.
ONLY_TOLD: Final[Mapping[str, frozenset[str]]] = {
    "send_event": frozenset({"message", "request_id", "failed_events"}),
}


def kind_of_change(change: Change) -> ObjectKind | None:
    """What kind of object a change is about; None if nothing that can be read again.

    Raises:
        KeyError: Nobody has said what it does.
    """
    if change.kind in OBJECTS:
        return OBJECTS[change.kind]
    if change.kind not in EFFECTS:
        raise KeyError(change.kind)
    return None


def kind_of_bundles(module: Module) -> ObjectKind | None:
    """What kind of object the bundles of a module are."""
    return next((one for one in BY_PATH.values() if module.bundle is one.bundle), None)


def what_it_makes(module: Module, call: Call) -> str | None:
    """The kind of thing a call would make that has an id then; None if it makes none."""
    if module.provider in WITHOUT_IDS:
        return None
    return next((one.kind for one in call.changes if not one.id), None)


def answer_to(module: Module, call: Call, new_id: str | None) -> Done:
    """A call taken as done, with as much of an answer as can be known before."""
    if module.name == "send_event":
        body: dict[str, Any] = {"message": "queued"} if call.queued else {"code": 0}
        return Done(call, Outcome.HAPPENED, body=body)
    column = NEW_IDS.get(module.name) or getattr(module.action, "key", None)
    data = {column: new_id} if column and new_id else {}
    return Done(call, Outcome.HAPPENED, body={"code": 0, "data": data})


def unknown_in_result(module: Module, calls: Sequence[Call]) -> frozenset[str] | None:
    """Fields of a result that nobody knows before; None where that is all that are not there."""
    if any(what_it_makes(module, call) for call in calls):
        return None
    if all(call.queued for call in calls):
        return frozenset()
    return ONLY_TOLD.get(module.name, frozenset())
