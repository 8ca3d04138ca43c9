"""Everybody who has an account, and what they own."""

from collections.abc import Iterable, Sequence

from adloom.simulator.open_platform.creator import TO_CREATOR, TO_VIDEO, Creator
from adloom.simulator.open_platform.videos import Video, number_in

__all__ = ["Creators"]


class Creators:
    """Every creator that anybody asked about, made when first asked for.

    Args:
        seed: What they are made from.
        start: When the simulation began, in UNIX seconds.
        count: How many videos each of them had then.
        known: The open ids of creators that exist before anybody asks with a token.
    """

    def __init__(self, *, seed: int, start: int, count: int, known: Iterable[str] = ()):
        self._seed = seed
        self._start = start
        self._count = count
        self._now = float(start)
        self._expected = list(known)
        self._creators: dict[str, Creator] = {}

    def of(self, open_id: str) -> Creator:
        """The creator that an app knows as `open_id`."""
        if open_id not in self._creators:
            made = Creator(open_id, self._seed, self._start, self._count)
            made.advance(self._now)
            self._creators[open_id] = made
        return self._creators[open_id]

    def all(self) -> Sequence[Creator]:
        """Everybody, the expected ones first."""
        while self._expected:
            self.of(self._expected.pop())
        return list(self._creators.values())

    def advance(self, now: float) -> None:
        """Let time pass; `now` is simulated UNIX seconds."""
        self._now = max(self._now, now)
        for creator in self._creators.values():
            creator.advance(self._now)

    def by_video(self, video_id: str) -> tuple[Creator, Video] | None:
        """A video and whose it is."""
        for creator in self.all():
            if (video := creator.find(video_id)) is not None:
                return creator, video
        return None

    def by_name(self, username: str) -> Creator | None:
        """Whoever has this name."""
        return next((one for one in self.all() if one.username == username), None)

    def by_short(self, code: str) -> tuple[Creator, Video | None] | None:
        """Where a short link leads: to a video, or to a creator alone."""
        kind, number = code[:2], number_in(code[2:])
        if kind == TO_VIDEO:
            return self.by_video(str(number))
        creators = self.all() if kind == TO_CREATOR else ()
        return next(((one, None) for one in creators if one.bits == number), None)
