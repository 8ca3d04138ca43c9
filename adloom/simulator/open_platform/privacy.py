"""Who may see a post (open_platform_and_events.md §I.6)."""

from typing import Final

from adloom.simulator.open_platform.envelope import OpenRefusal
from adloom.simulator.open_platform.posts import PUBLIC
from adloom.simulator.open_platform.sources import bad
from adloom.simulator.options import Options

__all__ = ["checked_level", "levels_of"]

ALONE: Final = "SELF_ONLY"
LEVELS: Final = (PUBLIC, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", ALONE)
#: Which levels an account offers is assumed.
OF_PUBLIC: Final = (PUBLIC, "MUTUAL_FOLLOW_FRIENDS", ALONE)
OF_PRIVATE: Final = ("FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", ALONE)


def levels_of(options: Options) -> tuple[str, ...]:
    """What an account offers; unaudited apps meet private accounts only."""
    return OF_PUBLIC if options.audited else OF_PRIVATE


def checked_level(options: Options, level: object) -> str:
    """A `privacy_level` that a direct post may have."""
    if not isinstance(level, str) or level not in LEVELS:
        raise bad("post_info.privacy_level", f"is one of {', '.join(LEVELS)}")
    if not options.audited and level != ALONE:
        raise OpenRefusal("unaudited_client_can_only_post_to_private_accounts")
    if level not in levels_of(options):
        raise OpenRefusal("privacy_level_option_mismatch")
    return level
