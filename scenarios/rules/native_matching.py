"""What a native rule looks at: its objects and its conditions."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scenarios.rules.metrics import Metric, MetricKind, metric_by_native
from scenarios.rules.model import ApplyTo, Condition
from scenarios.rules.native_parts import Parts
from scenarios.rules.native_words import APPLIES, NOTHING_SAID, ours_of
from scenarios.rules.read_conditions import NUMBERS, TEXTS
from scenarios.rules.reading import MOST_IDS
from scenarios.rules.words import Calculation, Level, Match, Which, Window

__all__ = ["conditions_in", "groups_in"]

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_ID: Final = re.compile(r"[0-9]{1,32}")
_PARENTS: Final = {Level.CAMPAIGN: "campaigns", Level.AD_GROUP: "ad groups"}


def groups_in(parts: Parts, native: Mapping[str, Any]) -> Iterator[ApplyTo]:
    """The objects, as far as they can be said here."""
    for path, one in parts.objects(native, "apply_objects"):
        parts.unknown(path, one, ("dimension", "dimension_ids", "pre_condition_type", "bind_type"))
        if one.get("bind_type") not in (None, "BIND"):
            parts.lose(f"{path}.bind_type", "takes objects out of a rule")
            continue
        if (group := _group(parts, path, one)) is not None:
            yield group


def _group(parts: Parts, path: str, one: Mapping[str, Any]) -> ApplyTo | None:
    dimension, wanted = str(one.get("dimension")), str(one.get("pre_condition_type"))
    word = ours_of("apply_objects.dimension", dimension)
    if word is None:
        parts.lose(f"{path}.dimension", f"{dimension[:40]!r} is not known")
        return None
    level = Level(word)
    ids = _ids(parts, path, one)
    if wanted == "SELECTED":
        if not ids:
            parts.lose(f"{path}.dimension_ids", "are missing")
        return ApplyTo(level, Which.SELECTED, ids) if ids else None
    if wanted not in APPLIES:
        parts.lose(f"{path}.pre_condition_type", f"{wanted[:40]!r} is not known")
        return None
    return _all_of(parts, path, level, wanted, ids)


def _all_of(
    parts: Parts, path: str, level: Level, wanted: str, ids: tuple[str, ...]
) -> ApplyTo | None:
    """All active or inactive ones, perhaps under something."""
    target, which, is_under = APPLIES[wanted]
    if not is_under:
        if target is not level:
            parts.lose(f"{path}.pre_condition_type", f"{wanted} does not go with a {level}")
        if ids:
            parts.lose(f"{path}.dimension_ids", f"{wanted} needs none")
        return ApplyTo(level, which)
    levels = list(Level)
    if not ids or levels.index(level) > levels.index(target):
        why = "are missing" if not ids else f"{wanted} does not go with a {level}"
        parts.lose(f"{path}.dimension_ids", why)
        return None
    if level is target:
        parts.notes.append(
            f"{path}: TikTok does not say whether these ids are of campaigns or of ad groups; say"
            " it in the file before it is run (under)."
        )
    return ApplyTo(target, which, ids, "parents" if level is target else _PARENTS[level])


def _ids(parts: Parts, path: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    given = one.get("dimension_ids") or []
    if not isinstance(given, list) or not all(_ID.fullmatch(str(each)) for each in given):
        parts.lose(f"{path}.dimension_ids", "are no list of ids")
        return ()
    if len(given) > MOST_IDS:
        parts.lose(f"{path}.dimension_ids", f"are more than {MOST_IDS:,}")
        return ()
    return tuple(dict.fromkeys(str(each) for each in given))


# --- conditions -----------------------------------------------------------------------------------


def conditions_in(parts: Parts, native: Mapping[str, Any]) -> Iterator[Condition]:
    """The conditions, as far as they can be said here."""
    for path, one in parts.objects(native, "conditions"):
        parts.unknown(
            path, one, ("subject_type", "match_type", "range_type", "calculation_type", "values")
        )
        if (condition := _condition(parts, path, one)) is not None:
            yield condition


def _condition(parts: Parts, path: str, one: Mapping[str, Any]) -> Condition | None:
    metric = metric_by_native(str(one.get("subject_type")))
    if metric is None:
        parts.lose(f"{path}.subject_type", f"{str(one.get('subject_type'))[:40]!r} is not known")
        return None
    said = {
        name: parts.word(f"conditions.{name}", path, name, one.get(name))
        for name in ("match_type", "range_type", "calculation_type")
    }
    if parts.failed(said.values()):
        return None
    if metric.kind is MetricKind.NOTHING:
        if any(said.values()) or one.get("values"):
            parts.lose(path, "compares something with NO_CONDITION")
        return Condition(metric)
    over = _over(parts, path, metric, said["range_type"])
    if metric.has_window and over is None:
        return None
    of = Calculation(said["calculation_type"] or Calculation.EACH)
    if of is Calculation.ALL and not metric.has_window:
        parts.lose(f"{path}.calculation_type", f"{metric.native} is told of each object")
        return None
    compared = _compared(parts, path, metric, said["match_type"], one.get("values"))
    return Condition(metric, *compared, over, of) if compared else None


def _over(parts: Parts, path: str, metric: Metric, word: str | None) -> Window | None:
    if metric.has_window:
        if not word:
            parts.lose(f"{path}.range_type", f"{metric.native} needs a time")
        return Window(word) if word else None
    if word:
        parts.lose(f"{path}.range_type", f"{metric.native} is not about a time")
    return None


def _compared(
    parts: Parts, path: str, metric: Metric, word: str | None, given: Any
) -> tuple[Match, tuple[str, ...]] | None:
    match = Match(word) if word else None
    if match is None or match not in (NUMBERS if metric.is_number else TEXTS):
        what = str(word or NOTHING_SAID)
        parts.lose(f"{path}.match_type", f"{what} does not go with {metric.native}")
        return None
    values = tuple(str(one) for one in given) if isinstance(given, list) else ()
    wanted = 2 if match is Match.BETWEEN else 1
    fits = len(values) == wanted if metric.is_number or match is Match.EQUALS else bool(values)
    if metric.is_number:
        fits = fits and all(_NUMBER.fullmatch(one) for one in values)
        fits = fits and (wanted == 1 or float(values[0]) <= float(values[1]))
    if not fits or not all(values):
        parts.lose(f"{path}.values", f"{str(given)[:60]} does not go with {word}")
        return None
    return match, values
