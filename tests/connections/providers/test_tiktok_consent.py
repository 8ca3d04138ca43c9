"""Consent to TikTok ads, and what the platform says about who gave it (business_api.md §2.1)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adloom.errors import AuthorizationError, UnusableAnswerError
from adloom.json_text import parse_strict
from adloom.secret import Secret
from adloom.wire import Answer, JsonBody, Request
from connections.providers.base import Code
from connections.providers.tiktok_business import TikTokBusiness
from tests.connections.samples import NOW, business

PROVIDER = TikTokBusiness()


@pytest.mark.parametrize(
    ("host", "portal"),
    [
        ("production", "https://business-api.tiktok.com/portal/auth"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900/portal/auth"),
    ],
)
def test_the_consent_page_is_asked_in_tiktoks_words(host: str, portal: str) -> None:
    settings = business(host=host).settings
    address, _, query = PROVIDER.consent_address(settings, "st&te", Secret("v" * 86)).partition("?")

    assert portal == address
    assert {
        "app_id": ["7200000000000000001"],
        "client_id": ["7200000000000000001"],
        "redirect_uri": ["http://127.0.0.1:8917/callback"],
        "response_type": ["code"],
        "state": ["st&te"],
    } == parse_qs(query)
    assert "" == urlsplit(address).query


@pytest.mark.parametrize(
    "query", [{"auth_code": "c1", "code": "c2"}, {"code": "c1"}, {"auth_code": "c1", "code": ""}]
)
def test_the_code_is_called_auth_code_or_code(query: dict[str, str]) -> None:
    assert "c1" == PROVIDER.read_callback(query).text.reveal()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"error": "access_denied", "error_description": "The owner said no"}, "The owner said no"),
        ({"error": "access_denied"}, "access_denied"),
        ({"code": ""}, "no code came back"),
    ],
)
def test_a_consent_without_a_code_was_not_given(query: dict[str, str], reason: str) -> None:
    with pytest.raises(AuthorizationError, match=reason):
        PROVIDER.read_callback(query)


class Platform:
    """Answers by path, and keeps what was asked."""

    def __init__(self, **data: Any) -> None:
        self.data = data
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        data = self.data[request.path.strip("/").replace("/", "_")]
        return Answer(200, {}, {}, data, NOW, code=0)


async def test_a_code_becomes_a_token_that_does_not_end() -> None:
    platform = Platform(oauth2_access_token={"access_token": "new-token", "scope": [2, 4]})
    grant = await PROVIDER.exchange(platform, business(), Code(Secret("code-1")))
    body = platform.asked[0].body
    assert isinstance(body, JsonBody)

    assert {
        "app_id": "7200000000000000001",
        "secret": "app-secret-canary-1f2e3d4c",
        "auth_code": "code-1",
    } == body.value
    assert "new-token" == grant.secrets["access_token"].reveal()
    assert ({"permissions": [2, 4]}, None) == (grant.account, grant.life)


@pytest.mark.parametrize("data", [{}, None, [], {"access_token": ""}, {"access_token": 7}])
async def test_an_exchange_without_a_token_is_no_exchange(data: Any) -> None:
    with pytest.raises(UnusableAnswerError, match="no access token"):
        await PROVIDER.exchange(Platform(oauth2_access_token=data), business(), Code(Secret("c")))


async def test_a_token_that_does_not_end_cannot_be_refreshed() -> None:
    with pytest.raises(AuthorizationError, match="cannot be refreshed"):
        await PROVIDER.refresh(Platform(), business())


USER = {"core_user_id": "7300000000000000001", "display_name": "Ada", "email": "ada@example.test"}
GRANTED = {"list": [{"advertiser_id": 2**63, "advertiser_name": "Acme"}, {"advertiser_id": "72"}]}


async def test_an_examined_account_tells_who_granted_what() -> None:
    platform = Platform(user_info=USER, oauth2_advertiser_get=GRANTED)
    facts = await PROVIDER.examine(platform, business())

    assert "Ada" == facts["display_name"]
    assert [
        {"advertiser_id": str(2**63), "name": "Acme"},
        {"advertiser_id": "72", "name": ""},
    ] == facts["advertisers"]
    assert "ada@example.test" not in str(facts)
    assert "7300000000000000001" not in str(facts)


async def test_one_person_has_one_identity_and_two_have_two() -> None:
    people = [USER, USER | {"display_name": "Ada L."}, USER | {"core_user_id": "73"}]
    first, again, other = [
        (await PROVIDER.examine(Platform(user_info=one, oauth2_advertiser_get={}), business()))[
            "identity"
        ]
        for one in people
    ]

    assert first == again
    assert first != other


async def test_the_sandbox_has_no_list_of_accounts() -> None:
    facts = await PROVIDER.examine(Platform(user_info=USER), business(host="sandbox"))

    assert "advertisers" not in facts


@pytest.mark.parametrize("granted", [{}, {"list": None}, None, {"list": [{}]}])
async def test_no_accounts_are_an_empty_list(granted: Any) -> None:
    assert [] == await PROVIDER.accounts(Platform(oauth2_advertiser_get=granted), business())


@pytest.mark.parametrize("granted", [{"list": {"advertiser_id": "1"}}, {"list": ["1"]}])
async def test_accounts_that_are_no_list_are_an_unusable_answer(granted: Any) -> None:
    with pytest.raises(UnusableAnswerError):
        await PROVIDER.accounts(Platform(oauth2_advertiser_get=granted), business())


@pytest.mark.parametrize("user", [None, [], "Ada"])
async def test_a_person_of_another_shape_is_survived(user: Any) -> None:
    platform = Platform(user_info=user, oauth2_advertiser_get={})

    assert (await PROVIDER.examine(platform, business()))["display_name"] is None


async def test_a_grant_is_given_back_with_its_token() -> None:
    platform = Platform(oauth2_revoke_token={})
    await PROVIDER.revoke(platform, business())
    wire = PROVIDER.wire(business(), platform.asked[0], deadline=1)

    assert "access-token-canary-5b6a7988" == parse_strict(wire.content)["access_token"]
    assert wire.changes
