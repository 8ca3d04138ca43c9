"""`adloom scenarios conflicts`: which scenarios may change the same objects."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from adloom.cli.session import say, workspace_of
from adloom.cli.words import json_option
from adloom.json_text import dump
from adloom.services.scenario_files import Text, find_text, texts
from scenarios.conflicts import Conflict, conflicts_between
from scenarios.model import Scenario
from scenarios.touches import Touch

__all__ = ["conflicts"]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def conflicts(names: Sequence[str], *, as_json: bool) -> None:
    """Show which scenarios may change the same objects.

    Of all scenarios, or only those that concern the named ones. What ids are mapped, only a run
    can tell, so such steps may meet. Nothing is asked of any platform.
    """
    workspace = workspace_of(click.get_current_context())
    found = texts(workspace.scenarios)
    chosen = [find_text(found, name) for name in names] if names else found
    meant = {one.scenario.name for one in chosen if one.scenario}
    met = [
        one
        for one in conflicts_between(_understood(found))
        if meant & {one.one.scenario, one.other.scenario}
    ]
    for one in met:
        if as_json:
            sys.stdout.buffer.write(dump(_data(one)) + b"\n")
        else:
            click.secho("! " if one.is_opposing else "· ", nl=False, fg="yellow")
            click.echo(one.text)
    unread = sum(one.scenario is None for one in found)
    if unread:
        say(f"{unread} of the scenarios cannot be read. See why: adloom scenarios check")
    if not met:
        say("No two steps can change the same value of the same object.")


def _understood(found: Sequence[Text]) -> list[Scenario]:
    return [one.scenario for one in found if one.scenario is not None]


def _data(one: Conflict) -> dict[str, Any]:
    return {
        "text": one.text,
        "sure": one.is_sure,
        "opposing": one.is_opposing,
        "steps": [_touch(touch) for touch in (one.one, one.other)],
        "priorities": [limits.priority for limits in one.limits],
    }


def _touch(touch: Touch) -> dict[str, Any]:
    return {
        "scenario": touch.scenario,
        "step": touch.step.id,
        "kind": touch.level or None,
        "field": touch.field or None,
        "advertisers": sorted(touch.advertisers) if touch.advertisers else None,
        "ids": sorted(touch.ids) if touch.ids else None,
    }
