"""A draft reviewed and saved, beside other tabs and other people who write the same file."""

import re

from adloom.services.drafting import drafts_of
from tests.console.conftest import Console
from tests.console.editing import HOSTILE, SEARCH, Editing, begun, changed, put


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- review ---------------------------------------------------------------------------------------


async def test_a_review_shows_every_line_that_changes(console: Console) -> None:
    editor = await changed(console, "review-lines")

    shown = await console.get(f"{editor.base}/review", **await editor.marks())
    lines = re.findall(
        r'<tr class="diff-(removed|added)">.*?diff-line">(.*?)</td>', shown, re.DOTALL
    )

    assert [kind for kind, _ in lines] == ["removed", "added"]
    assert "limit: 4" in lines[0][1]
    assert "limit: 6  # more" in lines[1][1]


async def test_a_review_says_what_it_would_do_otherwise(own_console: Console) -> None:
    editor = await put(own_console, "review-behaviour")
    await own_console.desk.workshop.scenarios.enable(editor.name)
    text = await editor.text()
    text = text.replace("schedule: on demand", "schedule: {every: 30 minutes}")
    text = text.replace("changes_per_run: 20", "changes_per_run: 50, changes_per_day: 90")
    text = text.replace("name: review-behaviour\n", "name: review-other\n")
    before, _, _ = text.partition("  - id: pause")
    await editor.type(before)

    said = plain(await own_console.get(f"{editor.base}/review"))

    assert "It runs every 30 minutes" in said
    assert "until now: on demand" in said.lower() or "until now: only when" in said.lower()
    assert "Its limit changes_per_run is 50; until now: 20." in said
    assert "Its limit changes_per_day is 90; until now: none." in said
    assert "It is called review-other instead of review-behaviour." in said
    assert "has to be switched on again" in said
    assert "It no longer changes anything with pause: Update an ad's status" in said.replace(
        "&#39;", "'"
    )


async def test_a_review_of_a_new_scenario_names_the_steps_that_change_things(
    console: Console,
) -> None:
    editor = await begun(console, "review-new")

    said = plain(await console.get(f"{editor.base}/review"))

    assert "Save review-new as a new scenario" in said
    assert "It changes something by itself: pause: Update an ad" in said


async def test_every_problem_leads_to_its_step_and_nothing_can_be_saved(console: Console) -> None:
    editor = await begun(console, "review-wrong")
    wrong = (await editor.text()).replace("status: DISABLE", "status: PERHAPS")
    await editor.type(wrong.replace("schedule: on demand", "schedule: sometimes"))

    shown = await console.get(f"{editor.base}/review")
    saved = await editor.act("save")

    assert f'href="{editor.base}?step=steps.2"' in shown
    assert f'href="{editor.base}?tab=yaml"' in shown
    assert "> Save</button>" not in shown
    assert "It cannot be saved as it is." in saved
    assert not editor.file.exists()


async def test_what_is_saved_already_is_said_to_be(console: Console) -> None:
    editor = await put(console, "review-nothing")

    shown = await console.get(f"{editor.base}/review")

    assert "Nothing has changed since it was saved." in shown
    assert "> Save</button>" not in shown


async def test_hostile_text_in_a_difference_is_text(console: Console) -> None:
    editor = await put(console, "review-hostile")
    await editor.type((await editor.text()).replace("Look for ads", HOSTILE + "x" * 500))

    shown = await console.get(f"{editor.base}/review")

    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in shown
    assert "<img" not in shown


# --- saving ---------------------------------------------------------------------------------------


async def test_a_new_scenario_is_saved_switched_off_under_its_own_name(
    own_console: Console,
) -> None:
    editor = await begun(own_console, "working-title")
    text = (await editor.text()).replace("name: working-title", "name: Pause losers")
    await editor.type(text)

    to = await editor.save()
    page = await own_console.get(to)
    stored = await own_console.desk.workshop.scenarios.load("Pause losers")
    drafts = await (await drafts_of(own_console.desk.session)).all()

    assert to == "/scenarios/Pause%20losers/edit"
    assert "Saved. It is off until you switch it on." in page
    assert 'badge-ok">Saved' in page
    assert not stored.enabled
    assert [one.name for one in drafts] == ["Pause losers"]
    assert (editor.file.parent / "pause-losers.yaml").read_text() == text


