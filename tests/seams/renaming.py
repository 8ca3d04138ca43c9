"""Names that would like to be more than names, given to what a simulator has."""

from collections.abc import Iterable
from typing import Final

import httpx

from tests.seams.practice import Practice

__all__ = ["HOSTILE", "rename_a_campaign"]

HOSTILE: Final = "<img src=x onerror=alert(1)> {{7*7}} " + "W" * 120


def rename_a_campaign(practice: Practice, name: str, ids: Iterable[str]) -> str:
    """Rename the first of these campaigns that can be renamed this way; tells its id.

    Smart+ campaigns are changed elsewhere, so the simulator refuses them here.
    """
    simulator = practice.simulator
    for one in dict.fromkeys(ids):
        answer = httpx.post(
            f"{simulator.url}/open_api/v1.3/campaign/update/",
            json={
                "advertiser_id": practice.advertiser_id,
                "campaign_id": one,
                "campaign_name": name,
            },
            headers={"Access-Token": simulator.token()},
        )
        if answer.json()["code"] == 0:
            return one
    raise AssertionError("no campaign could be renamed")
