"""Reading events in a process of its own, which ends when nobody wants more."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

from adloom.cli.events_feed import WORTH_A_PROCESS, feed
from adloom.cli.events_portions import Job, Portion
from tests.cli.events_seam import purchase


async def test_a_large_file_can_be_left_in_the_middle(tmp_path: Path) -> None:
    line = json.dumps(purchase(1, page={"url": f"https://shop.example.com/{'x' * 1_500}"}))
    file = tmp_path / "orders.jsonl"
    file.write_text(f"{line}\n" * (4 * WORTH_A_PROCESS // len(line)))
    mapping = '{"options": {"environment": "live"}}'
    rows = 0

    async with (
        asyncio.timeout(20),
        aclosing(feed(Job(str(file), mapping, "web", "PIXEL"))) as parts,
    ):
        async for part in parts:
            if isinstance(part, Portion):
                rows += part.rows
                # Meanwhile more is written than the pipe takes.
                await asyncio.sleep(0.3)
                break

    assert 0 < rows < 4 * WORTH_A_PROCESS // len(line)
