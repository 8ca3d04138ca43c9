"""Nothing found is a result: no bundles, and no error either."""

import asyncio
from collections.abc import Iterator

import pytest

from adloom.simulator import Options, Running
from tests.cli.conftest import Cli, bare
from tests.seams.practice import Practice, practise

#: A fixture that is at home elsewhere.
__all__ = ["bare"]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with Running(Options(port=0, ads=20, seed=11, speed=0)) as simulator:
        folder = tmp_path_factory.mktemp("nothing") / "workspace"
        yield asyncio.run(practise(simulator, folder, deadline=3))


@pytest.mark.parametrize(
    "arguments",
    [
        ("search-ads", "--advertiser-id", "{}", "--name-contains", "no ad is called so"),
        ("list-ad-reports", "--advertiser-id", "{}", "--date-range", "today", "--filtering",
         '{"campaign_ids": ["17"]}'),
        ("watch-ads", "--advertiser-ids", "{}", "--campaign-ids", "17"),
    ],
)  # fmt: skip
def test_no_bundle_is_no_error(bare: Cli, practice: Practice, arguments: tuple[str, ...]) -> None:
    told = [argument.replace("{}", practice.advertiser_id, 1) for argument in arguments]

    shown = bare("--workspace", str(practice.folder), "run", *told)

    assert (0, []) == (shown.code, shown.records), shown.err


def test_a_bundle_is_one_object(bare: Cli, practice: Practice) -> None:
    every = ("search-ads", "--advertiser-id", practice.advertiser_id, "--limit", "0")

    shown = bare("--workspace", str(practice.folder), "run", *every)

    assert len(shown.records) > 1
    assert all(isinstance(row["ad_id"], str) for row in shown.records)
    assert len(shown.records) == len({row["ad_id"] for row in shown.records})
