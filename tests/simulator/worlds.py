"""Worlds without a server around them."""

from typing import Any

import msgspec

from adloom.simulator.world import Account, World
from adloom.simulator.world.account_rows import account_row
from adloom.simulator.world.ad_rows import ad_row
from adloom.simulator.world.campaign_rows import campaign_row
from adloom.simulator.world.group_rows import group_row

START = 1_788_264_000
DAY = 86_400


def snapshot(world: World) -> bytes:
    """Everything anybody could read."""
    return msgspec.json.encode(
        [
            (
                account_row(account),
                [campaign_row(account, row) for row in range(len(account.campaigns))],
                [group_row(account, row) for row in range(len(account.groups))],
                [ad_row(account, row) for row in range(len(account.ads))],
            )
            for account in world.accounts.values()
        ]
    )


def first(world: World) -> Account:
    return next(iter(world.accounts.values()))


def ads(world: World) -> list[dict[str, Any]]:
    account = first(world)
    return [ad_row(account, row) for row in range(len(account.ads))]
