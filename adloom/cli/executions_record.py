"""`adloom executions record`: a test of a scenario, made of what it did."""

from pathlib import Path

import click

from adloom.cli.session import Session, in_session
from adloom.errors import UsageError
from adloom.files import open_private
from scenarios.testing.model import ENDING, is_script

__all__ = ["record_execution"]


@click.command("record")
@click.argument("execution_id")
@click.option(
    "--out",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help=f"Where it is written: NAME{ENDING}, beside the scenario.",
)
def record_execution(execution_id: str, out: Path) -> None:
    """Make a scenario test of what an execution did.

    Secrets are left out; addresses, telephone numbers and ids get other names, the same wherever
    they stand. The test passes as it is. Nothing that is there is ever overwritten.
    """
    if not is_script(out):
        raise UsageError(f"{out.name} is no name for a file of tests: it ends with {ENDING}.")
    if out.exists():
        raise UsageError(f"{out} is already there; nothing was overwritten.")

    async def work(session: Session) -> str:
        # Imported here: hardly anybody who looks at executions makes tests of them.
        from scheduler.recording import record

        return await record(await session.workshop(), execution_id)

    open_private(out, in_session(work).encode())
    click.echo(f"{out} is written. Try it: adloom scenarios test {out}")
