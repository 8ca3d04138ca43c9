"""Lineage: every way leads back to the trigger's item, and on to what came of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adloom.services.lineage import Lineage, label_of, lineage_of, prefixes
from scheduler.runs import Ended
from tests.scheduler.stage import ADVERTISER, Stage, ad_row, stage
from tests.scheduler.world import World

ADS = f"""\
  - id: ads
    module: search_ads
    connection: acme
    params: {{advertiser_id: "{ADVERTISER}", limit: 0}}
"""
PAUSE = f"""\
            - id: pause
              module: update_ad_status
              connection: acme
              params: {{advertiser_id: "{ADVERTISER}", ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
"""
ROUTED = f"""\
name: routed
steps:
{ADS}  - id: way
    router:
      routes:
        - title: all of them
          steps:
{PAUSE}"""
GATHERED = f"""\
name: gathered
steps:
{ADS}  - {{id: even, set: {{variables: {{number: "{{{{ads.ad_id}}}}"}}}}}}
  - id: all
    aggregator: {{source: ads, kind: text, value: "{{{{ads.ad_id}}}}"}}
  - {{id: note, store: {{name: seen, operation: put, key: last, value: "{{{{all.text}}}}"}}}}
"""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, World(ads=[ad_row(1), ad_row(2), ad_row(3)])) as made:
        yield made


async def ran(here: Stage, text: str) -> Ended:
    [ended] = (await here.run(text)).executions
    return ended


async def looked(here: Stage, ended: Ended, path: str) -> Lineage:
    scenario = here.library[str(ended.execution.scenario)]
    return await lineage_of(here.database, ended.execution.id, path, scenario)


async def test_a_change_behind_a_router_leads_back_through_its_route(here: Stage) -> None:
    ended = await ran(here, ROUTED)
    found = await looked(here, ended, "ads:1>way:0>pause")

    assert ["ads", "way:0"] == [one.step for one in found.chain]
    assert 2 == found.chain[0].number
    assert here.world.ads[1]["ad_id"] == found.chain[0].bundle["ad_id"]
    assert found.run is not None
    assert "pause" == found.run.step
    assert [here.world.ads[1]["ad_id"]] == [one.changes[0].id for one in found.calls]


async def test_a_bundle_leads_to_its_own_changes_and_to_no_others(here: Stage) -> None:
    ended = await ran(here, ROUTED)
    every = [await looked(here, ended, f"ads:{number}") for number in range(3)]
    whole = await looked(here, ended, "ads")

    ids = [[one.changes[0].id for one in found.calls] for found in every]
    assert [[ad["ad_id"]] for ad in here.world.ads] == ids
    assert [one for each in ids for one in each] == [one.changes[0].id for one in whole.calls]
    assert all(one.path.startswith("ads:0>") for one in every[0].below)


async def test_what_an_aggregator_made_leads_back_to_everything_it_gathered(here: Stage) -> None:
    ended = await ran(here, GATHERED)
    found = await looked(here, ended, "all:0>note")
    each = await looked(here, ended, "ads:1")

    [link] = found.chain
    assert ("all", 1) == (link.step, link.number)
    assert ("ads:0", "ads:1", "ads:2") == link.gathered
    assert {"ads:1>even", "all", "all:0>note"} == {one.path for one in each.below}


async def test_what_is_not_there_is_not_known(here: Stage) -> None:
    ended = await ran(here, ROUTED)

    assert not (await looked(here, ended, "nowhere:7>x")).is_known
    assert not (await looked(here, ended, "")).is_known
    assert not (await looked(here, ended, "%")).is_known


async def test_without_the_scenarios_text_the_way_is_known_all_the_same(here: Stage) -> None:
    ended = await ran(here, ROUTED)
    found = await lineage_of(here.database, ended.execution.id, "ads:1>way:0>pause", None)

    assert ["ads", "way:0"] == [one.step for one in found.chain]


def test_a_path_is_told_with_what_the_trigger_called_its_item() -> None:
    assert "a → b 1 → c" == label_of("1>b:0>c", {"1": "a"})
    assert "a:0>b → call / x 3" == label_of("1>call/x:2", {"1": "a:0>b"})
    assert "ads 15 → pause" == label_of("ads:14>pause", {})
    assert ["1", "1>call", "1>call/x:0", "1>call/x:0>y"] == prefixes("1>call/x:0>y")
