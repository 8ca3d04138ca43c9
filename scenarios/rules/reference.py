"""The tables of the page about rules, made of what is read, run, brought over and taken back."""

import re
from collections.abc import Iterator
from typing import Final

from scenarios.rules.metrics import METRICS, Metric, MetricKind
from scenarios.rules.native_words import VOCABULARY

__all__ = ["with_tables"]

_BLOCK: Final = re.compile(r"(<!-- (\w+): made -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """The page with its tables as they are now."""
    tables = {"metrics": _metrics, "words": _words}
    return _BLOCK.sub(
        lambda found: "".join([found[1], *(f"{line}\n" for line in tables[found[2]]()), found[3]]),
        page,
    )


def _metrics() -> Iterator[str]:
    yield "| metric | TikTok's word | what it is |"
    yield "| --- | --- | --- |"
    for one in METRICS.values():
        also = f" (also `{'`, `'.join(one.aliases)}`)" if one.aliases else ""
        yield f"| `{one.name}`{also} | `{one.native}` | {_said(one)} |"


def _said(metric: Metric) -> str:
    if metric.not_run:
        return f"**not run**: {metric.not_run}"
    scale = {100: " in percent", 1000: " times 1,000"}.get(metric.scale, "")
    late = "; told days later" if metric.is_late else ""
    return {
        MetricKind.COUNT: f"`{metric.figure}` of reports{late}",
        MetricKind.RATE: f"`{metric.figure}` by `{metric.by}`{scale}{late}",
        MetricKind.OWN: f"TikTok's `{metric.figure}`; of all together weighted by `{metric.by}`",
        MetricKind.SPENT: "share of the budget that is spent, in percent; not for ads",
        MetricKind.AGE: "whole days",
        MetricKind.TEXT: f"`{metric.column}`" if metric.column else "the object's name",
        MetricKind.NOTHING: "no condition: `when: always`",
    }[metric.kind]


def _words() -> Iterator[str]:
    yield "| field | TikTok's word | in a rule file | |"
    yield "| --- | --- | --- | --- |"
    for field, words in VOCABULARY.items():
        if field == "conditions.subject_type":
            continue
        for word, one in words.items():
            ours = f"`{one.ours}`" if one.ours else "left out"
            if one.not_taken:
                ours = "**not brought over**"
            why = one.not_taken or (f"**not run**: {one.not_run}" if one.not_run else one.note)
            yield f"| `{field}` | `{word}` | {ours} | {why or ''} |"
