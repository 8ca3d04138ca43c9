"""`/subscription/subscribe/`, `/subscription/get/` and `/subscription/unsubscribe/`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.state import Call
from adloom.simulator.webhooks.addresses import Callback, callback_of
from adloom.simulator.webhooks.subscriptions import Subscription

__all__ = ["ENDPOINTS"]

NO_PERMISSION: Final = 40001
PARAM_ERROR: Final = 40002
WRONG_APP: Final = 40101
PAGE_SIZE: Final = 10


def subscribe(call: Call) -> Reply:
    """`POST /subscription/subscribe/`: a subscription, which lives as long as its token."""
    _check_app(call, "subscribe_entity", "callback_url", "subscription_detail")
    url = call.params["callback_url"]
    try:
        callback = callback_of(url)
    except ValueError as error:
        raise bad_param("callback_url", str(error)) from None
    _check_detail(call, call.params["subscription_detail"])
    made = call.state.webhooks.subscribe(partial(_made, call, url, callback))
    _record(call, made.identity)
    return Reply({"subscription_id": made.identity})


def _made(call: Call, url: str, callback: Callback, identity: str) -> Subscription:
    params = call.params
    return Subscription(
        identity=identity,
        app_id=params["app_id"],
        secret=params["secret"],
        entity=params["subscribe_entity"],
        url=url,
        callback=callback,
        detail=params["subscription_detail"],
    )


def subscriptions(call: Call) -> Reply:
    """`GET /subscription/get/`: what an app subscribed to."""
    _check_app(call)
    wanted = call.params.get("subscribe_entity")
    found = [
        known.as_json()
        for known in call.state.webhooks.subscriptions.all()
        if known.app_id == call.params["app_id"] and wanted in (None, known.entity)
    ]
    page, size = call.params.get("page", 1), call.params.get("page_size", PAGE_SIZE)
    page_info = {
        "page": page,
        "page_size": size,
        "total_number": len(found),
        "total_page": -(-len(found) // size),
    }
    rows = found[(page - 1) * size : page * size]
    return Reply({"subscriptions": rows, "page_info": page_info})


def unsubscribe(call: Call) -> Reply:
    """`POST /subscription/unsubscribe/`: the end of a subscription, and of what is on its way."""
    _check_app(call, "subscription_id")
    identity = call.params["subscription_id"]
    own = [
        known.identity
        for known in call.state.webhooks.subscriptions.all()
        if known.app_id == call.params["app_id"]
    ]
    if identity not in own:
        raise bad_param("subscription_id", f"The subscription {identity} does not exist.")
    call.state.webhooks.subscriptions.remove(identity)
    _record(call, identity)
    return Reply({"subscription_id": identity})


def _check_app(call: Call, *names: str) -> None:
    """Refuse a request that lacks something, or whose app and secret do not match."""
    needed: Sequence[str] = ("app_id", "secret", *names)
    if missing := [name for name in needed if not call.params.get(name)]:
        raise Refusal(PARAM_ERROR, f"Missing required field(s): {', '.join(missing)}.")
    call.state.grants.check_secret(call.params["app_id"], call.params["secret"])


def _check_detail(call: Call, detail: Mapping[str, Any]) -> None:
    """Refuse a token that is not the app's, or accounts that it does not cover."""
    if not detail.get("access_token"):
        raise Refusal(PARAM_ERROR, "Missing required field(s): subscription_detail.access_token.")
    grant = call.state.grants.grant_of(detail["access_token"])
    if grant.app_id != call.params["app_id"]:
        raise Refusal(WRONG_APP, "The access_token does not belong to this app_id.")
    for known in (detail.get("advertiser_id"), *(detail.get("advertiser_ids") or ())):
        if known and known not in grant.advertiser_ids:
            raise Refusal(NO_PERMISSION, f"No permission to operate advertiser {known}.")


def _record(call: Call, identity: str) -> None:
    call.state.effects.record(call.path, [identity], [identity], at=call.state.clock.now())


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/subscription/get/"): subscriptions,
    ("POST", "/subscription/subscribe/"): subscribe,
    ("POST", "/subscription/unsubscribe/"): unsubscribe,
}
