"""Who an event is about: the `user` part of a plain event, as TikTok wants it (§II.2, §II.3).

Raw personal data comes in here and does not leave: what is hashed is hashed, what is unknown is not
sent, and no problem quotes a value.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

from modules.events.devices import (
    doubt_about_device_id,
    lower_id,
    read_att_status,
    read_gaid,
    read_idfa,
    shared_id,
    unknown_key,
)
from modules.events.hashing import (
    hashed,
    normalise_country,
    normalise_email,
    normalise_external_id,
    normalise_name,
    normalise_place,
    normalise_zip_code,
    sendable,
    text_of,
)
from modules.events.options import HashedField, Options
from modules.events.phones import normalise_phone, phone_reader
from modules.events.problems import Problem, Severity

__all__ = [
    "USER_KEYS",
    "Identities",
    "normalise_country",
    "normalise_email",
    "normalise_external_id",
    "normalise_name",
    "normalise_phone",
    "normalise_place",
    "normalise_zip_code",
]

#: Identifiers of which TikTok takes several; of the others it takes one (§II.2).
LISTS: Final = frozenset({"email", "phone", "external_id"})

_OCTETS: Final = frozenset(str(number) for number in range(256))
#: First numbers of IPv4 addresses that may not be public; of IPv6, public ones begin with 2 or 3.
_DOUBTFUL: Final = frozenset(
    {"0", "10", "100", "127", "169", "172", "192", *(str(number) for number in range(224, 256))}
)
_NOT_PUBLIC: Final[list[IPv4Network | IPv6Network]] = [
    *map(IPv4Network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8")),
    *map(IPv4Network, ("169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")),
    *map(IPv6Network, ("::/127", "fc00::/7", "fe80::/10", "ff00::/8")),
]
_LOCALE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


# --- what is sent as it is ------------------------------------------------------------------------


def _hidden(_text: str) -> str:
    return ""


def _ip(text: str) -> str:
    parts = text.split(".")
    if (len(parts) == 4 and _OCTETS.issuperset(parts)) or _is_ipv6(text):  # noqa: PLR2004 - IPv4
        return text
    raise ValueError("is not an IP address")


def _is_ipv6(text: str) -> bool:
    if ":" not in text or "%" in text:
        return False
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _doubt_about_ip(text: str) -> str | None:
    public_at_once = text[0] in "23" if ":" in text else text.partition(".")[0] not in _DOUBTFUL
    if public_at_once:
        return None
    address = ip_address(text)
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if any((inner or address) in network for network in _NOT_PUBLIC):
        return "is not a public address: TikTok can do nothing with it"
    return None


def _doubt_about_ttclid(text: str) -> str | None:
    """Click ids are long and opaque; all of them begin alike (§II.2, AC-135)."""
    begins_well = text.startswith("E.C.P.") and len(text) > len("E.C.P.")
    return None if begins_well else "does not look like a click id of TikTok, which is E.C.P.…"


def _locale(text: str) -> str:
    """BCP 47 joins with dashes what Android and GA4 join with underscores."""
    return sendable(text).replace("_", "-")


def _doubt_about_locale(text: str) -> str | None:
    looks_right = _LOCALE.fullmatch(text)
    return None if looks_right else "does not look like a language tag (BCP 47), for example en-US"


# --- the table of fields --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """One key of a plain event's `user`.

    Args:
        name: The key.
        target: The key it is sent under.
        convert: Makes what is sent of a stripped text; a ValueError says why nothing is.
        doubt: Finds something odd about what is sent.
        severity: What it means that nothing is sent.
    """

    name: str
    target: str
    convert: Callable[[str], str]
    doubt: Callable[[str], str | None] | None = None
    severity: Severity = Severity.WARNING

    def read(self, value: object, problems: list[Problem], index: int | None = None) -> str:
        """What is sent of one value; an empty text if nothing is."""
        try:
            text = text_of(value)
            if not text:
                return ""
            found = self.convert(text)
        except UnicodeEncodeError:
            return self._leave_out("is not valid Unicode text", problems, index)
        except ValueError as fault:
            return self._leave_out(str(fault), problems, index)
        if self.doubt is not None and found and (reason := self.doubt(found)):
            problems.append(Problem(self._path(index), reason, Severity.WARNING))
        return found

    def add(self, value: object, user: dict[str, Any], problems: list[Problem]) -> None:
        """Add one value or a list of values to what `user` has of its target, each once."""
        before = user.get(self.target, [])
        found = list(before) if isinstance(before, list) else [before]
        if isinstance(value, list | tuple):
            given = [(index, one) for index, one in enumerate(value) if one is not None]
            found += [self.read(one, problems, index) for index, one in given]
        else:
            found.append(self.read(value, problems))
        found = list(filter(None, dict.fromkeys(found)))
        if len(found) > 1 and self.target not in LISTS:
            reason = "takes one value: only the first was taken"
            problems.append(Problem(self._path(None), reason, Severity.WARNING))
            del found[1:]
        if found:
            user[self.target] = found if len(found) > 1 else found[0]

    def _leave_out(self, reason: str, problems: list[Problem], index: int | None) -> str:
        end = "; left out" if self.severity is Severity.WARNING else ""
        problems.append(Problem(self._path(index), f"{reason}{end}", self.severity))
        return ""

    def _path(self, index: int | None) -> str:
        return f"user.{self.name}" if index is None else f"user.{self.name}[{index}]"


def _hashed_fields(options: Options) -> Iterator[_Field]:
    """Those that TikTok wants hashed: each as it is, and already hashed (AC-064)."""
    forms: dict[HashedField, Callable[[str], str]] = {
        "email": normalise_email,
        "phone": phone_reader(options),
        "external_id": normalise_external_id,
        "first_name": normalise_name,
        "last_name": normalise_name,
        "zip_code": normalise_zip_code,
    }
    for name, form in forms.items():
        policy = options.hashing.get(name, "automatic")
        severity = Severity.ERROR if policy == "hashed" else Severity.WARNING
        yield _Field(name, name, hashed(form, policy), severity=severity)
        digest = f"{name}_sha256"
        yield _Field(digest, name, hashed(form, "hashed"), severity=Severity.ERROR)


def _device_ids(options: Options) -> Iterator[_Field]:
    """Advertising ids, which TikTok takes as they are and as digests."""
    forms: dict[HashedField, Callable[[str], str]] = {"idfa": read_idfa, "gaid": read_gaid}
    for name, plain in forms.items():
        policy = options.hashing.get(name, "automatic")
        convert = plain if policy == "automatic" else hashed(lower_id, policy)
        severity = Severity.ERROR if policy == "hashed" else Severity.WARNING
        yield _Field(name, name, convert, doubt_about_device_id, severity)
    yield _Field("idfv", "idfv", shared_id)


def _plain_fields(options: Options) -> Iterator[_Field]:
    """Those that are sent as they are."""
    yield _Field("city", "city", normalise_place)
    yield _Field("state", "state", normalise_place)
    yield _Field("country", "country", normalise_country)
    yield _Field("ttclid", "ttclid", sendable, _doubt_about_ttclid)
    yield _Field("ttp", "ttp", sendable)
    yield _Field("ip", "ip", _hidden if options.hide_ip else _ip, _doubt_about_ip)
    yield _Field("user_agent", "user_agent", sendable)
    yield _Field("locale", "locale", _locale, _doubt_about_locale)
    yield _Field("att_status", "att_status", read_att_status, severity=Severity.ERROR)


def _fields(options: Options) -> dict[str, _Field]:
    fields = (*_hashed_fields(options), *_device_ids(options), *_plain_fields(options))
    return {field.name: field for field in fields}


#: What the `user` of a plain event may have.
USER_KEYS: Final = tuple(_fields(Options()))


# --- the whole ------------------------------------------------------------------------------------


class Identities:
    """Turns the `user` of plain events into what TikTok is sent.

    Args:
        options: Countries of telephone numbers, what is hashed already, whether the IP is hidden.
    """

    def __init__(self, options: Options):
        self._fields = _fields(options)
        #: Where the values of most fields go, and what makes them, for the short way.
        self._short = {
            name: (field.target, field.convert)
            for name, field in self._fields.items()
            if field.doubt is None
        }

    def user(self, raw: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
        """The `user` of a `data[]` item: normalised, hashed, without what is empty or unknown.

        Args:
            raw: The `user` of a plain event: values or lists of values.
            problems: Gets what is wrong; no reason quotes a value.
        """
        user: dict[str, Any] = {}
        short = self._short
        for key, value in raw.items():
            if key in short and value.__class__ is str:
                target, convert = short[key]
                if target not in user:
                    try:
                        user[target] = convert(value.strip())
                    except ValueError:
                        self._fields[key].read(value, problems)  # the long way says what is wrong
                    continue
            if value is not None:
                self._add(key, value, user, problems)
        return user

    def _add(self, key: Any, value: Any, user: dict[str, Any], problems: list[Problem]) -> None:
        """The long way of a value."""
        field = self._fields.get(key)
        if field is None:
            problems.append(unknown_key("user", str(key), USER_KEYS))
        elif not isinstance(value, str) or field.target in user:
            field.add(value, user, problems)
        elif found := field.read(value, problems):
            user[field.target] = found
