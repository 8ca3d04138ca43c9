"""The editor: somebody builds a scenario by clicking, and its text is all that is kept."""

from typing import Final

from adloom.console.screens.editor import edits, page, step

__all__ = ["ROUTES"]

ROUTES: Final = [*edits.ROUTES, *step.ROUTES, *page.ROUTES]
