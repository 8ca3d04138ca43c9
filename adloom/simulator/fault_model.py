"""What there is to say about a kind of fault."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

__all__ = ["SCOPES", "FaultKind", "Part", "Scope", "When"]

When = Literal["before", "after"]
#: What a fault changes: the whole answer, the data in it, its bytes, how it travels, or the
#: accounts and consents behind it.
Part = Literal["answer", "data", "bytes", "wire", "world"]
Scope = Literal["any", "json", "open", "pages", "objects", "changes", "tokens"]

SCOPES: Final[Mapping[Scope, str]] = {
    "any": "any path",
    "json": "answers that are JSON objects, of either platform",
    "open": "paths of the Open Platform's envelope: /v2/user/, /v2/video/, /v2/post/",
    "pages": "listings with page_info, or with has_more for empty_last_page",
    "objects": "/campaign/get/, /adgroup/get/ and /ad/get/",
    "changes": "POSTs of the Business API with a list of ids, and /event/track/",
    "tokens": "requests with a token in Access-Token or Authorization",
}


class FaultKind(msgspec.Struct, frozen=True):
    """One kind of fault.

    Args:
        name: Its name in rules.
        part: What it changes.
        scope: Which answers it can change, one of `SCOPES`; others it leaves alone.
        strikes: Whether it can strike before the request took effect, after, or either way; the
            first one is the default.
        meaning: One sentence.
        fields: The fields of a rule that it reads, besides those of every rule.
        examples: Rules that cover what the catalogue of faults asks for, without kind and path.
    """

    name: str
    part: Part
    scope: Scope
    strikes: tuple[When, ...]
    meaning: str
    fields: tuple[str, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ({},)
