"""What is decided on is what was seen, and nothing that came in between."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from tests.console.conftest import Console
from tests.console.executed import Executed
from tests.console.test_executions_screen import done, effects, status, words

UNDO = re.compile(r'hx-post="(/executions/[^"]+/undo/[^"]+)"')


@pytest.fixture
async def made(own_console: Console) -> AsyncIterator[Executed]:
    yield Executed(own_console.desk, own_console.practice)
    own_console.practice.simulator.faults.clear()


@pytest.mark.parametrize("action", ["resume", "drop"])
async def test_what_stopped_after_the_list_was_seen_is_not_decided_along(
    own_console: Console, made: Executed, action: str
) -> None:
    ids = [(await made.stopped("more", limit=1)).execution.id]
    page = await own_console.get("/executions", status="incomplete")
    href = re.search(rf'hx-post="(/executions/causes/\w+/{action}\?seen=\w+)', page)
    assert href is not None
    ids.append((await made.stopped("more", limit=1)).execution.id)
    before = effects(own_console)
    told = words(await done(own_console, href[1]))
    bare = words(await done(own_console, href[1].partition("?")[0]))

    assert "Something else has stopped for this cause meanwhile" in told
    assert "meanwhile" in bare
    assert ["incomplete", "incomplete"] == [await status(own_console, one) for one in ids]
    assert before == effects(own_console)


async def test_a_refusal_stands_where_the_next_thing_is_shown(own_console: Console) -> None:
    told = await done(own_console, "/executions/causes/nothing/resume?seen=x")

    assert "Nothing waits for this cause any more." in told
    assert '<div id="doing"' in told
    assert 'hx-target="#list"' in told


async def test_what_went_wrong_before_a_restart_can_be_begun_again_on_the_same_page(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("once", limit=1))).execution.id
    gone = await own_console.client.get(f"/executions/jobs/x?from=/executions/{identity}/body")

    assert 'id="doing"' in gone.text
    assert f'hx-get="/executions/{identity}/body"' in gone.text


async def test_an_undo_that_was_done_leads_to_the_one_that_did_it(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("back", limit=1))).execution.id
    preview = await done(own_console, f"/executions/{identity}/undo")
    href = UNDO.search(preview)
    assert href is not None
    await done(own_console, unescape(href[1]))
    again = await done(own_console, f"/executions/{identity}/undo")

    [other] = re.findall(r'href="/executions/([^"]+)">Execution', again)
    assert other != identity
    assert "adloom executions" not in again


async def test_an_execution_says_how_it_began_in_words(
    own_console: Console, made: Executed
) -> None:
    identity = (await made.run(made.text("hand", limit=1))).execution.id
    page = words(await own_console.get(f"/executions/{identity}"))
    way = words(await own_console.get(f"/executions/{identity}/way?path=ads%3A0%3Epause"))

    assert "by hand at" not in page
    assert "ads 1 → pause" in page
    assert "ads 1 → pause" in way


async def test_what_is_no_head_of_the_audit_does_not_accuse_the_audit(
    own_console: Console, made: Executed
) -> None:
    await made.run(made.text("audited", limit=1))
    told = words(await done(own_console, "/executions/audit/verify", head="12:cut off"))
    short = words(await done(own_console, "/executions/audit/verify", head="1:" + "0" * 64))

    assert "is no head of the audit" in told
    assert "not as it was written" not in told
    assert "The audit is not as it was written." in short
