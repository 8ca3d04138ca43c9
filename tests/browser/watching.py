"""A page that is watched: nothing may go wrong in it that its user would not see."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

__all__ = ["AXE", "Watched", "axe_violations", "shoot"]

AXE: Final = Path(__file__).parent / "axe" / "axe.min.js"
#: Milliseconds that something may take to appear on a busy machine.
PATIENCE: Final = 15_000
expect.set_options(timeout=PATIENCE)


class Watched:
    """Collects what a browser complains about.

    Args:
        context: Of the browser.
        home: Where requests may go.
    """

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._home = home
        #: Answers that a test means to provoke, such as 404.
        self.allowed_statuses: set[int] = set()
        #: Where requests may go besides, such as a consent page.
        self.allowed_places: set[str] = set()
        self.faults: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._sent)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # A refused answer is also said on the console; `_answered` judges it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _sent(self, request: Request) -> None:
        if not request.url.startswith((self._home, "data:", "blob:", *self.allowed_places)):
            self.faults.append(f"left this console: {request.url}")

    def _answered(self, response: Response) -> None:
        bad = 400
        # 422 is how a form comes back with its errors.
        if response.status >= bad and response.status not in {422, *self.allowed_statuses}:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, a line each."""
    # Through the protocol, and not as a script of the page: the page's policy stays as it is.
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def shoot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of a page."""
    folder.mkdir(parents=True, exist_ok=True)
    # Hiding the caret would leave empty style attributes behind, which the policy then refuses.
    page.screenshot(
        path=folder / f"{name}.png", full_page=True, animations="disabled", caret="initial"
    )
