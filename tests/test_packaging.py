"""The packages that are tested are the ones of this checkout."""

import importlib
import tomllib
from pathlib import Path

import pytest

from tests.seams.checkout import PACKAGES, ROOT


@pytest.mark.parametrize("name", [*PACKAGES, "tests"])
def test_each_package_is_imported_from_this_checkout(name: str) -> None:
    found = importlib.import_module(name).__file__
    assert found is not None

    assert ROOT / name / "__init__.py" == Path(found)


def test_the_wheel_holds_each_of_our_packages_and_says_they_are_typed() -> None:
    with (ROOT / "pyproject.toml").open("rb") as source:
        project = tomllib.load(source)

    assert list(PACKAGES) == project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert [] == [name for name in PACKAGES if not (ROOT / name / "py.typed").exists()]
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


def test_the_version_is_told_once() -> None:
    with (ROOT / "pyproject.toml").open("rb") as source:
        project = tomllib.load(source)

    assert project["project"]["version"] == importlib.import_module("adloom").VERSION
