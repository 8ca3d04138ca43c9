"""The scenarios that are ready to use are."""

from pathlib import Path

import pytest

from scenarios.check import check_scenario
from scenarios.environment import Account, Environment
from scenarios.loader import load_scenario_file
from scenarios.model import ModuleStep
from tests.seams.checkout import ROOT

FILES = sorted((ROOT / "scenarios" / "examples").glob("*.yaml"))
EXAMPLES = [file for file in FILES if not file.name.endswith(".test.yaml")]
#: What the examples' connections have to be for.
ENVIRONMENT = Environment(
    {
        "acme": Account("tiktok-business", frozenset({44, 200, 201, 220, 221})),
        "our-tiktok": Account("tiktok", frozenset({"video.list"})),
        "our-crm": Account("tiktok-events", None),
        "our-shop": Account("tiktok-events", None),
        "tiktok-leads": Account("webhook", None),
        "team-chat": Account("notify", None),
    }
)


def test_there_is_an_example_for_each_thing_people_ask_for_first() -> None:
    names = [
        "budget-pacing",
        "new-ad-alert",
        "new-lead-crm-event",
        "new-video-post",
        "orders-to-purchases",
        "pause-expensive-ads",
        "rejected-ad-alert",
        "weekly-report",
    ]

    assert names == [file.stem for file in EXAMPLES]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_sound_and_named_like_its_file(file: Path) -> None:
    scenario = load_scenario_file(file)

    assert [] == check_scenario(scenario, ENVIRONMENT)
    assert (file.stem, True) == (scenario.name, bool(scenario.description))
    assert scenario.schedule is not None
    assert all(step.title for step in scenario.steps)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_ends_with_telling_the_team(file: Path) -> None:
    last = list(load_scenario_file(file).all_steps())[-1]

    assert isinstance(last, ModuleStep)
    assert "notify" == last.module
