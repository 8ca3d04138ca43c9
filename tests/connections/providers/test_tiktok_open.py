"""A TikTok account: where its requests and its tokens go, and its consent (§I.1 to §I.6)."""

import hashlib
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from adloom.errors import AuthorizationError, InvalidParamsError, UnusableAnswerError, UsageError
from adloom.fields import fields_of, validate
from adloom.secret import Secret
from adloom.wire import Answer, FileBody, JsonBody, Request, TextBody
from connections.curl import as_curl
from connections.hosts import Origin
from connections.outgoing import Sent, WireRequest, written
from connections.providers.base import Code
from connections.providers.tiktok_open import TikTokAccount
from connections.providers.tiktok_open_settings import TikTokAccountSettings
from tests.connections.samples import NOW, account

PROVIDER = TikTokAccount()
API = "https://open.tiktokapis.com"
SOUND = Request(
    "POST", "/share/sound/upload/", body=FileBody("/a.mp3", "sound_file", "a.mp3", "00")
)


def wire(request: Request, **more: Any) -> WireRequest:
    return PROVIDER.wire(account(**more), request, deadline=1)


def sent(request: WireRequest) -> tuple[str, dict[str, str]]:
    """The address and the headers as they leave."""
    found = written(request, {"content": request.content}, Sent())
    return str(found.url), dict(found.headers)


# --- the wire -------------------------------------------------------------------------------------


def test_fields_go_into_the_query_and_the_token_into_the_header() -> None:
    request = Request("POST", "/v2/video/list/", {"fields": ["id", "title"]}, JsonBody({"x": 1}))
    url, headers = sent(wire(request))

    assert f"{API}/v2/video/list/?fields=id%2Ctitle" == url
    assert "Bearer act.canary-0000" == headers["authorization"]
    assert b'{"x":1}' == wire(request).content


def test_a_sound_goes_to_the_old_host_with_the_token_in_its_address() -> None:
    request = wire(SOUND)
    url, headers = sent(request)
    parts = urlsplit(url)

    assert ("https", "open-api.tiktok.com", "/share/sound/upload/") == parts[:3]
    assert [("open_id", "open-id-canary-0001"), ("access_token", "act.canary-0000")] == parse_qsl(
        parts.query
    )
    assert "authorization" not in headers
    assert "canary" not in request.url + repr(request)


def test_the_host_for_sounds_can_be_another_one() -> None:
    settings = {"legacy_sound_host": "https://sounds.example"}

    assert "https://sounds.example/share/sound/upload/" == wire(SOUND, settings=settings).url
    assert (
        "http://127.0.0.1:8900/share/sound/upload/" == wire(SOUND, host="http://127.0.0.1:8900").url
    )


def test_a_command_for_curl_holds_variables_instead_of_secrets() -> None:
    reading = as_curl(wire(Request("GET", "/v2/user/info/", {"fields": ["open_id"]})))
    sounding = as_curl(wire(SOUND))

    assert '--header "authorization: Bearer $ACCESS_TOKEN"' in reading
    assert '/share/sound/upload/"?open_id=$OPEN_ID&access_token=$ACCESS_TOKEN"' in sounding
    assert "canary" not in reading + sounding


@pytest.mark.parametrize(
    "address",
    [
        "https://open-upload.tiktokapis.com/video/?upload_id=67&upload_token=Xza",
        "https://open-upload-va.tiktokapis.com/video/",
    ],
)
def test_an_upload_goes_to_tiktoks_address_without_any_token(address: str) -> None:
    request = wire(Request("PUT", address, body=TextBody("bytes", "video/mp4")))
    url, headers = sent(request)

    assert address == url
    assert not {"authorization", "access-token"} & headers.keys()
    assert request.credential is None
    assert {} == PROVIDER.rates(account(), Request("PUT", address))


