"""`adloom call METHOD PATH`: any call to a platform's API."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from adloom.cli.carry import carry_out
from adloom.cli.session import open_session, say, workspace_of
from adloom.cli.words import connection_option, json_option, yes_option
from adloom.errors import AdloomError, Fault, InvalidParamsError, UsageError
from adloom.json_text import JsonError, dump, parse_strict
from adloom.secret import redact
from adloom.services.curl import wire_of
from adloom.wire import Answer
from connections.curl import as_curl
from modules import find_module

__all__ = ["call"]


@click.command()
@click.argument("method", metavar="METHOD")
@click.argument("path", metavar="PATH")
@click.option(
    "-q", "--query", multiple=True, metavar="NAME=VALUE", help="A parameter; JSON where it fits."
)
@click.option("-H", "--header", multiple=True, metavar="NAME:VALUE", help="An extra header.")
@click.option("-d", "--data", metavar="JSON|@FILE|-", help="The body, as JSON.")
@click.option("--text", help="A body sent as it stands.")
@click.option("--file", metavar="NAME=PATH", help="A file to upload as a part of a form.")
@click.option("--all", "all_pages", is_flag=True, help="Walk through a listing to its end.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option("--curl", is_flag=True, help="Write it as a command for curl, and send nothing.")
@yes_option
@connection_option
@json_option
def call(
    method: str,
    path: str,
    *,
    query: tuple[str, ...],
    header: tuple[str, ...],
    data: str | None,
    text: str | None,
    file: str | None,
    connection: str | None,
    curl: bool,
    all_pages: bool,
    as_json: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Call PATH with METHOD and write the answer: status code, headers, body.

    PATH is below the API's root, such as /ad/get/; an old version in front and a missing closing
    slash are put right, aloud. Lists and objects in the query are encoded the way TikTok wants:

      adloom call GET /ad/get/ -q advertiser_id=7100… -q 'filtering={"ad_ids":["17…"]}'

    A call that may change something is shown first and confirmed; its outcome is journalled.
    """
    values: dict[str, Any] = {
        "method": method.upper(),
        "path": path,
        "query": {name: _value(value) for name, value in _pairs("-q", query, "=")},
        "headers": dict(_pairs("-H", header, ":")),
        "body": _data(data),
        "text": text,
        "all_pages": all_pages,
    }
    if file:
        (values["file_part"], values["file"]), *_ = _pairs("--file", (file,), "=")
    context = click.get_current_context()
    if curl:
        click.echo(asyncio.run(_as_curl(context, values, connection)))
        return
    module = find_module("make_api_call")
    try:
        asyncio.run(
            carry_out(
                context,
                module,
                values,
                connection=connection,
                as_json=as_json,
                yes=yes,
                dry_run=dry_run,
            )
        )
    except AdloomError as error:
        _show_answer(error)
        raise


async def _as_curl(context: click.Context, values: dict[str, Any], name: str | None) -> str:
    async with open_session(workspace_of(context)) as session:
        chosen = await session.choose(name, ("tiktok-business",))
        wire = await wire_of(session, await session.engine(), values, chosen)
    say("ACCESS_TOKEN stands for the connection's token.")
    return as_curl(wire)


def _pairs(option: str, texts: tuple[str, ...], mark: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        name, found, value = text.partition(mark)
        if not found or not name.strip():
            raise InvalidParamsError([Fault(option, f"write NAME{mark}VALUE, not {text[:40]!r}")])
        pairs.append((name.strip(), value.strip() if mark == ":" else value))
    return pairs


def _value(text: str) -> Any:
    """Lists, objects and words of JSON mean themselves; the rest, ids above all, stays text."""
    if text[:1] in ("[", "{") or text in ("true", "false", "null"):
        return _json("-q", text.encode())
    return text


def _data(text: str | None) -> Any:
    if text is None:
        return None
    if text == "-":
        return _json("-d", sys.stdin.buffer.read())
    if text.startswith("@"):
        try:
            return _json("-d", Path(text[1:]).expanduser().read_bytes())
        except OSError as error:
            raise UsageError(f"{text[1:]} cannot be read: {error.strerror}.") from None
    return _json("-d", text.encode())


def _json(option: str, text: bytes) -> Any:
    try:
        return parse_strict(text)
    except JsonError as error:
        raise InvalidParamsError([Fault(option, f"is not JSON: {error}")]) from None


def _show_answer(error: AdloomError) -> None:
    """What the platform said, for whoever wants to read it themselves."""
    if isinstance(error.answer, Answer):
        shown = {"status_code": error.answer.status, "body": redact(error.answer.body)}
        sys.stdout.buffer.write(dump(shown) + b"\n")
        sys.stdout.buffer.flush()
