"""Finds what looks like a credential: it must not come from a blueprint into a file."""

import re
from typing import Any, Final

__all__ = ["BLANK", "blanked", "is_telling", "looks_secret"]

BLANK: Final = "•••"
#: Names under which secrets stand.
_NAMES: Final = re.compile(
    r"(?:api|app|access|auth|client|private|secret|consumer|refresh|signing)?[_ -]?"
    r"(?:key|token|secret|password|passphrase|credentials?)|(?:proxy[_ -]?)?authorization|"
    r"bearer|cookie|pass|pwd|x-[\w-]*(?:key|token|secret|auth)[\w-]*",
    re.IGNORECASE,
)
#: Names that end like one of these, and are none.
_HARMLESS: Final = frozenset({"key", "pass"})
#: Secrets by their looks: schemes with what follows, known beginnings, JWTs, long hex, passwords
#: and tokens in addresses, webhooks of chats.
_LOOKS: Final = re.compile(
    r"(?<![A-Za-z])(?:bearer|basic|token)\s+(?=[\w.~+/=-]*[0-9=])[\w.~+/=-]{8,}"
    r"|(?<![\w-])(?:sk|pk|rk)[_-](?:live|test|proj|ant)?[_-]?[A-Za-z0-9_-]{16,}"
    r"|(?<!\w)(?:xox[abeoprs]-[\w-]{8,}|gh[opsur]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})"
    r"|(?<!\w)(?:AKIA|ASIA)[A-Z0-9]{12,}|(?<!\w)AIza[\w-]{30,}|(?<!\w)ya29\.[\w.-]{16,}"
    r"|(?<!\w)pat[A-Za-z0-9]{14}\.[0-9a-f]{32,}|(?<!\w)(?:act|rft)\.[\w!*.-]{16,}"
    r"|(?<!\w)eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"
    r"|(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?<=://)[^\s/@:{}]{1,100}:[^\s/@{}]{1,200}(?=@)"
    r"|hooks\.slack\.com/services/[\w/]+|discord(?:app)?\.com/api/webhooks/[\w/-]+"
    r"|hook\.[a-z0-9.]*(?:make|integromat)\.com/\w+"
    r"|(?<=[?&])(?:[\w-]*[_-])?(?:key|token|secret|password|auth|signature|sig)=[^&\s{}]{4,}",
    re.IGNORECASE,
)
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
LONGEST: Final = 200_000


def is_telling(name: str) -> bool:
    """Whether what stands under a name is likely to be a secret."""
    return bool(_NAMES.fullmatch(name)) and name.lower() not in _HARMLESS


def looks_secret(value: Any) -> bool:
    """Whether there is something in a value that looks like a credential."""
    match value:
        case str():
            return bool(_LOOKS.search(value[:LONGEST]))
        case dict():
            return any(
                looks_secret(one) or (is_telling(name) and _is_written(one))
                for name, one in value.items()
            )
        case list():
            return any(looks_secret(one) for one in value) or _is_telling_pair(value)
        case _:
            return False


def _is_written(value: Any) -> bool:
    """Whether a value stands there in full, and does not come from another module."""
    return isinstance(value, str) and bool(_EXPRESSION.sub("", value).strip())


def _is_telling_pair(value: list[Any]) -> bool:
    """Whether one of `{name, value}` has a telling name."""
    return any(
        isinstance(one, dict)
        and is_telling(str(one.get("name") or one.get("key") or ""))
        and _is_written(one.get("value"))
        for one in value
    )


def blanked(text: str) -> str:
    """A text with dots in place of what looks like a credential."""
    return _LOOKS.sub(BLANK, text)
