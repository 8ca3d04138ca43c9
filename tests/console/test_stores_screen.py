"""Data stores in the console: seen, searched, changed and deleted."""

from html import unescape

import msgspec
import pytest

from adloom.services.stores import mark_of, put_entry, stored_entries
from scheduler.data_store import Held
from tests.console.conftest import Console

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} ' \" & %2F/../"
SCENARIO = """\
name: counting
steps:
  - id: count
    store: {name: "%s", operation: add, key: "{{now}}", value: 1}
"""


async def put(console: Console, store: str, **values: object) -> None:
    for key, value in values.items():
        await put_entry(console.desk.session, store, key, value)


async def held(console: Console, store: str, key: str) -> Held:
    return await (await stored_entries(console.desk.session)).data.get(store, key)


async def test_without_stores_the_page_says_what_they_are(own_console: Console) -> None:
    text = await own_console.get("/stores")

    assert "No data stores yet" in text
    assert 'href="/stores/entry"' in text


async def test_stores_tell_how_much_is_in_them_and_who_uses_them(own_console: Console) -> None:
    folder = own_console.desk.session.workspace.scenarios
    folder.mkdir(exist_ok=True)
    (folder / "counting.yaml").write_text(SCENARIO % "seen")
    await put(own_console, "seen", a=1, b=2)
    await put(own_console, "lost", a=1)

    text = await own_console.get("/stores")
    one = await own_console.get("/stores/one", store="seen")

    assert "no scenario" in text
    assert 'href="/scenarios/counting"' in text
    assert "2 entries." in one


async def test_an_entry_is_added_changed_and_deleted(own_console: Console) -> None:
    form = {"new": "yes", "store": "seen", "key": "a/b c", "kind": "json", "value": '{"n": 12}'}
    to = await own_console.goes_to("/stores/entry", expected="", **form)
    shown = await own_console.get("/stores/entry", store="seen", key="a/b c")
    later = {**form, "new": "no", "kind": "text", "value": "line\r\nline"}
    await own_console.goes_to("/stores/entry", expected='{"n":12}', **later)
    changed = await held(own_console, "seen", "a/b c")
    asked = await own_console.get("/stores/ask", store="seen", key="a/b c")
    gone = await own_console.goes_to("/stores/delete", store="seen", key="a/b c")

    assert "/stores/one?store=seen" == to
    assert '{"n":12}' in unescape(shown)
    assert Held(exists=True, value="line\nline") == changed
    assert "Delete “a/b c”?" in asked
    assert "/stores" == gone
    assert not (await held(own_console, "seen", "a/b c")).exists


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"key": "", "value": "x"}, 'id="key" name="key"'),
        ({"key": "k", "value": "{no", "kind": "json"}, "is no JSON"),
        ({"key": "k", "value": "[" * 5000, "kind": "json"}, "is no JSON"),
        ({"key": "k", "value": "1e999999", "kind": "json"}, "It "),
        ({"key": "k" * 501, "value": "x"}, "500 is the most"),
        ({"key": "k", "value": "x" * 1_000_001}, "1,000,000 is the most"),
        ({"key": "k", "value": "x", "store": ""}, "at least one character"),
    ],
)
async def test_what_cannot_be_kept_comes_back_beside_its_field(
    own_console: Console, form: dict[str, str], said: str
) -> None:
    given = {"new": "yes", "store": "seen", "kind": "text", "expected": ""} | form

    text = await own_console.post("/stores/entry", expect=422, **given)

    assert said in text
    assert 'aria-invalid="true"' in text
    assert {} == await (await stored_entries(own_console.desk.session)).data.stores()


async def test_what_changed_meanwhile_is_not_overwritten(own_console: Console) -> None:
    await put(own_console, "seen", a="new")
    form = {"store": "seen", "key": "a", "kind": "text", "value": "mine"}

    changed = await own_console.post(
        "/stores/entry", expect=422, new="no", expected='"old"', **form
    )
    taken = await own_console.post("/stores/entry", expect=422, new="yes", expected="", **form)

    assert "was changed or deleted since" in changed
    assert "already" in taken
    assert mark_of(Held(exists=True, value="new")) == mark_of(await held(own_console, "seen", "a"))


async def test_many_entries_come_in_pages_and_can_be_searched(own_console: Console) -> None:
    await put(own_console, "seen", **{f"Order {number:03}": number for number in range(120)})

    first = await own_console.get("/stores/one", store="seen")
    last = await own_console.get("/stores/one", store="seen", after="Order 099")
    found = await own_console.get("/stores/one", store="seen", q="ORDER 01")
    none = await own_console.get("/stores/one", store="seen", q="%")

    assert "after=Order+049" in first
    assert "Order 119" in last
    assert "More" not in last
    assert ("Order 019" in found, "Order 020" in found) == (True, False)
    assert "No key contains that" in none


async def test_a_store_is_asked_about_downloaded_and_deleted(own_console: Console) -> None:
    await put(own_console, "my store", a=1, b=None)

    answer = await own_console.client.get("/stores/download", params={"store": "my store"})
    asked = await own_console.get("/stores/ask", store="my store")
    await own_console.goes_to("/stores/delete", store="my store", key="")

    assert {"a": 1, "b": None} == msgspec.json.decode(answer.content)
    assert 'filename="my-store.json"' in answer.headers["Content-Disposition"]
    assert "All 2" in asked
    assert {} == await (await stored_entries(own_console.desk.session)).data.stores()


async def test_names_keys_and_values_are_text_whatever_they_say(own_console: Console) -> None:
    await put_entry(own_console.desk.session, HOSTILE, HOSTILE, HOSTILE)
    await put_entry(own_console.desk.session, HOSTILE, "other", {HOSTILE: [HOSTILE]})

    pages = [
        await own_console.get("/stores"),
        await own_console.get("/stores/one", store=HOSTILE),
        await own_console.get("/stores/entry", store=HOSTILE, key=HOSTILE),
        await own_console.get("/stores/ask", store=HOSTILE, key=HOSTILE),
    ]
    answer = await own_console.client.get("/stores/download", params={"store": HOSTILE})

    for text in pages:
        assert "<img src=x" not in text
        assert "{{7*7}}" in text
    assert "\n" not in answer.headers["Content-Disposition"]
    assert 2 == answer.headers["Content-Disposition"].count('"')


@pytest.mark.parametrize("path", ["/stores/one", "/stores/ask", "/stores/download"])
async def test_a_store_that_is_not_there_has_a_page_that_helps(console: Console, path: str) -> None:
    answer = await console.client.get(path, params={"store": "nothing"})

    assert 404 == answer.status_code
    assert "data store" in answer.text


async def test_an_entry_that_is_gone_has_a_page_that_helps(own_console: Console) -> None:
    await put(own_console, "seen", a=1)

    shown = await own_console.client.get("/stores/entry", params={"store": "seen", "key": "b"})
    deleted = await own_console.client.post("/stores/delete", data={"store": "seen", "key": "b"})

    assert [404, 404] == [shown.status_code, deleted.status_code]
