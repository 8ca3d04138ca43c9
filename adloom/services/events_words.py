"""Words that the commands about events share."""

__all__ = ["count", "examples"]


def count(number: int, thing: str) -> str:
    """So many of something, in words: `1 event`, `2,000 events`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def examples(*lines: str) -> str:
    """Command lines for the end of a help text, left as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])
