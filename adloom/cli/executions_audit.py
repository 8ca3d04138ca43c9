"""`adloom executions audit`: who changed what, when, from what to what."""

import sys
from datetime import datetime
from typing import Any

import click

from adloom.cli.output import plain, show_table
from adloom.cli.run import typed_moment
from adloom.cli.session import Session, in_session, say
from adloom.cli.words import json_option, yes_option
from adloom.errors import UsageError
from adloom.json_text import dump, parse_strict
from scheduler.audit import Audit, Told
from scheduler.audit_check import Verdict, verify, verify_in

__all__ = ["audit"]

EXIT_FAILED = 1


@click.command()
@click.option(
    "--object", "thing", nargs=2, metavar="KIND ID", help="Only this object, such as ad 17…."
)
@click.option("--execution", metavar="ID", help="Only what this execution did.")
@click.option("--since", metavar="DATE", help="Only since then; UTC unless it says so.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(0),
    help="The newest so many; 0 is all.",
)
@click.option("--head", is_flag=True, help="Tell the head of the chain, to note it elsewhere.")
@click.option("--verify-head", metavar="HASH", help="Look whether a head noted earlier is in it.")
@click.option("--prune", metavar="DATE", help="Forget what is older, for good.")
@yes_option
@json_option
def audit(
    *,
    thing: tuple[str, str] | None,
    execution: str | None,
    since: str | None,
    limit: int,
    head: bool,
    verify_head: str | None,
    prune: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """List every change that happened: when, by whom, old and new.

    Each row covers the one before it with a hash, so that none can be changed, removed, put in or
    moved without adloom doctor saying where. Whoever may write to the whole database could work out
    all hashes anew: note the --head somewhere else from time to time, and --verify-head it later.
    """
    machine = as_json or not sys.stdout.isatty()

    async def work(session: Session) -> int:
        database = await session.journal_database()
        kept = Audit(database)
        if head:
            _tell_head(str(await kept.head()), as_json=as_json)
            return 0
        if verify_head is not None:
            return _tell_verdict(await verify(database, noted=verify_head))
        if prune is not None:
            return await _prune(session, kept, prune, yes=yes)
        kind, identity = thing or (None, None)
        rows = await kept.changes(
            kind=kind,
            object_id=identity,
            execution_id=execution,
            since=typed_moment(since),
            limit=limit,
        )
        _show(rows, as_json=machine)
        return 0

    click.get_current_context().exit(in_session(work))


def _tell_head(head: str, *, as_json: bool) -> None:
    if as_json:
        number, _, digest = head.partition(":")
        sys.stdout.buffer.write(dump({"number": int(number), "hash": digest}) + b"\n")
    else:
        click.echo(head)


def _tell_verdict(verdict: Verdict) -> int:
    """Say whether a noted head is part of a chain that is whole."""
    for flaw in verdict.flaws:
        click.echo(flaw.text)
    if not verdict.noted:
        click.echo(
            "The head that was noted is not part of the audit: what was there then has been written"
            " anew or cut off, or was pruned since."
        )
    if verdict.whole:
        click.echo(f"The audit holds the head that was noted, and {verdict.rows:,} rows are whole.")
    return 0 if verdict.whole else EXIT_FAILED


async def _prune(session: Session, kept: Audit, text: str, *, yes: bool) -> int:
    before = typed_moment(text)
    if before is None:
        raise UsageError("Before when?", hint="For example: --prune 2025-01-01")
    if not yes and not click.confirm(f"Forget every change before {before:%Y-%m-%d}?", err=True):
        raise click.Abort
    now = session.wiring.clock.now()
    if before > now:
        raise UsageError(f"{before:%Y-%m-%d} has not come yet; nothing was forgotten.")
    count = await kept.prune(before, now, lambda work: verify_in(work, kept.workspace).whole)
    say(
        f"{count:,} rows were forgotten; a checkpoint tells of them." if count else "None is older."
    )
    return 0


def _show(rows: list[Told], *, as_json: bool) -> None:
    if as_json:
        for one in rows:
            sys.stdout.buffer.write(dump(_as_data(one)) + b"\n")
        return
    show_table(
        ["When (UTC)", "Who", "What", "Old", "New"],
        [[_when(one.entry.at), one.entry.actor, _what(one), *_values(one)] for one in rows],
    )


def _as_data(one: Told) -> dict[str, Any]:
    entry = vars(one.entry) | {
        "number": one.number,
        "hash": one.hash,
        "part": bool(one.entry.part),
        "old": parse_strict(one.entry.old.encode()),
        "new": parse_strict(one.entry.new.encode()),
    }
    return {name: value for name, value in entry.items() if name != "salt"}


def _when(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"


def _what(one: Told) -> str:
    entry = one.entry
    name = f"“{entry.name}”" if entry.name else ""
    parts = (entry.kind, entry.object_id, name, entry.field, "(in part)" if entry.part else "")
    return " ".join(part for part in parts if part)


def _values(one: Told) -> list[str]:
    entry = one.entry
    return [
        f"{plain(parse_strict(text.encode()))} {entry.unit}".strip()
        for text in (entry.old, entry.new)
    ]
