"""Event names: TikTok's own per source, old ones, retired ones, and what else may be meant.

Names tell capitals apart (open_platform_and_events.md §II.5). Any other name is a custom event,
sent as it is written; where it looks like a slip of the pen, a warning says so.
"""

import difflib
import re
from dataclasses import dataclass
from typing import Any, Final

from modules.events.checks import holds_email
from modules.events.options import EventSource, Options
from modules.events.problems import Problem, Severity

__all__ = [
    "PRODUCT_EVENTS",
    "PURCHASES",
    "RENAMED",
    "RETIRED",
    "STANDARD_EVENTS",
    "Named",
    "Names",
    "near_name",
    "recommended_properties",
]

_WEB_NAMES: Final = """
    AddPaymentInfo AddToCart AddToWishlist ApplicationApproval CompleteRegistration Contact
    CustomizeProduct Download FindLocation InitiateCheckout Lead Purchase Schedule Search
    StartTrial SubmitApplication Subscribe ViewContent
"""
_WEB: Final = frozenset(_WEB_NAMES.split())
_APP_NAMES: Final = """
    AchieveLevel AddPaymentInfo AddToCart AddToWishlist Checkout CompleteTutorial CreateGroup
    CreateRole GenerateLead InAppADClick InAppADImpr InstallApp JoinGroup LaunchAPP
    LoanApplication LoanApproval LoanDisbursal Login Purchase Rate Registration Search
    SpendCredits StartTrial Subscribe UnlockAchievement ViewContent
"""
_APP: Final = frozenset(_APP_NAMES.split())
#: TikTok's own events, per source (§II.5).
STANDARD_EVENTS: Final[dict[EventSource, frozenset[str]]] = {
    "web": _WEB,
    "app": _APP,
    "offline": _WEB,
    "crm": _WEB,
}
_RENAMED_ON_WEB: Final = {"CompletePayment": "Purchase", "SubmitForm": "Lead"}
#: Old names, and other spellings of TikTok's odd capitals, with the current name, per source.
RENAMED: Final[dict[EventSource, dict[str, str]]] = {
    "web": _RENAMED_ON_WEB,
    "app": {
        "CompletePayment": "Purchase",
        "SubmitForm": "GenerateLead",
        "InAppAdClick": "InAppADClick",
        "InAppAdImpr": "InAppADImpr",
        "LaunchApp": "LaunchAPP",
    },
    "offline": _RENAMED_ON_WEB,
    "crm": _RENAMED_ON_WEB,
}
#: Names TikTok has dropped without a successor; they still arrive (§II.5).
RETIRED: Final = frozenset({"ClickButton", "PlaceAnOrder"})
#: Not in TikTok's list, but its own pixel sends them, so nobody has mistyped them.
_UNLISTED: Final = frozenset({"PageView", "Pageview"})
#: What one source calls by another name than the others.
_COUNTERPARTS: Final = {
    "Checkout": "InitiateCheckout",
    "CompleteRegistration": "Registration",
    "GenerateLead": "Lead",
    "InitiateCheckout": "Checkout",
    "Lead": "GenerateLead",
    "Registration": "CompleteRegistration",
}
#: Events of a sale: they want a value and a currency, and an order id tells them apart.
PURCHASES: Final = frozenset({"Checkout", "CompletePayment", "PlaceAnOrder", "Purchase"})
#: Events about products: they want to know which.
PRODUCT_EVENTS: Final = PURCHASES | {
    "AddPaymentInfo",
    "AddToCart",
    "AddToWishlist",
    "InitiateCheckout",
    "ViewContent",
}
_LEADS_NAMES: Final = """
    ApplicationApproval CompleteRegistration Contact CustomizeProduct FindLocation GenerateLead
    Lead Schedule StartTrial SubmitApplication SubmitForm Subscribe
"""
_LEADS: Final = frozenset(_LEADS_NAMES.split())

#: No maximum is documented; a longer name is a mistake (our own bound).
_LONGEST_NAME: Final = 200
#: Judged names that are remembered; beyond it a name is judged anew each time.
_MOST_REMEMBERED: Final = 1_000
_LIKE_A_NUMBER: Final = re.compile(r"(?<!\d)\+?\d(?:[ ()./-]?\d){8,14}(?!\d)")
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")


def recommended_properties(name: str) -> tuple[str, ...]:
    """The properties TikTok wishes for with an event, the most useful first (§II.5)."""
    if name in PRODUCT_EVENTS:
        return ("contents", "content_ids", "content_type", "value", "currency", "description")
    if name == "Search":
        return ("search_string",)
    if name in _LEADS:
        return ("description", "value", "currency")
    return ("description",) if name == "Download" else ()


