"""A server that is never the bottleneck: ready-made pages of a listing, kept in memory.

Run: `python -m benchmarks.static_server PORT ROWS [ads|reports]`: pages of `/ad/get/` or of
`/report/integrated/get/`. Ends with its parent's standard input.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from typing import Final

PAGE_SIZE: Final = 1000
TEXT_COLUMNS: Final = 40
EMPTY_COLUMNS: Final = 10
DAYS: Final = 30
FIGURES: Final = (
    *("spend", "impressions", "ctr", "clicks", "cpc", "reach", "cpm", "conversion", "frequency"),
    *("result", "cost_per_conversion", "video_play_actions", "cost_per_result", "likes"),
    *("conversion_rate_v2", "comments", "average_video_play", "shares"),
)


def row(number: int) -> dict[str, object]:
    """One ad of about 1.9 kB and 60 columns."""
    ad: dict[str, object] = {
        "advertiser_id": "7100000000000000001",
        "campaign_id": "1700000000000010",
        "campaign_name": "Autumn campaign",
        "adgroup_id": "1700000000000100",
        "adgroup_name": "Autumn group",
        "ad_id": str(1_700_000_000_000_000 + number),
        "ad_name": f"Autumn ad number {number}",
        "operation_status": "ENABLE",
        "secondary_status": "AD_STATUS_DELIVERY_OK",
        "create_time": "2026-11-01 10:00:00",
        "modify_time": "2026-11-02 10:00:00",
    }
    ad |= {f"text_column_{one:02}": f"short text {one}" for one in range(TEXT_COLUMNS)}
    ad |= {f"empty_column_{one:02}": None for one in range(EMPTY_COLUMNS)}
    return ad


def report_row(number: int) -> dict[str, object]:
    """A day of one ad, of about 570 bytes: figures as text, `-` where there is none."""
    metrics = {
        "campaign_id": "1700000000000010",
        "campaign_name": "Autumn campaign",
        "ad_name": f"Autumn ad number {number // DAYS}",
        "result_rate": "-" if number % 3 else "1.18",
    }
    for place, name in enumerate(FIGURES):
        figure = (number * 7 + place) % 5000
        metrics[name] = f"{figure / 10:.3f}" if place % 2 else str(figure)
    dimensions = {
        "ad_id": str(1_700_000_000_000_000 + number // DAYS),
        "stat_time_day": f"2026-10-{number % DAYS + 1:02} 00:00:00",
    }
    return {"dimensions": dimensions, "metrics": metrics}


def page(number: int, ads: int, made: Callable[[int], dict[str, object]]) -> bytes:
    """One page, as bytes ready for the wire."""
    start = (number - 1) * PAGE_SIZE
    body = json.dumps(
        {
            "code": 0,
            "message": "OK",
            "request_id": "2026112112000000000000000000000001",
            "data": {
                "list": [made(one) for one in range(start, min(start + PAGE_SIZE, ads))],
                "page_info": {
                    "page": number,
                    "page_size": PAGE_SIZE,
                    "total_number": ads,
                    "total_page": -(-ads // PAGE_SIZE),
                },
            },
        },
        separators=(",", ":"),
    ).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Serving(asyncio.Protocol):
    """Answers every request with the page its query names."""

    pages: tuple[bytes, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, self.waiting = self.waiting.split(b"\r\n\r\n", 1)
            found = re.search(rb"[?&]page=(\d+)", head)
            number = int(found[1]) if found else 1
            self.transport.write(self.pages[min(number, len(self.pages)) - 1])


async def main(port: int, rows: int, made: Callable[[int], dict[str, object]]) -> None:
    """Serve until standard input ends."""
    Serving.pages = tuple(page(one + 1, rows, made) for one in range(-(-rows // PAGE_SIZE)))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Serving, "127.0.0.1", port)
    print("ready", sum(map(len, Serving.pages)), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    kind = report_row if sys.argv[3:] == ["reports"] else row
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), kind))
