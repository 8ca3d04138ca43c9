"""What many tests do with a simulator."""

import json
from typing import Any

from adloom.simulator import Running
from tests.simulator.client import ROOT, Client, Row

AD_GET = f"{ROOT}/ad/get/"
PATHS = {"campaign": "/campaign/get/", "adgroup": "/adgroup/get/", "ad": "/ad/get/"}
ALL = {"primary_status": "STATUS_ALL"}


def rows(client: Client, level: str, advertiser_id: str, **filtering: Any) -> list[Row]:
    return client.rows(PATHS[level], advertiser_id=advertiser_id, filtering={**ALL, **filtering})


def one(client: Client, level: str, advertiser_id: str, identity: str) -> Row:
    return rows(client, level, advertiser_id, **{f"{level}_ids": [identity]})[0]


def switch(
    client: Client, level: str, advertiser_id: str, ids: list[str], status: str, **more: Any
) -> Row:
    return client.post(
        f"/{level}/status/update/",
        advertiser_id=advertiser_id,
        operation_status=status,
        **{f"{level}_ids": ids},
        **more,
    )


def delivering(client: Client, advertiser_id: str, **filtering: Any) -> list[Row]:
    given = {"campaign_automation_type": "MANUAL", **filtering}
    return rows(client, "ad", advertiser_id, primary_status="STATUS_DELIVERY_OK", **given)


def hurt(simulator: Running, kind: str, **more: Any) -> None:
    simulator.faults.clear()
    simulator.faults.add([{"kind": kind, **more}])


def ads(client: Client, big: str, **params: Any) -> Row:
    data: Row = client.get("/ad/get/", advertiser_id=big, **params)["data"]
    return data


def switch_off(client: Client, big: str) -> str:
    row = next(
        row
        for row in ads(client, big, page_size=100)["list"]
        if row["secondary_status"] == "AD_STATUS_DELIVERY_OK"
        and row["campaign_automation_type"] == "MANUAL"
    )
    body = {"advertiser_id": big, "ad_ids": [row["ad_id"]], "operation_status": "DISABLE"}
    client.send("POST", f"{ROOT}/ad/status/update/", body=json.dumps(body).encode())
    return str(row["ad_id"])
