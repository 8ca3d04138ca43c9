"""The API explorer: every endpoint of TikTok's API for Business, tried by hand."""

from typing import Final

from adloom.console.screens.explorer.listing import LISTING_ROUTES
from adloom.console.screens.explorer.page import PAGE_ROUTES
from adloom.console.screens.explorer.sending import SEND_ROUTES

__all__ = ["ROUTES"]

ROUTES: Final = [*LISTING_ROUTES, *PAGE_ROUTES, *SEND_ROUTES]
