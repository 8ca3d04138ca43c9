"""Every file says what of it is public."""

import importlib
import pkgutil
from types import ModuleType

import pytest

from tests.seams.checkout import PACKAGES


def all_modules() -> list[str]:
    names = list(PACKAGES)
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        names += [found.name for found in pkgutil.walk_packages(path, f"{package}.")]
    return sorted(names)


def rank(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def empty(module: ModuleType) -> bool:
    """A file that only makes its folder a package."""
    # Those with an @ are of pytest, which rewrites the files of what brings a plugin of its.
    return {name for name in vars(module) if name[:2] != "__" and name[0] != "@"} <= submodules(
        module
    )


def submodules(module: ModuleType) -> set[str]:
    return {found.name for found in pkgutil.iter_modules(getattr(module, "__path__", []))}


@pytest.mark.parametrize("name", all_modules())
def test_public_names_are_listed_in_order_and_there(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])

    assert listed or empty(module), "it has names and does not say which are public"
    assert sorted(listed, key=rank) == listed
    assert [] == [one for one in listed if not hasattr(module, one)]
    assert [] == [one for one in listed if one.startswith("_")]
