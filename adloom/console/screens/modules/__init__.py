"""The modules: found, read about, tried, and made the beginning of a scenario."""

from typing import Final

from adloom.console.screens.modules.choosing import CHOICE_ROUTES
from adloom.console.screens.modules.listing import LISTING_ROUTES
from adloom.console.screens.modules.page import PAGE_ROUTES
from adloom.console.screens.modules.running import RUN_ROUTES

__all__ = ["ROUTES"]

#: Runs come first: no module is called `runs`.
ROUTES: Final = [*LISTING_ROUTES, *RUN_ROUTES, *PAGE_ROUTES, *CHOICE_ROUTES]
