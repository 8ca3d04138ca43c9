"""The keywords and variables of the language, which are single words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from adloom.mapping.evaluation import Evaluate
from adloom.mapping.kinds import Kind
from adloom.mapping.values import IGNORE

__all__ = ["KEYWORDS", "VARIABLES", "WORDS"]

#: Words that always mean the same, with their value.
KEYWORDS: Final[Mapping[str, Any]] = {
    "null": None,
    "true": True,
    "false": False,
    "emptystring": "",
    "space": " ",
    "tab": "\t",
    "newline": "\n",
    "nbsp": "\u00a0",
    "carriagereturn": "\r",
    # The field is left out; a filled-in value never holds it.
    "ignore": IGNORE,
    # The field is cleared: it is given, and it is nothing.
    "erase": None,
    "pi": Decimal("3.141592653589793"),
}

_DIGITS: Final = 16

#: Words whose value comes with the evaluation, each with its kind.
VARIABLES: Final[Mapping[str, tuple[Kind, Evaluate]]] = {
    "emptyarray": (Kind.LIST, lambda _: []),
    "now": (Kind.DATE, lambda evaluation: evaluation.now),
    "timestamp": (Kind.NUMBER, lambda evaluation: int(evaluation.now.timestamp())),
    "random": (
        Kind.NUMBER,
        lambda evaluation: Decimal(evaluation.draw_below(10**_DIGITS)).scaleb(-_DIGITS),
    ),
    "uuid": (Kind.TEXT, lambda evaluation: evaluation.draw_uuid()),
    "executionId": (Kind.TEXT, lambda evaluation: evaluation.moment.execution_id),
}

WORDS: Final = (*KEYWORDS, *VARIABLES)
