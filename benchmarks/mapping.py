"""How long a mapping takes: compiled once, filled in for every bundle.

Run: `.venv/bin/python -m benchmarks.mapping [--runs N]`
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from adloom.mapping import Moment, compile_condition, compile_value

EVALUATIONS: Final = 20_000
COMPILATIONS: Final = 100
VALUES: Final[tuple[Any, ...]] = (
    "{{a.y}}",
    "{{a.rows[1].cost}}",
    '{{if(a.x > 5; a.y; "z")}}',
    "{{a.x > 50 & a.n = 0}}",
    "Paused {{a.y}} after {{a.x}}",
    '{{formatDate(addDays(now; -1); "YYYY-MM-DD")}}',
    '{{replace(a.phone; "/[^0-9]/g"; "")}}',
    {"advertiser_id": "{{a.id}}", "ids": ["{{a.y}}"], "text": "{{a.y}}: {{a.x}}"},
)
SCOPE: Final = {
    "a": {
        "id": "1790000000000000017",
        "x": Decimal("12.30"),
        "y": "Summer",
        "n": 0,
        "phone": "+49 (30) 123-456",
        "rows": [{"cost": 5}],
    }
}
MOMENT: Final = Moment(datetime(2026, 11, 20, tzinfo=UTC), seed="benchmark")


def microseconds(work: Callable[[], object], times: int, runs: int) -> float:
    """The median over some runs of the CPU time of one call."""

    def once() -> float:
        began = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - began) / times * 1e6

    return statistics.median(once() for _ in range(runs))


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    began = time.perf_counter()
    compile_value("{{a.b}}")
    print(f"The first compilation, which builds the parser: {time.perf_counter() - began:.3f} s\n")
    print("| value | compile µs | fill in µs |", "|---|---:|---:|", sep="\n")
    for value in VALUES:
        compiled = compile_value(value)
        compiling = microseconds(lambda value=value: compile_value(value), COMPILATIONS, runs)  # type: ignore[misc] # bound
        filling = microseconds(
            lambda compiled=compiled: compiled.evaluate(SCOPE, MOMENT),  # type: ignore[misc] # bound
            EVALUATIONS,
            runs,
        )
        print(f"| `{value}` | {compiling:.0f} | {filling:.2f} |")
    condition = compile_condition("{{a.x > 50 & a.n = 0}}")
    traced = microseconds(lambda: condition.evaluate_traced(SCOPE, MOMENT), EVALUATIONS, runs)
    print(f"| `{condition.text}` with its trace | | {traced:.2f} |")


if __name__ == "__main__":
    main()
