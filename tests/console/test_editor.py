"""The editor's pages: every edit is an edit of the text, and whatever is typed is kept."""

import re
from typing import Any

import pytest

from adloom.services.drafting import begin_draft, drafts_of
from scheduler.drafts import Draft
from tests.console.conftest import Console

TEXT = """\
# What this is for, in the words of its owner.
name: {name}
schedule: on demand
steps:
  # Every ad of the account.
  - id: ads
    module: search_ads
    connection: practice
    params:
      advertiser_id: "7100000000000000001"  # ours
      limit: 5
  - id: pause
    module: update_ad_status
    connection: practice
    when: "{{{{ads.operation_status = ENABLE}}}}"
    params:
      advertiser_id: "7100000000000000001"
      ad_id: "{{{{ads.ad_id}}}}"
      status: DISABLE
"""


def values(given: dict[str, Any]) -> dict[str, Any]:
    """Names of controls have dots, which keywords have not."""
    return given


class Editor:
    """Drives the editor of one draft as its page does."""

    def __init__(self, console: Console, name: str) -> None:
        self.console = console
        self.name = name
        self.tab = "one"

    async def text(self) -> str:
        return (await self._draft()).text

    async def _draft(self) -> Draft:
        return await (await drafts_of(self.console.desk.session)).load(self.name)

    async def act(self, action: str, /, status: int = 200, **form: Any) -> str:
        draft = await self._draft()
        marks: dict[str, Any] = {"version": str(draft.version), "tab": self.tab, "at": "", **form}
        return await self.console.post(f"/scenarios/{self.name}/edit/{action}", status, **marks)


@pytest.fixture
async def editor(console: Console, request: pytest.FixtureRequest) -> Editor:
    name = re.sub(r"[^a-z]+", "-", request.node.name)[-60:].strip("-")
    draft = await begin_draft(console.desk.session, TEXT.format(name=name), name=name)
    return Editor(console, draft.name)


async def test_a_new_scenario_asks_how_it_begins(console: Console) -> None:
    page = await console.get(await console.goes_to("/scenarios/new"))

    assert "How does it begin?" in page


async def test_steps_are_inserted_moved_copied_switched_off_and_deleted(editor: Editor) -> None:
    before = await editor.text()
    await editor.act("insert", place="steps.2", what="notify")
    await editor.act("duplicate", place="steps.2")
    await editor.act("move", place="steps.3", way="left")
    await editor.act("switch", place="steps.2", disabled="yes")

    assert "disabled: true" in await editor.text()

    await editor.act("delete", place="steps.3")
    await editor.act("delete", place="steps.2")

    assert before == await editor.text()


async def test_what_is_typed_is_taken_over_and_everything_else_stays(editor: Editor) -> None:
    before = await editor.text()
    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.0")
    assert 'value="7100000000000000001"' in page
    await editor.act(
        "step", at="steps.0", **values({"p.advertiser_id": "7100000000000000001", "p.limit": "7"})
    )

    assert before.replace("limit: 5", "limit: 7") == await editor.text()


async def test_a_wrong_value_is_kept_and_told_beside_its_field(editor: Editor) -> None:
    answer = await editor.act(
        "step", at="steps.0", **values({"p.advertiser_id": "7100000000000000001", "p.limit": "-3"})
    )

    assert 'hx-target="#f-p-limit-error"' in answer
    assert "0 or more" in answer
    assert "limit: -3" in await editor.text()


async def test_an_answer_to_typing_never_holds_the_controls(editor: Editor) -> None:
    answer = await editor.act("step", at="steps.0", **values({"p.limit": "9"}))

    assert 'name="p.limit"' not in answer
    assert 'hx-target="#chain"' in answer


async def test_conditions_are_built_of_rows(editor: Editor) -> None:
    rows: dict[str, Any] = {
        "when_by": "rows",
        "w.0.0.field": "ads.operation_status",
        "w.0.0.operator": "is",
        "w.0.0.value": "ENABLE",
        "w.0.1.field": "ads.ad_name",
        "w.0.1.operator": "contains",
        "w.0.1.value": 'a "summer"',
    }
    await editor.act("step", at="steps.1", **rows)
    text = await editor.text()

    assert "contains(ads.ad_name;" in text
    assert 'ad_id: "{{ads.ad_id}}"' in text

    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.1")
    assert "a &#34;summer&#34;" in page

    await editor.act("step", at="steps.1", when_by="rows")
    assert "when:" not in await editor.text()


