"""What versions of scenarios say of themselves: read once for each, for lists."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adloom.errors import AdloomError
from scenarios.params import known_module
from scenarios.problems import Problems
from scenarios.yaml_reading import compose
from scheduler.workshop import Workshop

__all__ = ["Facts", "facts_of", "learn_facts"]

#: Versions whose facts are remembered; a version is known by its hash and never changes.
MOST_KEPT: Final = 5_000
_FACTS: Final[dict[str, "Facts"]] = {}


@dataclass(frozen=True)
class Facts:
    """What a version of a scenario says of itself.

    Args:
        description: What it is for.
        connections: The connections it names, in their order.
        modules: The modules it uses, in their order.
        is_told: Whether it begins with a webhook.
    """

    description: str = ""
    connections: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    is_told: bool = False


async def learn_facts(workshop: Workshop, versions: Iterable[str]) -> None:
    """Read versions whose facts nobody has asked for yet, while others are answered."""
    unknown: dict[str, str] = {}
    for version in versions:
        if version not in _FACTS:
            try:
                unknown[version] = await workshop.scenarios.load_text(version)
            except AdloomError:
                continue
    if len(_FACTS) + len(unknown) > MOST_KEPT:
        _FACTS.clear()
    if unknown:
        found = await asyncio.to_thread(lambda: {one: _facts(unknown[one]) for one in unknown})
        _FACTS.update(found)


async def facts_of(workshop: Workshop, version: str) -> Facts:
    """What a version of a scenario says of itself; nothing where it is not kept."""
    await learn_facts(workshop, [version])
    return _FACTS.get(version, Facts())


def _facts(text: str) -> Facts:
    """Only its data is looked at: understanding mappings takes ten times as long."""
    node = compose(text, Problems())
    data = node.plain() if node is not None else None
    if not isinstance(data, Mapping):
        return Facts()
    steps = list(_steps(data.get("steps")))
    modules = [str(one["module"]) for one in steps if one.get("module")]
    first = known_module(str(steps[0].get("module") or "")) if steps else None
    return Facts(
        str(data.get("description") or "").strip(),
        tuple(dict.fromkeys(str(one["connection"]) for one in steps if one.get("connection"))),
        tuple(dict.fromkeys(modules)),
        first is not None and first.instant is not None,
    )


def _steps(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every step, those of routes included."""
    for step in data if isinstance(data, list) else ():
        if not isinstance(step, Mapping):
            continue
        yield step
        router = step.get("router")
        if isinstance(router, Mapping):
            for route in router.get("routes") or ():
                yield from _steps(route.get("steps") if isinstance(route, Mapping) else None)
            yield from _steps(router.get("fallback"))
