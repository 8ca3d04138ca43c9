"""`adloom events verify`: whether the token works, a test arrives, and what TikTok has counted."""

import sys
from typing import Any, Final

import click

from adloom.cli.events_source import events_connection
from adloom.cli.output import plain
from adloom.cli.session import Session, in_session
from adloom.cli.words import connection_option, json_option
from adloom.errors import (
    AdloomError,
    AuthorizationError,
    MissingPermissionError,
    UsageError,
)
from adloom.json_text import dump
from adloom.secret import scrub
from adloom.services.events_words import examples
from adloom.wire import JsonBody, Request
from connections.api import ConnectionApi
from connections.authorise import examine
from connections.connection import Connection
from scheduler.findings import Finding, Level, fail, ok, warn

__all__ = ["CHECK_EVENT", "verify"]

#: A custom event, so that nothing that counts is ever sent to find out whether sending works.
CHECK_EVENT: Final = "AdloomCredentialCheck"
CHECK_PAGE: Final = "https://example.com/adloom-credential-check"
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
        found = [await _token(session, chosen)]
        if found[0].level is not Level.FAIL:
            found += await _test(session, chosen, test_event_code)
            if pixels or days:
                from adloom.cli.events_pixels import Look, look_at_pixels

                found += await look_at_pixels(
                    session, chosen, Look(account, advertiser_id, days, listed=pixels)
                )
        return found

    found = in_session(work)
    for one in found:
        _tell(one, as_json=as_json or not sys.stdout.isatty())
    if any(one.level is Level.FAIL for one in found):
        click.get_current_context().exit(EXIT_FAILED)


async def _token(session: Session, connection: Connection) -> Finding:
    """Whether TikTok knows the token; nothing is sent (open_platform_and_events.md §II.7)."""
    try:
        found = await examine(connection, session.wiring)
    except AuthorizationError as error:
        return fail("token", str(error), error.hint)
    except AdloomError as error:
        return fail("token", f"It could not be tried: {error}", error.hint)
    known = plain(found.account.get("display_name"))
    return ok("token", f"TikTok knows the token of {connection.name} ({known}). No event was sent.")


async def _test(session: Session, connection: Connection, typed: str | None) -> list[Finding]:
    """Send the one event that is safe to send, if a code for it was given (AC-018, AC-136)."""
    stored = connection.settings.get("test_event_code")
    found = [await _sent(session, connection, typed)] if typed else []
    if stored:
        said = f"{connection.name} has the test event code {stored}, so what it sends are tests."
        advice = f'Go live: adloom connections reconnect {connection.name} --test-event-code ""'
        return [*found, warn("test code", said, advice)]
    if typed and found[0].level is Level.OK:
        said = f"{typed} was used this once; {connection.name} has no test event code."
        return [*found, ok("test code", said)]
    return found


async def _sent(session: Session, connection: Connection, code: str) -> Finding:
    settings = connection.settings
    body = {
        "event_source": settings["source"],
        "event_source_id": settings["source_id"],
        "test_event_code": code,
        "data": [_check_item(settings["source"], int(session.wiring.clock.now().timestamp()))],
    }
    api = ConnectionApi(connection, session.wiring)
    try:
        await api.change(Request("POST", "/event/track/", body=JsonBody(body)))
    except AdloomError as error:
        return fail("test event", f"{CHECK_EVENT} did not arrive: {error}", _why(error, connection))
    said = f"TikTok took {CHECK_EVENT} with the test event code {code}."
    return ok("test event", f"{said} See it in Events Manager, Test Events.")


def _why(error: AdloomError, connection: Connection) -> str | None:
    """What to do about a refusal, where the source is likely to be wrong rather than the token."""
    if not isinstance(error, MissingPermissionError):
        return error.hint
    source = connection.settings["source_id"]
    return f"Is {source} the source the token was made for? See: adloom events verify --pixels"


def _check_item(source: str, now: int) -> dict[str, Any]:
    """An event that says nothing about anybody, with what its source must have (§II.1)."""
    item: dict[str, Any] = {
        "event": CHECK_EVENT,
        "event_time": now,
        "event_id": f"adloom-check-{now}",
        "properties": {"description": "Sent by adloom events verify"},
    }
    match source:
        case "web":
            item["page"] = {"url": CHECK_PAGE}
        case "app":
            item["app"] = {"app_id": "adloom.credential.check"}
        case "offline":
            pass
        case _:
            item["lead"] = {"lead_id": "adloom-credential-check", "lead_event_source": "adloom"}
    return item


def _tell(one: Finding, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(dump({**vars(one), "text": scrub(one.text)}) + b"\n")
        return
    click.secho(f"{one.level:5}", fg=COLOURS[one.level], nl=False)
    click.echo(f"{one.subject:11} {plain(scrub(one.text))}")
    if one.advice:
        click.echo(f"{'':16} → {plain(one.advice)}")
