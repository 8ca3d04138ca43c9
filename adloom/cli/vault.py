"""`adloom vault`: the key that seals tokens and secrets."""

from pathlib import Path

import click

from adloom.cli.init import KEY_KINDS, new_key_source
from adloom.cli.session import Session, in_session
from adloom.errors import UsageError
from scheduler.sole_runner import living, runner_of

__all__ = ["vault"]


@click.group(no_args_is_help=True)
def vault() -> None:
    """Change the key that seals tokens and secrets."""


@vault.command()
def show() -> None:
    """Say where the key comes from, and that it is the right one."""

    async def work(session: Session) -> None:
        source = session.vault.source
        click.echo(f"Data key {session.vault.key_id}, wrapped by {source.title}.")
        for name, value in source.describe().items():
            click.echo(f"  {name}: {value}")

    in_session(work)


@vault.command()
def rotate() -> None:
    """Seal everything with a new data key; the source of the key stays.

    What lies sealed in the journal and among events is still opened by the older keys.
    """

    async def work(session: Session) -> None:
        _refuse_company(session)
        _tell(await session.wiring.store.seal_anew(session.vault.successor()))

    in_session(work)


@vault.command()
@click.option(
    "--key",
    "kind",
    type=click.Choice(list(KEY_KINDS)),
    required=True,
    help="Where the key is to come from.",
)
@click.option("--key-file", metavar="PATH", help="Where a key file is to lie, with --key file.")
def move(kind: str, key_file: str | None) -> None:
    """Take the key from another source, and seal everything with a new data key."""
    place = Path(key_file).expanduser() if key_file else None

    async def work(session: Session) -> None:
        _refuse_company(session)
        source = new_key_source(kind, session.workspace.path, place)
        source.create()
        _tell(await session.wiring.store.seal_anew(session.vault.successor(source)))

    in_session(work)


def _refuse_company(session: Session) -> None:
    """Refuse while others are at work: they could not open what is sealed with the next key.

    Raises:
        UsageError: Somebody is.
    """
    locks = session.workspace.locks
    runner = runner_of(locks)
    if runner is not None or living(locks):
        raise UsageError(
            f"Another process works with the present key ({runner or 'a command'}); nothing was "
            "changed.",
            hint="Stop it, or wait until it has ended, and try again.",
        )


def _tell(count: int) -> None:
    click.echo(f"Sealed {count} connection{'' if count == 1 else 's'} with a new data key.")
