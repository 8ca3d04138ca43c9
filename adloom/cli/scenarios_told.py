"""What is told of an execution that somebody has asked for and waits for."""

import sys

import click

from adloom.cli.execution_words import show_steps
from adloom.cli.scenario_shop import Shop
from adloom.json_text import dump
from scheduler.runs import Ended

__all__ = ["tell_one"]


async def tell_one(shop: Shop, ended: Ended, *, as_json: bool) -> None:
    """Tell how an execution ended: what each step did, or a JSON line."""
    execution = ended.execution
    if as_json or not sys.stdout.isatty():
        told = {
            "execution": execution.id,
            "status": execution.status,
            "bundles": ended.bundles,
            "error": str(ended.error) if ended.error else None,
            "troubles": [
                {"path": one.path, "step": one.step, "error": str(one.error)}
                for one in ended.troubles
            ],
        }
        sys.stdout.buffer.write(dump(told) + b"\n")
        return
    click.secho(f"{execution.id}: {execution.status}", bold=True)
    await show_steps(shop.workshop.database, execution.id)