def near_name(name: str, source: EventSource) -> str | None:
    """The event of TikTok's that a custom name may have meant."""
    other = _COUNTERPARTS.get(name)
    if other in STANDARD_EVENTS[source]:
        return other
    known = _FOLDED[source]
    folded = _fold(name)
    if folded in known:
        return known[folded]
    near = difflib.get_close_matches(folded, known, n=1, cutoff=0.85)
    return known[near[0]] if near else None


def _fold(name: str) -> str:
    return _NOT_A_LETTER.sub("", name).casefold()


_FOLDED: Final[dict[EventSource, dict[str, str]]] = {
    source: {_fold(name): name for name in names}
    | {_fold(old): new for old, new in RENAMED[source].items()}
    for source, names in STANDARD_EVENTS.items()
}


@dataclass(frozen=True, slots=True)
class Named:
    """What an event's name came to.

    Args:
        name: The name that is sent; None if the event cannot or shall not go out.
        problems: What is wrong with it.
        skipped: Why the user does not want the event.
        purchase: Whether it is a sale.
        product: Whether it is about products.
    """

    name: str | None
    problems: tuple[Problem, ...] = ()
    skipped: str | None = None
    purchase: bool = False
    product: bool = False


class Names:
    """The names of one source, as the user wants them.

    Args:
        options: What the user decided.
        source: The event source.
    """

    def __init__(self, options: Options, source: EventSource):
        self._source = source
        self._standard = STANDARD_EVENTS[source]
        self._renamed = RENAMED[source] if options.event_names == "current" else {}
        self._custom = options.custom_events
        self._only = self._both(options.only)
        self._never = self._both(options.never)
        self._judged: dict[str, Named] = {}

    def read(self, given: Any) -> Named:
        """Judge the name of an event; the same name is judged only once."""
        try:
            return self._judged[given]
        except (KeyError, TypeError):
            named = self._read(given)
            if named.name and len(self._judged) < _MOST_REMEMBERED:
                self._judged[given] = named
            return named

    def _both(self, names: list[str]) -> frozenset[str]:
        """Names as they were listed and as they are called now."""
        return frozenset(names) | {RENAMED[self._source].get(name, name) for name in names}

    def _read(self, given: Any) -> Named:
        if given is None or given == "":
            return Named(None, (Problem("event", "is missing"),))
        if not isinstance(given, str):
            return Named(None, (Problem("event", "must be text"),))
        written = given.strip()
        unfit = _unfit(written)
        if unfit:
            return Named(None, (Problem("event", unfit),))
        name = self._renamed.get(written, written)
        skipped = self._unwanted(written, name)
        if skipped:
            return Named(None, skipped=skipped)
        if self._source == "offline" and self._is_custom(name):
            return Named(None, (Problem("event", self._not_standard(name)),))
        return Named(
            name,
            tuple(self._doubts(name)),
            purchase=name in PURCHASES,
            product=name in PRODUCT_EVENTS,
        )

    def _is_custom(self, name: str) -> bool:
        return not (name in self._standard or name in RENAMED[self._source] or name in RETIRED)

    def _unwanted(self, written: str, name: str) -> str | None:
        """Why the user does not want the event, if so; its old and its new name mean the same."""
        names = {written, RENAMED[self._source].get(written, written)}
        if not names.isdisjoint(self._never):
            return f"{name} events are never sent"
        if self._only and names.isdisjoint(self._only):
            return f"{name} is not among the events that are sent"
        if not self._custom and self._is_custom(name):
            return f"{name} is a custom event, and those are switched off"
        return None

    def _not_standard(self, name: str) -> str:
        near = near_name(name, self._source)
        hint = f"; did you mean {near}?" if near else ""
        return f"must be one of TikTok's own events where the source is offline{hint}"

    def _doubts(self, name: str) -> list[Problem]:
        """Warnings: a retired name, a likely slip, a number that may be somebody's."""
        doubts = []
        if name in RETIRED:
            doubts.append("is a name TikTok has retired; it may not be counted as you expect")
        elif self._source != "crm" and name not in _UNLISTED and self._is_custom(name):
            near = near_name(name, self._source)
            if near:
                doubts.append(f"goes out as a custom event; did you mean {near}?")
        if _LIKE_A_NUMBER.search(name):
            doubts.append("looks as if it held a telephone number or an id; name the event only")
        return [Problem("event", doubt, Severity.WARNING) for doubt in doubts]


def _unfit(name: str) -> str | None:
    """Why a name cannot be sent at all, if so."""
    if not name:
        return "is missing"
    if len(name) > _LONGEST_NAME:
        return f"must have at most {_LONGEST_NAME} characters"
    if not name.isprintable():
        return "holds characters that cannot be shown"
    if holds_email(name):
        return "holds an e-mail address; personal data does not belong in a name"
    return None
