"""`adloom scenarios webhook`: where others tell a scenario something, and how they prove it."""

from urllib.parse import quote

import click

from adloom.cli.scenario_shop import open_shop, refuse_unless_agreed
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import yes_option
from adloom.errors import UsageError
from connections.connection import Connection
from connections.hooks import hook_connection, hook_path, renew_hook
from modules import find_module
from scenarios.model import ModuleStep

__all__ = ["webhook"]


@click.command()
@click.argument("name")
@click.option("--renew", is_flag=True, help="Make a new secret; the old one ends at once.")
@yes_option
def webhook(name: str, *, renew: bool, yes: bool) -> None:
    """Show a webhook's address and secret.

    Of a scenario that begins with one. Requests come in while `adloom serve` runs, on this
    machine only; whoever sends from elsewhere needs a proxy with TLS in front.
    """

    async def work(session: Session) -> Connection:
        shop = await open_shop(session)
        scenario = await shop.workshop.current(name)
        first = scenario.steps[0]
        if not isinstance(first, ModuleStep) or find_module(first.module).instant is None:
            raise UsageError(
                f"{name} does not begin with a webhook.",
                hint="Let its first step be: module: watch_webhook",
            )
        store = session.wiring.store
        found = await hook_connection(store, name, first.connection)
        if renew:
            if first.connection:
                raise UsageError(
                    f"The secret of {name} is that of the connection {first.connection}.",
                    hint=f"Renew it: adloom connections reconnect {first.connection}",
                )
            refuse_unless_agreed(f"Replace the secret of {name}?", yes=yes)
            found = await renew_hook(store, name)
        port = session.workspace.settings.intake.port
        stored = await shop.workshop.scenarios.load(name)
        if not stored.enabled:
            say(f"It takes nothing before it is enabled: adloom scenarios enable {name}")
        _tell(f"http://127.0.0.1:{port}{quote(hook_path(name))}", found)
        return found

    in_session(work)


def _tell(address: str, connection: Connection) -> None:
    click.echo(f"Address  {address}")
    signature = connection.settings.get("signature", "none")
    if signature != "none":
        click.echo(f"Signed   {signature}, with the secret of the connection {connection.name}")
        return
    secret = connection.secrets["client_secret"].reveal()
    click.echo(f"Secret   {secret}")
    click.echo(f"         sent as the header Authorization: Bearer {secret}")
    click.echo("\nTry it:")
    click.echo(
        f"  curl -H 'Authorization: Bearer {secret}' -H 'Content-Type: application/json'"
        f" -d '{{\"hello\": 1}}' {address}"
    )
