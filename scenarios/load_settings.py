"""Reads the `settings` of a scenario."""

from typing import Final

from scenarios.places import FieldPath
from scenarios.problems import Problems
from scenarios.section import Section
from scenarios.settings import Budget, Overlap, Settings
from scenarios.yaml_nodes import Node

__all__ = ["BUDGET", "SETTINGS", "read_settings"]

SETTINGS: Final = (
    "cycles",
    "sequential",
    "parallel",
    "max_errors",
    "confidential",
    "overlap",
    "budget",
    "silence",
)
BUDGET: Final = ("operations", "api_calls", "time")
MOST_CYCLES: Final = 10_000
MOST_PARALLEL: Final = 100
MOST_ERRORS: Final = 1_000
MOST_OPERATIONS: Final = 100_000_000
DAY: Final = 86_400
YEAR: Final = 366 * DAY


def read_settings(node: Node | None, path: FieldPath, problems: Problems) -> Settings:
    """Read the settings; what is left out or wrong is the default."""
    if node is None:
        return Settings()
    section = Section(node, path, problems, SETTINGS)
    default = Settings()
    settings = Settings(
        cycles=section.whole("cycles", default.cycles, 1, MOST_CYCLES),
        sequential=section.flag("sequential", default=default.sequential),
        parallel=section.whole("parallel", default.parallel, 1, MOST_PARALLEL),
        max_errors=section.whole("max_errors", default.max_errors, 0, MOST_ERRORS),
        confidential=section.flag("confidential", default=default.confidential),
        overlap=section.choice("overlap", Overlap, default.overlap),
        budget=_budget(section),
        silence_seconds=section.duration("silence", 0, 60, YEAR) or None,
    )
    if settings.sequential and settings.parallel > 1:
        section.error("parallel", "does not go with sequential: true", "leave out one of them")
    if settings.sequential and settings.overlap is Overlap.ALLOW:
        section.error("overlap", "does not go with sequential: true", "leave out one of them")
    return settings


def _budget(section: Section) -> Budget:
    if "budget" not in section:
        return Budget()
    inner = section.inner("budget", BUDGET)
    default = Budget()
    return Budget(
        operations=inner.whole("operations", default.operations, 1, MOST_OPERATIONS),
        api_calls=inner.whole("api_calls", default.api_calls, 1, MOST_OPERATIONS),
        time_seconds=inner.duration("time", default.time_seconds, 1, 7 * DAY),
    )
