"""The pixels of an account; they follow from its id alone."""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from adloom.simulator.world.rows import digits

__all__ = ["Pixel", "make", "pixels_of"]

NAMES: Final = ("Shop", "Landing pages")
#: When the pixels of the accounts were created, in UNIX seconds.
CREATED: Final = 1_735_732_800
WEEK: Final = 604_800
CODE_LENGTH: Final = 19
LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


@dataclass(frozen=True)
class Pixel:
    """A pixel.

    Args:
        pixel_id: What the Marketing API calls it.
        code: What events call it: `event_source_id` (open_platform_and_events.md §II.1).
        name: What people call it.
        created: UNIX seconds.
        category: What its website is for.
        partner: Who set it up, if somebody did.
    """

    pixel_id: str
    code: str
    name: str
    created: int
    category: str = "ONLINE_STORE"
    partner: str | None = None


def make(word: str, name: str, created: int) -> Pixel:
    """A pixel whose id and code follow from a word."""
    drawn = hashlib.blake2b(f"pixel {word}".encode(), digest_size=CODE_LENGTH).digest()
    code = "C" + "".join(LETTERS[byte % len(LETTERS)] for byte in drawn)
    return Pixel(digits(int.from_bytes(drawn[:4])), code, name, created)


@cache
def pixels_of(advertiser_id: str) -> tuple[Pixel, ...]:
    """The pixels that an account has from the start, the oldest first."""
    return tuple(
        make(f"{advertiser_id} {number}", name, CREATED + number * WEEK)
        for number, name in enumerate(NAMES)
    )
