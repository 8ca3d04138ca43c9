"""The root command: finds the others when they are called, and turns errors into exit codes."""

import difflib
import importlib
from collections.abc import Sequence
from typing import Any, Final

import click

from adloom import VERSION
from adloom.cli.problems import report
from adloom.cli.words import as_option_group

__all__ = ["COMMANDS", "adloom", "run"]

#: Every command: where it lives, and what it does. Read without importing any of them.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("adloom.cli.demo", "See everything work at once, without any account."),
    "init": ("adloom.cli.init", "Make a workspace: settings, databases and a key."),
    "connections": ("adloom.cli.connections", "Connect accounts, try them, renew or remove them."),
    "modules": ("adloom.cli.modules", "Say what can be done."),
    "run": ("adloom.cli.run", "Run one module now."),
    "reports": ("adloom.cli.reports", "See figures as tables and charts, or write them to files."),
    "call": ("adloom.cli.call", "Make any call to a platform's API."),
    "scenarios": (
        "adloom.cli.scenarios",
        "Write, check and run scenarios; switch them on and off.",
    ),
    "serve": ("adloom.cli.serve", "Run scenarios by their schedules, and the web console."),
    "console": ("adloom.cli.console", "Open the web console of a running adloom serve."),
    "executions": ("adloom.cli.executions", "See what was done; resume or drop what stopped."),
    "stores": ("adloom.cli.stores", "See and change what scenarios keep in data stores."),
    "events": ("adloom.cli.events", "Send conversion events, and see how they stand."),
    "doctor": ("adloom.cli.doctor", "Look whether everything is well, and say what to do if not."),
    "backup": ("adloom.cli.backup", "Copy a workspace into one file, while it is in use."),
    "restore": ("adloom.cli.restore", "Bring a workspace back from a backup."),
    "vault": ("adloom.cli.vault", "Change the key that seals tokens and secrets."),
    "simulator": ("adloom.cli.simulator", "Run a TikTok to practise on."),
}

EXIT_INTERRUPTED: Final = 130


class LazyGroup(click.Group):
    """Shows its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every name, in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        found = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(found, click.Command)  # noqa: S101 - a test calls each of them
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], COMMANDS, n=2)
            also = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(error.message + also, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list from what is known without importing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: adloom demo",
)
@click.version_option(VERSION, prog_name="adloom")
@as_option_group
def adloom(**options: Any) -> None:
    """Automate TikTok ads from your own machine: watch, search, report and change them.

    Exit codes: 0 done, 1 the platform or some items failed, 2 wrong input, 3 a fault in adloom,
    130 interrupted.
    """
    click.get_current_context().obj = options


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    try:
        # Whoever leaves early has the code returned here; a command that ends returns nothing.
        left = adloom.main(list(arguments), prog_name="adloom", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except SystemExit as leaving:  # how click leaves when nobody reads what it writes any more
        return leaving.code if isinstance(leaving.code, int) else 0
    except BaseException as error:  # noqa: BLE001 - the last line: told to the user, logged, coded
        return report(error, verbose="--verbose" in arguments)
    return left if isinstance(left, int) else 0
