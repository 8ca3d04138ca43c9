"""Connections: what there is and how it stands, made, tried, renewed, given back."""

from typing import Final

from adloom.console.screens.connections.consent import CONSENT_ROUTES
from adloom.console.screens.connections.listing import LISTING_ROUTES
from adloom.console.screens.connections.making import MAKING_ROUTES
from adloom.console.screens.connections.one import ONE_ROUTES

__all__ = ["ROUTES"]

ROUTES: Final = [*LISTING_ROUTES, *MAKING_ROUTES, *CONSENT_ROUTES, *ONE_ROUTES]
