"""The editor's text, its review and its file, in a real browser."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from adloom.simulator import Running
from tests.browser.conftest import OpenTab, Tab, practised, serving
from tests.browser.scenarios import put


def editor_of(page: Page) -> Locator:
    """Where the text is typed, once CodeMirror stands there."""
    found = page.get_by_role("textbox", name="The scenario's text")
    expect(found).to_be_visible()
    expect(page.get_by_text("Esc, then Tab leaves the editor.")).to_be_visible()
    return found


def at_the_end_of(page: Page, text: str) -> None:
    """Put the cursor behind a line."""
    editor_of(page).get_by_text(text, exact=True).click()
    page.keyboard.press("End")


def kept(page: Page) -> None:
    """Wait until what was typed is kept."""
    expect(page.get_by_text("Not saved yet")).to_be_visible()


def test_a_text_is_written_put_right_reviewed_and_saved(tab: Tab) -> None:
    path = put(tab.served, "written")
    page = tab.go("/scenarios/written/edit")
    page.get_by_role("link", name="YAML").click()
    at_the_end_of(page, "schedule: on demand")
    page.keyboard.type("x")
    expect(page.get_by_role("button", name="Line 4: ")).to_be_visible()
    expect(page.get_by_role("region", name="Steps").get_by_text("Line 4: ")).to_be_visible()
    tab.shoot("editor-text-error")
    tab.is_accessible()
    tab.fits_a_phone()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("No problems.")).to_be_visible()
    expect(editor_of(page).get_by_text("schedule: on demand", exact=True)).to_be_visible()

    at_the_end_of(page, "limit: 4")
    page.keyboard.type("2")
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Save the changes of written")
    expect(dialog.get_by_role("cell", name="limit: 42")).to_be_visible()
    tab.shoot("editor-review")
    tab.is_accessible()
    tab.fits_a_phone()
    dialog.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved. It is off until you switch it on.")).to_be_visible()
    expect(editor_of(page).get_by_text("limit: 42")).to_be_visible()
    assert "limit: 42\n" in path.read_text()


def test_a_module_is_completed_while_typing(tab: Tab) -> None:
    put(tab.served, "completed")
    page = tab.go("/scenarios/completed/edit?tab=yaml")
    at_the_end_of(page, "module: search_ads")
    for _ in "search_ads":
        page.keyboard.press("Backspace")
    page.keyboard.type("list_camp", delay=30)
    expect(page.get_by_role("option", selected=True)).to_contain_text("list_campaigns")
    # The editor takes no choice so soon after it was offered: a person could not have seen it.
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")

    expect(editor_of(page).get_by_text("module: list_campaigns")).to_be_visible()


def test_a_link_to_the_steps_takes_what_was_just_typed_along(tab: Tab) -> None:
    put(tab.served, "along")
    page = tab.go("/scenarios/along/edit?tab=yaml")
    at_the_end_of(page, "title: Look for ads")
    page.keyboard.type(" of mine")
    page.get_by_role("link", name="Steps", exact=True).click()

    expect(page.get_by_role("link", name="Step 1: Look for ads of mine")).to_be_visible()
    assert page.url.endswith("/scenarios/along/edit")


def test_a_file_changed_by_somebody_else_is_seen_before_it_is_overwritten(tab: Tab) -> None:
    path = put(tab.served, "both")
    page = tab.go("/scenarios/both/edit?tab=yaml")
    at_the_end_of(page, "limit: 4")
    page.keyboard.type("2")
    kept(page)
    theirs = path.read_text().replace("Finds ads.", "Finds them all.")
    path.write_text(theirs)
    page.get_by_role("button", name="Review & save").click()
    dialog = page.get_by_role("dialog", name="Somebody else has changed the file")
    expect(dialog.get_by_role("cell", name="Finds them all.")).to_be_visible()
    tab.shoot("editor-disk")
    tab.is_accessible()
    tab.fits_a_phone()
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_text("Your draft is one step back")).to_be_visible()
    expect(editor_of(page).get_by_text("Finds them all.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(editor_of(page).get_by_text("limit: 42")).to_be_visible()

    assert path.read_text() == theirs


def test_two_tabs_ask_whose_text_counts(tab: Tab) -> None:
    put(tab.served, "twice")
    address = "/scenarios/twice/edit?tab=yaml"
    mine, other = tab.go(address), tab.context.new_page()
    editor_of(mine)
    other.goto(tab.served.address + address)
    at_the_end_of(other, "limit: 4")
    other.keyboard.type("1")
    kept(other)
    at_the_end_of(mine, "limit: 4")
    mine.keyboard.type("2")
    expect(mine.get_by_role("alert")).to_contain_text("changed in another tab")
    tab.shoot("editor-text-conflict")
    tab.is_accessible()
    mine.get_by_role("button", name="Keep my text").click()
    expect(mine.get_by_role("alert")).to_have_count(0)
    mine.get_by_role("button", name="Undo").click()

    expect(editor_of(mine).get_by_text("limit: 41")).to_be_visible()


def test_a_restart_of_the_server_loses_nothing(
    simulator: Running, tmp_path: Path, open_tab: OpenTab
) -> None:
    practice = practised(simulator, tmp_path / "workspace")
    with serving(practice) as served:
        put(served, "restarted")
        tab = open_tab(served)
        page = tab.go("/scenarios/restarted/edit?tab=yaml")
        at_the_end_of(page, "limit: 4")
        page.keyboard.type("2 # [")
        kept(page)
    with serving(practice) as served:
        page = open_tab(served).go("/scenarios/restarted/edit?tab=yaml")

        expect(editor_of(page).get_by_text("limit: 42 # [")).to_be_visible()
