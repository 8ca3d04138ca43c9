"""`adloom events`: conversion events looked at, sent, followed, mended."""

import click

from adloom.cli.events_map import map_events
from adloom.cli.events_mend import drop, retry
from adloom.cli.events_send import send
from adloom.cli.events_status import show, status
from adloom.cli.events_verify import verify

__all__ = ["events"]


@click.group(no_args_is_help=True)
def events() -> None:
    """Send conversion events to TikTok: purchases, leads, whatever happens with you.

    Events go out by a connection of the kind tiktok-events. On their way they lie in the outbox of
    the workspace: personal data hashed, everything sealed, each event sent once.
    """


for command in (map_events, send, status, show, retry, drop, verify):
    events.add_command(command)
