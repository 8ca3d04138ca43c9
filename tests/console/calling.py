"""How tests make calls in the API explorer."""

from tests.console.conftest import Console
from tests.console.running import Filled, post, run_id

__all__ = ["STATUS_PATH", "reading", "sent"]

STATUS_PATH = "/campaign/status/update/"


def reading(console: Console, more: Filled | None = None) -> dict[str, str | list[str]]:
    """A filled-in form that lists campaigns."""
    account = console.practice.advertiser_id
    return {"endpoint": "GET /campaign/get/", "p.advertiser_id": account, **(more or {})}


async def sent(console: Console, form: Filled) -> str:
    """Send a read and wait for its answer."""
    text = await post(console, "/explorer/send", form)
    await console.settled()
    return await console.get(f"/explorer/calls/{run_id(text)}")
