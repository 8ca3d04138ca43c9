"""Token buckets: how often an app may call an endpoint (business_api.md §1.5)."""

from collections.abc import Callable, Iterable, Mapping

from adloom.simulator.envelope import Refusal

__all__ = ["Limiter", "Pauses"]

THROTTLED = 40100
#: The code for one object that is changed too often; which one it is, is assumed.
TOO_FAST = 40016


class Limiter:
    """Refuses requests that come too fast, per app and endpoint.

    Args:
        rate: Requests a second, the same for all endpoints or by path, where `*` is every other
            one; None refuses nothing.
        real: The clock that fills the buckets; TikTok's limits run in real time.
    """

    def __init__(self, rate: Mapping[str, float] | float | None, real: Callable[[], float]):
        self._rate = rate
        self._real = real
        #: What is left in a bucket, and when it was looked at last.
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, app_id: str, path: str) -> None:
        """Count one request, or refuse it."""
        rate = self._rate_of(path)
        if rate is None:
            return
        room = max(rate, 1.0)
        now = self._real()
        left, since = self._buckets.get((app_id, path), (room, now))
        left = min(room, left + (now - since) * rate)
        if left < 1:
            self._buckets[app_id, path] = (left, now)
            raise Refusal(THROTTLED, "App reaches the QPS limit.")
        self._buckets[app_id, path] = (left - 1, now)

    def _rate_of(self, path: str) -> float | None:
        if isinstance(self._rate, Mapping):
            return self._rate.get(path, self._rate.get("*"))
        return self._rate


class Pauses:
    """Refuses changes of an object that come too soon after each other.

    Args:
        seconds: How long one has to wait; 0 refuses nothing.
        real: The clock that counts.
    """

    def __init__(self, seconds: float, real: Callable[[], float]):
        self._seconds = seconds
        self._real = real
        self._changed: dict[str, float] = {}

    def check(self, ids: Iterable[str]) -> None:
        """Refuse a change if one of the objects was changed just now."""
        earliest = self._real() - self._seconds
        for identity in ids:
            if self._changed.get(identity, earliest) > earliest:
                text = f"{identity} can be changed once in {self._seconds:g} seconds."
                raise Refusal(TOO_FAST, text)

    def begin(self, ids: Iterable[str]) -> None:
        """Remember that objects were changed."""
        self._changed |= dict.fromkeys(ids, self._real())
