"""What the documents of Morf, Adobe and Tealium say becomes of an event.

The events are ours; what is expected is the documents' (open_platform_and_events.md §III).
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.acceptance.cases import CLOCK, PAST, PIXEL, Case, digest

__all__ = ["OTHERS"]

_SOMEBODY: Final = digest("somebody")
_MIA: Final = digest("mia@mail.example")

_LEAST: Final = {"event": "Purchase", "page": {"url": "https://loom.example/"}}


def _asked(seed: str, name: str, given: Mapping[str, Any], **more: Any) -> Case:
    return Case(seed, name, {**_LEAST, **given}, **more)


OTHERS: Final = [
    _asked(
        "Morf",
        "a test code stands at the top",
        {"test_event_code": "TEST777"},
        sent={"event_source_id": PIXEL, "test_event_code": "TEST777"},
        lacks=("data.0.test_event_code",),
    ),
    *(
        _asked("Adobe", "times have several forms", {"event_time": told}, sent={"event_time": PAST})
        for told in (
            "2026-09-21T13:13:20Z",
            "2026-09-21T13:13:20.000+0000",
            "2026-09-21T13:13:20:000+0000",
            "2026-09-21T15:13:20.000+0200",
        )
    ),
    *(
        _asked(
            "Adobe",
            "a quantity is more than nothing",
            {"properties": {"contents": [{"content_id": "loom-1", "quantity": quantity}]}},
            refused="properties.contents[0].quantity: must be more than 0",
        )
        for quantity in (0, -1)
    ),
    *(
        _asked("Adobe", "IPv6 is sent in any form", {"user": {"ip": ip}}, sent={"user": {"ip": ip}})
        for ip in ("2001:0db8:00aa:0000:0000:0000:0000:0017", "2001:db8:aa::17")
    ),
    _asked(
        "Tealium",
        "a pixel of the action's own",
        {"pixel_id_override": "CSEEDPIXEL02"},
        sent={"event_source_id": "CSEEDPIXEL02"},
    ),
    *(
        _asked(
            "Tealium",
            "hash it, or it is hashed already",
            {"user": user},
            sent={"user.email": expected},
        )
        for user, expected in (
            ({"email": "mia@mail.example"}, _MIA),
            ({"email_sha256": _MIA}, _MIA),
            (
                {"email": "Mia@mail.example", "email_sha256": [_SOMEBODY, _MIA]},
                [_MIA, _SOMEBODY],
            ),
        )
    ),
    _asked(
        "Tealium",
        "China may do without its code",
        {"user": {"phone": "+86 139 1111 2222"}},
        sent={"user.phone": digest("13911112222")},
        options={"cn_phone_without_country_code": True},
    ),
    _asked(
        "Tealium",
        "China may do without its code",
        {"user": {"phone": "+86 139 1111 2222"}},
        sent={"user.phone": digest("+8613911112222")},
    ),
    _asked("Tealium", "a timestamp is now by default", {}, sent={"event_time": CLOCK}),
    _asked(
        "Tealium",
        "its callback is the click id",
        {"callback": "E.C.P.callback"},
        sent={"user.ttclid": "E.C.P.callback"},
        fields={"user.ttclid": "callback"},
        way="mapping",
    ),
]
