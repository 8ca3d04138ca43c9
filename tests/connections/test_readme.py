"""What the page on connections says is so: kinds, settings, and a test for every behaviour."""

import re

import pytest

from adloom.fields import fields_of
from connections.providers import PROVIDERS
from tests.seams.checkout import ROOT

PAGE = (ROOT / "connections" / "README.md").read_text()
SECTIONS = {name: PAGE.partition(f"(`{name}`)\n")[2].partition("\n## ")[0] for name in PROVIDERS}


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the tables that begin with a heading."""
    found = []
    for table in re.findall(rf"\| {heading} \|.*\n\| ---.*\n((?:\|.*\n)+)", text):
        found += [[cell.strip() for cell in row[2:-2].split(" | ")] for row in table.splitlines()]
    return found


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_kind_has_a_section_and_a_row(name: str) -> None:
    assert SECTIONS[name]
    assert name in [row[0].strip("`") for row in rows(PAGE, "kind")]


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_setting_of_a_kind_is_on_its_page(name: str) -> None:
    options = {field.option for field in fields_of(PROVIDERS[name].settings_model)}

    assert {option for option in options if f"`{option}" not in SECTIONS[name]} == set()


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_behaviour_names_a_test_that_is_there(name: str) -> None:
    behaviours = rows(SECTIONS[name], "behaviour")

    assert behaviours
    assert [] == [
        row for row in behaviours if len(row) != 3 or not (ROOT / row[2].strip("`")).is_file()
    ]
