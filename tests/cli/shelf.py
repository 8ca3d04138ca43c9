"""Scenarios put into a connected workspace, and taken out again."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.conftest import Cli, Outcome
from tests.seams.practice import Practice

__all__ = ["Shelf", "damage"]

SEARCH = """\
name: {name}
description: Looks for ads.
schedule: {{every: 1 hour, timezone: Europe/Berlin}}
steps:
  - id: ads
    module: search_ads
    connection: practice
    params: {{advertiser_id: "{advertiser}", limit: {limit}}}
"""
PAUSE = """\
  - id: pause
    module: update_ad_status
    connection: practice
    params:
      advertiser_id: "{{ads.advertiser_id}}"
      ad_id: "{{ads.ad_id}}"
      status: DISABLE
"""
WATCH = """\
name: {name}
description: Watches ads.
schedule: {{every: 1 hour}}
steps:
  - id: ads
    module: watch_ads
    connection: practice
    params: {{advertiser_ids: ["{advertiser}"], limit: {limit}}}
  - id: note
    store: {{name: seen, operation: put, key: "{{{{ads.ad_id}}}}", value: "{{{{ads.ad_name}}}}"}}
"""


@dataclass
class Shelf:
    """Where scenarios are put.

    Args:
        cli: The command line in the workspace.
        practice: The workspace.
    """

    cli: Cli
    practice: Practice
    _put: list[Path] = field(default_factory=list)

    def put(self, name: str, text: str) -> Path:
        """Write a scenario."""
        path = self.practice.folder / "scenarios" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        self._put.append(path)
        return path

    def search(self, name: str, *, limit: int = 3) -> Path:
        """One that looks for ads and changes nothing."""
        return self.put(name, self.text(SEARCH, name, limit))

    def pause(self, name: str, *, limit: int = 2) -> Path:
        """One that switches ads off."""
        return self.put(name, self.text(SEARCH, name, limit) + PAUSE)

    def watch(self, name: str, *, limit: int = 2) -> Path:
        """One that watches for ads and writes them down here."""
        return self.put(name, self.text(WATCH, name, limit))

    def text(self, text: str, name: str, limit: int) -> str:
        """A text with its blanks filled in."""
        return text.format(name=name, advertiser=self.practice.advertiser_id, limit=limit)

    def call(self, *arguments: str) -> Outcome:
        """A command about scenarios."""
        return self.cli("scenarios", *arguments)

    def clear(self) -> None:
        """Take everything out again."""
        for path in self._put:
            path.unlink(missing_ok=True)


def damage(file: Path) -> None:
    """Overwrite everything but the first page of a database."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
