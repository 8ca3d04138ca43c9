"""How a simulator is set up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from adloom.simulator.faults import Rule

__all__ = ["PRACTICE_APP", "Options"]

#: The app that a simulator knows when it is told no other.
PRACTICE_APP: Final = "7300000000000000001"


@dataclass(frozen=True)
class Options:
    """What a simulator is like.

    Args:
        host: The address it listens at; only this machine's unless another one is given.
        port: The port; 0 picks a free one.
        seed: The same seed and start give the same accounts, ids, codes and tokens.
        speed: Simulated seconds for each real one; 0 holds time still.
        ads: How many ads the large account has, deleted ones included.
        strict: Whether only the apps in `apps` exist; otherwise any app id, secret and address do.
        apps: The secrets of the known apps by their app id.
        redirect_uris: Where consents may lead when `strict`; empty means anywhere.
        faults: Rules that are in force from the start.
        start: Simulated time at the start; None is now. Without a zone it is taken as UTC.
        lag: Real seconds until a change becomes visible to reads (business_api.md §8).
        rate: Requests a second, per app and endpoint, before code 40100: one number for all
            endpoints, or by path with `*` for the others; None is off.
        smart_ad_pause: Real seconds between two changes of one Upgraded Smart+ ad
            (business_api.md §8); 0 is off.
        report_delay: Real seconds until an asynchronous report is ready.
        report_ids: How many objects a synchronous report covers (business_api.md §5.1).
        videos: How many videos each creator has at the start.
        sounds: Whether sounds can still be uploaded (open_platform_and_events.md §I.5).
        audited: Whether apps may post to public accounts (open_platform_and_events.md §I.6).
        open_limits: Whether the Open Platform counts requests a minute.
        webhook_speed: Simulated seconds for each real one between two attempts of a webhook.
        webhook_copies: How often each webhook is delivered at least.
    """

    host: str = "127.0.0.1"
    port: int = 8900
    seed: int = 1
    speed: float = 1.0
    ads: int = 240
    strict: bool = False
    apps: Mapping[str, str] = field(default_factory=lambda: {PRACTICE_APP: "practice-secret"})
    redirect_uris: Sequence[str] = ()
    faults: Sequence[Rule | Mapping[str, Any]] = ()
    start: datetime | None = None
    lag: float = 0.0
    rate: Mapping[str, float] | float | None = None
    smart_ad_pause: float = 5.0
    webhook_speed: float = 1.0
    webhook_copies: int = 1
    report_delay: float = 1.0
    report_ids: int = 20_000
    videos: int = 60
    sounds: bool = True
    audited: bool = True
    open_limits: bool = True
