"""How tests make calls in the API explorer."""

from tests.console.conftest import Console
from tests.console.running import run_id

__all__ = ["STATUS_PATH", "reading", "sent"]

STATUS_PATH = "/campaign/status/update/"


def reading(console: Console, **more: str) -> dict[str, str | list[str]]:
    """A filled-in form that lists campaigns."""
    account = console.practice.advertiser_id
    return {"endpoint": "GET /campaign/get/", "p.advertiser_id": account, **more}


async def sent(console: Console, **form: str | list[str]) -> str:
    """Send a read and wait for its answer."""
    text = await console.post("/explorer/send", **form)
    await console.settled()
    return await console.get(f"/explorer/calls/{run_id(text)}")
