"""The endpoints of reports and balances."""

from collections.abc import Callable, Mapping
from typing import Final

from adloom.simulator.envelope import Plain, Reply
from adloom.simulator.reports.answering import integrated
from adloom.simulator.reports.balances import balances
from adloom.simulator.reports.later import cancel, check, create, download
from adloom.simulator.state import Call

__all__ = ["ENDPOINTS"]

ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply | Plain]]] = {
    ("GET", "/advertiser/balance/get/"): balances,
    ("GET", "/bc/advertiser/balance/get/"): balances,
    ("GET", "/report/integrated/get/"): integrated,
    ("GET", "/report/task/check/"): check,
    ("GET", "/report/task/download/"): download,
    ("POST", "/report/task/cancel/"): cancel,
    ("POST", "/report/task/create/"): create,
}
