"""Events: what goes out and what could not, a playground, tests, and where events come in."""

from typing import Final

from adloom.console.screens.events.intake import INTAKE_ROUTES
from adloom.console.screens.events.outbox import OUTBOX_ROUTES
from adloom.console.screens.events.playground import PLAYGROUND_ROUTES
from adloom.console.screens.events.rejected import REJECTED_ROUTES
from adloom.console.screens.events.testing import TEST_ROUTES
from adloom.console.screens.events.verify import VERIFY_ROUTES

__all__ = ["ROUTES"]

ROUTES: Final = [
    *OUTBOX_ROUTES,
    *REJECTED_ROUTES,
    *PLAYGROUND_ROUTES,
    *TEST_ROUTES,
    *VERIFY_ROUTES,
    *INTAKE_ROUTES,
]
