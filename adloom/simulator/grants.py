"""Who may do what: apps, consents, codes and tokens of the Business API (business_api.md §2.1)."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adloom.simulator.envelope import Refusal

__all__ = ["Grant", "Grants"]

CODE_LIFE: Final = 3600
WRONG_APP: Final = 40101
NO_TOKEN: Final = 40104
WRONG_TOKEN: Final = 40105
WRONG_CODE: Final = 40110
#: What a consent covers: the top permissions, which include all others (business_api.md §2.3).
SCOPES: Final = (
    *range(1, 10),
    10000,
    *(12000000, 13000000, 14000000, 15000000, 17000000, 18000000),
    *(7043626160646815746, 7050363942433996801, 7050363942434029569, 7050363942434095105),
    *(7078191955347259394, 7133464587805999106, 7153155400966176769, 7176842096345694209),
    *(7224195155857833986, 7224195155857866754, 7231011733974859777, 7294180478502846465),
)


@dataclass(frozen=True)
class Grant:
    """What an advertiser allowed an app."""

    app_id: str
    advertiser_ids: tuple[str, ...]
    scopes: tuple[int, ...] = SCOPES


@dataclass(frozen=True)
class _Code:
    grant: Grant
    expires: float


class Grants:
    """Codes and tokens of the Business API.

    Args:
        now: Simulated UNIX seconds; codes expire by them.
        seed: What codes and tokens are made from.
        apps: The only apps there are, with their secrets; None takes any.
        redirect_uris: Where those apps' consents may lead; empty means anywhere.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        seed: int,
        apps: Mapping[str, str] | None = None,
        redirect_uris: Sequence[str] = (),
    ):
        self._now = now
        self._seed = seed
        self._apps = apps
        self._redirect_uris = redirect_uris
        self._secrets: dict[str, str] = {}
        self._codes: dict[str, _Code] = {}
        self._used: set[str] = set()
        self._tokens: dict[str, Grant] = {}
        self._counted = 0

    # --- apps -----------------------------------------------------------------------------------

    def check_redirect(self, app_id: str, redirect_uri: str) -> None:
        """Refuse an app or an address that is not registered."""
        if self._apps is None:
            return
        if app_id not in self._apps:
            raise Refusal(WRONG_APP, f"There is no app {app_id}.")
        if self._redirect_uris and redirect_uri not in self._redirect_uris:
            raise Refusal(WRONG_APP, "The redirect_uri is not registered on the app.")

    def check_secret(self, app_id: str, secret: str) -> None:
        """Refuse a wrong secret; without a list of apps the first one seen is right."""
        known = secret
        if self._apps is not None:
            known = self._apps.get(app_id, "")
        elif secret:
            known = self._secrets.setdefault(app_id, secret)
        if not known or not hmac.compare_digest(known.encode(), secret.encode()):
            raise Refusal(WRONG_APP, "The app_id and the secret do not match.")

    def secret_of(self, app_id: str) -> str | None:
        """The secret of an app, as far as it is known."""
        return (self._secrets if self._apps is None else self._apps).get(app_id)

    # --- codes and tokens -----------------------------------------------------------------------

    def mint(self, kind: str) -> str:
        """Forty characters that were never used before."""
        self._counted += 1
        return hashlib.sha256(f"{self._seed} {kind} {self._counted}".encode()).hexdigest()[:40]

    def consent(self, app_id: str, advertiser_ids: Sequence[str]) -> str:
        """Remember that an advertiser agreed, and return the code for it."""
        code = self.mint("auth_code")
        grant = Grant(app_id, tuple(advertiser_ids))
        self._codes[code] = _Code(grant, self._now() + CODE_LIFE)
        return code

    def exchange(self, app_id: str, secret: str, code: str) -> tuple[str, Grant]:
        """A token for a code, once."""
        self.check_secret(app_id, secret)
        if code in self._used:
            raise Refusal(
                WRONG_CODE,
                "The auth_code is used. Please re-authorize and try again with a new auth_code.",
            )
        known = self._codes.get(code)
        if known is None:
            raise Refusal(WRONG_CODE, "The auth_code is wrong.")
        if known.grant.app_id != app_id:
            raise Refusal(WRONG_APP, "The auth_code does not belong to this app_id.")
        if self._now() >= known.expires:
            raise Refusal(
                WRONG_CODE,
                "The auth_code is expired. Please re-authorize and try again with a new auth_code.",
            )
        self._used.add(code)
        return self.issue(app_id, known.grant.advertiser_ids), known.grant

    def issue(self, app_id: str, advertiser_ids: Sequence[str]) -> str:
        """A token without any consent."""
        token = self.mint("access_token")
        self._tokens[token] = Grant(app_id, tuple(advertiser_ids))
        return token

    def grant_of(self, token: str | None) -> Grant:
        """What a request's token allows; a missing, wrong or revoked one is refused."""
        if not token:
            raise Refusal(
                NO_TOKEN,
                "Access token is null, you should set it in http header with key Access-Token.",
            )
        grant = self._tokens.get(token)
        if grant is None:
            raise Refusal(WRONG_TOKEN, "Access token is incorrect or has been revoked.")
        return grant

    def revoke(self, token: str) -> Grant:
        """Make a token worthless."""
        grant = self.grant_of(token)
        del self._tokens[token]
        return grant

    def revoke_all(self) -> int:
        """Make every token worthless, and return how many there were."""
        count = len(self._tokens)
        self._tokens.clear()
        return count

    def shrink(self, token: str, advertiser_ids: Sequence[str]) -> Grant:
        """Take accounts away from a token."""
        grant = self.grant_of(token)
        left = tuple(known for known in grant.advertiser_ids if known not in advertiser_ids)
        self._tokens[token] = replace(grant, advertiser_ids=left)
        return self._tokens[token]
