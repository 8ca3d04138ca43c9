"""A saved scenario run for real from the editor, and looked at through its history."""

import re

from tests.console.conftest import Console
from tests.console.editing import SEARCH, begun, put
from tests.console.tried import counts, sent, shown_bundles


async def test_only_what_is_saved_is_run(console: Console) -> None:
    editor = await begun(console, "run-unsaved")

    asked = await editor.act("once")

    assert "Save it first" in asked
    assert console.desk.jobs.all() == []


async def test_what_changes_things_is_run_after_asking_and_leads_to_its_execution(
    own_console: Console,
) -> None:
    editor = await put(own_console, "run-once")
    before = sent(own_console)

    asked = await editor.act("once")
    agreed = re.search(r'name="agreed" value="(\w+)"', asked)
    assert agreed is not None
    assert sent(own_console) == before
    await editor.act("once", agreed=agreed[1])
    await own_console.settled()
    run = await own_console.get(f"{editor.base}/run")
    execution = re.search(r'href="/executions/([\w-]+)"', run)
    assert execution is not None

    assert "What it did" in run
    assert sent(own_console) > before
    assert counts(run)["ads"][:2] == ["1", "4"]
    assert execution[1] in await own_console.get(f"/executions/{execution[1]}")

    later = await own_console.get(f"{editor.base}/run", execution=execution[1])
    shown = await shown_bundles(editor, later, "steps.0")

    assert counts(later) == counts(run)
    assert "What it handed on" in shown


async def test_what_changes_nothing_is_run_at_once(own_console: Console) -> None:
    text = SEARCH.partition("  - id: pause")[0]
    editor = await put(own_console, "run-search", text)

    await editor.act("once")
    await own_console.settled()
    run = await own_console.get(f"{editor.base}/run")

    assert "What it did" in run
    assert counts(run)["ads"][:2] == ["1", "4"]


async def test_the_editor_opens_with_the_data_of_an_execution(own_console: Console) -> None:
    text = SEARCH.partition("  - id: pause")[0]
    editor = await put(own_console, "run-data", text)
    await editor.act("once")
    await own_console.settled()
    run = await own_console.get(f"{editor.base}/run")
    execution = re.search(r'href="/executions/([\w-]+)"', run)
    assert execution is not None

    page = await own_console.get(editor.base, execution=execution[1])

    assert f'hx-get="{editor.base}/run?execution={execution[1]}"' in page


async def test_an_execution_nobody_knows_is_not_found(console: Console) -> None:
    editor = await begun(console, "run-nobody")

    answer = await console.client.get(f"{editor.base}/run?execution=20200101-000000-000000")

    assert answer.status_code == 404
