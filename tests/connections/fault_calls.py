"""The kinds of calls that meet faults: one for every kind of endpoint adloom talks to."""

from dataclasses import dataclass
from typing import Final, Literal

from adloom.simulator.fault_model import Scope

__all__ = ["CALLS", "Call", "Family"]

#: Whose envelope an answer comes in: the Business API's, the Open Platform's, that of its token
#: endpoints or its sounds, oEmbed's, none but an HTTP status, or whatever a web API sends.
Family = Literal["business", "open", "oauth", "sound", "page", "upload", "web"]


@dataclass(frozen=True)
class Call:
    """A kind of call.

    Args:
        name: What it is called in the table.
        meaning: What it does, for the page.
        family: Whose envelope its answer comes in.
        target: Method and path, as the simulator counts them.
        changes: Whether it may change something.
        scopes: Which scopes of faults cover it, besides `any`.
        listing: Whether it reads a listing to its end, here of more than one page.
        strict: Whether its answer is read strictly: keys that stand twice are refused.
        renews: Whether a refused token is renewed and the request repeated.
        token: Whether it carries an access token that the platform can refuse.
    """

    name: str
    meaning: str
    family: Family
    target: str
    changes: bool = False
    scopes: frozenset[Scope] = frozenset({"json"})
    listing: bool = False
    strict: bool = False
    renews: bool = False
    token: bool = True

    @property
    def provider(self) -> str:
        """The kind of connection it is made with."""
        named = {"page": "tiktok-public", "web": "web", "business": "tiktok-business"}
        return "tiktok-events" if self.name == "send events" else named.get(self.family, "tiktok")

    @property
    def path(self) -> str:
        """The path of the call, for rules."""
        return self.target.partition(" ")[2]


def _scopes(*more: Scope) -> frozenset[Scope]:
    return frozenset({"json", *more})


CALLS: Final = (
    Call(
        "list ads",
        "a listing of TikTok ads, read to its end",
        "business",
        "GET /ad/get/",
        scopes=_scopes("pages", "objects", "tokens"),
        listing=True,
    ),
    Call(
        "read account",
        "one thing of TikTok ads",
        "business",
        "GET /advertiser/info/",
        scopes=_scopes("tokens"),
    ),
    Call(
        "switch ads",
        "a change of TikTok ads",
        "business",
        "POST /ad/status/update/",
        changes=True,
        scopes=_scopes("changes", "tokens"),
        strict=True,
    ),
    Call(
        "upload image",
        "a file for TikTok ads",
        "business",
        "POST /file/image/ad/upload/",
        changes=True,
        scopes=_scopes("tokens"),
        strict=True,
    ),
    Call(
        "order report",
        "the order for a report in the background",
        "business",
        "POST /report/task/create/",
        scopes=_scopes("tokens"),
        strict=True,
    ),
    Call(
        "check report",
        "a look whether a report is ready",
        "business",
        "GET /report/task/check/",
        scopes=_scopes("tokens"),
    ),
    Call(
        "fetch report",
        "the text of a report",
        "business",
        "GET /report/task/download/",
        scopes=frozenset({"tokens"}),
    ),
    Call(
        "trade code",
        "the end of a consent of TikTok ads",
        "business",
        "POST /oauth2/access_token/",
        changes=True,
        strict=True,
        token=False,
    ),
    Call(
        "send events",
        "events on their way to a pixel",
        "business",
        "POST /event/track/",
        changes=True,
        scopes=_scopes("changes", "tokens"),
        strict=True,
    ),
    Call(
        "list videos",
        "a listing of a TikTok account, read to its end",
        "open",
        "POST /v2/video/list/",
        scopes=_scopes("open", "pages", "tokens"),
        listing=True,
        renews=True,
    ),
    Call(
        "begin post",
        "the beginning of a post",
        "open",
        "POST /v2/post/publish/video/init/",
        changes=True,
        scopes=_scopes("open", "tokens"),
        strict=True,
        renews=True,
    ),
    Call(
        "send chunk",
        "a part of a video on its way",
        "upload",
        "PUT /upload/",
        changes=True,
        scopes=frozenset(),
        token=False,
    ),
    Call(
        "trade creator's code",
        "the end of a consent of a TikTok account",
        "oauth",
        "POST /v2/oauth/token/",
        changes=True,
        strict=True,
        token=False,
    ),
    Call(
        "renew token",
        "the next token of a TikTok account, before anything is sent with it",
        "oauth",
        "POST /v2/oauth/token/",
        changes=True,
        strict=True,
        token=False,
    ),
    Call(
        "upload sound",
        "a sound for a TikTok account",
        "sound",
        "POST /share/sound/upload/",
        changes=True,
        strict=True,
    ),
    Call(
        "embed video",
        "a public page, without any account",
        "page",
        "GET /oembed",
        strict=True,
        token=False,
    ),
    Call(
        "web GET",
        "a read of a web API of your own",
        "web",
        "GET /campaign/get/",
        scopes=_scopes("pages", "objects", "tokens"),
        strict=True,
    ),
    Call(
        "web POST",
        "anything else at a web API of your own",
        "web",
        "POST /campaign/status/update/",
        changes=True,
        scopes=_scopes("changes", "tokens"),
        strict=True,
    ),
)
