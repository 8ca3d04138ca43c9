"""Words of the generated forms: labels of technical words, sentences beside fields."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from adloom.errors import (
    AdloomError,
    Fault,
    InvalidParamsError,
    InvalidScenarioError,
    MappingError,
)
from scenarios.problems import Problem, Severity

__all__ = ["faults_of", "label_of", "parts_of", "phrase"]

#: Words whose meaning their letters do not tell.
_KNOWN: Final = {
    "\t": "Tab",
    ",": "Comma",
    ";": "Semicolon",
    "|": "Vertical bar",
    "ASC": "Ascending",
    "DESC": "Descending",
    "BC": "Business Center",
    "BC_AUTH_TT": "TikTok account in a Business Center",
    "AUTH_CODE": "TikTok account, by code",
    "TT_USER": "TikTok account",
    "TT_SHOP": "TikTok Shop",
    "CUSTOMIZED_USER": "Custom identity",
    "BUDGET_MODE_DAY": "Per day",
    "BUDGET_MODE_INFINITE": "No limit",
    "BUDGET_MODE_TOTAL": "In total",
    "PUBLIC_TO_EVERYONE": "Everyone",
    "MUTUAL_FOLLOW_FRIENDS": "Friends",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only you",
    "STATUS_DELETE": "Deleted",
    "STATUS_DISABLE": "Disabled",
    "STATUS_NOT_DELETE": "Not deleted",
    "STATUS_NOT_DELIVERY": "Not delivering",
    "csv": "CSV",
    "crm": "CRM",
    "json": "JSON",
    "jsonl": "JSON lines",
    "oauth": "OAuth",
    "sqlite": "SQLite",
    "sha256": "SHA-256, hex",
    "sha256-base64": "SHA-256, Base64",
    "tiktok": "TikTok",
    "tiktok-ads": "TikTok ads",
}
#: What only says which list a word is from.
_PREFIXES: Final = ("STATUS_", "AUCTION_", "BUDGET_MODE_", "PLACEMENT_TYPE_", "PACING_MODE_")
#: Words that stay in capitals.
_CAPITALS: Final = frozenset(
    {"CPC", "CPM", "CPV", "GD", "GET", "HEAD", "OCPC", "OCPM", "PATCH", "POST", "PUT", "RF"}
)
_RESERVED: Final = "RESERVATION_"


def label_of(word: str) -> str:
    """A technical word as people say it: `AUCTION_ADGROUP` is "Ad group"."""
    if word in _KNOWN:
        return _KNOWN[word]
    if word.startswith(_RESERVED):
        return f"{label_of(word.removeprefix(_RESERVED))}, reserved"
    short = next((word.removeprefix(one) for one in _PREFIXES if word.startswith(one)), word)
    parts = [part for part in re.split(r"[_\s-]+", short) if part]
    said = " ".join(part if part in _CAPITALS else part.lower() for part in parts)
    said = said.replace("adgroup", "ad group")
    return said[:1].upper() + said[1:] or word


# --- what is wrong --------------------------------------------------------------------------------


def faults_of(error: AdloomError) -> list[Fault]:
    """Every single thing an error complains about, each with the parameter it is about.

    What is about no parameter has an empty path. Of a scenario's problems those of a step's
    parameters keep the path below `params`; warnings are no faults.
    """
    if isinstance(error, InvalidParamsError):
        return list(error.faults)
    if isinstance(error, MappingError):
        return [Fault(one.path, _with_hint(one.message, one.hint)) for one in error.each]
    if isinstance(error, InvalidScenarioError):
        told = [_fault_of(one) for one in error.problems]
        return [one for one in told if one is not None]
    return [Fault("", _with_hint(str(error), error.hint))]


def _fault_of(problem: object) -> Fault | None:
    if not isinstance(problem, Problem):
        return Fault("", str(problem))
    if problem.severity is Severity.WARNING:
        return None
    text = _with_hint(problem.text, problem.hint)
    if "params" not in problem.path:
        return Fault("", text)
    below = problem.path[problem.path.index("params") + 1 :]
    return Fault(".".join(str(part) for part in below), text)


def _with_hint(text: str, hint: str | None) -> str:
    return f"{_sentence(text)} {_sentence(hint)}" if hint else text


def parts_of(path: str) -> list[str | int]:
    """A fault's path in parts: `events[1].user.0` is events, 1, user, 0.

    What a validator calls the branches of its types is left out.
    """
    found: list[str | int] = []
    for part in re.split(r"\.(?![^\[]*\])", path):
        named = re.fullmatch(r"([^\[\]]*)\[(\d+)\]", part)
        if named:
            found += [*([named[1]] if named[1] else []), int(named[2])]
        elif part and not re.search(r"[\[\](]", part) and part not in _BRANCHES:
            found.append(int(part) if re.fullmatch(r"[0-9]{1,9}", part) else part)
    return found


#: Names of types that stand in paths where a value may be of several.
_BRANCHES: Final = frozenset({"str", "int", "float", "bool", "decimal", "date", "datetime"})


def phrase(fault: Fault) -> str:
    """A fault as a sentence that stands beside its field; never a pattern to decipher."""
    text = next(
        (
            say(match)
            for pattern, say in _SAYINGS
            if (match := pattern.fullmatch(fault.message)) is not None
        ),
        fault.message,
    )
    place = _place(parts_of(fault.path)[1:])
    return f"{place}: {_sentence(text)}" if place else _sentence(text)


def _place(parts: Sequence[str | int]) -> str:
    said = ", ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in parts)
    return said[:1].upper() + said[1:] if said.startswith("entry") else said


def _sentence(text: str) -> str:
    text = text.strip()
    said = text[:1].upper() + text[1:]
    return said if said.endswith((".", "?", "!")) or not said else f"{said}."


def _grouped(number: str) -> str:
    return re.sub(r"\d{4,}", lambda found: f"{int(found[0]):,}", number)


def _count(number: str, noun: str) -> str:
    return f"{_grouped(number)} {noun}" + ("" if number == "1" else "s")


def _explained(pattern: str) -> str:
    """What a pattern allows, where that can be said in a few words."""
    if pattern.startswith(("^https://", "^https?://")):
        return "must be a web address that begins with https://"
    inside = "".join(re.findall(r"\[([^\]^][^\]]*)\]", pattern))
    if not inside or not re.fullmatch(r"\^(\[[^\]^][^\]]*\](\{\d+(,\d*)?\}|[+*])?)+\$", pattern):
        return "does not have the form that is needed here"
    cases = {"a-z": "small letters", "A-Z": "capitals", "0-9": "digits"}
    both = "a-z" in inside and "A-Z" in inside
    said = ["letters"] if both else []
    said += [
        word for class_, word in cases.items() if class_ in inside and not (both and "-z" in class_)
    ]
    said = [word for word in said if not (both and word == "capitals")]
    rest = re.sub(r"a-z|A-Z|0-9|\\(.)", r"\1", inside)
    said += list(dict.fromkeys(rest))
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    first = re.match(r"\^\[([^\]]*)\]\[", pattern)
    start = ", no digit first" if first and "0-9" not in first[1] else ""
    longest = re.search(r"\{\d+,(\d+)\}\$$", pattern)
    size = f", at most {int(longest[1]) + bool(first)} characters" if longest else ""
    return f"may hold {listed} only{size}{start}"


Saying = Callable[[re.Match[str]], str]


def _saying(pattern: str, say: Saying | str) -> tuple[re.Pattern[str], Saying]:
    told = say if callable(say) else (lambda _, text=say: text)
    return re.compile(pattern, re.DOTALL), told


#: A validator's own words, and ours for them.
_SAYINGS: Final[tuple[tuple[re.Pattern[str], Saying], ...]] = (
    _saying(r"must be (-?[\d.]+) or (more|less)", lambda m: f"must be {_grouped(m[1])} or {m[2]}"),
    _saying(r"must be more than (-?[\d.]+)", lambda m: f"must be more than {_grouped(m[1])}"),
    _saying(
        r"(?:input|value) should be less than (-?[\d.]+)",
        lambda m: f"must be less than {_grouped(m[1])}",
    ),
    _saying(r"must be one of (.+)", lambda m: f"must be one of {m[1].replace(chr(39), '')}"),
    _saying(r"string should have at least 1 character", "must not be empty"),
    _saying(
        r"string should have at least (\d+) characters?",
        lambda m: f"needs at least {_count(m[1], 'character')}",
    ),
    _saying(
        r"string should have at most (\d+) characters?",
        lambda m: f"may have at most {_count(m[1], 'character')}",
    ),
    _saying(r"string should match pattern '(.*)'", lambda m: _explained(m[1])),
    _saying(
        r"\w+ should have at least (\d+) items? after validation, not \d+",
        lambda m: "needs at least one" if m[1] == "1" else f"needs at least {_grouped(m[1])}",
    ),
    _saying(
        r"\w+ should have at most (\d+) items? after validation, not (\d+|more)",
        lambda m: f"takes at most {_grouped(m[1])}; there are {_grouped(m[2])}",
    ),
    _saying(r"input should be a valid string.*", "must be text"),
    _saying(r"input should be a valid (list|tuple|array)", "must be a list"),
    _saying(
        r"input should be a valid (dictionary|mapping|object).*",
        'must be an object with names and values, such as {"name": "value"}',
    ),
    _saying(r"input should be a valid (date|datetime)\b.*", "must be a date, such as 2026-11-21"),
    _saying(r"datetimes provided to dates .*", "must be a date without a time"),
    _saying(r"input should be a finite number", "must be a number that has an end"),
    _saying(r"input should be a valid (integer|decimal|number).*", "must be a number"),
    _saying(r"unable to parse input string as an integer.*", "must be a whole number"),
    _saying(r"input should be (\D.*)", lambda m: f"must be {m[1]}"),
    _saying(r".*pattern '.*'.*", "does not have the form that is needed here"),
)
