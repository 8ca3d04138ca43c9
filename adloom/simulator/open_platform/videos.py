"""Videos: a few numbers each; everything that can be read follows from them."""

import hashlib
from dataclasses import dataclass
from typing import Final

from adloom.simulator.open_platform.words import CAPTIONS, TAGS

__all__ = ["ID_SHIFT", "Counts", "Video", "counts_of", "number_in", "short_code", "stirred"]

DAY: Final = 86_400
#: Ids hold their second of creation in the upper half, as the Business API's do.
ID_SHIFT: Final = 32
LOW: Final = (1 << ID_SHIFT) - 1
LONGEST_TEXT: Final = 150
#: Width and height in pixels.
SIZES: Final = ((1080, 1920), (720, 1280), (576, 1024), (1920, 1080))
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def stirred(text: str) -> int:
    """Sixty-four bits that look random and follow from a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def short_code(number: int) -> str:
    """A number as short links write it."""
    code = ""
    while number:
        number, place = divmod(number, len(ALPHABET))
        code = ALPHABET[place] + code
    return code


def number_in(code: str) -> int:
    """The number in a short link; what can be none is 0."""
    number = 0
    for sign in code:
        if sign not in ALPHABET:
            return 0
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number


@dataclass(slots=True)
class Video:
    """One video of a creator.

    Args:
        at_ms: When it appeared, in UTC milliseconds; no two of a creator share one.
        bits: What everything else about it is made from.
        caption: What its creator wrote; None makes one up.
        public: Whether others can see it.
        deleted: Whether it is gone.
    """

    at_ms: int
    bits: int
    caption: str | None = None
    public: bool = True
    deleted: bool = False

    @property
    def id(self) -> str:
        """Its id, in digits."""
        return str(self.create_time << ID_SHIFT | self.bits & LOW)

    @property
    def create_time(self) -> int:
        """When it appeared, in UNIX seconds."""
        return self.at_ms // 1000

    @property
    def is_shown(self) -> bool:
        """Whether others find it."""
        return self.public and not self.deleted

    @property
    def title(self) -> str:
        """The caption without its tags, at most 150 characters."""
        if self.caption is not None:
            return self.caption[:LONGEST_TEXT]
        return CAPTIONS[self.bits % len(CAPTIONS)]

    @property
    def description(self) -> str:
        """The caption, at most 150 characters."""
        if self.caption is not None:
            return self.caption[:LONGEST_TEXT]
        tags = {TAGS[(self.bits >> shift) % len(TAGS)] for shift in (8, 16, 24)}
        return " ".join([self.title, *sorted(tags)])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIZES[(self.bits >> 12) % len(SIZES)]

    @property
    def duration(self) -> int:
        """Seconds."""
        return 5 + (self.bits >> 20) % 175

    @property
    def is_aigc(self) -> bool:
        """Whether it was made by a machine."""
        return (self.bits >> 28) % 12 == 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a video was seen, liked, commented on and shared so far."""

    views: int
    likes: int
    comments: int
    shares: int


def counts_of(video: Video, now: int) -> Counts:
    """The counts of a video, which only ever grow.

    Args:
        video: Whose.
        now: Simulated UNIX seconds.
    """
    age = max(0, now - video.create_time)
    appeal = 300 + (video.bits >> 32) % 60_000
    views = appeal * age // (age + 2 * DAY) + age // 3600
    likes = views * (30 + (video.bits >> 40) % 90) // 1000
    return Counts(views, likes, likes // (8 + (video.bits >> 48) % 20), likes // 25)
