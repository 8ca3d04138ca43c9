"""The Business API's endpoints around tokens and accounts (business_api.md §2.1, §3.6)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adloom.simulator.checking import bad_param
from adloom.simulator.envelope import Refusal, Reply
from adloom.simulator.state import Call
from adloom.simulator.world.account_rows import account_row

__all__ = ["ENDPOINTS"]

WRONG_APP: Final = 40101


def access_token(call: Call) -> Reply:
    """`POST /oauth2/access_token/`: a token for a code."""
    params = call.params
    token = _exchanged(call, params["app_id"], params["secret"], params["auth_code"])
    if params.get("return_advertiser_ids") is False:
        del token["advertiser_ids"]
    return Reply(token)


def token(call: Call) -> Reply:
    """`POST /oauth2/token/`: its twin that talks like OAuth, with the token beside `data`."""
    params = call.params
    names = ("client_id", "client_secret", "code")
    if missing := [name for name in names if not params.get(name)]:
        raise Refusal(40002, f"Missing required field(s): {', '.join(missing)}.")
    if params.get("grant_type", "authorization_code") != "authorization_code":
        raise bad_param("grant_type", "Not a valid choice, expected authorization_code.")
    granted = _exchanged(call, params["client_id"], params["client_secret"], params["code"])
    return Reply(beside={**granted, "token_type": "Bearer"})


def _exchanged(call: Call, app_id: str, secret: str, code: str) -> dict[str, Any]:
    issued, grant = call.state.grants.exchange(app_id, secret, code)
    call.state.effects.tokens += 1
    return {
        "access_token": issued,
        "advertiser_ids": list(grant.advertiser_ids),
        "scope": list(grant.scopes),
    }


def granted_advertisers(call: Call) -> Reply:
    """`GET /oauth2/advertiser/get/`: the accounts that a token covers."""
    _check_app(call)
    accounts = call.state.world.accounts
    covered = call.grant.advertiser_ids if call.grant else ()
    rows = [
        {"advertiser_id": known, "advertiser_name": accounts[known].facts.name} for known in covered
    ]
    return Reply({"list": rows})


def _check_app(call: Call) -> None:
    call.state.grants.check_secret(call.params["app_id"], call.params["secret"])
    if call.grant is not None and call.grant.app_id != call.params["app_id"]:
        raise Refusal(WRONG_APP, "The access_token does not belong to this app_id.")


def revoke_token(call: Call) -> Reply:
    """`POST /oauth2/revoke_token/`: the end of a token."""
    params = call.params
    names = ("app_id", "secret", "access_token")
    if missing := [name for name in names if not params.get(name)]:
        raise Refusal(40002, f"Missing required field(s): {', '.join(missing)}.")
    grants = call.state.grants
    grants.check_secret(params["app_id"], params["secret"])
    if grants.grant_of(params["access_token"]).app_id != params["app_id"]:
        raise Refusal(WRONG_APP, "The access_token does not belong to this app_id.")
    ended = grants.revoke(params["access_token"])
    return Reply({"app_id": ended.app_id, "advertiser_ids": list(ended.advertiser_ids)})


def user_info(_call: Call) -> Reply:
    """`/user/info/`: who agreed, by GET as most clients do or by POST."""
    return Reply(
        {
            "avatar_url": "https://pictures.example.com/avatar/1",
            "core_user_id": "7048218394563018001",
            "create_time": 1_640_995_200,
            "display_name": "Robin Example",
            "email": "r***n@example.com",
        }
    )


def advertiser_info(call: Call) -> Reply:
    """`GET /advertiser/info/`: facts about accounts."""
    wanted = dict.fromkeys(call.params["advertiser_ids"])
    rows = [account_row(call.account_of(known)) for known in wanted]
    if fields := call.params.get("fields"):
        rows = [{name: row[name] for name in fields if name in row} for row in rows]
    return Reply({"list": rows})


ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Call], Reply]]] = {
    ("GET", "/advertiser/info/"): advertiser_info,
    ("GET", "/oauth2/advertiser/get/"): granted_advertisers,
    ("GET", "/user/info/"): user_info,
    ("POST", "/oauth2/access_token/"): access_token,
    ("POST", "/oauth2/revoke_token/"): revoke_token,
    ("POST", "/oauth2/token/"): token,
    ("POST", "/user/info/"): user_info,
}
