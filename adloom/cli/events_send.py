"""`adloom events send`: events of a file to TikTok, each once, whatever comes between."""

import sys
from typing import Any, Final

import click

from adloom.cli.events_input import Given, input_options, mapping_of
from adloom.cli.session import Session, in_session, workspace_of
from adloom.cli.words import connection_option
from adloom.json_text import dump
from adloom.services.events_words import examples

__all__ = ["send"]

EXIT_FAILED: Final = 1


@click.command(
    epilog=examples(
        "adloom events send orders.jsonl --connection shop",
        "adloom events send orders.csv --mapping orders.yaml --test-event-code TEST12345",
        "tail -f hits.jsonl | adloom events send - --preset ga4",
    )
)
@input_options
@connection_option
@click.option(
    "--test-event-code",
    metavar="CODE",
    help="These are tests: they go to Events Manager's Test Events tab.",
)
@click.option(
    "--again", is_flag=True, help="Read from the first record, not from where it stopped."
)
@click.option("--no-wait", is_flag=True, help="Only take the events in; adloom serve sends them.")
def send(
    *,
    connection: str | None,
    test_event_code: str | None,
    again: bool,
    no_wait: bool,
    **typed: Any,
) -> None:
    """Send the events of FILE to TikTok, each exactly once.

    Events are taken into the workspace's outbox, where they are safe, and sent from there at the
    same time. Ctrl-C, a crash or a lost network loses nothing and repeats nothing: the same command
    goes on where it stopped. A file that has grown goes on with its new records; one that begins
    differently is a new file. What adloom events map shows is what goes out.

    Presets: ga4, segment, rudderstack, commanders_act, shopify.

    The exit code is 1 if something was refused or could not be sent.
    """
    given = Given.typed(typed)
    if test_event_code:
        given.options["environment"] = "test"
    workspace = workspace_of(click.get_current_context())
    mapping = mapping_of(given, oldest_days=workspace.settings.events.oldest_days)

    async def work(session: Session) -> bool:
        # Imported here: asking for help needs no database.
        from adloom.cli.events_sending import Sending
        from adloom.cli.events_wish import Wish

        wish = Wish(given, mapping, connection, test_event_code, again=again, wait=not no_wait)
        summary = await (await Sending.begin(session, wish)).run()
        if given.as_json or not sys.stdout.isatty():
            sys.stdout.buffer.write(dump(summary.as_data()) + b"\n")
        summary.tell()
        return summary.is_fine

    if not in_session(work):
        click.get_current_context().exit(EXIT_FAILED)
