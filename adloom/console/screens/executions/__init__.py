"""Executions: the list, one of them, what waits for somebody, and what can be done about it."""

from adloom.console.screens.executions.routes import ROUTES

__all__ = ["ROUTES"]
