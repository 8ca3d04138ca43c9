"""Data stores: what scenarios keep, searched, changed and deleted by hand."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adloom.console.desk import desk_of
from adloom.console.problems import problem_of
from adloom.console.render import page, part, redirect
from adloom.errors import AdloomError, InvalidParamsError, UsageError
from adloom.json_text import dump
from adloom.services.stores import (
    StorePage,
    delete_entry,
    delete_store,
    entry_of,
    mark_of,
    read_value,
    save_entry,
    shelf_of,
    shelves_of,
    store_page,
    stored_json,
)
from scheduler.data_store import Held

__all__ = ["ROUTES"]

REFUSED: Final = 422
#: Characters of a value that a list shows.
SHOWN: Final = 300


def store_href(store: str, **more: str) -> str:
    """The address of a store's page; names may hold anything, so they go into the query."""
    query = {"store": store, **{name: text for name, text in more.items() if text}}
    return f"/stores/one?{urlencode(query)}"


def entry_href(store: str, key: str) -> str:
    """The address of an entry's page."""
    return f"/stores/entry?{urlencode({'store': store, 'key': key})}"


async def listing(request: Request) -> Response:
    """Every store."""
    found = await shelves_of(desk_of(request).session)
    return await page(
        request, "stores/list.html", title="Data stores", active="stores", found=found,
        store_href=store_href,
    )  # fmt: skip


async def one(request: Request) -> Response:
    """A store: its entries, those that were looked for, page by page."""
    asked = {name: request.query_params.get(name, "") for name in ("store", "q", "after")}
    found = await store_page(
        desk_of(request).session, asked["store"], text=asked["q"].strip(), after=asked["after"]
    )
    context: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "rows": _rows(found),
        "store_href": store_href,
    }
    return await page(
        request, "stores/one.html", title=found.shelf.name, active="stores", **context
    )


def _rows(found: StorePage) -> list[dict[str, object]]:
    rows = []
    for entry in found.entries:
        text = entry.value if isinstance(entry.value, str) else dump(entry.value).decode()
        cut = text[:SHOWN] + ("…" if len(text) > SHOWN else "")
        href = entry_href(found.shelf.name, entry.key)
        asks = f"/stores/ask?{urlencode({'store': found.shelf.name, 'key': entry.key})}"
        rows.append(
            {"key": entry.key, "text": cut, "at": entry.changed_at, "href": href, "asks": asks}
        )
    return rows


async def entry(request: Request) -> Response:
    """The form of an entry, or of a new one."""
    store, key = (request.query_params.get(name, "") for name in ("store", "key"))
    typed = {"store": store, "key": key, "value": "", "kind": "text", "expected": ""}
    if key:
        value = await entry_of(desk_of(request).session, store, key)
        typed |= _typed(value)
    context: dict[str, Any] = {"typed": typed, "is_new": not key, "wrong": {}, "problem": None}
    title = key or "New entry"
    return await page(
        request, "stores/entry.html", title=title, active="stores", store_href=store_href, **context
    )


def _typed(value: object) -> dict[str, str]:
    """A value as it is changed: text as it is, everything else as JSON."""
    expected = mark_of(Held(exists=True, value=value))
    if isinstance(value, str):
        return {"value": value, "kind": "text", "expected": expected}
    return {"value": expected, "kind": "json", "expected": expected}


async def save(request: Request) -> Response:
    """Write an entry, or say what is wrong with it."""
    form = await request.form()
    names = ("store", "key", "value", "kind", "expected")
    typed = {name: str(form.get(name, "")).replace("\r\n", "\n") for name in names}
    is_new = form.get("new") == "yes"
    store = typed["store"]
    try:
        value = read_value(typed["value"], as_json=typed["kind"] == "json")
        expected = typed["expected"]
        await save_entry(desk_of(request).session, store, typed["key"], value, expected)
    except InvalidParamsError as error:
        wrong = {fault.path: fault.message for fault in error.faults}
        return _again(request, typed, is_new=is_new, wrong=wrong)
    except UsageError as error:
        return _again(request, typed, is_new=is_new, error=error)
    return redirect(request, store_href(store), f"“{typed['key'][:60]}” is saved.")


def _again(
    request: Request,
    typed: dict[str, str],
    *,
    is_new: bool,
    wrong: dict[str, str] | None = None,
    error: AdloomError | None = None,
) -> Response:
    return part(
        request,
        "stores/_entry.html",
        status=REFUSED,
        typed=typed,
        is_new=is_new,
        wrong=wrong or {},
        problem=problem_of(error) if error else None,
        store_href=store_href,
    )


async def ask(request: Request) -> Response:
    """Ask whether an entry, or a whole store, is really to be deleted."""
    store, key = (request.query_params.get(name, "") for name in ("store", "key"))
    shelf = await shelf_of(desk_of(request).session, store)
    return part(request, "stores/_ask.html", shelf=shelf, key=key)


async def delete(request: Request) -> Response:
    """Delete an entry, or a whole store where no key is named."""
    form = await request.form()
    store, key = (str(form.get(name, "")) for name in ("store", "key"))
    session = desk_of(request).session
    if key:
        await delete_entry(session, store, key)
        left = {one.name for one in await shelves_of(session)}
        home = store_href(store) if store in left else "/stores"
        return redirect(request, home, f"“{key[:60]}” is deleted.")
    await delete_store(session, store)
    return redirect(request, "/stores", f"The data store “{store[:60]}” is deleted.")


async def download(request: Request) -> Response:
    """A store as JSON."""
    store = request.query_params.get("store", "")
    content = await stored_json(desk_of(request).session, store)
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in store)[:60]
    given = {"Content-Disposition": f'attachment; filename="{plain.strip("-") or "store"}.json"'}
    return Response(content, media_type="application/json", headers=given)


ROUTES: Final = [
    Route("/stores", listing),
    Route("/stores/one", one),
    Route("/stores/entry", entry),
    Route("/stores/entry", save, methods=["POST"]),
    Route("/stores/ask", ask),
    Route("/stores/delete", delete, methods=["POST"]),
    Route("/stores/download", download),
]
