"""`adloom scenarios import`: a blueprint of Make becomes a scenario, and every node is told of."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import click

from adloom.cli.output import plain
from adloom.cli.session import say, workspace_of
from adloom.cli.words import json_option
from adloom.errors import UsageError
from adloom.files import open_private
from adloom.json_text import dump
from adloom.services.importing import LARGEST, free_path, pairs_of
from scenarios.blueprint import Entry, Imported, Start, Verdict, What, Wishes, import_blueprint
from scenarios.blueprint.nodes import say_place

__all__ = ["import_scenario"]

STARTS = ("now", "everything")


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option("--name", metavar="NAME", help="What to call it; else the blueprint's name.")
@click.option(
    "--connection",
    "connections",
    multiple=True,
    metavar="MAKES=OURS",
    help="A connection of yours for one of Make's, named by its number, its name, or its app.",
)
@click.option(
    "--start",
    type=click.Choice(STARTS),
    default="now",
    show_default=True,
    help="Where a trigger begins the first time; the cursor does not come along.",
)
@click.option(
    "--timezone", default="UTC", show_default=True, help="Where the times of its schedule are."
)
@click.option("--force", is_flag=True, help="Write it even if something has to be filled in.")
@json_option
def import_scenario(
    file: str,
    name: str | None,
    connections: Sequence[str],
    start: str,
    timezone: str,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Make a scenario of a blueprint of Make.

    Ibexa Connect and Integromat write the same format. Each module of the blueprint is told of:
    what became of it, or why nothing did. The scenario is written into the folder scenarios of
    the workspace, and disabled. Where something essential cannot be translated, nothing is
    written unless --force is given; then there are gaps in it, and it cannot be enabled before
    they are filled.
    """
    workspace = workspace_of(click.get_current_context())
    chosen = cast("Start", start)
    wishes = Wishes(name, pairs_of(connections), chosen, timezone)
    imported = import_blueprint(_read(file), wishes)
    path = free_path(workspace.scenarios, imported.name)
    _show(imported, as_json=as_json)
    if imported.gaps and not force:
        raise UsageError(
            f"{_many(len(imported.gaps), 'module')} cannot be translated as a whole, so nothing "
            "was written.",
            hint="Write it with gaps, which have to be filled before it is enabled: add --force",
        )
    open_private(path, imported.text.encode())
    _say_written(path, imported)


def _read(file: str) -> bytes:
    try:
        with Path(file).expanduser().open("rb") as source:
            return source.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (RuntimeError, ValueError) as error:  # an unknown user's home, a NUL in the name
        raise UsageError(f"{file!r} is no place for a file: {error}.") from None


# --- telling --------------------------------------------------------------------------------------


def _show(imported: Imported, *, as_json: bool) -> None:
    if as_json:
        for entry in imported.entries:
            sys.stdout.buffer.write(dump(_data(entry)) + b"\n")
        sys.stdout.buffer.flush()
        return
    for entry in imported.entries:
        click.echo(plain(_title(entry)))
        for reason in entry.reasons:
            click.echo(f"    {plain(reason)}")
    click.echo(_summary(imported.entries))


def _title(entry: Entry) -> str:
    if entry.what is not What.NODE:
        return f"{entry.what} {entry.name}: {entry.verdict}"
    name = f" “{entry.name}”" if entry.name else ""
    into = f" to the step {entry.step}" if entry.step and _is_step(entry) else ""
    gap = ", a gap to be filled" if entry.gap else ""
    verdict = str(entry.verdict).replace("translated", f"translated{into}", 1) if into else None
    return f"{entry.id}{name} ({entry.module}): {verdict or entry.verdict}{gap}"


def _is_step(entry: Entry) -> bool:
    return entry.verdict is not Verdict.LEFT_OUT


def _summary(entries: Sequence[Entry]) -> str:
    nodes = [one for one in entries if one.what is What.NODE]
    counts = [(sum(one.verdict is verdict for one in nodes), verdict) for verdict in Verdict]
    said = ", ".join(f"{count} {verdict}" for count, verdict in counts if count)
    return f"{_many(len(nodes), 'module')}: {said}."


def _data(entry: Entry) -> dict[str, Any]:
    return {
        "what": entry.what,
        "id": entry.id,
        "name": entry.name,
        "module": entry.module or None,
        "place": say_place(entry.path) if entry.path else None,
        "verdict": entry.verdict,
        "step": entry.step,
        "gap": entry.gap,
        "reasons": list(entry.reasons),
    }


def _say_written(path: Path, imported: Imported) -> None:
    for text in _next(path, imported):
        say(text)


def _next(path: Path, imported: Imported) -> Iterator[str]:
    yield f"{path} is written, and disabled. Look at it, then:"
    if imported.gaps:
        yield f"  fill in {_many(len(imported.gaps), 'gap')}; until then it cannot be enabled"
    yield f"  adloom scenarios check {path.stem}"
    yield f"  adloom scenarios enable {path.stem}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
