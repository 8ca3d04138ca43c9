"""One draft, driven as the editor's page drives it."""

from pathlib import Path
from typing import Any

from adloom.services.drafting import begin_draft, drafts_of
from scheduler.drafts import Draft
from tests.console.conftest import Console

__all__ = ["HOSTILE", "SEARCH", "Editing", "begun", "changed", "put"]

HOSTILE = "<img src=x onerror=alert(1)> {{7*7}}"
#: Finds some ads and would switch off those that are on.
SEARCH = """\
# Why it is there.
name: {name}
description: Finds ads.
schedule: on demand
limits: {{changes_per_run: 20}}
steps:
  # Every ad of the account.
  - id: ads
    title: Look for ads
    module: search_ads
    connection: practice
    params:
      advertiser_id: "{advertiser}"
      limit: 4
  - id: only
    when: "{{{{ads.operation_status = 'ENABLE' & ads.ad_name != '<b>no</b>'}}}}"
    set: {{variables: {{name: "{{{{ads.ad_name}}}}"}}}}
  - id: pause
    title: Switch it off
    module: update_ad_status
    connection: practice
    params: {{advertiser_id: "{advertiser}", ad_id: "{{{{ads.ad_id}}}}", status: DISABLE}}
"""


class Editing:
    """Drives the editor of one draft.

    Args:
        console: The console.
        name: The draft's name.
        tab: Which browser tab this is.
    """

    def __init__(self, console: Console, name: str, tab: str = "one") -> None:
        self.console = console
        self.name = name
        self.tab = tab

    @property
    def base(self) -> str:
        """The address of its editor."""
        return f"/scenarios/{self.name}/edit"

    @property
    def file(self) -> Path:
        """Where its scenario is saved."""
        return self.console.practice.folder / "scenarios" / f"{self.name}.yaml"

    async def draft(self) -> Draft:
        """The draft as it is kept."""
        return await (await drafts_of(self.console.desk.session)).load(self.name)

    async def text(self) -> str:
        """What it says."""
        return (await self.draft()).text

    async def marks(self) -> dict[str, Any]:
        """What every form of the page sends along."""
        return {"version": str((await self.draft()).version), "tab": self.tab, "at": ""}

    async def act(self, action: str, /, expect: int = 200, **form: Any) -> str:
        """Press a button."""
        marks = await self.marks() | form
        return await self.console.post(f"{self.base}/{action}", expect, **marks)

    async def type(self, text: str, /, **form: Any) -> str:
        """Type a whole text into the text's side."""
        return await self.act("text?tab=yaml", text=text, **form)

    async def save(self, **form: Any) -> str:
        """Save it; where the browser is sent then."""
        return await self.console.goes_to(f"{self.base}/save", **await self.marks() | form)

    async def tried(self, **form: Any) -> str:
        """Try it, and wait for what came of it."""
        begun = await self.act("try", **form)
        if "run?job=" not in begun:
            return begun
        await self.console.settled()
        return await self.console.get(f"{self.base}/run")


async def begun(console: Console, name: str, text: str = SEARCH) -> Editing:
    """A new scenario somebody has begun to write."""
    written = text.format(name=name, advertiser=console.practice.advertiser_id)
    draft = await begin_draft(console.desk.session, written, name=name)
    return Editing(console, draft.name)


async def put(console: Console, name: str, text: str = SEARCH) -> Editing:
    """A saved scenario somebody has opened."""
    made = Editing(console, name)
    made.file.parent.mkdir(exist_ok=True)
    written = text.format(name=name, advertiser=console.practice.advertiser_id)
    made.file.write_text(written, encoding="utf-8")
    await console.desk.workshop.synchronise()
    await console.get(made.base)
    return made


async def changed(console: Console, name: str) -> Editing:
    """A saved scenario with a draft that says more."""
    editor = await put(console, name)
    await editor.type((await editor.text()).replace("limit: 4", "limit: 6  # more"))
    return editor
