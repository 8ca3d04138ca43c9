"""`adloom scenarios from-rule`, `import-rules`, `export-rule`: rules, and what becomes of them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from adloom.cli.output import plain
from adloom.cli.session import in_session, say, workspace_at, workspace_of
from adloom.cli.words import json_option
from adloom.errors import UnknownNameError, UsageError
from adloom.files import open_private
from adloom.json_text import JsonError, dump, parse_strict
from adloom.services.importing_rules import RULES_FOLDER, keep_rule, read_native_rules
from adloom.services.scenario_drafts import slug
from adloom.services.templates import RULE_EXAMPLES, example_rules
from scenarios.loader import read_scenario_text
from scenarios.rules.expanding import Expansion, expand_rule
from scenarios.rules.layout import is_untouched
from scenarios.rules.native_export import export_rule
from scenarios.rules.native_import import Imported, Wishes, import_rules
from scenarios.rules.reading import load_rule
from scenarios.yaml_edit import set_value

__all__ = ["COMMANDS"]

ENDING: Final = ".yaml"
EXIT_LOST: Final = 1
LARGEST: Final = 20_000_000


# --- from-rule ------------------------------------------------------------------------------------


@click.command("from-rule")
@click.argument("rule", metavar="RULE")
@click.option("--show", is_flag=True, help="Print the scenario, and write nothing.")
@click.option("--advertiser-id", metavar="ID", help="The account, instead of the rule's.")
@click.option("--connection", metavar="NAME", help="The connection for it, instead of the rule's.")
@click.option("--tell", metavar="NAME", help="Who is told, instead of the rule's.")
@click.option("--force", is_flag=True, help="Overwrite a scenario that was changed by hand.")
def from_rule(
    rule: str,
    *,
    show: bool,
    advertiser_id: str | None,
    connection: str | None,
    tell: str | None,
    force: bool,
) -> None:
    """Make a scenario of a rule.

    RULE is a file, the name of one in the folder rules of the workspace, or a ready rule. The
    scenario is written into the folder scenarios, and disabled until you enable it. Change the rule
    and make it again, and the scenario is made anew, unless somebody has changed it by hand.
    """
    path, text = _rule_text(rule)
    chosen = {"account": advertiser_id, "connection": connection, "tell": tell}
    for name, value in chosen.items():
        if value is not None:
            load_rule(text, path)
            text = set_value(text, (name,), value)
    expansion = expand_rule(load_rule(text, path), path)
    for warning in expansion.warnings:
        say(str(warning))
    if show:
        sys.stdout.write(expansion.text)
        return
    place = workspace_of(click.get_current_context()).scenarios / f"{slug(expansion.name)}{ENDING}"
    if path is None:
        _keep(text, slug(expansion.name))
    click.echo(f"{place} is {_put(place, expansion, force=force)}. Look at it, then:")
    click.echo(f"  adloom scenarios plan {place.stem}")
    click.echo(f"  adloom scenarios enable {place.stem}")


def _rule_text(rule: str) -> tuple[Path | None, str]:
    """The text of a rule, and its file unless it is a ready one.

    Raises:
        UnknownNameError: There is none.
        UsageError: It cannot be read.
    """
    folder = workspace_at(click.get_current_context()) / RULES_FOLDER
    for path in (Path(rule).expanduser(), folder / f"{rule}{ENDING}", folder / rule):
        if path.is_file():
            try:
                return path, read_scenario_text(path)
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if rule in example_rules():
        return None, (RULE_EXAMPLES / f"{rule}{ENDING}").read_text(encoding="utf-8")
    own = [one.stem for one in folder.glob(f"*{ENDING}")] if folder.is_dir() else []
    known = sorted({*own, *example_rules()})
    raise UnknownNameError("rule", rule, known, hint=f"There are {', '.join(known)}.")


def _keep(text: str, name: str) -> None:
    """A ready rule becomes one's own, so that it can be changed."""
    path = workspace_at(click.get_current_context()) / RULES_FOLDER / f"{name}{ENDING}"
    if not path.exists():
        open_private(path, text.encode())
        say(f"{path} is the rule; change it there.")


