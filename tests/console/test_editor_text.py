"""The text's side of the editor: whatever is typed is kept, and told where it is wrong."""

import re

from adloom.services.drafting import drafts_of
from scenarios.yaml_reading import MOST_CHARACTERS
from tests.console.conftest import Console, opened_console
from tests.console.editing import HOSTILE, Editing, begun, put
from tests.seams.practice import Practice

UNREADABLE = "name: [\nsteps: {{{\n\t- what\n"


async def test_the_text_is_a_side_of_its_own_with_an_address(console: Console) -> None:
    editor = await begun(console, "text-side")

    page = await console.get(editor.base, tab="yaml")
    steps = await console.get(editor.base)

    assert "<code-editor" in page
    assert f'lint-url="{editor.base}/lint"' in page
    assert "# Every ad of the account." in page
    assert re.search(r'aria-current="page">YAML', page)
    assert f"{editor.base}/text/undo?tab=yaml" in page
    assert "<code-editor" not in steps
    assert f"{editor.base}/history/undo" in steps


async def test_changing_sides_keeps_the_tab(console: Console) -> None:
    editor = await begun(console, "text-tabs")

    text = await console.get(f"{editor.base}/body", tab="yaml", mine="my-tab")
    steps = await console.get(f"{editor.base}/body", mine="my-tab")

    assert "<code-editor" in text
    assert "<html" not in text
    assert 'name="tab" value="my-tab"' in text
    assert 'name="tab" value="my-tab"' in steps
    assert 'id="chain"' in steps


async def test_what_is_typed_is_kept_and_the_editor_is_not_touched(console: Console) -> None:
    editor = await begun(console, "text-typed")
    text = (await editor.text()).replace("limit: 4", "limit: 9  # more")

    answer = await editor.type(text)

    assert await editor.text() == text
    assert 'hx-target="#toolbar"' in answer
    assert 'hx-target="#outline"' in answer
    assert "<textarea" not in answer
    assert "code-editor" not in answer


async def test_a_text_nobody_can_read_is_kept_too(console: Console) -> None:
    editor = await begun(console, "text-broken")

    answer = await editor.type(UNREADABLE)
    page = await console.get(editor.base)
    side = await console.get(editor.base, tab="yaml")

    assert await editor.text() == UNREADABLE
    assert "cannot be read as steps" in answer
    assert "The text cannot be read as steps." in page
    assert "- what" in side


async def test_a_browsers_line_ends_are_no_change(console: Console) -> None:
    editor = await begun(console, "text-ends")
    before = await editor.draft()

    await editor.type(before.text.replace("\n", "\r\n"))

    assert await editor.draft() == before


async def test_a_file_with_line_ends_of_windows_keeps_them(own_console: Console) -> None:
    editor = await put(own_console, "text-windows")
    windows = editor.file.read_bytes().replace(b"\n", b"\r\n")
    editor.file.write_bytes(windows)
    await (await drafts_of(own_console.desk.session)).discard(editor.name)
    await own_console.get(editor.base)

    await editor.type((await editor.text()).replace("\r\n", "\n").replace("limit: 4", "limit: 5"))

    assert await editor.text() == windows.decode().replace("limit: 4", "limit: 5")


async def test_undo_brings_the_text_back_into_the_editor(console: Console) -> None:
    editor = await begun(console, "text-undo")
    before = await editor.text()
    await editor.type(before.replace("limit: 4", "limit: 77"))

    undone = await editor.act("text/undo?tab=yaml")
    redone = await editor.act("text/redo?tab=yaml")

    assert "limit: 4" in undone
    assert 'hx-target="#text"' in undone
    assert "limit: 77" in redone
    assert "limit: 77" in await editor.text()


async def test_errors_are_told_with_their_lines(console: Console) -> None:
    editor = await begun(console, "text-lint")
    wrong = (await editor.text()).replace("search_ads", "serch_ads").replace("id: pause", "ID: p")

    answer = await console.client.post(f"{editor.base}/lint", data={"text": wrong})
    problems = answer.json()["problems"]
    first = next(one for one in problems if "serch_ads" in one["message"])

    assert first["line"] == 10
    assert first["severity"] == "error"
    assert "search_ads" in f"{first['message']} {first['hint']}"
    assert len(problems) > 1