def test_a_simulators_upload_addresses_are_its_own() -> None:
    address = "http://127.0.0.1:8900/upload/?upload_id=1"

    assert address == wire(Request("PUT", address), host="http://127.0.0.1:8900").url


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/video/",
        "https://tiktokapis.com.evil.example/",
        "https://eviltiktokapis.com/",
        "http://open-upload.tiktokapis.com/video/",
        "https://open-upload.tiktokapis.com:8443/video/",
        "https://open-upload.tiktokapis.com@evil.example/",
        "https://someone@open-upload.tiktokapis.com/",
        "http://127.0.0.1:8900/upload/",
        "ftp://open-upload.tiktokapis.com/",
        "https://",
    ],
)
def test_no_file_goes_anywhere_else(address: str) -> None:
    with pytest.raises(UsageError):
        wire(Request("PUT", address))


@pytest.mark.parametrize("path", ["/v2/../x/", "//evil.example/", "/v2/user/info/?x=1", "v2/user/"])
def test_a_path_stays_below_the_api(path: str) -> None:
    with pytest.raises(InvalidParamsError):
        wire(Request("GET", path))


def test_no_token_goes_to_the_token_endpoints() -> None:
    assert wire(Request("POST", "/v2/oauth/token/", body=TextBody("a=b"))).credential is None


def test_the_token_stays_at_its_own_origin() -> None:
    credential = wire(Request("GET", "/v2/user/info/")).credential
    assert credential is not None

    assert (Origin.of(API),) == credential.origins
    elsewhere = WireRequest("GET", "https://evil.example/", credential=credential)
    assert "canary" not in str(sent(elsewhere))
    asked = wire(SOUND).credential
    assert "canary" not in str(sent(WireRequest("GET", f"{API}/x/", credential=asked)))


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v2/user/info/", False),
        ("POST", "/v2/video/list/", False),
        ("POST", "/v2/video/query/", False),
        ("POST", "/v2/post/publish/creator_info/query/", False),
        ("POST", "/v2/post/publish/status/fetch/", False),
        ("POST", "/v2/post/publish/video/init/", True),
        ("POST", "/v2/post/publish/inbox/video/init/", True),
        ("POST", "/v2/post/publish/content/init/", True),
        ("POST", "/v2/oauth/token/", True),
        ("POST", "/share/sound/upload/", True),
        ("PUT", "/v2/video/list/", True),
        ("PUT", "https://open-upload.tiktokapis.com/video/", True),
        ("POST", "/v2/something/new/", True),
    ],
)
def test_what_may_change_something_is_known(method: str, path: str, expected: bool) -> None:
    assert expected == PROVIDER.changes(Request(method, path))


@pytest.mark.parametrize(
    ("path", "per_second", "own"),
    [
        ("/v2/video/list/", 8.0, "open.tiktokapis.com/app/awsample0123/v2/video/list/"),
        ("/v2/post/publish/video/init/", 0.08, None),
        ("/v2/post/publish/status/fetch/", 0.4, None),
        ("/v2/something/", None, "open.tiktokapis.com/app/awsample0123/v2/something/"),
    ],
)
def test_limits_count_per_app_and_for_posts_per_account(
    path: str, per_second: float | None, own: str | None
) -> None:
    app = "open.tiktokapis.com/app/awsample0123"
    own = own or f"{app}/user/0011223344556677{path}"
    rates = PROVIDER.rates(account(), Request("POST", path))

    assert 10_000.0 == rates[app]
    assert per_second == (None if rates[own] is None else pytest.approx(rates[own]))
    limited = PROVIDER.pauses(account(), Request("POST", path), _too_fast())
    assert {own: 20.0} == limited


def _too_fast() -> Any:
    from adloom.errors import RateLimitedError

    return RateLimitedError("too fast", retry_after=20.0)


# --- settings -------------------------------------------------------------------------------------


