"""The custom audiences of the accounts, and the lists that were uploaded for them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adloom.simulator.world.rows import digits

__all__ = ["Audience", "Audiences", "Uploaded"]

#: What every account has from the start: name, kind, how it is matched, and how many people.
FIRST = (
    ("Visitors of thirty days", "Website Traffic", "MULTIPLE_TYPES", 152_300),
    ("Newsletter", "Customer File", "EMAIL_SHA256", 48_900),
)
#: How long before the start of the accounts' time those were made.
AGE = 30 * 86_400


@dataclass(frozen=True)
class Audience:
    """A custom audience.

    Args:
        audience_id: Nineteen digits.
        name: What people call it.
        kind: Where its people come from.
        calculate_type: How they are told.
        size: How many they are.
        created: UNIX seconds.
        expires: UNIX seconds.
        sub_type: `NORMAL` or `REACH_FREQUENCY`.
        history: What was done to it, with its moment.
    """

    audience_id: str
    name: str
    kind: str
    calculate_type: str
    size: int
    created: int
    expires: int
    sub_type: str = "NORMAL"
    history: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Uploaded:
    """A list of people, of which only the number is kept."""

    lines: int
    calculate_type: str


class Audiences:
    """Every account's audiences.

    Args:
        advertiser_ids: The accounts.
        start: When their time begins, in UNIX seconds.
    """

    def __init__(self, advertiser_ids: Iterable[str], start: int):
        self._counted = 0
        self._uploads: dict[tuple[str, str], Uploaded] = {}
        self._known: dict[str, dict[str, Audience]] = {}
        for advertiser_id in advertiser_ids:
            self._known[advertiser_id] = {}
            for name, kind, calculate_type, size in FIRST:
                audience = Audience(
                    self._number(advertiser_id),
                    name,
                    kind,
                    calculate_type,
                    size,
                    created=start - AGE,
                    expires=start - AGE + 365 * 86_400,
                )
                self.add(advertiser_id, audience)

    def _number(self, advertiser_id: str) -> str:
        self._counted += 1
        word = f"audience {advertiser_id} {self._counted}".encode()
        return digits(int.from_bytes(hashlib.blake2b(word, digest_size=4).digest()))

    def next_id(self, advertiser_id: str) -> str:
        """The id of the next audience of an account."""
        return self._number(advertiser_id)

    def add(self, advertiser_id: str, audience: Audience) -> None:
        """Add an audience to an account."""
        audience.history.append(("CREATE", audience.created))
        self._known[advertiser_id][audience.audience_id] = audience

    def of(self, advertiser_id: str) -> Sequence[Audience]:
        """An account's audiences, the newest first."""
        return list(reversed(self._known[advertiser_id].values()))

    def find(self, advertiser_id: str, audience_id: str) -> Audience | None:
        """An audience of an account."""
        return self._known[advertiser_id].get(audience_id)

    def delete(self, advertiser_id: str, audience_id: str) -> None:
        """Take an audience away."""
        del self._known[advertiser_id][audience_id]

    # --- uploads --------------------------------------------------------------------------------

    def keep(self, advertiser_id: str, uploaded: Uploaded) -> str:
        """Remember a list, and name its path."""
        path = f"audiences/{self._number(advertiser_id)}"
        self._uploads[advertiser_id, path] = uploaded
        return path

    def uploaded(self, advertiser_id: str, path: str) -> Uploaded | None:
        """A list of an account by its path."""
        return self._uploads.get((advertiser_id, path))
