"""`adloom reports`: figures as tables, charts and files, and the definitions worth keeping."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from adloom.catalogue import load as catalogue
from adloom.cli.output import show_table
from adloom.cli.run import option_for, typed_value
from adloom.cli.session import say, workspace_of
from adloom.cli.words import connection_option, json_option
from adloom.errors import UsageError
from adloom.fields import fields_of
from adloom.json_text import dump
from adloom.services import reports_saved as saved_reports
from adloom.services.reports_saved import Saved
from adloom.sinks import FORMATS
from adloom.wire import Record
from modules.list_ad_reports import ListAdReportsParams
from modules.records.reports_words import ReportType

__all__ = ["reports"]

FIELDS: Final = fields_of(ListAdReportsParams)
#: Ways to say which days; only one at a time makes sense.
DAYS: Final = ("date_range", "start_date", "end_date", "lifetime")


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The parameters of a report as options."""
    for field in reversed(FIELDS):
        command = option_for(field)(command)
    return command


def _values(typed: dict[str, Any]) -> dict[str, Any]:
    return {
        field.name: typed_value(field, typed[field.name])
        for field in FIELDS
        if typed[field.name] not in (None, ())
    }


def _overlaid(saved: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed goes before what is saved; other days replace the saved ones altogether."""
    gone = DAYS if set(DAYS) & set(typed) else ()
    return {name: value for name, value in saved.items() if name not in gone} | dict(typed)


@click.group(no_args_is_help=True)
def reports() -> None:
    """See figures as tables and charts, or write them to files."""


@reports.command()
@click.argument("name", required=False)
@report_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all rows into this file: .csv, .jsonl, .parquet, .sqlite.",
)
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), help="Format of the file.")
@click.option("--table", metavar="NAME", default="report", show_default=True,
              help="Table of a SQLite file.")  # fmt: skip
@click.option("--append", is_flag=True, help="Add to the SQLite table instead of replacing it.")
@click.option("--restart", is_flag=True, help="Forget what an interrupted run has fetched.")
@click.option("--chart", metavar="METRIC", help="Draw this metric: by day or hour, or as bars.")
@connection_option
@json_option
def run(
    name: str | None,
    *,
    out: Path | None,
    kind: str | None,
    table: str,
    append: bool,
    restart: bool,
    chart: str | None,
    connection: str | None,
    as_json: bool,
    **typed: Any,
) -> None:
    """Run a report: the saved one called NAME, or what the options say, which come first.

    Without --out, rows go to stdout: as a table on a terminal, as JSON lines otherwise. A file or
    a chart gets all rows unless --limit says otherwise. A file appears when it is whole; if a run
    is interrupted, the same command goes on where it stopped. In CSV, cells that a spreadsheet
    would calculate begin with an apostrophe.
    """
    # Imported here: asking for help needs neither HTTP nor a database.
    from adloom.cli.reports_running import RunOptions, run_report

    workspace = workspace_of(click.get_current_context())
    saved = saved_reports.load(workspace, name) if name else Saved({})
    if out is None and (append or restart or kind):
        raise UsageError("--append, --restart and --format go with --out FILE.")
    run_report(
        workspace,
        Saved(_overlaid(saved.values, _values(typed)), connection or saved.connection),
        RunOptions(out, kind, table, append, restart, chart, as_json),
    )


@reports.command("save")
@click.argument("name")
@report_options
@click.option("--replace", is_flag=True, help="Replace the one of that name.")
@connection_option
def save_report(name: str, *, replace: bool, connection: str | None, **typed: Any) -> None:
    """Keep a report under NAME, as a file in the workspace's folder reports/."""
    workspace = workspace_of(click.get_current_context())
    place = saved_reports.save(workspace, name, Saved(_values(typed), connection), replace=replace)
    say(f"Saved in {place}. Run it: adloom reports run {name}")


@reports.command("list")
@json_option
def list_reports(*, as_json: bool) -> None:
    """List the saved reports."""
    workspace = workspace_of(click.get_current_context())
    found = [(name, saved_reports.load(workspace, name)) for name in saved_reports.names(workspace)]
    records = [_told(name, saved) for name, saved in found]
    rows = [[name, one.connection, dump(one.values).decode()] for name, one in found]
    _show(["Report", "Connection", "Parameters"], rows, records, as_json=as_json)


@reports.command("show")
@click.argument("name")
@json_option
def show_saved(name: str, *, as_json: bool) -> None:
    """Show a saved report."""
    saved = saved_reports.load(workspace_of(click.get_current_context()), name)
    values = {"connection": saved.connection, **saved.values}
    rows = [[field, value] for field, value in values.items() if value is not None]
    _show(["Parameter", "Value"], rows, [_told(name, saved)], as_json=as_json)


@reports.command("remove")
@click.argument("name")
def remove_report(name: str) -> None:
    """Delete a saved report; files written with it stay."""
    saved_reports.remove(workspace_of(click.get_current_context()), name)
    say(f"Removed {name}.")


@reports.command()
@click.argument("word", default="")
@json_option
def metrics(word: str, *, as_json: bool) -> None:
    """List the metrics adloom knows, or those with WORD in their name or group."""
    found = [
        metric
        for group, names in catalogue().metrics().items()
        for name in names
        if word in name or word in group
        if (metric := catalogue().metric(name))
    ]
    records = [
        {"name": one.name, "group": one.group, "type": one.type, "levels": list(one.levels)}
        for one in found
    ]
    rows = [[one.name, one.group, one.type, ", ".join(one.levels) or "any"] for one in found]
    _show(["Metric", "Group", "Kind", "Levels"], rows, records, as_json=as_json)


@reports.command()
@click.argument("word", default="")
@json_option
def dimensions(word: str, *, as_json: bool) -> None:
    """List the dimensions adloom knows, or those with WORD in their name, by type of report."""
    records = [
        {"name": name, "report_type": kind.value, "data_level": catalogue().data_level(name)}
        for kind in ReportType
        for name in catalogue().dimensions(kind)
        if word in name
    ]
    rows = [[one["name"], one["report_type"], one["data_level"] or "any"] for one in records]
    _show(["Dimension", "Type of report", "Level"], rows, records, as_json=as_json)


def _told(name: str, saved: Saved) -> Record:
    return {"name": name, "connection": saved.connection, "params": saved.values}


def _show(
    titles: Sequence[str], rows: Sequence[Sequence[Any]], records: Sequence[Any], *, as_json: bool
) -> None:
    if as_json or not sys.stdout.isatty():
        for record in records:
            sys.stdout.buffer.write(dump(record) + b"\n")
        sys.stdout.buffer.flush()
    else:
        show_table(titles, rows)