def test_scopes_are_separated_by_commas_or_given_one_by_one() -> None:
    given = {"client_key": "aw1", "scopes": ["user.info.basic, video.list", "video.upload"]}

    assert ["user.info.basic", "video.list", "video.upload"] == validate(
        TikTokAccountSettings, given
    ).scopes


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "client_key"),
        ({"client_key": "a b"}, "client_key"),
        ({"client_key": "a", "scopes": []}, "scopes"),
        ({"client_key": "a", "scopes": ["video list"]}, "scopes.0"),
        ({"client_key": "a", "requests_per_second": 0}, "requests_per_second"),
    ],
)
def test_settings_that_will_not_do_are_named(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParamsError) as caught:
        validate(TikTokAccountSettings, values)

    assert [field] == [fault.path for fault in caught.value.faults]


def test_every_setting_says_what_it_is() -> None:
    assert [] == [
        field.name
        for field in fields_of(TikTokAccountSettings)
        if not field.title or not field.description.endswith(".")
    ]


# --- consent --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("production", "https://www.tiktok.com/v2/auth/authorize/"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900/v2/auth/authorize/"),
    ],
)
def test_the_consent_page_is_asked_in_tiktoks_words(host: str, page: str) -> None:
    verifier = Secret("abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFG")
    settings = account(host=host).settings
    address, _, query = PROVIDER.consent_address(settings, "st&te", verifier).partition("?")

    assert page == address
    assert {
        "client_key": ["awsample0123"],
        "response_type": ["code"],
        "scope": ["user.info.basic,video.list"],
        "redirect_uri": ["http://127.0.0.1:8917/callback"],
        "state": ["st&te"],
        "code_challenge": ["4c3a770bec0fa3768a0cad4183eba43fbf2767d622a940f64e8443f7a1e86875"],
        "code_challenge_method": ["S256"],
    } == parse_qs(query)
    assert verifier.reveal() not in query


def test_the_answer_holds_a_code_and_what_was_agreed_to() -> None:
    code = PROVIDER.read_callback({"code": "a*0!4627.va", "scopes": "user.info.basic,video.list"})

    assert ("a*0!4627.va", ("user.info.basic", "video.list")) == (code.text.reveal(), code.scopes)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"error": "access_denied", "error_description": "The user said no"}, "The user said no"),
        ({"error": "access_denied", "code": "c"}, "access_denied"),
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
        return Answer(200, {}, {}, data, NOW)

    @property
    def form(self) -> dict[str, str]:
        body = self.asked[-1].body
        assert isinstance(body, TextBody)
        assert "application/x-www-form-urlencoded" == body.content_type
        return dict(parse_qsl(body.text))


TOKENS = {
    "access_token": "act.new",
    "refresh_token": "rft.new",
    "open_id": "open-9",
    "scope": "user.info.basic",
    "expires_in": 7200,
    "refresh_expires_in": 15_552_000,
    "token_type": "Bearer",
}


async def test_a_code_becomes_tokens_that_end() -> None:
    platform = Platform(v2_oauth_token=TOKENS)
    code = Code(Secret("a*0!1.va"), ("video.list",), Secret("v" * 86))
    grant = await PROVIDER.exchange(platform, account(), code)
    made = grant.added_to(account(secrets={}), NOW)

    assert {
        "client_key": "awsample0123",
        "client_secret": "client-secret-canary-77aa",
        "grant_type": "authorization_code",
        "code": "a*0!1.va",
        "redirect_uri": "http://127.0.0.1:8917/callback",
        "code_verifier": "v" * 86,
    } == platform.form
    assert {"access_token": "act.new", "refresh_token": "rft.new", "open_id": "open-9"} == {
        name: secret.reveal() for name, secret in made.secrets.items()
    }
    assert ["user.info.basic"] == made.account["permissions"]
    assert (7200, "2027-05-20T12:00:00+00:00") == (
        (made.expires_at - NOW).total_seconds() if made.expires_at else None,
        made.account["consent_ends_at"],
    )


async def test_a_refresh_token_is_traded_for_the_next_one() -> None:
    platform = Platform(v2_oauth_token=TOKENS)
    grant = await PROVIDER.refresh(platform, account())

    assert ("refresh_token", "rft.canary-0000") == (
        platform.form["grant_type"],
        platform.form["refresh_token"],
    )
    assert "rft.new" == grant.secrets["refresh_token"].reveal()