def _put(place: Path, expansion: Expansion, *, force: bool) -> str:
    """Write the scenario, whole or not at all; what became of the file.

    Raises:
        UsageError: Somebody has changed it, or it is another one.
    """
    if not place.exists():
        open_private(place, expansion.text.encode())
        return "written, and disabled"
    before = read_scenario_text(place)
    if before == expansion.text:
        return "as it was"
    if not is_untouched(before) and not force:
        raise UsageError(
            f"{place} was changed by hand, or is no rule's; nothing was overwritten.",
            hint="Call the rule otherwise, or lose those changes: add --force",
        )
    beside = place.with_name(f".{place.name}.new")
    beside.unlink(missing_ok=True)
    open_private(beside, expansion.text.encode())
    beside.replace(place)
    return "made anew; a scenario that was enabled runs so from now on"


# --- import-rules ---------------------------------------------------------------------------------


@click.command("import-rules")
@click.option("--connection", metavar="NAME", help="The connection for the account.")
@click.option("--advertiser-id", metavar="ID", help="The account whose rules are read.")
@click.option("--file", "file", metavar="FILE", help="Read what a listing of rules answered.")
@click.option("--tell", metavar="NAME", help="The connection that is told what was done.")
@json_option
def import_native(
    *,
    connection: str | None,
    advertiser_id: str | None,
    file: str | None,
    tell: str | None,
    as_json: bool,
) -> None:
    """Bring TikTok's own automated rules over.

    They are read from the account, or from a file with the JSON of a listing, and each is written
    as a rule into the folder rules of the workspace. A rule that would lose something essential is
    not written, and every reason is told. Nothing changes at TikTok, and nothing runs here before
    you make a scenario of a rule and enable it.
    """
    if file is not None:
        data = _json(file)
        wishes = Wishes(advertiser_id or "", connection or "", tell)
    else:
        if advertiser_id is None:
            raise UsageError("Which account? Name it: --advertiser-id ID, or a file: --file FILE")
        data, connection = in_session(
            lambda session: read_native_rules(session, connection, advertiser_id)
        )
        wishes = Wishes(advertiser_id, connection, tell)
    try:
        found = import_rules(data, wishes)
    except ValueError as error:
        raise UsageError(f"{file or 'The answer'} {error}.") from None
    folder = workspace_of(click.get_current_context()).path / RULES_FOLDER
    for one in found:
        path = keep_rule(one.rule.name, one.text, folder) if one.rule else None
        _tell_imported(one, path, as_json=as_json)
    lost = sum(one.rule is None for one in found)
    say(f"{len(found)} rules: {len(found) - lost} brought over, {lost} not.")
    if lost:
        click.get_current_context().exit(EXIT_LOST)


def _json(file: str) -> Any:
    try:
        with Path(file).expanduser().open("rb") as source:
            return parse_strict(source.read(LARGEST))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except JsonError as error:
        raise UsageError(f"{file} is not JSON: {error}.") from None


def _tell_imported(one: Imported, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        data = {
            "name": one.name,
            "file": str(path) if path else None,
            "lost": list(one.lost),
            "notes": list(one.notes),
        }
        sys.stdout.buffer.write(dump(data) + b"\n")
        sys.stdout.buffer.flush()
        return
    click.echo(plain(f"{one.name}: {path or 'not brought over'}"))
    for reason in (*one.lost, *one.notes):
        click.echo(f"    {plain(reason)}")


# --- export-rule ----------------------------------------------------------------------------------


@click.command("export-rule")
@click.argument("rule", metavar="RULE")
@click.option("--out", metavar="FILE", help="Write it into a file.")
def export_native(rule: str, *, out: str | None) -> None:
    """Write a rule as TikTok's own automated rule, where it fits.

    What is written is the body of a call to /optimizer/rule/create/. Nothing is sent; do that with
    adloom call. A rule that TikTok cannot do as it stands is not written, and every reason is told.
    """
    path, text = _rule_text(rule)
    read = load_rule(text, path)
    exported = export_rule(read)
    for note in exported.notes:
        say(note)
    if exported.native is None:
        raise UsageError("\n  ".join(["This rule does not fit TikTok's:", *exported.misfits]))
    body = dump({"advertiser_id": read.account, "rules": [exported.native]})
    if out is None:
        sys.stdout.buffer.write(body + b"\n")
        return
    open_private(Path(out).expanduser(), body + b"\n")
    click.echo(f"{out} is written. Create it, switched on, at TikTok:")
    click.echo(f"  adloom call POST /optimizer/rule/create/ -d @{out}")


COMMANDS: Final[Sequence[click.Command]] = (from_rule, import_native, export_native)
