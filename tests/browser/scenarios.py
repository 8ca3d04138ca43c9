"""Scenarios put where a served console finds them, for the journeys of the editor."""

from pathlib import Path

from tests.browser.conftest import Served
from tests.console.editing import SEARCH

__all__ = ["file_of", "put"]


def file_of(served: Served, name: str) -> Path:
    """Where a scenario of a served console is saved."""
    return served.practice.folder / "scenarios" / f"{name}.yaml"


def put(served: Served, name: str, text: str = SEARCH) -> Path:
    """Save a scenario beside the console, as any editor would."""
    path = file_of(served, name)
    path.parent.mkdir(exist_ok=True)
    advertiser = served.practice.advertiser_id
    path.write_text(text.format(name=name, advertiser=advertiser), encoding="utf-8")
    return path
