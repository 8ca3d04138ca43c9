"""The columns of a report, for files and tables."""

from adloom.sinks import Column
from modules.records.reports import is_figure
from modules.records.reports_asked import ReportParams
from modules.records.reports_dates import DAY

__all__ = ["columns_of"]

LENGTH_OF_A_DATE = 10


def columns_of(params: ReportParams) -> list[Column]:
    """Dimensions, the account if it is none of them, metrics; each name once."""
    account = "bc_id" if params.bc_id else "advertiser_id"
    columns = [
        Column(name, "dimensions", length=LENGTH_OF_A_DATE if name == DAY else 0)
        for name in params.shown_dimensions
    ]
    if account not in params.shown_dimensions:
        columns.append(Column(account, ""))
    known = {one.name for one in columns}
    columns += [
        Column(name, "metrics", is_number=is_figure(name))
        for name in params.shown_metrics
        if name not in known
    ]
    return columns
