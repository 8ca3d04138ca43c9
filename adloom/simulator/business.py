"""The Business API, version 1.3: paths, tokens, limits, parameters, and who answers."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from adloom.catalogue import Endpoint, load
from adloom.simulator import authorization, listings, switching
from adloom.simulator.checking import bad_param, read_body, read_query
from adloom.simulator.envelope import NOT_FOUND, Plain, Refusal, Reply
from adloom.simulator.generic import generic_data
from adloom.simulator.making import endpoints as making
from adloom.simulator.reports import endpoints as reports
from adloom.simulator.state import Call, Incoming, State
from adloom.simulator.webhooks import endpoints as subscribing

__all__ = ["ROOT", "answer", "short_path"]

ROOT: Final = "/open_api/v1.3"
ANY_ROOT: Final = "/open_api/"
PARAM_ERROR: Final = 40002
WRONG_VERSION: Final = 40006
NO_ENDPOINT: Final = 40008
METHODS: Final = ("GET", "POST")
#: Endpoints that work without a token: there is none yet, or it travels in the body
#: (business_api.md §2, §6).
OPEN: Final = frozenset(
    {
        "/oauth2/access_token/",
        "/oauth2/revoke_token/",
        "/oauth2/token/",
        "/subscription/get/",
        "/subscription/subscribe/",
        "/subscription/unsubscribe/",
        "/tt_user/oauth2/refresh_token/",
        "/tt_user/oauth2/revoke/",
        "/tt_user/oauth2/token/",
        "/tt_user/token_info/get/",
    }
)
#: Creations that know a repeated request by its `request_id` (business_api.md §1.1).
REPEATABLE: Final = ("/smart_plus/adgroup/create/", "/smart_plus/campaign/create/")
REPEATED_WITHIN: Final = 10.0
#: Ids that say where something happens rather than what is changed.
PLACES: Final = ("advertiser_id", "bc_id", "request_id", "app_id")

MODELLED: Final[Mapping[tuple[str, str], Callable[[Call], Reply | Plain]]] = {
    **authorization.ENDPOINTS,
    **listings.ENDPOINTS,
    **making.ENDPOINTS,
    **reports.ENDPOINTS,
    **switching.ENDPOINTS,
    **subscribing.ENDPOINTS,
}


def short_path(path: str) -> str:
    """A path below the root, or the path itself."""
    return path.removeprefix(ROOT) if path.startswith(ROOT + "/") else path


def answer(state: State, incoming: Incoming) -> Reply | Plain:
    """What the Business API says to a request."""
    if not incoming.path.startswith(ROOT + "/"):
        if incoming.path.startswith(ANY_ROOT) and incoming.path.endswith("/"):
            return Refusal(WRONG_VERSION, "This version of the API is closed, use v1.3.").reply()
        return NOT_FOUND
    path = short_path(incoming.path)
    if not path.endswith("/"):
        return NOT_FOUND
    endpoint = load().endpoint(incoming.method, path)
    if endpoint is None:
        return _no_endpoint(path)
    try:
        call = _understood(state, incoming, endpoint)
        return MODELLED.get((endpoint.method, path), _generic)(call)
    except Refusal as refusal:
        return refusal.reply()


def _no_endpoint(path: str) -> Reply | Plain:
    if any(load().endpoint(method, path) for method in METHODS):
        return Plain(405, b"405 method not allowed")
    return Refusal(NO_ENDPOINT, f"The API {path} does not exist.").reply()


def _understood(state: State, incoming: Incoming, endpoint: Endpoint) -> Call:
    """Check a request in TikTok's order: token, rate, parameters, accounts."""
    token = incoming.headers.get("access-token", "")
    grant = None if endpoint.path in OPEN else state.grants.grant_of(token)
    if grant is not None:
        state.limiter.take(grant.app_id, endpoint.path)
    call = Call(
        state,
        endpoint,
        _params(incoming, endpoint),
        grant,
        token,
        incoming.files,
        incoming.headers.get("host", ""),
    )
    if grant is None:
        state.limiter.take(call.app_id, endpoint.path)
    for name in ("page", "page_size"):
        if isinstance(number := call.params.get(name), int) and number < 1:
            raise bad_param(name, "Must be at least 1.")
    for advertiser_id in _advertisers(call.params):
        call.check_advertiser(advertiser_id)
    return call


def _params(incoming: Incoming, endpoint: Endpoint) -> dict[str, Any]:
    if incoming.method == "GET":
        return read_query(endpoint.params, dict(parse_qsl(incoming.query)))
    if incoming.form is not None:
        return read_query(endpoint.params, incoming.form)
    if (read := making.READERS.get(endpoint.path)) is not None:
        return read(incoming.body)
    try:
        body = msgspec.json.decode(incoming.body or b"{}")
    except (msgspec.DecodeError, RecursionError):
        raise Refusal(PARAM_ERROR, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(PARAM_ERROR, "The body is not a JSON object.")
    return read_body(endpoint.params, body)


def _advertisers(params: Mapping[str, Any]) -> list[str]:
    one, several = params.get("advertiser_id"), params.get("advertiser_ids")
    found = [one] if isinstance(one, str) else []
    return found + [item for item in several or () if isinstance(item, str)]


# --- everything that is not modelled ------------------------------------------------------------


def _generic(call: Call) -> Reply:
    """An answer made from the catalogue; a change is counted."""
    state, endpoint = call.state, call.endpoint
    if not endpoint.changes:
        return Reply(generic_data(endpoint, call.params, str(state.options.seed)))
    key = _repetition_key(call)
    now = state.clock.now()
    ids = _ids(call.params)
    if key in state.created and now - state.created[key][0] < REPEATED_WITHIN:
        state.effects.record(call.path, ids, (), at=now, took_effect=False)
        return state.created[key][1]
    # No two changes give the same ids.
    seed = f"{state.options.seed} {state.effects.changes.total()}"
    reply = Reply(generic_data(endpoint, call.params, seed))
    made = _ids(reply.data) if call.path.endswith("/create/") else ()
    made = tuple(identity for identity in made if identity not in ids)
    state.effects.record(
        call.path,
        (*ids, *made),
        made or ids,
        at=now,
        operation_status=call.params.get("operation_status"),
    )
    if key:
        state.created[key] = (now, reply)
    return reply


def _repetition_key(call: Call) -> tuple[str, ...]:
    """What makes two creations one request; empty where they never are."""
    request_id = call.params.get("request_id")
    if call.path not in REPEATABLE or not request_id:
        return ()
    return (call.app_id, call.path, call.params["advertiser_id"], request_id)


def _ids(data: Any) -> tuple[str, ...]:
    """The ids of what is changed, from the top of a request or an answer."""
    if not isinstance(data, Mapping):
        return ()
    found: list[str] = []
    for name, value in data.items():
        if name in PLACES or not name.endswith(("_id", "_ids")):
            continue
        found += [str(item) for item in (value if isinstance(value, list) else [value])]
    return tuple(found)
