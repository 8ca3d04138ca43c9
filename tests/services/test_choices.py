"""Words that a field offers: read once a minute, and never an error on the page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adloom.fields import ChoicesFrom
from adloom.secret import Secret
from adloom.services import choices as choices_file
from adloom.services.choices import Choices, Offered, choices_of, siblings_of
from adloom.services.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Options, Running
from modules import find_module
from tests.seams.practice import Practice, practise

ADVERTISERS = ChoicesFrom("list_advertisers", "advertiser_id", "name")
CAMPAIGNS = ChoicesFrom("list_campaigns", "campaign_id", "campaign_name")


@asynccontextmanager
async def offering(folder: Path) -> AsyncIterator[tuple[Choices, Practice]]:
    with Running(Options(port=0, ads=60, seed=11, speed=0)) as simulator:
        practice = await practise(simulator, folder / "workspace", deadline=3)
        workspace = Workspace.open(practice.folder)
        async with open_session(workspace, tell=lambda _: None, ask=lambda: Secret("")) as session:
            yield choices_of(session), practice


async def test_a_list_is_read_once_however_many_ask(tmp_path: Path) -> None:
    async with offering(tmp_path) as (choices, practice):
        requests = practice.simulator.effects.requests
        before = sum(requests.values())
        given = {"advertiser_id": [practice.advertiser_id]}
        asked = [choices.offer(CAMPAIGNS, "practice", given) for _ in range(5)]
        found = await asyncio.gather(*asked)
        again = await choices.offer(CAMPAIGNS, None, given)

        assert 1 == sum(requests.values()) - before
        assert [again] * 5 == found
        assert again.options
        assert choices is choices_of(choices.session)


async def test_what_is_missing_or_mapped_is_asked_for(tmp_path: Path) -> None:
    async with offering(tmp_path) as (choices, _):
        missing = await choices.offer(CAMPAIGNS, "practice", {})
        mapped = await choices.offer(CAMPAIGNS, "practice", {"advertiser_id": ["{{1.id}}"]})

        assert not missing.options
        assert "fill in Advertiser first" in missing.note
        assert missing == mapped


async def test_an_error_is_a_short_text(tmp_path: Path) -> None:
    async with offering(tmp_path) as (choices, practice):
        practice.simulator.faults.add([{"kind": "code", "path": "*", "code": 40002}])
        refused = await choices.offer(ADVERTISERS, "practice", {})
        nobody = await choices.offer(ADVERTISERS, "nobody", {})

        assert not refused.options
        assert "40002" in refused.note
        assert "nobody" in nobody.note


async def test_a_list_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices_file, "PATIENCE", 0.05)
    async with offering(tmp_path) as (choices, practice):
        practice.simulator.faults.add([{"kind": "slow", "path": "*", "seconds": 1.0}])

        assert Offered(note="The list takes too long; write the value yourself.") == (
            await choices.offer(ADVERTISERS, "practice", {})
        )


async def test_more_than_can_be_listed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices_file, "MOST_OFFERED", 2)
    async with offering(tmp_path) as (choices, practice):
        given = {"advertiser_id": [practice.advertiser_id]}
        found = await choices.offer(CAMPAIGNS, "practice", given)

        assert 2 == len(found.options)
        assert "Only 2 are listed" in found.note


def test_what_stands_beside_is_known_by_every_name() -> None:
    module = find_module("watch_ads")
    posted = {"p.advertiser_ids": ["1\n2", ""], "p.campaign_ids": [" "]}

    assert {"advertiser_ids": ["1", "2"], "advertiser_id": ["1", "2"]} == siblings_of(
        module, posted, "p."
    )
