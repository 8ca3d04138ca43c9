"""How the numbers of permissions nest."""

__all__ = ["parents"]

LONGEST_PLAIN = 3
WITH_PAIRS = (7, 8)


def parents(scope: int) -> tuple[int, ...]:
    """Permissions that include this one, nearest first (business_api.md §2.3).

    Four ways of numbering occur: `2 → 22 → 220`; `10000 → 100000`; pairs of digits, `15000000 →
    15010000 → 15010100`, where a single leading digit belongs to the first way (`6 → 6110000 →
    6110100`); and 19 digits that say nothing about their parent. A shorter number at the front is
    not enough: 120 is no parent of 12010100, and 100 none of 100000.
    """
    text = str(scope)
    if len(text) <= LONGEST_PLAIN:
        found = [text[:length] for length in range(len(text) - 1, 0, -1)]
    elif text[:-1] == "10000":
        found = [text[:-1]]
    elif len(text) in WITH_PAIRS:
        top = text[0] if len(text) == min(WITH_PAIRS) else text[:-6] + "000000"
        found = [text[:-4] + "0000", top]
    else:
        found = []
    return tuple(dict.fromkeys(int(parent) for parent in found if parent != text))
