"""Records made fit to be kept in a file: secrets as dots, persons and ids under other names.

The same value gets the same other name wherever it stands, also within texts, so that what belongs
together stays together. What stands in the scenario itself stays as it is: it is there to be read.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adloom.secret import redact

__all__ = ["Scrubber"]

EMAIL: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
PHONE: Final = r"(?:\+|\b00)[1-9](?:[ ()./-]{0,2}\d){7,14}\b"
#: TikTok's ids have 16 to 19 digits; shorter numbers may be moments.
LONG_ID: Final = r"(?<!\d)(?<!\d\.)\d{12,20}(?!\d)"
DIGEST: Final = r"\b[0-9a-f]{64}\b"
FOUND: Final = re.compile(f"{EMAIL}|{PHONE}|{DIGEST}|{LONG_ID}", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{5,20}")
_DIGITS: Final = re.compile(r"\d+")
_ID_NAME: Final = re.compile(r"(?:^|_)ids?$", re.IGNORECASE)
_PHONE_NAME: Final = re.compile(r"phone|mobile|(?:^|_)tel(?:$|_)", re.IGNORECASE)
#: Shorter values of persons would turn ordinary words into names.
SHORTEST: Final = 4


@dataclass
class Scrubber:
    """Gives things other names.

    Args:
        kept: Text whose values stay as they are.
        personal: Values that belong to persons.
    """

    kept: str = ""
    personal: Iterable[str] = ()
    _names: dict[str, str] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stays = {one.casefold() for one in FOUND.findall(self.kept)}
        self._stays |= set(_NUMBER.findall(self.kept))
        for value in self.personal:
            if len(value) >= SHORTEST and value not in self.kept:
                self._name(value)
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: Any, name: str = "") -> None:
        """Find out what needs another name, from where it stands."""
        match value:
            case Mapping():
                for key, one in value.items():
                    self.learn(one, str(key))
            case list() | tuple():
                for one in value:
                    self.learn(one, name)
            case str() | int() if self._tells(str(value), name):
                self._name(str(value))
            case str():
                for found in FOUND.findall(value):
                    self._name(found)
            case _:
                pass
        self._pattern = None

    def scrub(self, value: Any) -> Any:
        """The same data without secrets, and under other names."""
        return self._renamed(redact(value))

    # --- inside ---------------------------------------------------------------------------------

    def _tells(self, value: str, name: str) -> bool:
        """Whether a value is an id or a telephone number because of what it is called."""
        if _ID_NAME.search(name):
            return _NUMBER.fullmatch(value) is not None
        return bool(_PHONE_NAME.search(name)) and sum(map(str.isdigit, value)) > SHORTEST

    def _renamed(self, value: Any) -> Any:
        match value:
            case Mapping():
                return {self._text(str(key)): self._renamed(one) for key, one in value.items()}
            case list() | tuple():
                return [self._renamed(one) for one in value]
            case str():
                return self._text(value)
            case int() if not isinstance(value, bool) and str(value) in self._names:
                return int(self._names[str(value)])
            case _:
                return value

    def _text(self, text: str) -> str:
        if self._pattern is None:
            words = (one for one in self._names if not _DIGITS.fullmatch(one))
            known = [re.escape(one) for one in sorted(words, key=len, reverse=True)]
            whole = "|".join([*known, FOUND.pattern, rf"(?<!\d)(?<!\d\.){_NUMBER.pattern}(?!\d)"])
            self._pattern = re.compile(whole, re.IGNORECASE)
        return self._pattern.sub(lambda found: self._other(found[0]), text)

    def _other(self, value: str) -> str:
        """The other name of what stands in a text; a short number has one only if it is an id."""
        is_short = _DIGITS.fullmatch(value) and not FOUND.fullmatch(value)
        return self._names.get(value, value) if is_short else self._name(value)

    def _name(self, value: str) -> str:
        """The other name of a value; what stands in the scenario keeps its own."""
        if value.casefold() in self._stays:
            return value
        for key in (value, value.casefold()):
            if key in self._names:
                return self._names[key]
        made = self._made(value)
        while made in self._stays:
            made = self._made(value)
        self._names[value.casefold()] = made
        return made

    def _made(self, value: str) -> str:
        if re.fullmatch(r"\d+", value):
            number = self._next(f"id of {len(value)}")
            return f"1{number:0{len(value) - 1}}"
        if re.fullmatch(DIGEST, value, re.IGNORECASE):
            return hashlib.sha256(f"person {self._next('digest')}".encode()).hexdigest()
        if "@" in value:
            return f"person{self._next('email')}@example.com"
        if re.fullmatch(r"[\d+ ()./-]+", value):
            return f"+1202555{99 + self._next('phone'):04}"
        return f"person {self._next('person')}"

    def _next(self, kind: str) -> int:
        self._count[kind] = self._count.get(kind, 0) + 1
        return self._count[kind]