async def test_a_right_text_has_no_errors(console: Console) -> None:
    editor = await begun(console, "text-right")

    answer = await console.client.post(f"{editor.base}/lint", data={"text": await editor.text()})

    assert [one for one in answer.json()["problems"] if one["severity"] == "error"] == []


async def test_the_text_is_completed_with_modules_connections_and_fields(console: Console) -> None:
    editor = await begun(console, "text-complete")

    answer = await console.client.get(f"{editor.base}/completions")
    offered = {kind: {one["label"] for one in found} for kind, found in answer.json().items()}

    assert "search_ads" in offered["modules"]
    assert "practice" in offered["connections"]
    assert "{{ads.ad_id}}" in offered["mappings"]


async def test_a_text_that_is_too_long_is_refused_with_help(console: Console) -> None:
    editor = await begun(console, "text-long")
    before = await editor.text()
    long = "# " + "x" * MOST_CHARACTERS

    answer = await editor.act("text?tab=yaml", expect=400, text=long)
    linted = await console.client.post(f"{editor.base}/lint", data={"text": long})

    assert "1,000,000 characters at most" in answer
    assert "too long" in linted.json()["problems"][0]["message"]
    assert await editor.text() == before


async def test_a_character_that_cannot_be_kept_is_refused(console: Console) -> None:
    editor = await begun(console, "text-nul")

    assert "cannot be kept" in await editor.act("text?tab=yaml", expect=400, text="name: \0")


async def test_two_tabs_do_not_overwrite_each_other_unasked(console: Console) -> None:
    mine = await begun(console, "text-two-tabs")
    stale = await mine.marks()
    theirs = Editing(console, mine.name, "two")
    other = (await mine.text()).replace("limit: 4", "limit: 5")
    own = (await mine.text()).replace("limit: 4", "limit: 6")
    await theirs.type(other)

    answer = await mine.type(own, version=stale["version"])

    assert "changed in another tab" in answer
    assert "not kept yet" in answer
    assert 'name="version"' not in answer
    assert await mine.text() == other

    over = re.search(r"over=(\d+)", answer)
    assert over is not None
    kept = await mine.act(f"text?tab=yaml&over={over[1]}", text=own, version=stale["version"])
    assert "another tab" not in kept
    assert await mine.text() == own

    await mine.act("text/undo?tab=yaml")
    assert await mine.text() == other


async def test_a_text_behind_another_tab_is_not_undone_there(console: Console) -> None:
    mine = await begun(console, "text-undo-two")
    stale = await mine.marks()
    await Editing(console, mine.name, "two").type("name: other\n")

    answer = await mine.act("text/undo?tab=yaml", version=stale["version"])

    assert "changed in another tab" in answer
    assert await mine.text() == "name: other\n"


async def test_names_in_a_text_are_text(console: Console) -> None:
    editor = await begun(console, "text-hostile")
    text = (await editor.text()).replace("Look for ads", f"{HOSTILE} " + "long" * 300)
    hostile = text.replace("search_ads", "'</textarea><img src=x>'")

    answer = await editor.type(hostile)
    page = await console.get(editor.base, tab="yaml")

    assert "<img" not in answer + page
    assert "{{7*7}}" in page
    assert "&lt;/textarea&gt;" in page


async def test_a_text_is_asked_for(console: Console) -> None:
    editor = await begun(console, "text-none")

    assert "no text" in await editor.act("text?tab=yaml", expect=400)


async def test_a_restart_of_the_server_loses_nothing(practice: Practice) -> None:
    async with opened_console(practice) as first:
        editor = await begun(first, "text-restart")
        await editor.type(UNREADABLE)
        marks = await editor.marks()
    async with opened_console(practice) as again:
        page = await again.get(editor.base, tab="yaml")
        reopened = Editing(again, editor.name)
        await reopened.type("name: typed-on\n", **marks)

        assert "- what" in page
        assert await reopened.text() == "name: typed-on\n"
