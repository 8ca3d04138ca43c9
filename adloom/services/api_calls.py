"""The endpoints of TikTok's API for Business: found by words, told in words."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from adloom.catalogue import Endpoint, Param, load
from adloom.errors import UnknownNameError

__all__ = [
    "about",
    "endpoint_at",
    "endpoints_like",
    "group_of",
    "groups",
    "limits_of",
    "permission_of",
    "type_of",
]

#: Groups of endpoints by the first word of their paths; the others go by that word.
GROUPS: Final = {
    "ad": "Ads",
    "adgroup": "Ad groups",
    "advertiser": "Advertiser accounts",
    "app": "Apps",
    "audience": "Audience insights",
    "bc": "Business Center",
    "blockedword": "Blocked words",
    "business": "TikTok accounts",
    "campaign": "Campaigns",
    "catalog": "Catalogues",
    "comment": "Comments",
    "creative": "Creatives",
    "crm": "CRM events",
    "dmp": "Audiences",
    "event": "Events",
    "eventsource": "Event sources",
    "file": "Images, videos, music",
    "gmv_max": "GMV Max",
    "identity": "Identities",
    "lead": "Leads",
    "oauth2": "Authorisation",
    "offline": "Offline events",
    "optimizer": "Automated rules",
    "page": "Instant pages and leads",
    "pixel": "Pixels",
    "playable": "Playables",
    "report": "Reports",
    "rf": "Reach and frequency",
    "search_ad": "Search ads",
    "showcase": "Showcases",
    "smart_plus": "Smart+",
    "subscription": "Subscriptions",
    "tcm": "Creator Marketplace",
    "term": "Terms",
    "tool": "Tools: targeting, regions, languages",
    "tto": "TikTok One",
    "tt_user": "TikTok users",
    "tt_video": "TikTok videos",
    "user": "The signed-in user",
}
#: What an endpoint does, by the last word of its path.
VERBS: Final = {
    "get": "Lists",
    "info": "Tells about",
    "list": "Lists",
    "search": "Searches",
    "create": "Creates",
    "update": "Changes",
    "delete": "Deletes",
    "upload": "Uploads",
    "download": "Downloads",
    "check": "Checks",
    "estimate": "Estimates",
    "recommend": "Recommends",
    "apply": "Applies",
    "bind": "Binds",
    "unbind": "Unbinds",
    "cancel": "Cancels",
    "share": "Shares",
}


def group_of(endpoint: Endpoint) -> str:
    """What an endpoint belongs to, by the first word of its path."""
    return endpoint.path.strip("/").partition("/")[0]


def groups() -> list[tuple[str, str]]:
    """Every group with its title, by title."""
    found = {group_of(one) for one in load().endpoints()}
    titled = [(name, GROUPS.get(name, name.replace("_", " ").capitalize())) for name in found]
    return sorted(titled, key=lambda pair: pair[1].lower())


def endpoints_like(text: str = "", *, group: str = "", method: str = "") -> list[Endpoint]:
    """The endpoints that fit, the best first; every word has to stand somewhere.

    Args:
        text: What was typed: words, or a piece of a path.
        group: One of `groups`; empty is any.
        method: `GET` or `POST`; empty is any.
    """
    words = re.findall(r"\w+", text.lower())
    fitting = [
        one
        for one in load().endpoints()
        if group in ("", group_of(one)) and method in ("", one.method)
    ]
    ranked = [(rank, one) for one in fitting if (rank := _rank(one, words)) is not None]
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _rank(endpoint: Endpoint, words: Sequence[str]) -> int | None:
    """How well an endpoint fits, the smaller the better; None if it does not."""
    parts = endpoint.path.strip("/").split("/")
    if not all(word in _searched(endpoint.method, endpoint.path) for word in words):
        return None
    return (
        sum(word not in endpoint.path for word in words) * 100
        + sum((word not in parts) * 10 for word in words)
        + len(parts)
    )


@cache
def _searched(method: str, path: str) -> str:
    """Everything that is looked through: path, words, group, parameters."""
    endpoint = endpoint_at(method, path)
    title = GROUPS.get(group_of(endpoint), "")
    names = " ".join(one.name for one in endpoint.params)
    return f"{method} {path} {about(endpoint)} {title} {names}".lower()


def endpoint_at(method: str, path: str) -> Endpoint:
    """One endpoint.

    Raises:
        UnknownNameError: The catalogue does not know it.
    """
    whole = f"/{path.strip('/')}/"
    found = load().endpoint(method.upper(), whole)
    if found is None:
        near = load().near(whole)
        raise UnknownNameError("endpoint", f"{method} {whole}", near, hint="Search for it.")
    return found


def about(endpoint: Endpoint) -> str:
    """What it does, in a few words made from its path: `Lists: ad.`, `Changes: ad status.`."""
    *rest, last = endpoint.path.strip("/").split("/")
    verb = VERBS.get(last)
    if verb is None:
        verb, rest = "Reads" if endpoint.method == "GET" else "Calls", [*rest, last]
    things = " ".join(rest).replace("_", " ").replace("adgroup", "ad group") or last
    return f"{verb}: {things}."


def permission_of(endpoint: Endpoint) -> str:
    """The permission it needs, in words; empty where it is not known."""
    if endpoint.scope is None:
        return ""
    title = load().scope_title(endpoint.scope)
    return f"{title} ({endpoint.scope})" if title else str(endpoint.scope)


def type_of(param: Param) -> str:
    """What a parameter takes, in a word or two."""
    base = param.type.removesuffix("[]")
    named = {"string": "text", "integer": "whole number", "boolean": "yes or no", "any": "data"}
    words = " or ".join(named.get(one, one) for one in base.split("|"))
    return f"list of {words}" if param.type.endswith("[]") else words


def limits_of(param: Param) -> str:
    """What is known to be allowed, as sentences; empty if nothing is."""
    said = [f"{type_of(param).capitalize()}."]
    if param.type == "datetime":
        said.append("Written as 2026-11-21 09:30:00.")
    if param.minimum is not None and param.maximum is not None:
        said.append(f"From {param.minimum:,g} to {param.maximum:,g}.")
    elif param.minimum is not None:
        said.append(f"At least {param.minimum:,g}.")
    elif param.maximum is not None:
        said.append(f"At most {param.maximum:,g}.")
    if param.max_items is not None:
        said.append(f"At most {param.max_items:,} entries.")
    if param.max_length is not None:
        said.append(f"At most {param.max_length:,} characters.")
    if param.default is not None:
        said.append(f"TikTok takes {param.default} if it is left out.")
    return " ".join(said)
