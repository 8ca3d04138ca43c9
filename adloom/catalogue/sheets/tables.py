"""The smaller tables of the sheets: words, codes, permissions, renames, reports."""

import re
from collections.abc import Mapping
from typing import Any, Final

from adloom.catalogue.sheets.wording import MEANINGS, SCOPE_TITLES, plain_words

__all__ = [
    "codes_table",
    "enums_table",
    "renames_table",
    "reports_table",
    "scopes_table",
    "statuses_table",
]

LEVELS: Final = ("ad", "adgroup", "campaign")
#: What the second list of codes calls a kind, as a retry word.
RETRY_BY_KIND: Final[Mapping[str, str]] = {
    "auth": "no",
    "client": "no",
    "conflict": "retry-after-read",
    "maintenance": "later",
    "partial": "ok",
    "rate": "throttle",
    "server": "retry",
    "success": "ok",
    "wait": "poll",
}
NAME: Final = re.compile("[a-z][a-z0-9_]*")

Table = dict[str, Any]


def enums_table(facts: Mapping[str, Any]) -> Table:
    """The words of each enumeration."""
    return {
        name: [str(word) for word in words]
        for name, words in facts["enums"].items()
        if isinstance(words, list)
    }


def codes_table(facts: Mapping[str, Any], more: Mapping[str, Any]) -> Table:
    """The codes of the first list; the second one only adds what is missing."""
    found: Table = {}
    for told in facts["errors"]["codes"]:
        found[str(told["code"])] = _code(told["code"], told.get("sdk_const", ""), told["retry"])
    for told in more["codes"]:
        if str(told["code"]) not in found:
            found[str(told["code"])] = _code(told["code"], "", RETRY_BY_KIND[told["kind"]])
    return found


def _code(code: int, constant: str, retry: str) -> list[str]:
    meaning = MEANINGS.get(code) or plain_words(constant)
    if not meaning:
        raise ValueError(f"code {code} has no constant: give it a meaning in wording.py")
    return [constant, meaning, retry]


def scopes_table(facts: Mapping[str, Any]) -> Table:
    """What each endpoint needs, and what each permission is called."""
    told = facts["scopes"]
    endpoints = {path: int(scope) for path, scope in told["endpoint_to_scope"].items()}
    named = {int(scope) for scope in (*told["first_level"], *told["relevant"])}
    for scope in named.union(endpoints.values()):
        if scope not in SCOPE_TITLES:
            raise ValueError(f"permission {scope} has no title: give it one in wording.py")
    return {
        "endpoints": endpoints,
        "titles": {str(scope): title for scope, title in SCOPE_TITLES.items()},
    }


def statuses_table(facts: Mapping[str, Any]) -> Table:
    """Which secondary statuses a primary one stands for, level by level."""
    told = facts["status_model"]
    return {
        "primary": told["primary_values"],
        "secondary": {level: told[level] for level in LEVELS},
        "unfilterable": {"ad": told["not_usable_as_ad_filter"]},
        "wildcards": told["secondary_wildcards"]["values"],
    }


def renames_table(facts: Mapping[str, Any], endpoints: Table) -> Table:
    """What moved between the versions 1.2 and 1.3."""
    told = facts["v12_to_v13"]
    paths: dict[str, str] = {}
    for before, after in told["paths"].items():
        old, new = (re.sub(r"POST | \(.*\)|/v1\.[23]", "", path) for path in (before, after))
        methods = [method for method in ("GET", "POST") if f"{method} {new}" in endpoints]
        paths |= {f"{method} {old}": new for method in methods if old != new}
    kinds = {
        "common": "params_common",
        **{kind: kind for kind in (*LEVELS, "advertiser", "report")},
    }
    fields = facts["entities"]
    params = {kind: _renamed(told[key], fields.get(kind, {})) for kind, key in kinds.items()}
    return {"paths": paths, "params": params}


def _renamed(told: Mapping[str, str], fields: Mapping[str, Any]) -> dict[str, str]:
    """Old and new names; remarks in brackets fall away, a star stands for the known fields."""
    names: dict[str, str] = {}
    for before, after in told.items():
        old, new = before.partition(" ")[0], after.partition(" ")[0]
        if old.endswith("*") and new.endswith("*"):
            ends = [name.removeprefix(new[:-1]) for name in fields if name.startswith(new[:-1])]
            names |= {old[:-1] + end: new[:-1] + end for end in ends}
        elif "->" not in after and "/" not in after:
            names[old] = new
    return names


def reports_table(facts: Mapping[str, Any]) -> Table:
    """What can be asked of a report, and what is known to work."""
    dimensions = facts["reports"]["dimensions"]
    metrics = facts["report_metrics"]
    default = facts["default_report_for_a_list_ad_reports_command"]
    noted = {
        name: about
        for group in metrics["groups"].values()
        for name, about in group.get("with_notes", {}).items()
    }
    return {
        "default": {
            "report_type": "BASIC",
            **{name: default[name] for name in ("data_level", "dimensions", "metrics")},
        },
        "dimensions": {kind: _dimensions(told) for kind, told in dimensions.items()},
        "known_good": _known_good(metrics["known_good_requests"]),
        "levels": dimensions["BASIC"]["id"],
        "metrics": {group: _metrics(told) for group, told in metrics["groups"].items()},
        "metric_levels": {
            name: about["levels"] for name, about in noted.items() if "levels" in about
        },
    }


def _dimensions(told: Mapping[str, Any]) -> list[str]:
    listed = told.get("dimensions") or [*told["id"], *told["time"], *told["breakdown"]]
    return [name for name in listed if NAME.fullmatch(name)]


def _metrics(told: Mapping[str, Any]) -> dict[str, str]:
    """The metrics of a group with their types."""
    noted = {name: about["type"] for name, about in told.get("with_notes", {}).items()}
    listed = {name: kind for kind, names in told.items() if kind != "with_notes" for name in names}
    return listed | noted


def _known_good(told: Mapping[str, Any]) -> list[Table]:
    """Requests with their metrics; sets used with a breakdown by person are audience sets."""
    people = {"gender", "age", "platform", "province_id"}
    requests = told["requests"]
    audience_sets = {each["extra"] for each in requests if people & set(each["dimensions"])}
    found = []
    for each in requests:
        dimensions, extra = set(each["dimensions"]), each["extra"]
        by_country = "country_code" in dimensions and extra in audience_sets
        audience = bool(people & dimensions) or by_country
        base = told["audience_base"] if audience else told["basic_base"]
        found.append(
            {
                "report_type": "AUDIENCE" if audience else "BASIC",
                "data_level": each["data_level"],
                "dimensions": each["dimensions"],
                "metrics": [*base, *told["extra_sets"].get(extra, ())],
            }
        )
    return found
