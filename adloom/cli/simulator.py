"""`adloom simulator`: a TikTok to practise on."""

import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adloom.errors import Fault, InvalidParamsError, UsageError
from adloom.json_text import JsonError, parse_strict

if TYPE_CHECKING:
    from adloom.simulator import Opened, Options

__all__ = ["simulator"]


@click.command()
@click.option("--port", default=8900, show_default=True, help="Port on 127.0.0.1; 0 picks one.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same account.")
@click.option("--speed", default=1.0, show_default=True, help="How fast its time passes.")
@click.option("--ads", default=240, show_default=True, help="How many ads its account begins with.")
@click.option("--rate", type=float, help="Requests per second before it throttles; off by default.")
@click.option("--strict", is_flag=True, help="Accept only the app it prints at the start.")
@click.option("--faults", metavar="FILE", help="JSON list of faults to begin with.")
@click.option(
    "--start", type=click.DateTime(), help="Its time at the start, in UTC; now if left out."
)
@click.option("--until-eof", is_flag=True, hidden=True, help="End when standard input ends.")
@click.option("--describe", is_flag=True, help="Say what is modelled, and what is assumed.")
def simulator(
    port: int,
    seed: int,
    speed: float,
    ads: int,
    rate: float | None,
    *,
    strict: bool,
    faults: str | None,
    start: datetime | None,
    until_eof: bool,
    describe: bool,
) -> None:
    """Run a TikTok to practise on: consent pages, tokens, ads, campaigns, and faults on demand.

    Connect to it with: adloom connections add NAME --host http://127.0.0.1:8900
    """
    from adloom.simulator import Options, faults_told, serve
    from adloom.simulator import describe as description

    if describe:
        click.echo(f"{description()}\n{faults_told()}")
        return
    options = Options(
        port=port,
        seed=seed,
        speed=speed,
        ads=ads,
        rate=rate,
        strict=strict,
        faults=_faults(faults),
        start=start,
    )
    if until_eof:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        serve(options, lambda opened: _announce(opened, options))
    except OSError as error:
        raise UsageError(
            f"Port {port} of 127.0.0.1 cannot be used: {error.strerror or error}.",
            hint="Choose another one: --port 8901",
        ) from None


def _end_with_input() -> None:
    """End when whoever started this is gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _announce(opened: "Opened", options: "Options") -> None:
    address = opened.address
    click.echo(f"A TikTok to practise on is ready at {address} (Ctrl-C ends it).")
    for app_id, secret in options.apps.items():
        click.echo(f"  app id {app_id}, secret {secret}")
    click.echo(f"  pixel {opened.pixel}, its access token {opened.events_token}")
    click.echo(f"  Connect: adloom connections add practice --host {address}", err=True)
    click.echo(
        "  Events: adloom connections add shop --kind tiktok-events"
        f" --source-id {opened.pixel} --host {address}",
        err=True,
    )


def _faults(file: str | None) -> tuple[Any, ...]:
    """Read the faults to begin with."""
    if file is None:
        return ()
    import msgspec

    from adloom.simulator import Rule

    try:
        rules = parse_strict(Path(file).expanduser().read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except JsonError as error:
        raise InvalidParamsError([Fault("--faults", f"is not JSON: {error}")]) from None
    try:
        return tuple(msgspec.convert(rules, list[Rule]))
    except msgspec.ValidationError as error:
        raise InvalidParamsError([Fault("--faults", f"{error}")]) from None
