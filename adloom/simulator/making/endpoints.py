"""Every endpoint of this package, for the table of the Business API."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.envelope import Reply
from adloom.simulator.making import (
    ads,
    audiences,
    budgets,
    campaigns,
    choices,
    events,
    files,
    groups,
    pixels,
    rules,
    smart,
    uploads,
)
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS", "READERS"]

ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    **ads.ENDPOINTS,
    **audiences.ENDPOINTS,
    **budgets.ENDPOINTS,
    **campaigns.ENDPOINTS,
    **choices.ENDPOINTS,
    **events.ENDPOINTS,
    **files.ENDPOINTS,
    **groups.ENDPOINTS,
    **pixels.ENDPOINTS,
    **rules.ENDPOINTS,
    **smart.ENDPOINTS,
    **uploads.ENDPOINTS,
}
#: Endpoints that read their bodies themselves, by path.
READERS: Final[Mapping[str, Callable[[bytes], dict[str, Any]]]] = {**events.READERS}
