"""`adloom scenarios new`: a first version of a scenario, from an example or a few answers."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from adloom.cli.session import Session, in_session
from adloom.errors import UsageError
from adloom.files import open_private
from adloom.services.scenario_drafts import Answers, draft, example_names, from_example, slug
from connections.connection import Connection
from modules import MODULES, find_module
from modules.base import Kind
from scenarios.loader import load_scenario

__all__ = ["new"]


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "example",
    metavar="EXAMPLE",
    help=f"Copy a ready example: {', '.join(example_names())}.",
)
@click.option("--module", metavar="NAME", help="What it begins with: a trigger or a search.")
@click.option("--connection", metavar="NAME", help="The account it works with.")
@click.option("--advertiser-id", metavar="ID", help="The advertiser account.")
@click.option("--notify", metavar="NAME", help="The connection that is told what was found.")
@click.option("--every", default="15 minutes", show_default=True, help="How often it runs.")
@click.option("--timezone", default="UTC", show_default=True, help="Where it is at home.")
def new(name: str, example: str | None, **typed: str | None) -> None:
    """Write a first version of a scenario.

    It becomes a file in the folder scenarios of the workspace. On a terminal you are asked what
    it should watch or search, with which account, and who is told. With --from a ready example
    is copied, and your connections are put into it. Nothing that is there is ever overwritten,
    and nothing runs before you enable it.
    """

    async def work(session: Session) -> Path:
        path = session.workspace.scenarios / f"{slug(name)}.yaml"
        if path.exists():
            raise UsageError(f"{path} is already there; nothing was overwritten.")
        known = await session.wiring.store.all()
        text = _text(name, example, typed, known)
        load_scenario(text, path)
        open_private(path, text.encode())
        return path

    click.echo(f"{in_session(work)} is written. Look at it, then:")
    click.echo(f"  adloom scenarios check {slug(name)}")
    click.echo(
        f"  adloom scenarios run {name!r}" if " " in name else f"  adloom scenarios run {name}"
    )
    click.echo("  adloom scenarios enable …, and adloom serve runs it by its schedule")


def _text(
    name: str, example: str | None, typed: dict[str, str | None], known: Sequence[Connection]
) -> str:
    if example is None and typed["module"] is None:
        example = _ask("Copy an example, or begin with a module", [*example_names(), "module"])
        example = None if example == "module" else example
    answers = Answers(name, typed, known, _ask)
    if example is not None:
        return from_example(example, answers)
    chosen = typed["module"] or _ask("It begins with", _starts())
    return draft(find_module(chosen), answers)


def _starts() -> list[str]:
    """Modules that a scenario may begin with."""
    found = [find_module(name) for name in MODULES]
    return [one.name.replace("_", "-") for one in found if one.kind is not Kind.ACTION]


def _ask(question: str, choices: Sequence[str]) -> str:
    """Let somebody choose; the only choice is taken.

    Raises:
        UsageError: There is no choice, or nobody to ask.
    """
    if len(choices) == 1:
        return choices[0]
    if not choices:
        raise UsageError(f"{question}: there is none yet.", hint="adloom connections add NAME")
    if not sys.stdin.isatty():
        raise UsageError(
            f"{question}: which? There are {', '.join(choices)}.",
            hint="Say it with an option: adloom scenarios new --help",
        )
    for number, choice in enumerate(choices, 1):
        click.echo(f"  {number:2} {choice}", err=True)
    allowed = click.Choice([*choices, *(str(number) for number in range(1, len(choices) + 1))])
    given: str = click.prompt(question, type=allowed, show_choices=False, err=True)
    return choices[int(given) - 1] if given.isdigit() and given not in choices else given
