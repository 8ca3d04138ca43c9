"""`adloom events map`: what would go out, without a workspace and without sending anything."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from adloom.cli.events_input import Given, input_options, mapping_of
from adloom.cli.events_portions import Begun, Job, Portion, words_for
from adloom.cli.events_problems import Problems
from adloom.cli.output import plain
from adloom.json_text import dump
from adloom.services.events_words import count, examples
from modules.events.options import EventSource

if TYPE_CHECKING:
    from modules.events.mapping import EventMapping

__all__ = ["map_events"]

EXIT_REFUSED: Final = 1
#: Stands for the id of a source that was not named: nothing is sent there. It is a number, so that
#: nobody is told that their app's id is none.
UNKNOWN: Final = "0"


@click.command(
    "map",
    epilog=examples(
        "adloom events map orders.jsonl",
        "adloom events map hits.jsonl --preset ga4 --default-country DE | head",
        "adloom events map leads.csv --mapping leads.yaml --source crm --strict",
    ),
)
@input_options
def map_events(**typed: Any) -> None:
    """Show what would be sent for the records of FILE; nothing is sent.

    Each event goes to stdout as one line of JSON, exactly as TikTok would get it: normalised, and
    hashed where TikTok wants a hash. Problems go to stderr with their place. FILE holds JSON lines,
    JSON, CSV or a SQLite table; - is the standard input. Without a preset its records are plain
    events: event, event_time, user, page, properties.

    Presets: ga4, segment, rudderstack, commanders_act, shopify.

    Events that carry no id get one, which depends on the source too: to see the very ids that would
    be sent, name it with --source-id. The exit code is 1 if something was refused.
    """
    # Imported here: asking for help needs no phone book.
    from adloom.cli.events_reading import read_portions

    given = Given.typed(typed)
    mapping = mapping_of(given) if given.source_id else _anywhere(mapping_of(given))
    job = Job(
        file=given.file,
        mapping=mapping.model_dump_json(exclude_unset=True, by_alias=True),
        source=mapping.source or "web",
        source_id=given.source_id or UNKNOWN,
        format=given.format,
        table=given.table,
        records=given.records,
        limit=given.limit,
    )
    problems = Problems(as_json=given.as_json)
    tally = _Tally()
    for part in read_portions(job):
        if isinstance(part, Begun):
            problems.place = words_for(part.format)
            continue
        _write(part)
        problems.tell(part.troubles)
        tally.add(part)
    problems.tell_rest()
    tally.tell(problems, as_json=given.as_json)
    if tally.refused:
        click.get_current_context().exit(EXIT_REFUSED)


def _anywhere(mapping: "EventMapping") -> "EventMapping":
    """The same, with an id for every source: where nothing is sent, none is needed."""
    known = {**dict.fromkeys(get_args(EventSource), UNKNOWN), **mapping.options.source_ids}
    options = mapping.options.model_copy(update={"source_ids": known})
    return mapping.model_copy(update={"options": options})


class _Tally:
    """What became of the records."""

    def __init__(self) -> None:
        self.read = self.events = self.refused = 0
        self.skipped: Counter[str] = Counter()

    def add(self, part: Portion) -> None:
        self.read += part.rows
        self.events += sum(len(parcel.entries) for parcel in part.parcels)
        self.refused += len(part.refusals)
        self.skipped.update(part.skipped)

    def tell(self, problems: Problems, *, as_json: bool) -> None:
        if as_json:
            summary = {
                "read": self.read,
                "events": self.events,
                "refused": self.refused,
                "skipped": dict(self.skipped),
                "warnings": problems.warnings,
            }
            sys.stderr.buffer.write(dump({"summary": summary}) + b"\n")
            sys.stderr.buffer.flush()
            return
        told = [
            f"{count(self.read, 'record')} read",
            count(self.events, "event"),
            f"{self.refused:,} refused",
            count(problems.warnings, "warning"),
            *(f"{times:,} skipped ({plain(why)})" for why, times in self.skipped.items()),
        ]
        click.secho(f"· {', '.join(told)}. Nothing was sent.", fg="bright_black", err=True)


def _write(part: Portion) -> None:
    entries = [entry for parcel in part.parcels for entry in parcel.entries]
    if len(part.parcels) > 1:
        entries.sort(key=lambda entry: int(entry.place))
    sys.stdout.buffer.writelines(entry.content + b"\n" for entry in entries)
    sys.stdout.buffer.flush()
