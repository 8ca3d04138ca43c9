"""Executions in a real browser: traced, put right, taken back."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from adloom.console.desk import Desk
from adloom.secret import Secret
from adloom.services.session import open_session
from adloom.settings import Workspace
from adloom.simulator import Running
from scheduler.runs import Ended
from tests.browser.conftest import Served, Tab, practised, serving
from tests.console.executed import Executed
from tests.seams.practice import Practice

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} " + "long" * 60


async def filled(practice: Practice) -> dict[str, str]:
    """Executions of every kind; their ids."""
    workspace = Workspace.open(practice.folder)
    async with open_session(workspace, tell=lambda _: None, ask=lambda: Secret("")) as session:
        made = Executed(Desk(session, await session.workshop()), practice)
        ended: dict[str, Ended] = {
            "plain": await made.run(made.text("plain", limit=2)),
            "watcher": await made.run(made.watching("watcher", limit=2)),
            "undone": await made.run(made.text("undone", limit=2)),
            "sick": await made.stopped("sick", limit=1),
            "lost": await made.stopped("lost", limit=1),
            "doubtful": await made.doubted("doubtful"),
            "parked": await made.held("parked"),
        }
        database = await session.journal_database()
        plain = ended["plain"].execution.id
        await database.write(
            lambda work: work.run(
                "UPDATE step_run SET trace = ? WHERE execution_id = ?", HOSTILE, plain
            )
        )
        await database.write(
            lambda work: work.run(
                "UPDATE call SET error = ? WHERE operation_id LIKE ?", HOSTILE, f"{plain}%"
            )
        )
        return {name: one.execution.id for name, one in ended.items()}


@pytest.fixture(scope="module")
def ids(practice: Practice) -> dict[str, str]:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, filled(practice)).result()


@pytest.fixture(scope="module")
def practice(simulator: Running, tmp_path_factory: pytest.TempPathFactory) -> Practice:
    return practised(simulator, tmp_path_factory.mktemp("executions") / "workspace")


@pytest.fixture(scope="module")
def served(practice: Practice, ids: dict[str, str]) -> Iterator[Served]:
    """A console over executions that are there already."""
    assert ids
    with serving(practice) as running:
        yield running


def looked_at(tab: Tab, name: str) -> None:
    tab.is_accessible()
    tab.fits_a_phone()
    tab.shoot(f"executions-{name}")


def test_from_the_list_to_where_a_change_came_from(tab: Tab, ids: dict[str, str]) -> None:
    page = tab.go("/executions")
    looked_at(tab, "list")
    page.get_by_role("searchbox", name="Search").fill("plain")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=ids["plain"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("plain")
    looked_at(tab, "one")
    page.get_by_role("link", name="pause", exact=True).click()
    expect(page.get_by_role("heading", name="Bundles at pause")).to_be_visible()
    tab.is_accessible()
    page.get_by_role("link", name="Where it came from").first.click()
    expect(page.get_by_role("link", name="ads, bundle 1")).to_be_visible()
    expect(page.get_by_text("{{7*7}}").first).to_be_visible()
    looked_at(tab, "way")
    page.get_by_role("link", name="ads, bundle 1").click()
    expect(
        page.get_by_role("table", name="Changes because of it").get_by_role("row")
    ).to_have_count(2)


def test_what_stopped_is_put_right_by_keyboard_alone(tab: Tab, ids: dict[str, str]) -> None:
    page = tab.go("/executions?status=incomplete")
    looked_at(tab, "incomplete")
    sick = page.get_by_role("article", name="sick: pause")
    sick.get_by_role("button", name="Try again now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 settled")).to_be_visible()
    expect(sick).to_have_count(0)
    tabs = page.get_by_role("navigation", name="Lists")
    expect(tabs.get_by_role("link", name="Incomplete")).to_have_text("Incomplete 2")
    lost = page.get_by_role("article", name="lost: pause")
    drop = lost.get_by_role("button", name="Give up").first
    drop.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Give up what stopped here?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(drop).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Leave it as it is")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(lost).to_have_count(0)
    page.goto(f"{tab.served.address}/executions/{ids['lost']}")

    expect(page.get_by_text("Dropped", exact=True).first).to_be_visible()


def test_an_undo_is_seen_before_it_is_done(tab: Tab, ids: dict[str, str]) -> None:
    page = tab.go(f"/executions/{ids['undone']}")
    page.get_by_role("button", name="Undo: look what would go back").click()
    table = page.get_by_role("table", name="Every change, seen from today")
    expect(table.get_by_text("Goes back", exact=True)).to_have_count(2)
    looked_at(tab, "undo")
    page.get_by_role("button", name="Undo these 2 changes").dblclick()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_text("Undone by")).to_have_count(1)
    looked_at(tab, "undone")


def test_what_is_in_doubt_and_what_is_held_is_decided(tab: Tab, ids: dict[str, str]) -> None:
    page = tab.go("/executions?status=in+doubt")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("It happened: the platform shows it.")).to_be_visible()
    looked_at(tab, "in-doubt")
    page.get_by_role("button", name="Find out and go on").click()
    page.get_by_role("dialog").get_by_role("button", name="Find out and go on").click()
    expect(page.get_by_text("It is done.")).to_be_visible()
    expect(page.get_by_text("Nothing is in doubt")).to_be_visible()
    page = tab.go("/executions?status=held")
    looked_at(tab, "held")
    page.get_by_role("button", name="Let it through").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it through").click()
    expect(page.get_by_text("It is done.")).to_be_visible()
    expect(page.get_by_text("Nothing is held")).to_be_visible()
    page = tab.go("/executions/audit")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The audit is as it was written.")).to_be_visible()
    looked_at(tab, "audit")
    page.goto(f"{tab.served.address}/executions/{ids['watcher']}/scenario")
    looked_at(tab, "version")
