"""What can be done: one file, one operation.

The registry names every module and the file it lives in; a module is imported when it is used.
"""

import importlib
from typing import Final

from adloom.errors import UnknownNameError
from adloom.fields import same_name
from modules.base import Module

__all__ = ["MODULES", "all_modules", "find_module"]

MODULES: Final[dict[str, str]] = {
    "search_ads": "modules.search_ads",
    "get_ad": "modules.get_ad",
    "update_ad_status": "modules.update_ad_status",
    "list_advertisers": "modules.list_advertisers",
    "list_campaigns": "modules.list_campaigns",
    "list_ad_groups": "modules.list_ad_groups",
    "make_api_call": "modules.make_api_call",
}


def find_module(name: str) -> Module:
    """Return the module of this name, written with dashes or underscores.

    Raises:
        UnknownNameError: There is none.
    """
    folded = same_name(name)
    if folded not in MODULES:
        known = [known.replace("_", "-") for known in MODULES]
        raise UnknownNameError("module", name, known, hint="See them all: adloom modules")
    found = getattr(importlib.import_module(MODULES[folded]), folded)
    assert isinstance(found, Module)  # noqa: S101 - the conformance tests hold every file to it
    return found


def all_modules() -> list[Module]:
    """Import and return every module, in the registry's order."""
    return [find_module(name) for name in MODULES]
