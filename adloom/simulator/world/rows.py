"""What rows of every kind share."""

import time

__all__ = ["digits", "stamp"]


def stamp(seconds: int) -> str:
    """A moment as entities tell it: UTC, without saying so (business_api.md §7)."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def digits(mixed: int) -> str:
    """Nineteen digits like those of an identity, a pixel or a lead."""
    return str(7_000_000_000_000_000_000 + mixed * 97_711)
