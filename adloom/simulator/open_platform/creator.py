"""A creator: the videos so far, and the ones that come while simulated time passes.

A creator posts about every four hours, and now and then two videos within the same second. When
and what depends on the seed, the creator and the number of the video alone, so it does not matter
when somebody looks first.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from adloom.simulator.open_platform.videos import ID_SHIFT, Video, short_code, stirred
from adloom.simulator.open_platform.words import CREATORS

__all__ = ["TO_CREATOR", "TO_VIDEO", "Creator"]

LONGEST_ID: Final = 20
SLOT: Final = 4 * 3600
#: Of so many videos the last two share a second.
TWINS: Final = 13
#: One in so many videos is for its creator alone.
PRIVATE: Final = 9
WEB: Final = "https://www.tiktok.com"
SHORT: Final = "https://vm.tiktok.com"
#: What short links begin with.
TO_CREATOR, TO_VIDEO = "ZP", "ZM"


@dataclass
class Creator:
    """One creator as one app sees them.

    Args:
        open_id: What the app calls them.
        seed: What they are made from.
        start: When the simulation began, in UNIX seconds.
        count: How many videos they had then.
    """

    open_id: str
    seed: int
    start: int
    count: int
    videos: list[Video] = field(default_factory=list)
    _next: int = 0

    def __post_init__(self) -> None:
        self.bits = stirred(f"{self.seed} {self.open_id}")
        name, self.display_name = CREATORS[self.bits % len(CREATORS)]
        self.username = f"{name}{self.bits % 9973}"
        self.address = f"{WEB}/@{self.username}"
        self._next = -self.count

    def advance(self, now: float) -> None:
        """Post what is due; `now` is simulated UNIX seconds."""
        while (moment := self._moment(self._next)) <= now * 1000:
            bits = stirred(f"{self.seed} {self.open_id} video {self._next}")
            self._insert(Video(moment, bits, public=bits % PRIVATE != 0))
            self._next += 1

    def _moment(self, number: int) -> int:
        """When a video appears, in UTC milliseconds; the first after the start is number 0."""
        group, place = divmod(number, TWINS)
        slot = group * (TWINS - 1) + min(place, TWINS - 2)
        bits = stirred(f"{self.seed} {self.open_id} slot {slot}")
        second = self.start + slot * SLOT + bits % SLOT
        return second * 1000 + (bits >> 32) % 400 + (500 if place == TWINS - 1 else 0)

    def post(self, at: float, caption: str, *, public: bool = True) -> Video:
        """Add a video.

        Args:
            at: When, in simulated UNIX seconds.
            caption: What its creator wrote.
            public: Whether others can see it.
        """
        at_ms = int(at * 1000)
        while self._is_taken(at_ms):
            at_ms += 1
        bits = stirred(f"{self.seed} {self.open_id} posted {len(self.videos)} {at_ms}")
        video = Video(at_ms, bits, caption, public)
        self._insert(video)
        return video

    def _is_taken(self, at_ms: int) -> bool:
        place = self._place(at_ms)
        return place < len(self.videos) and self.videos[place].at_ms == at_ms

    def _insert(self, video: Video) -> None:
        insort(self.videos, video, key=lambda known: known.at_ms)

    def _place(self, at_ms: int) -> int:
        return bisect_left(self.videos, at_ms, key=lambda known: known.at_ms)

    def before(self, at_ms: int | None, count: int) -> tuple[Sequence[Video], bool]:
        """The newest videos before a moment, newest first, and whether there are older ones.

        Args:
            at_ms: UTC milliseconds; None is after everything.
            count: How many at most, those that nobody may see included.
        """
        end = len(self.videos) if at_ms is None else self._place(at_ms)
        begin = max(0, end - count)
        return self.videos[begin:end][::-1], begin > 0

    def find(self, video_id: str) -> Video | None:
        """The video of an id, whoever may see it."""
        return next((video for video in self._around(video_id) if video.id == video_id), None)

    def _around(self, video_id: str) -> Iterator[Video]:
        """The videos of the second that an id begins with."""
        if not (video_id.isascii() and video_id.isdigit() and len(video_id) <= LONGEST_ID):
            return
        second = int(video_id) >> ID_SHIFT
        for place in range(self._place(second * 1000), len(self.videos)):
            if self.videos[place].create_time != second:
                return
            yield self.videos[place]

    def share_url(self, video: Video) -> str:
        """The address of a video."""
        return f"{self.address}/video/{video.id}"

    def short_url(self, video: Video | None = None) -> str:
        """A short link to a video, or to the creator."""
        if video is None:
            return f"{SHORT}/{TO_CREATOR}{short_code(self.bits)}/"
        return f"{SHORT}/{TO_VIDEO}{short_code(int(video.id))}/"
