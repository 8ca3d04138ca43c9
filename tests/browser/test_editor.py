"""Building a scenario by clicking, by keyboard, and with a slow line, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Tab


@pytest.fixture
def building(tab: Tab) -> Tab:
    """A tab with a new, empty scenario open in the editor."""
    page = tab.go("/scenarios/new")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/edit")
    return tab


def add(page: Page, plus: str, search: str, title: str) -> None:
    """Add a step at a plus."""
    page.get_by_role("button", name=plus, exact=True).click()
    page.get_by_label("Search for a step").fill(search)
    page.get_by_role("button", name=re.compile(f"^{title}")).first.click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def step(page: Page, number: int) -> str:
    """What the step at a place is called, to somebody who cannot see it."""
    return page.get_by_role("link", name=re.compile(f"^Step {number}:")).inner_text()


def test_a_scenario_is_built_by_clicking(building: Tab) -> None:
    page = building.page
    building.is_accessible()
    add(page, "Add the first step", "search ads", "Search ads")
    page.get_by_label("Advertiser", exact=False).first.fill("7100000000000000001")
    add(page, "Add a step at the end", "router", "Router")
    building.shoot("editor-router")
    building.is_accessible()
    building.fits_a_phone()

    expect(page.get_by_text("Route 1", exact=True)).to_be_visible()

    page.get_by_role("button", name="Add a step at the end of this route").first.click()
    page.get_by_label("Search for a step").fill("update an ad")
    page.get_by_role("button", name=re.compile("^Update an ad's status")).first.click()
    expect(page.get_by_role("heading", name="Update an ad's status")).to_be_visible()
    building.shoot("editor")
    building.is_accessible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=re.compile("Update an ad's status"))).to_have_count(0)


def test_a_value_of_an_earlier_step_is_put_where_the_cursor_is(building: Tab) -> None:
    page = building.page
    add(page, "Add the first step", "search ads", "Search ads")
    add(page, "Add a step at the end", "notification", "Send a notification")
    field = page.get_by_label("Text", exact=True)
    field.fill("Look at ")
    value = page.get_by_role("button", name=re.compile("^Name"))
    expect(page.get_by_text("Values from earlier steps")).to_be_in_viewport()
    value.click()
    expect(field).to_be_in_viewport()

    expect(field).to_have_value(re.compile(r"Look at \{\{\w+\.ad_name\}\}"))


def test_a_fast_typist_on_a_slow_line_loses_nothing(building: Tab) -> None:
    page = building.page
    add(page, "Add the first step", "notification", "Send a notification")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/edit/step", slowly)
    page.get_by_label("Text", exact=True).press_sequentially("Summer is over", delay=90)
    page.get_by_label("Title", exact=True).first.fill("Heads up")
    page.get_by_label("Title", exact=True).first.press("Tab")
    page.get_by_role("button", name="Close the settings").click()
    expect(page.get_by_label("What it is for")).to_be_visible()
    expect(page.get_by_text("All changes are kept")).to_be_visible()
    page.unroute("**/edit/step")
    page.reload()
    page.get_by_role("link", name=re.compile("^Step 1:")).click()

    expect(page.get_by_label("Text", exact=True)).to_have_value("Summer is over")
    expect(page.get_by_label("Title", exact=True).first).to_have_value("Heads up")


def test_the_chain_is_ordered_by_keyboard_alone(building: Tab) -> None:
    page = building.page
    add(page, "Add the first step", "search ads", "Search ads")
    add(page, "Add a step at the end", "list campaigns", "List campaigns")
    page.get_by_role("link", name=re.compile("^Step 2:")).focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.get_by_role("link", name="Step 1: List campaigns")).to_be_visible()

    expect(page.get_by_role("link", name="Step 1: List campaigns")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="List campaigns")).to_be_visible()
    page.get_by_role("link", name="Step 1: List campaigns").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("link", name="Step 1: Search ads")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("link", name="Step 1: List campaigns")).to_be_visible()


def test_a_step_is_dragged_to_another_place(building: Tab) -> None:
    page = building.page
    add(page, "Add the first step", "search ads", "Search ads")
    add(page, "Add a step at the end", "list campaigns", "List campaigns")
    page.get_by_role("link", name=re.compile("^Step 2:")).drag_to(
        page.get_by_role("button", name="Insert a step before step 1")
    )

    expect(page.get_by_role("link", name="Step 1: List campaigns")).to_be_visible()


def test_a_condition_is_built_without_writing_an_expression(building: Tab) -> None:
    page = building.page
    add(page, "Add the first step", "search ads", "Search ads")
    add(page, "Add a step at the end", "notification", "Send a notification")
    page.get_by_text("Only if…").click()
    page.get_by_role("button", name="Condition").first.click()
    page.get_by_label("Field", exact=True).fill("ads.ad_name")
    page.get_by_label("Comparison").select_option("contains")
    page.get_by_label("Value", exact=True).fill("summer")
    page.get_by_label("Value", exact=True).press("Tab")
    expect(page.get_by_text("only if a condition holds")).to_be_attached()
    expect(page.get_by_text("All changes are kept")).to_be_visible()
    page.reload()
    page.get_by_role("link", name=re.compile("^Step 2:")).click()

    expect(page.get_by_label("Value", exact=True)).to_have_value("summer")