async def test_a_condition_that_says_more_than_rows_stays_text(editor: Editor) -> None:
    await editor.act("step", at="steps.1", when_by="text", when="{{if(ads.a; ads.b; ads.c)}}")
    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.1")

    assert "{{if(ads.a; ads.b; ads.c)}}" in page
    assert 'name="when_by" value="text"' in page


async def test_undo_and_redo_go_through_every_text(editor: Editor) -> None:
    before = await editor.text()
    await editor.act("delete", place="steps.1")
    after = await editor.text()
    await editor.act("history/undo")
    assert before == await editor.text()
    await editor.act("history/redo")

    assert after == await editor.text()


async def test_another_tab_that_was_faster_is_not_written_over(editor: Editor) -> None:
    draft = await (await drafts_of(editor.console.desk.session)).load(editor.name)
    await editor.act("delete", place="steps.1")
    mine: dict[str, Any] = {"version": str(draft.version), "tab": "two", "at": ""}
    answer = await editor.console.post(
        f"/scenarios/{editor.name}/edit/duplicate", **mine, place="steps.0"
    )

    assert "another tab" in answer
    assert (await editor.text()).count("module:") == 1


async def test_a_tab_is_never_behind_itself(editor: Editor) -> None:
    draft = await (await drafts_of(editor.console.desk.session)).load(editor.name)
    mine: dict[str, Any] = {"version": str(draft.version), "tab": "one", "at": "steps.0"}
    place = f"/scenarios/{editor.name}/edit/step"
    await editor.console.post(place, **mine, **values({"p.limit": "7"}))
    await editor.console.post(place, **mine, **values({"p.limit": "8"}))

    assert "limit: 8" in await editor.text()


async def test_renaming_a_step_tells_everything_that_reads_it(editor: Editor) -> None:
    await editor.act("rename", at="steps.0", id="found")

    assert '"{{found.ad_id}}"' in await editor.text()


async def test_steps_without_a_module_have_forms_of_their_own(editor: Editor) -> None:
    await editor.act("insert", place="steps.1", what="set")
    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.1")
    assert "Remembered for" in page
    await editor.act(
        "step", at="steps.1", **values({"p.variables": "total = {{ads.ad_id}}\nfactor = 1.5"})
    )
    text = await editor.text()

    assert "total" in text
    assert "factor: 1.5" in text

    answer = await editor.act("step", at="steps.1", **values({"p.variables": "nonsense"}))
    assert "Write name = value" in answer
    assert "factor: 1.5" in await editor.text()


async def test_the_picker_offers_the_fields_of_earlier_steps(editor: Editor) -> None:
    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.1")

    assert 'data-insert="{{ads.ad_name}}"' in page


async def test_the_palette_finds_modules_by_what_they_do(editor: Editor) -> None:
    place = f"/scenarios/{editor.name}/edit/palette"
    found = await editor.console.get(place, place="steps.1", q="router")

    assert "Router" in found
    assert "Watch ads" not in await editor.console.get(place, place="steps.1", q="watch ads")
    assert "Watch ads" in await editor.console.get(place, place="steps.0", q="watch ads")


async def test_hostile_names_stay_text(editor: Editor) -> None:
    bad = "<img src=x onerror=alert(1)>{{7*7}}\"'"
    await editor.act("step", at="steps.0", title=bad, note=bad)
    page = await editor.console.get(f"/scenarios/{editor.name}/edit", step="steps.0")

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in page


async def test_a_place_that_is_not_there_is_told(editor: Editor) -> None:
    answer = await editor.act("delete", status=400, place="steps.9")

    assert "Nothing was sent" in answer


async def test_a_scenario_nobody_knows_is_not_found(console: Console) -> None:
    answer = await console.client.get("/scenarios/nobody/edit")

    assert answer.status_code == 404