async def test_a_scenario_that_is_on_runs_as_it_was_saved(own_console: Console) -> None:
    editor = await put(own_console, "save-running")
    workshop = own_console.desk.workshop
    await workshop.scenarios.enable(editor.name)
    text = (await editor.text()).replace("limit: 4", "limit: 2")
    await editor.type(text)

    page = await own_console.get(await editor.save())

    assert "It is on, and runs as it says now" in page
    assert (await workshop.current(editor.name)).text == text
    assert editor.file.read_text() == text


async def test_after_saving_one_can_still_go_back(console: Console) -> None:
    editor = await changed(console, "save-undo")
    await editor.save()

    await editor.act("history/undo")

    assert "limit: 4" in await editor.text()
    assert (await editor.draft()).is_changed


async def test_saving_on_the_texts_side_stays_there(console: Console) -> None:
    editor = await changed(console, "save-side")
    answer = await console.client.post(
        f"{editor.base}/save",
        data=await editor.marks(),
        headers={"HX-Current-URL": f"http://127.0.0.1:8920{editor.base}?tab=yaml"},
    )

    assert answer.headers["HX-Redirect"] == f"{editor.base}?tab=yaml"


async def test_what_another_tab_changed_after_the_review_is_shown_first(console: Console) -> None:
    editor = await changed(console, "save-two-tabs")
    reviewed = await editor.marks()
    await Editing(console, editor.name, "two").type(
        (await editor.text()).replace("limit: 6", "limit: 8")
    )

    shown = await editor.act("save", version=reviewed["version"])

    assert "changed in another tab" in shown
    assert "limit: 8" in shown
    assert "limit: 4" in editor.file.read_text()


async def test_another_scenario_of_the_same_name_is_not_overwritten(own_console: Console) -> None:
    await put(own_console, "save-taken")
    editor = await begun(own_console, "save-free")
    await editor.type((await editor.text()).replace("name: save-free", "name: save-taken"))

    refused = await editor.act("save", expect=400)

    assert "save-taken" in refused
    assert not editor.file.exists()


async def test_a_name_of_another_draft_is_refused_before_anything_is_written(
    own_console: Console,
) -> None:
    await begun(own_console, "save-sister")
    editor = await begun(own_console, "save-me")
    await editor.type((await editor.text()).replace("name: save-me", "name: save-sister"))

    refused = await editor.act("save", expect=400)

    assert "another scenario named" in refused
    assert not list(editor.file.parent.glob("save-*"))


# --- discarded, taken along -----------------------------------------------------------------------


async def test_a_draft_is_discarded_after_asking_and_its_file_stays(console: Console) -> None:
    editor = await changed(console, "discard-one")

    asked = await console.get(f"{editor.base}/discard")
    to = await console.goes_to(f"{editor.base}/discard")
    page = await console.get(to)

    assert "Discard the draft of discard-one?" in asked
    assert 'badge-ok">Saved' in page
    assert "limit: 4" in await editor.text()


async def test_a_draft_that_was_never_saved_is_gone_once_discarded(console: Console) -> None:
    editor = await begun(console, "discard-new")

    assert await console.goes_to(f"{editor.base}/discard") == "/scenarios"
    assert (await console.client.get(editor.base)).status_code == 404
    assert (await console.client.get(f"{editor.base}/review")).status_code == 404


async def test_a_draft_is_taken_along_as_it_stands(console: Console) -> None:
    editor = await begun(console, "export-me")
    await editor.type("not: [yaml\n")

    answer = await console.client.get(f"{editor.base}/export")

    assert answer.text == "not: [yaml\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''export-me.yaml"


async def test_a_hostile_name_is_a_harmless_file_name(own_console: Console) -> None:
    named = SEARCH.replace("name: {name}", 'name: "../a\\r\\nX: \'b"')
    editor = await begun(own_console, "export-hostile", named)

    answer = await own_console.client.get(f"{editor.base}/export")
    called = answer.headers["Content-Disposition"]

    assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w%.-]+\.yaml", called)
    assert "x" not in answer.headers
