"""The editor: somebody builds a scenario by clicking, and its text is all that is kept."""

from typing import Final

from adloom.console.screens.editor import (
    bundles,
    edits,
    page,
    review,
    saving,
    step,
    text,
    trying,
)

__all__ = ["ROUTES"]

ROUTES: Final = [
    *edits.ROUTES,
    *step.ROUTES,
    *text.ROUTES,
    *review.ROUTES,
    *saving.ROUTES,
    *trying.ROUTES,
    *bundles.ROUTES,
    *page.ROUTES,
]
