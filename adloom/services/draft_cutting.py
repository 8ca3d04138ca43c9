"""A scenario that ends after one of its steps, for somebody who wants to see how far it comes."""

from collections.abc import Sequence
from dataclasses import replace

from scenarios.model import RouterStep, Scenario, Step
from scenarios.places import FieldPath

__all__ = ["cut_after"]


def cut_after(scenario: Scenario, path: FieldPath) -> Scenario:
    """The same scenario without what would be done after a step.

    Routes before it are walked, since they may set what it recalls. Those after it keep their
    conditions and lose their steps, so that every bundle takes the way it would take.

    Args:
        scenario: The scenario.
        path: The step it ends after.
    """
    return replace(scenario, steps=_until(scenario.steps, path))


def _until(steps: Sequence[Step], path: FieldPath) -> tuple[Step, ...]:
    kept: list[Step] = []
    for step in steps:
        if step.path == path:
            return (*kept, _closed(step))
        if isinstance(step, RouterStep) and path[: len(step.path)] == step.path:
            return (*kept, _router(step, path))
        kept.append(step)
    return tuple(kept)


def _closed(step: Step) -> Step:
    """A step behind which nothing comes."""
    if not isinstance(step, RouterStep):
        return step
    return replace(step, routes=tuple(replace(one, steps=()) for one in step.routes), fallback=())


def _router(step: RouterStep, path: FieldPath) -> RouterStep:
    """A router with the way to a step, what comes before it, and nothing that comes after."""
    tail = path[len(step.path) :]
    if tail[:2] == ("router", "fallback"):
        return replace(step, fallback=_until(step.fallback, path))
    number = tail[2]
    routes = [
        replace(one, steps=_until(one.steps, path))
        if place == number
        else replace(one, steps=one.steps if place < int(number) else ())
        for place, one in enumerate(step.routes)
    ]
    return replace(step, routes=tuple(routes), fallback=())
