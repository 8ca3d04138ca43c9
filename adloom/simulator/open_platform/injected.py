"""The fault `code` in the envelopes of the Open Platform."""

from collections.abc import Mapping
from typing import Any, Final

from adloom.simulator.envelope import Reply
from adloom.simulator.faults import Rule
from adloom.simulator.open_platform.envelope import (
    MESSAGES,
    BareReply,
    OAuthReply,
    OpenReply,
    SoundReply,
)
from adloom.simulator.open_platform.paths import OEMBED, SOUND, owns

__all__ = ["EMBED_FAULT", "injected"]

OAUTH: Final = "/v2/oauth/"
#: All that oEmbed ever says about what is wrong (open_platform_and_events.md §I.4).
EMBED_FAULT: Final[Mapping[str, Any]] = {"message": "Something went wrong", "code": 400}
#: What the Business API's numbers mean here, for rules that meet every path.
WORDS: Final[Mapping[int, str]] = {
    40001: "scope_not_authorized",
    40002: "invalid_params",
    40100: "rate_limit_exceeded",
    40102: "access_token_invalid",
    40104: "access_token_invalid",
    40105: "access_token_invalid",
}
OAUTH_WORDS: Final[Mapping[int, str]] = {
    40002: "invalid_request",
    40100: "temporarily_unavailable",
    40101: "invalid_client",
    40105: "invalid_grant",
    40110: "invalid_grant",
}
SOUND_FAULT: Final = 10000


def injected(rule: Rule, path: str) -> Reply | None:
    """What a rule of the kind `code` answers at a path of the Open Platform, None elsewhere.

    Args:
        rule: Its code is a word of API v2 or OAuth, or a number, which becomes the nearest word.
        path: Of the request.
    """
    if path.startswith(OAUTH):
        return _flat(rule)
    if not owns(path):
        return None
    if path == OEMBED:
        return BareReply(dict(EMBED_FAULT), "HTTP 400", http=400)
    data = {} if rule.data is None else rule.data
    if path == SOUND:
        code = rule.code if isinstance(rule.code, int) else SOUND_FAULT
        return SoundReply(data, code, rule.message or str(rule.code))
    word = _word(rule, WORDS, "internal_error")
    return OpenReply(data, word, rule.message or MESSAGES.get(word, word))


def _flat(rule: Rule) -> OAuthReply:
    word = _word(rule, OAUTH_WORDS, "server_error")
    return OAuthReply({}, word, rule.message or word)


def _word(rule: Rule, words: Mapping[int, str], other: str) -> str:
    return rule.code if isinstance(rule.code, str) else words.get(rule.code, other)
