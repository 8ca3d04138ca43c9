"""Scenario texts for tests."""

from scenarios.loader import load_scenario, problems_of
from scenarios.model import Scenario, Step

__all__ = ["ACCOUNT", "ADS", "faults", "one_step", "scenario_of", "step_of"]

ACCOUNT = '"7100000000000000001"'
#: A search to begin with, on two lines.
ADS = f"""\
  - {{id: ads, module: search_ads, connection: acme, params: {{advertiser_id: {ACCOUNT}}}}}
"""


def scenario_of(steps: str = ADS, *, top: str = "") -> str:
    """A scenario with these steps, which are indented already."""
    return f"name: a-scenario\n{top}steps:\n{steps}"


def one_step(step: str) -> str:
    """A scenario of a search and one more step, written on a line in braces."""
    return scenario_of(f"{ADS}  - {step}\n")


def step_of(step: str) -> Step:
    """That step, understood."""
    scenario: Scenario = load_scenario(one_step(step))
    return scenario.steps[1]


def faults(text: str) -> list[str]:
    """Everything wrong with a text, warnings included."""
    return [str(problem) for problem in problems_of(text)]
