"""A listing in memory, page by page, whose rows come and go between two questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adloom.wire import Answer, Record, Request

__all__ = ["Listing", "row"]

Change = Callable[[list[Record]], None]


def row(number: int) -> Record:
    """A row with an id and nothing else."""
    return {"ad_id": str(1_700_000_000_000_000 + number)}


@dataclass
class Listing:
    """Answers like TikTok's listings (business_api.md §1.3).

    Args:
        rows: What is there now, in the platform's order.
        between: What happens before the second question, before the third, and so on.
        told: Changes `page_info` before it is sent.
    """

    rows: list[Record]
    between: Sequence[Change] = ()
    told: Callable[[dict[str, Any]], Any] = lambda info: info
    asked: list[Request] = field(default_factory=list)
    #: The ids that were there at every question.
    lasting: set[str] = field(default_factory=set)

    async def send(self, request: Request) -> Answer:
        """Answer one question."""
        if self.asked and len(self.asked) <= len(self.between):
            self.between[len(self.asked) - 1](self.rows)
        present = {one["ad_id"] for one in self.rows if "ad_id" in one}
        self.lasting = self.lasting & present if self.asked else present
        self.asked.append(request)
        page, size = request.query["page"], request.query["page_size"]
        info = {
            "page": page,
            "page_size": size,
            "total_number": len(self.rows),
            "total_page": -(-len(self.rows) // size),
        }
        shown = [dict(one) for one in self.rows[(page - 1) * size : page * size]]
        data = {"list": shown, "page_info": self.told(info)}
        return Answer(200, {}, {"code": 0, "data": data}, data, code=0, request_id="r-1")
