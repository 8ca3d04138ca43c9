"""`adloom events verify`: whether the token works, a test arrives, and what TikTok has counted."""

import sys
from typing import Final

import click

from adloom.cli.output import plain
from adloom.cli.session import Session, in_session
from adloom.cli.words import connection_option, json_option
from adloom.errors import UsageError
from adloom.json_text import dump
from adloom.secret import scrub
from adloom.services.event_check import CHECK_EVENT, check_connection
from adloom.services.event_connections import events_connection
from adloom.services.event_pixels import Look
from adloom.services.events_words import examples
from scheduler.findings import Finding, Level

__all__ = ["verify"]

EXIT_FAILED: Final = 1
COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}
LONGEST: Final = 90


@click.command(
    epilog=examples(
        "adloom events verify --connection shop",
        "adloom events verify --connection shop --test-event-code TEST12345",
        "adloom events verify --connection shop --days 7 --account acme",
    )
)
@connection_option
@click.option(
    "--test-event-code",
    metavar="CODE",
    help=f"Send one custom event, {CHECK_EVENT}, to Events Manager's Test Events tab.",
)
@click.option("--pixels", is_flag=True, help="List the pixels of the account, and find this one.")
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST),
    help="Tell how many events TikTok has counted on so many days, today included.",
)
@click.option(
    "--account",
    metavar="NAME",
    help="Connection of the kind tiktok-business that may see the pixels; needed only if there are "
    "several.",
)
@click.option("--advertiser-id", metavar="ID", help="Look only into this ad account.")
@json_option
def verify(
    *,
    connection: str | None,
    test_event_code: str | None,
    pixels: bool,
    days: int | None,
    account: str | None,
    advertiser_id: str | None,
    as_json: bool,
) -> None:
    """Find out whether a connection can send events, without sending any.

    TikTok is asked whose token it is. With --test-event-code one custom event goes to the Test
    Events tab, never a purchase; keep that tab open, it shows up within three minutes. Live events
    go out without a code, so take it out of the connection afterwards.
    """
    if (account or advertiser_id) and not (pixels or days):
        raise UsageError("--account and --advertiser-id go with --pixels or --days N.")

    async def work(session: Session) -> list[Finding]:
        chosen = await events_connection(session, connection)
        look = Look(account, advertiser_id, days, listed=pixels) if pixels or days else None
        return await check_connection(session, chosen, test_event_code, look)

    found = in_session(work)
    for one in found:
        _tell(one, as_json=as_json or not sys.stdout.isatty())
    if any(one.level is Level.FAIL for one in found):
        click.get_current_context().exit(EXIT_FAILED)


def _tell(one: Finding, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(dump({**vars(one), "text": scrub(one.text)}) + b"\n")
        return
    click.secho(f"{one.level:5}", fg=COLOURS[one.level], nl=False)
    click.echo(f"{one.subject:11} {plain(scrub(one.text))}")
    if one.advice:
        click.echo(f"{'':16} → {plain(one.advice)}")
