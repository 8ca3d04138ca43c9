"""What `/_simulator/` can do about reports."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.reports.spending import overspend
from adloom.simulator.state import State

__all__ = ["ACTIONS", "CONTENTS"]

CONTENTS: Final = """\
POST   /_simulator/spend      {"ad_id": "...", "amount": 250, "conversions": 0}: spent now
GET    /_simulator/reports    asynchronous reports and what became of them
POST   /_simulator/reports    {"fail": 1} or {"delay": real seconds}: what comes next
"""


def _spend(state: State, asked: Mapping[str, Any]) -> Any:
    ad_id = str(asked.get("ad_id", ""))
    for advertiser_id, deliveries in state.reports.deliveries.items():
        ad = deliveries.account.ads.find(ad_id)
        if ad is None:
            continue
        amount, conversions = float(asked.get("amount", 0)), int(asked.get("conversions", 0))
        brought = overspend(deliveries, ad, amount, conversions, state.clock.now())
        return {"advertiser_id": advertiser_id, "ad_id": ad_id, **brought, "spend": amount}
    raise ValueError(f"there is no ad {ad_id}")


def _tasks(state: State, _asked: Any) -> Any:
    return state.reports.tasks.as_json()


def _set_tasks(state: State, asked: Mapping[str, Any]) -> Any:
    fail = int(asked.get("fail", state.reports.tasks.failing))
    delay = float(asked.get("delay", state.reports.tasks.delay))
    if not {"fail", "delay"} & asked.keys() or fail < 0 or delay < 0:
        raise ValueError("give fail or delay, and not below 0")
    state.reports.tasks.failing, state.reports.tasks.delay = fail, delay
    return _tasks(state, asked)


ACTIONS: Final[Mapping[tuple[str, str], Callable[[State, Any], Any]]] = {
    ("POST", "spend"): _spend,
    ("GET", "reports"): _tasks,
    ("POST", "reports"): _set_tasks,
}