async def test_an_answer_without_a_refresh_token_leaves_the_old_one() -> None:
    told = {name: value for name, value in TOKENS.items() if name != "refresh_token"}
    grant = await PROVIDER.refresh(Platform(v2_oauth_token=told), account())
    made = grant.added_to(account(), NOW)

    assert "rft.canary-0000" == made.secrets["refresh_token"].reveal()


async def test_without_a_refresh_token_its_owner_is_needed() -> None:
    with pytest.raises(AuthorizationError, match="none to refresh it with"):
        await PROVIDER.refresh(Platform(), account(secrets={}))


@pytest.mark.parametrize("data", [{}, None, [], {"access_token": ""}, {"access_token": 7}])
async def test_an_exchange_without_a_token_is_no_exchange(data: Any) -> None:
    with pytest.raises(UnusableAnswerError, match="no access token"):
        await PROVIDER.exchange(Platform(v2_oauth_token=data), account(), Code(Secret("c")))


@pytest.mark.parametrize("life", [None, "7200", True, [], float("nan"), 0, -5])
async def test_a_lifetime_of_another_shape_is_none_at_all(life: Any) -> None:
    grant = await PROVIDER.refresh(
        Platform(v2_oauth_token=TOKENS | {"expires_in": life}), account()
    )

    assert grant.life is None


# --- who it is ------------------------------------------------------------------------------------

USER = {"user": {"open_id": "open-9", "display_name": "Ada", "username": "ada"}}


async def test_an_account_is_asked_for_what_was_granted_only() -> None:
    for scopes, fields in (
        (["user.info.basic"], ["open_id", "display_name"]),
        (["user.info.profile", "video.list"], ["username"]),
        (["user.info.basic", "user.info.profile"], ["open_id", "display_name", "username"]),
    ):
        platform = Platform(v2_user_info=USER)
        facts = await PROVIDER.examine(platform, account(account={"permissions": scopes}))

        assert {"fields": fields} == platform.asked[0].query
        assert "Ada" == facts["display_name"]
        assert "open-9" not in str(facts)


async def test_a_grant_without_a_name_is_tried_with_what_it_covers() -> None:
    platform = Platform(v2_video_list={"videos": []})
    only = account(account={"permissions": ["video.list"]})
    facts = await PROVIDER.examine(platform, only)

    assert ["/v2/video/list/"] == [asked.path for asked in platform.asked]
    assert hashlib.sha256(b"open-id-canary-0001").hexdigest()[:16] == facts["identity"]


async def test_a_grant_that_covers_no_reading_is_known_by_its_token() -> None:
    platform = Platform()
    facts = await PROVIDER.examine(platform, account(account={"permissions": ["video.upload"]}))

    assert [] == platform.asked
    assert facts["identity"]


@pytest.mark.parametrize("data", [None, [], {}, {"user": "Ada"}, {"user": {}}])
async def test_a_person_of_another_shape_is_survived(data: Any) -> None:
    facts = await PROVIDER.examine(Platform(v2_user_info=data), account())

    assert facts["display_name"] is None
    assert facts["identity"]


async def test_one_account_is_covered_by_a_grant() -> None:
    facts = {"identity": "00ff", "display_name": "Ada"}

    assert [{"id": "00ff", "name": "Ada"}] == await PROVIDER.accounts(
        Platform(), account(account=facts)
    )


async def test_a_grant_is_given_back_with_its_token() -> None:
    platform = Platform(v2_oauth_revoke={})
    await PROVIDER.revoke(platform, account())

    assert "act.canary-0000" == platform.form["token"]


def test_what_was_left_out_and_when_it_ends_is_told() -> None:
    facts = {"permissions": ["user.info.basic"], "consent_ends_at": "2027-05-20T12:00:00+00:00"}

    assert [
        "Its owner did not agree to video.list.",
        "The consent ends on 2027-05-20, unless it is used before.",
    ] == PROVIDER.notes(account(account=facts))
