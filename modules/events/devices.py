"""Ids of devices, which of them an event may carry, and the ATT status (§II.2).

The rules are those of Commanders Act, Segment and RudderStack (AC-067, AC-118, AC-123): nothing of
Apple's from Android, nothing of Android's from Apple, and neither from anything else.
"""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from modules.events.hashing import is_digest, sendable
from modules.events.problems import Problem, Severity

__all__ = [
    "ATT_STATUSES",
    "DEVICE_KEYS",
    "doubt_about_device_id",
    "lower_id",
    "read_att_status",
    "read_gaid",
    "read_idfa",
    "settle",
    "shared_id",
    "unknown_key",
]

#: What the `device` of a plain event may have.
DEVICE_KEYS: Final = (
    "platform",
    "os_version",
    "advertising_id",
    "vendor_id",
    "ad_tracking_enabled",
)
#: What an iOS app's user said to being tracked (§II.2).
ATT_STATUSES: Final = frozenset(
    {"AUTHORIZED", "DENIED", "NOT_DETERMINED", "RESTRICTED", "NOT_APPLICABLE"}
)
LONGEST_KEY_SHOWN: Final = 40
APPLE: Final = ("ios", "ipados", "tvos", "apple", "iphone", "ipad")
ANDROID: Final = ("android",)
#: Apps have to ask for permission to track since this version of iOS.
FIRST_WITH_ATT: Final = 14

_MAJOR_VERSION: Final = re.compile(r"\D{0,20}(\d{1,4})(?!\d)")
_DEVICE_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0"})


# --- which device has which -----------------------------------------------------------------------


def settle(
    user: Mapping[str, Any],
    device: Mapping[str, Any],
    *,
    att_status: str,
    problems: list[Problem],
) -> dict[str, Any]:
    """The `user` of a plain event with the device ids and the ATT status its device allows.

    An id given in `user` is preferred to that of the device. What a platform does not have is left
    out without a word: sources send both and leave the choice to us. Where the platform is not
    known, nothing is left out of `user`, and nothing is added to it.

    Args:
        user: The `user` of a plain event, raw.
        device: Its `device`: platform, os_version, advertising_id, vendor_id, ad_tracking_enabled.
        att_status: `as given`, or `automatic`: worked out from the device.
        problems: Gets what is wrong; no reason quotes a value.
    """
    settled = dict(user)
    if not device:
        return settled
    problems.extend(
        unknown_key("device", str(key), DEVICE_KEYS) for key in device if key not in DEVICE_KEYS
    )
    platform = _text(device.get("platform")).lower()
    if not platform:
        _warn_about_ids(device, "is left out: without a platform nobody knows its kind", problems)
        return settled
    is_apple = platform.startswith(APPLE)
    is_android = platform.startswith(ANDROID)
    if not is_apple and not is_android:
        _warn_about_ids(device, "is left out: the platform is neither iOS nor Android", problems)
    _settle_ids(settled, device, is_apple=is_apple, is_android=is_android)
    _settle_att_status(settled, device, is_apple=is_apple, automatic=att_status == "automatic")
    return settled


def _warn_about_ids(device: Mapping[str, Any], reason: str, problems: list[Problem]) -> None:
    problems.extend(
        Problem(f"device.{key}", reason, Severity.WARNING)
        for key in ("advertising_id", "vendor_id")
        if _text(device.get(key))
    )


def _settle_ids(
    user: dict[str, Any], device: Mapping[str, Any], *, is_apple: bool, is_android: bool
) -> None:
    """Keep the ids of the platform, taking from the device those that are missing."""
    belongs = {"idfa": is_apple, "idfv": is_apple, "gaid": is_android}
    source = {"idfa": "advertising_id", "idfv": "vendor_id", "gaid": "advertising_id"}
    for key, kept in belongs.items():
        value = user.pop(key, None)
        if kept and not _is_blank(value := device.get(source[key]) if _is_blank(value) else value):
            user[key] = value


def _settle_att_status(
    user: dict[str, Any], device: Mapping[str, Any], *, is_apple: bool, automatic: bool
) -> None:
    """Keep the status on iOS only, or work it out (AC-118); a given one beats a guess at it."""
    given = user.pop("att_status", None)
    status = given if is_apple else None
    if automatic and (not is_apple or _is_before_att(device.get("os_version"))):
        status = "NOT_APPLICABLE"
    elif automatic and _is_blank(status):
        status = _status_of(device.get("ad_tracking_enabled"))
    if not _is_blank(status):
        user["att_status"] = status


def _is_before_att(version: object) -> bool:
    """Whether an iOS is so old that apps need not ask; an unknown version is not."""
    found = _MAJOR_VERSION.match(_text(version))
    return found is not None and int(found[1]) < FIRST_WITH_ATT


def _status_of(tracking: object) -> str:
    said = _text(tracking).lower()
    if said in _YES:
        return "AUTHORIZED"
    return "DENIED" if said in _NO else "NOT_DETERMINED"


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


# --- one by one -----------------------------------------------------------------------------------


def shared_id(text: str) -> str:
    """The id of a device that gives one: those of which it is not to be known are all zeros."""
    if not text.strip("0-"):
        raise ValueError("is an id of zeros: the device does not share its own")
    return sendable(text)


def read_idfa(text: str) -> str:
    """An IDFA as it is sent: in capitals (§II.2); a digest passes in lower case."""
    return text.lower() if is_digest(text) else shared_id(text).upper()


def read_gaid(text: str) -> str:
    """A GAID as it is sent: in lower case (§II.2); a digest passes."""
    return shared_id(text).lower()


def lower_id(text: str) -> str:
    """What is hashed of either; for the IDFA TikTok names no case, peers take lower (§II.3)."""
    return shared_id(text).lower()


def doubt_about_device_id(text: str) -> str | None:
    """What is odd about an advertising id that is sent, or None."""
    looks_right = is_digest(text) or _DEVICE_ID.fullmatch(text)
    return None if looks_right else "does not look like an advertising id: 8-4-4-4-12 hex digits"


def read_att_status(text: str) -> str:
    """One of the five statuses, however it is written (AC-068)."""
    status = text.upper().replace(" ", "_").replace("-", "_")
    if status not in ATT_STATUSES:
        raise ValueError(f"must be one of {', '.join(sorted(ATT_STATUSES))}")
    return status


@lru_cache(maxsize=256)
def unknown_key(part: str, key: str, known: tuple[str, ...]) -> Problem:
    """A warning about a key nobody knows, with what may have been meant; it is not sent.

    A key that is no plain name may be personal data itself, and is not quoted.
    """
    if not key.isidentifier() or len(key) > LONGEST_KEY_SHOWN:
        return Problem(part, "has a key that is not known; left out", Severity.WARNING)
    near = difflib.get_close_matches(key.lower(), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(f"{part}.{key}", f"is not known; left out{hint}", Severity.WARNING)
