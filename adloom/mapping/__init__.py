"""The mapping language: `{{report.spend}}`, `{{if(a.x > 5; a.y; "z")}}`.

It is Make's, so that its users feel at home and its blueprints can be imported
(platforms.md §1.8). What there is, and what differs, stands in `README.md`.
"""

from adloom.mapping.compiled import Compiled, KindOfReference, Reference, compile_value
from adloom.mapping.conditions import Condition, Trace, compile_condition
from adloom.mapping.functions import FUNCTIONS
from adloom.mapping.kinds import Kind
from adloom.mapping.moment import Moment

__all__ = [
    "FUNCTIONS",
    "Compiled",
    "Condition",
    "Kind",
    "KindOfReference",
    "Moment",
    "Reference",
    "Trace",
    "compile_condition",
    "compile_value",
]
