"""A report as a picture on a terminal: a trend over days or hours, or bars."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import click

from adloom.cli.output import plain
from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.services.figures_measures import adds_up
from adloom.wire import Record
from modules.records.reports_asked import ReportParams
from modules.records.reports_dates import DAY, HOUR
from modules.records.reports_words import NAMES_OF_IDS

__all__ = ["draw"]

HEIGHT: Final = 18
LABELS: Final = 6
MOST_BARS: Final = 20
BAR: Final = "\N{FULL BLOCK}"
LABEL: Final = 28


def draw(metric: str, params: ReportParams, rows: Sequence[Record]) -> None:
    """Draw one figure of a report on stdout.

    Raises:
        UsageError: There is nothing to draw, or rows would have to be added up that cannot be.
    """
    time = next((name for name in params.shown_dimensions if name in (DAY, HOUR)), None)
    points = _points(metric, time or _named(params, rows), rows)
    if not points:
        raise UsageError(f"There are no figures of {metric} to draw.")
    text = _trend(metric, points) if time and len(points) > 1 else _bars(metric, points)
    click.echo(text)


def _named(params: ReportParams, rows: Sequence[Record]) -> str:
    """The dimension the bars stand for: the finest breakdown, or the object."""
    last = params.shown_dimensions[-1]
    name = NAMES_OF_IDS.get(last, last)
    return name if any(row.get(name) is not None for row in rows) else last


def _points(metric: str, by: str, rows: Sequence[Record]) -> list[tuple[str, float]]:
    """The figure for each value of a dimension, in the order of the rows, or of time."""
    found: dict[str, float] = {}
    for row in rows:
        value, label = row.get(metric), plain(row.get(by))
        if not isinstance(value, Decimal):
            continue
        if label in found and not adds_up(metric):
            fault = Fault(
                "chart",
                f"{metric} of several rows cannot be added up to one for {label}. Ask for one row "
                f"each, for example --data-level AUCTION_ADVERTISER --dimensions {by}.",
            )
            raise InvalidParamsError([fault])
        found[label] = found.get(label, 0.0) + float(value)
    return sorted(found.items()) if by in (DAY, HOUR) else list(found.items())


def _trend(metric: str, points: Sequence[tuple[str, float]]) -> str:
    try:
        import plotext  # type: ignore[import-untyped] # it has no types
    except ImportError:
        raise UsageError(
            "Drawing a trend takes a library that is not installed.",
            hint="Install it: pip install 'adloom[charts]'",
        ) from None
    figure = plotext.figure
    figure.clear()
    places = list(range(1, len(points) + 1))
    figure.draw(figure.signal(places, [value for _, value in points]).lines())
    every = max(1, -(-len(points) // LABELS))
    figure.ruler("x").ticks(places[::every], [label[5:16] for label, _ in points][::every])
    figure.plot_size(min(_width(), 100), HEIGHT)
    figure.title(metric)
    # Its colours come with a background of their own, which fits few terminals.
    return str(figure.build().string(colorless=True))


def _bars(metric: str, points: Sequence[tuple[str, float]]) -> str:
    from rich.cells import set_cell_size

    largest = sorted(points, key=lambda point: -point[1])[:MOST_BARS]
    top = max(largest[0][1], 0.0) or 1.0
    room = max(_width() - LABEL - len(f"{top:,.2f}") - 4, 10)
    lines = [click.style(metric, bold=True)]
    for label, value in largest:
        bar = BAR * round(max(value, 0.0) / top * room)
        named = set_cell_size(label, LABEL)
        lines.append(f"{named} {click.style(bar, fg='cyan')} {value:,.2f}")
    if len(points) > MOST_BARS:
        lines.append(f"… and {len(points) - MOST_BARS} more, all of them smaller.")
    return "\n".join(lines)


def _width() -> int:
    from rich.console import Console

    return Console().width
