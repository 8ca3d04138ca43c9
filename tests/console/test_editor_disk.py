"""A draft whose file somebody else has changed, deleted or written meanwhile."""

import re

from tests.console.conftest import Console
from tests.console.editing import HOSTILE, begun, changed, put
from tests.console.scenario_files import PAUSE


async def test_a_file_changed_meanwhile_shows_both_changes(own_console: Console) -> None:
    editor = await changed(own_console, "disk-both")
    theirs = editor.file.read_text().replace("Finds ads.", f"Finds {HOSTILE}.")
    editor.file.write_text(theirs)

    shown = await own_console.get(f"{editor.base}/review", **await editor.marks())
    saved = await editor.act("save")

    for text in (shown, saved):
        assert "was changed since you began" in text
        assert "Finds &lt;img src=x onerror=alert(1)&gt; {{7*7}}." in text
        assert "limit: 6  # more" in text
        assert "Keep mine" in text
        assert "Take theirs" in text
    assert editor.file.read_text() == theirs


async def test_mine_is_kept_over_what_was_shown_and_over_nothing_else(
    own_console: Console,
) -> None:
    editor = await changed(own_console, "disk-mine")
    mine = await editor.text()
    editor.file.write_text(editor.file.read_text().replace("Finds ads.", "Finds more."))
    shown = await editor.act("save")
    over = re.search(r'name="over" value="(\w+)"', shown)
    assert over is not None
    editor.file.write_text(editor.file.read_text().replace("Finds more.", "Finds all."))

    again = await editor.act("save", over=over[1])

    assert "Finds all." in again
    assert "Finds all." in editor.file.read_text()

    over = re.search(r'name="over" value="(\w+)"', again)
    assert over is not None
    assert await editor.save(over=over[1]) == editor.base
    assert editor.file.read_text() == mine


async def test_theirs_is_taken_and_mine_is_one_step_back(own_console: Console) -> None:
    editor = await changed(own_console, "disk-theirs")
    mine = await editor.text()
    theirs = editor.file.read_text().replace("Finds ads.", "Finds more.")
    editor.file.write_text(theirs)
    shown = await editor.act("save")
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen is not None

    to = await own_console.goes_to(f"{editor.base}/theirs", **await editor.marks(), seen=seen[1])

    assert to == editor.base
    assert await editor.text() == theirs
    assert not (await editor.draft()).is_changed

    await editor.act("history/undo")
    assert await editor.text() == mine


async def test_a_file_changed_once_more_is_not_taken(own_console: Console) -> None:
    editor = await changed(own_console, "disk-more")
    mine = await editor.text()
    editor.file.write_text(editor.file.read_text() + "# one\n")

    refused = await editor.act("theirs", expect=400, seen="0" * 64)

    assert "changed once more" in refused
    assert await editor.text() == mine


async def test_a_deleted_file_is_written_anew_only_if_somebody_says_so(
    own_console: Console,
) -> None:
    editor = await changed(own_console, "disk-gone")
    editor.file.unlink()

    shown = await editor.act("save")

    assert "disk-gone.yaml was deleted since you began" in shown
    assert "Write the file anew" in shown
    assert not editor.file.exists()

    await editor.save(over="gone")
    assert editor.file.read_text() == await editor.text()


async def test_a_file_that_says_the_same_by_now_is_no_conflict(own_console: Console) -> None:
    editor = await changed(own_console, "disk-same")
    editor.file.write_text(await editor.text())

    await editor.save()

    assert not (await editor.draft()).is_changed


async def test_a_file_that_came_under_a_new_drafts_name_is_a_conflict(
    own_console: Console,
) -> None:
    editor = await begun(own_console, "disk-came")
    text = PAUSE.format(name="disk-came", ad="1", advertiser=own_console.practice.advertiser_id)
    editor.file.parent.mkdir(exist_ok=True)
    editor.file.write_text(text)

    shown = await editor.act("save")

    assert "was changed since you began" in shown
    assert editor.file.read_text() == text


async def test_a_draft_with_nothing_to_save_follows_its_file(console: Console) -> None:
    editor = await put(console, "disk-follows")
    editor.file.write_text((await editor.text()).replace("limit: 4", "limit: 7"), encoding="utf-8")

    page = await console.get(f"{editor.base}?step=steps.0")

    assert 'value="7"' in page
    assert "limit: 7" in await editor.text()
    assert not (await editor.draft()).is_changed
    assert "limit: 7" not in await editor.act("history/undo")
    assert "limit: 4" in await editor.text()


async def test_a_draft_that_waits_to_be_saved_stays_as_it_is(console: Console) -> None:
    editor = await changed(console, "disk-stays")
    editor.file.write_text("name: disk-stays\nsteps: []\n", encoding="utf-8")

    await console.get(editor.base)

    assert "limit: 6  # more" in await editor.text()
    assert (await editor.draft()).is_changed


async def test_a_tab_that_shows_the_file_of_before_does_not_write_over_it(
    console: Console,
) -> None:
    editor = await put(console, "disk-behind")
    marks = await editor.marks()
    after = (await editor.text()).replace("limit: 4", "limit: 7")
    editor.file.write_text(after, encoding="utf-8")

    told = await console.post(f"{editor.base}/duplicate", place="steps.0", **marks)

    assert "your last change was not made" in told
    assert after == await editor.text()
