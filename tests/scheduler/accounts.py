"""A small advertiser account in memory: campaigns, ad groups and ads that can be switched and paid.

It answers listings as TikTok does: newest first, filtered by state and by id lists, the state of
each object computed from the top down (business_api.md §3.1 to §3.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adloom.catalogue import load
from adloom.wire import Answer, JsonBody, Record, Request
from tests.scheduler.world import ADVERTISER, NOW, World

__all__ = ["ADVERTISER", "AccountWorld", "ad_id", "campaign_id", "group_id"]

LISTED = {
    "/campaign/get/": ("campaign", "campaign_id"),
    "/adgroup/get/": ("adgroup", "adgroup_id"),
    "/ad/get/": ("ad", "ad_id"),
}
LISTS = {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id", "ad_ids": "ad_id",
         "ad_ids_v2": "smart_plus_ad_id"}  # fmt: skip


def campaign_id(number: int) -> str:
    return str(1_700_000_000_000_010 + number)


def group_id(number: int) -> str:
    return str(1_700_000_000_000_100 + number)


def ad_id(number: int) -> str:
    return str(1_700_000_000_001_000 + number)


@dataclass
class AccountWorld(World):
    """Two campaigns, each with two ad groups of two ads, unless told otherwise."""

    campaigns: int = 2
    rows: dict[str, list[Record]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rows = {"campaign": [], "adgroup": [], "ad": []}
        for number in range(self.campaigns):
            self.rows["campaign"].append(self._row("campaign", number, campaign_id(number)))
            for group in (2 * number, 2 * number + 1):
                above = {"campaign_id": campaign_id(number)}
                self.rows["adgroup"].append(self._row("adgroup", group, group_id(group), above))
                for ad in (2 * group, 2 * group + 1):
                    below = {**above, "adgroup_id": group_id(group)}
                    self.rows["ad"].append(self._row("ad", ad, ad_id(ad), below))
        for path in LISTED:
            self.listings[path] = self._listing(path)
        account = {"list": [{"currency": "EUR", "timezone": "Europe/Berlin"}]}
        self.answers["/advertiser/info/"] = Answer(200, {}, {"data": account}, account)

    def _row(self, level: str, number: int, identity: str, above: Record | None = None) -> Record:
        budget = {"budget": 50.0, "budget_mode": "BUDGET_MODE_DAY"} if level != "ad" else {}
        return {
            "advertiser_id": ADVERTISER,
            f"{level}_id": identity,
            f"{level}_name": f"{level} {number}",
            "operation_status": "ENABLE",
            "create_time": "2026-11-01 00:00:00",
            "modify_time": "2026-11-02 00:00:00",
            **budget,
            **(above or {}),
        }

    def find(self, level: str, identity: str) -> Record:
        return next(row for row in self.rows[level] if row[f"{level}_id"] == identity)

    def state(self, level: str, row: Record) -> str:
        """The delivery state, from the top down."""
        levels = ["campaign", "adgroup", "ad"][: ["campaign", "adgroup", "ad"].index(level) + 1]
        switches = [self.find(one, row[f"{one}_id"])["operation_status"] for one in levels]
        for off in ("DELETE", "DISABLE"):
            if off in switches:
                first = levels[switches.index(off)]
                middle = "" if first == level else f"{first.upper()}_"
                return f"{level.upper()}_STATUS_{middle}{off}"
        return (
            "CAMPAIGN_STATUS_ENABLE"
            if level == "campaign"
            else f"{level.upper()}_STATUS_DELIVERY_OK"
        )

    def _listing(self, path: str) -> Any:
        level, key = LISTED[path]

        def answer(query: Mapping[str, Any]) -> list[Record]:
            filtering = query.get("filtering") or {}
            if "RESERVATION_TOP_VIEW" in filtering.get("buying_types", []):
                return []
            rows = [
                {**row, "secondary_status": self.state(level, row)}
                for row in self.rows[level]
                if all(
                    str(row.get(LISTS[name])) in value
                    for name, value in filtering.items()
                    if name in LISTS
                )
            ]
            found = [row for row in rows if _is_shown(level, row, filtering)]
            fields = query.get("fields")
            found.sort(key=lambda row: -int(row[key]))
            return [{k: v for k, v in row.items() if not fields or k in fields} for row in found]

        return answer

    async def change(self, request: Request) -> Answer:
        self.sent.append(request)
        assert isinstance(request.body, JsonBody)
        body = request.body.value
        level = request.path.strip("/").split("/")[0]
        data: Record = {}
        if request.path.endswith("/status/update/"):
            for identity in body[f"{level}_ids"]:
                self.find(level, identity)["operation_status"] = body["operation_status"]
        elif request.path.endswith("/create/"):
            data = self._made(level, body)
        elif level == "adgroup":
            for one in body["budget"]:
                self.find(level, one["adgroup_id"])["budget"] = float(one["budget"])
        elif level == "campaign":
            self.find(level, body["campaign_id"])["budget"] = float(body["budget"])
        else:
            [creative] = body["creatives"]
            self.find(level, creative["ad_id"]).update(creative)
        self.effects.append(request.path)
        return Answer(200, {}, {"code": 0, "data": data}, data, NOW, 0, "r1")

    def _made(self, level: str, body: Record) -> Record:
        rows = self.rows[level]
        row = self._row(level, len(rows) + 100, {"campaign": campaign_id, "adgroup": group_id,
                        "ad": ad_id}[level](len(rows) + 100))  # fmt: skip
        given = body["creatives"][0] if level == "ad" else body
        above = {"adgroup_id": body["adgroup_id"]} if level == "ad" else {}
        if level == "ad":
            above["campaign_id"] = self.find("adgroup", body["adgroup_id"])["campaign_id"]
        rows.append({**row, **given, **above})
        return {f"{level}_id": row[f"{level}_id"]}


def _is_shown(level: str, row: Record, filtering: Mapping[str, Any]) -> bool:
    state, secondary = row["secondary_status"], filtering.get("secondary_status")
    primary = filtering.get("primary_status", "STATUS_ALL" if secondary else "STATUS_NOT_DELETE")
    of = load().secondary_statuses(level)
    if primary == "STATUS_NOT_DELETE":
        shown = not state.endswith("_DELETE")
    else:
        shown = primary == "STATUS_ALL" or state in of[primary]
    return shown and secondary in (None, state)
