"""The settings: the kill switch, what stands in the settings file, backups, sessions."""

from typing import Final

from adloom.console.screens.settings.page import PAGE_ROUTES
from adloom.console.screens.settings.safety import SAFETY_ROUTES

__all__ = ["ROUTES"]

ROUTES: Final = [*SAFETY_ROUTES, *PAGE_ROUTES]
