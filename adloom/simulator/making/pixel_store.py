"""The pixels of all accounts: those they had from the start, and those that were added."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from adloom.catalogue import load
from adloom.simulator.world.pixels import Pixel, make, pixels_of

__all__ = ["Pixels", "is_standard"]


def is_standard(event: str) -> bool:
    """Whether TikTok knows an event by its name; other names are custom events."""
    return event in load().enum("EventType")


class Pixels:
    """Every account's pixels.

    Args:
        advertiser_ids: The accounts.
    """

    def __init__(self, advertiser_ids: Iterable[str]):
        self._added: defaultdict[str, list[Pixel]] = defaultdict(list)
        self._owners = {
            pixel.code: advertiser_id
            for advertiser_id in advertiser_ids
            for pixel in pixels_of(advertiser_id)
        }

    def of(self, advertiser_id: str) -> list[Pixel]:
        """An account's pixels, the oldest first."""
        return [*pixels_of(advertiser_id), *self._added[advertiser_id]]

    def owner_of(self, code: str) -> str | None:
        """The account that a pixel belongs to; None where there is no such pixel."""
        return self._owners.get(code)

    def add(
        self, advertiser_id: str, name: str, *, at: int, category: str, partner: str | None
    ) -> Pixel:
        """Add a pixel to an account."""
        made = make(f"{advertiser_id} {len(self._owners)}", name, at)
        pixel = replace(made, category=category, partner=partner)
        self._added[advertiser_id].append(pixel)
        self._owners[pixel.code] = advertiser_id
        return pixel
