"""Finding a module: by words, kind, platform and verb."""

import re
from collections.abc import Sequence

from adloom.services.module_pages import app_of, verb_of
from modules import all_modules
from modules.base import Module

__all__ = ["apps", "modules_like", "verbs"]


def modules_like(text: str = "", *, kind: str = "", app: str = "", verb: str = "") -> list[Module]:
    """The modules that fit, the best first; every word has to stand somewhere.

    Args:
        text: What was typed.
        kind: `trigger`, `search` or `action`; empty is any.
        app: A kind of connection it works with; empty is any.
        verb: What its name begins with; empty is any.
    """
    words = re.findall(r"\w+", text.lower().replace("_", " "))
    fitting = [
        one
        for one in all_modules()
        if kind in ("", one.kind)
        and (not app or app in one.providers)
        and verb in ("", verb_of(one))
    ]
    ranked = [(rank, one) for one in fitting if (rank := _rank(one, words)) is not None]
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def apps() -> list[tuple[str, str]]:
    """The platforms there are modules for: kinds of connections, and what people call them."""
    return list({one.provider: app_of(one) for one in all_modules()}.items())


def verbs() -> list[str]:
    """The words that names of modules begin with."""
    return sorted({verb_of(one) for one in all_modules()})


def _rank(module: Module, words: Sequence[str]) -> int | None:
    """How well a module fits, the smaller the better; None if it does not."""
    name = f"{module.title} {module.name}".lower().replace("_", " ")
    whole = f"{name} {module.description} {app_of(module)} {' '.join(module.providers)}".lower()
    if not all(word in whole for word in words):
        return None
    return sum(word not in name for word in words)
