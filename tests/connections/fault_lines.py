"""How each kind of call is made on a stage."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from adloom.secret import Secret
from adloom.simulator.creator_tokens import Ask
from adloom.wire import FileBody, JsonBody, Request, SliceBody
from connections.connection import Connection
from connections.providers import provider_named
from connections.providers.base import Code
from tests.connections.fault_stage import Line, Stage
from tests.connections.samples import account, business, of_kind
from tests.simulator.making.steps import md5, png
from tests.simulator.open_platform.open_client import INIT, PUBLIC, PULL, OpenClient, whole_file

__all__ = ["LINES"]

SCOPES: Final = ("user.info.basic", "video.list", "video.publish", "share.sound.create")
APP_SECRET: Final = "app-secret-canary-1f2e3d4c"
CHUNK: Final = b"\x00\x00\x00\x18ftypmp42" + bytes(1_000)
REPORT: Final = {
    "report_type": "BASIC",
    "data_level": "AUCTION_AD",
    "dimensions": ["ad_id"],
    "start_date": "2026-10-20",
    "end_date": "2026-10-20",
}

Preparing = Callable[[Stage], Awaitable[Line]]


# --- TikTok ads ---------------------------------------------------------------------------------


async def _ads(stage: Stage, *, token: str | None = None) -> Connection:
    secrets = {"app_secret": APP_SECRET, "access_token": token or stage.simulator.token()}
    settings = business(host=stage.simulator.url).settings
    return await stage.saved("tiktok-business", settings, secrets)


async def _list_ads(stage: Stage) -> Line:
    connection = await _ads(stage)

    async def send() -> Any:
        query = {"advertiser_id": stage.advertiser}
        pages = stage.api(connection).pages("/ad/get/", query, key="ad_id", page_size=40)
        return [page async for page in pages]

    return Line(send, connection)


async def _read_account(stage: Stage) -> Line:
    connection = await _ads(stage)
    query = {"advertiser_ids": [stage.advertiser]}
    return Line(lambda: stage.api(connection).get("/advertiser/info/", query), connection)


async def _switch_ads(stage: Stage) -> Line:
    connection = await _ads(stage)
    body = {"advertiser_id": stage.advertiser, "ad_ids": stage.ads}
    stage.client().post("/ad/status/update/", **body, operation_status="ENABLE")
    change = JsonBody({**body, "operation_status": "DISABLE"})
    request = Request("POST", "/ad/status/update/", body=change)
    return Line(lambda: stage.api(connection).change(request), connection)


async def _upload_image(stage: Stage) -> Line:
    connection = await _ads(stage)
    content = png(720 + stage.number())
    fields = {
        "advertiser_id": stage.advertiser,
        "upload_type": "UPLOAD_BY_FILE",
        "image_signature": md5(content),
    }
    sha256 = hashlib.sha256(content).hexdigest()
    body = FileBody("", "image_file", "rain.png", sha256, fields, content)
    request = Request("POST", "/file/image/ad/upload/", body=body)
    return Line(lambda: stage.api(connection).change(request), connection)


async def _order_report(stage: Stage) -> Line:
    connection = await _ads(stage)
    body = JsonBody({**REPORT, "advertiser_id": stage.advertiser})
    request = Request("POST", "/report/task/create/", body=body)
    return Line(lambda: stage.api(connection).read(request), connection)


def _report(path: str) -> Preparing:
    async def prepare(stage: Stage) -> Line:
        token = stage.simulator.token()
        connection = await _ads(stage, token=token)
        given = {**REPORT, "advertiser_id": stage.advertiser}
        made = stage.client(token).post("/report/task/create/", **given)
        named = {"advertiser_id": stage.advertiser, "task_id": made["data"]["task_id"]}
        return Line(lambda: stage.api(connection).get(path, named), connection)

    return prepare


async def _trade_code(stage: Stage) -> Line:
    settings = business(host=stage.simulator.url).settings
    connection = await stage.saved("tiktok-business", settings, {"app_secret": APP_SECRET})
    code = stage.simulator.grants.consent(settings["app_id"], [stage.advertiser])
    return _trading(stage, connection, Code(Secret(code)))


def _trading(stage: Stage, connection: Connection, code: Code) -> Line:
    sender = stage.api(connection, trial=True)
    provider = provider_named(connection.provider)
    return Line(
        lambda: provider.exchange(sender.change, connection, code),
        connection,
        [code.text.reveal()],
    )


async def _send_events(stage: Stage) -> Line:
    settings = of_kind(
        "tiktok-events", host=stage.simulator.url, source_id=stage.pixel, source="web"
    ).settings
    secrets = {"access_token": stage.simulator.token()}
    connection = await stage.saved("tiktok-events", settings, secrets)
    events = [
        {
            "event": "Purchase",
            "event_time": 1_792_567_000,
            "event_id": f"o-{stage.number()}",
            "page": {"url": "https://shop.example.com/thanks"},
        }
        for _ in range(2)
    ]
    named = {"event_source": "web", "event_source_id": stage.pixel, "data": events}
    request = Request("POST", "/event/track/", body=JsonBody(named))
    return Line(lambda: stage.api(connection).change(request), connection)


# --- a TikTok account ---------------------------------------------------------------------------


async def _creator(stage: Stage, **more: Any) -> tuple[Connection, OpenClient]:
    """A connection, each to another account: nobody posts more than a few things a day."""
    settings = account(host=stage.simulator.url).settings
    client = OpenClient(stage.simulator.url, SCOPES, f"-000{stage.number():032x}")
    granted = client.control(
        "POST",
        "creator_token",
        {
            "client_key": settings["client_key"],
            "scopes": list(SCOPES),
            "open_id": client.granted["open_id"],
        },
    )
    names = ("access_token", "refresh_token", "open_id")
    secrets = {name: granted[name] for name in names} | {"client_secret": APP_SECRET}
    now = stage.clock.now()
    lasting = {"issued_at": now, "expires_at": now + timedelta(hours=2), **more}
    return await stage.saved("tiktok", settings, secrets, **lasting), client


async def _list_videos(stage: Stage) -> Line:
    connection, _ = await _creator(stage)

    async def send() -> Any:
        query = {"fields": ["id", "title"]}
        pages = stage.api(connection).pages("/v2/video/list/", query, key="id", page_size=20)
        return [page async for page in pages]

    return Line(send, connection)


async def _begin_post(stage: Stage) -> Line:
    connection, _ = await _creator(stage)
    body = {"post_info": {"title": "Fresh", "privacy_level": PUBLIC}, "source_info": PULL}
    request = Request("POST", INIT, body=JsonBody(body))
    return Line(lambda: stage.api(connection).change(request), connection)


async def _send_chunk(stage: Stage) -> Line:
    connection, client = await _creator(stage)
    address = client.begin(whole_file(len(CHUNK))).json["data"]["upload_url"]
    path = stage.folder / "chunk.mp4"
    path.write_bytes(CHUNK)
    sha256 = hashlib.sha256(CHUNK).hexdigest()
    request = Request(
        "PUT",
        address,
        body=SliceBody(str(path), 0, len(CHUNK), sha256, "video/mp4"),
        headers={"content-range": f"bytes 0-{len(CHUNK) - 1}/{len(CHUNK)}"},
    )
    return Line(lambda: stage.api(connection).change(request), connection)


async def _trade_creators_code(stage: Stage) -> Line:
    connection, _ = await _creator(stage)
    bare = replace(connection, secrets={"client_secret": Secret(APP_SECRET)})
    settings = connection.settings
    ask = Ask(settings["client_key"], settings["redirect_uri"], SCOPES, None)
    code = stage.simulator._state.creators.consent(ask, SCOPES)
    return _trading(stage, bare, Code(Secret(code)))


async def _renew_token(stage: Stage) -> Line:
    ended = stage.clock.now() - timedelta(seconds=1)
    connection, _ = await _creator(stage, expires_at=ended, issued_at=ended - timedelta(hours=2))
    return Line(lambda: stage.api(connection).fresh(), connection)


async def _upload_sound(stage: Stage) -> Line:
    connection, _ = await _creator(stage)
    content = b"ID3 tune"
    body = FileBody(
        "", "sound_file", "tune.mp3", hashlib.sha256(content).hexdigest(), content=content
    )
    request = Request("POST", "/share/sound/upload/", body=body)
    return Line(lambda: stage.api(connection).change(request), connection)


# --- without TikTok's consent -------------------------------------------------------------------


async def _embed_video(stage: Stage) -> Line:
    settings = of_kind("tiktok-public", host=stage.simulator.url).settings
    connection = await stage.saved("tiktok-public", settings, {})
    query = {"url": stage.video}
    return Line(lambda: stage.api(connection).get("/oembed", query), connection)


async def _web(stage: Stage) -> Connection:
    settings = of_kind(
        "web",
        base_url=f"{stage.simulator.url}/open_api/v1.3",
        login="header",
        header_name="Access-Token",
        allow_private=True,
        requests_per_second=10_000,
    ).settings
    return await stage.saved("web", settings, {"header_value": stage.simulator.token()})


async def _web_get(stage: Stage) -> Line:
    connection = await _web(stage)
    query = {"advertiser_id": stage.advertiser}
    return Line(lambda: stage.api(connection).get("/campaign/get/", query), connection)


async def _web_post(stage: Stage) -> Line:
    connection = await _web(stage)
    path = "/campaign/status/update/"
    body = {"advertiser_id": stage.advertiser, "campaign_ids": stage.campaigns}
    stage.client().post(path, **body, operation_status="ENABLE")
    request = Request("POST", path, body=JsonBody({**body, "operation_status": "DISABLE"}))
    return Line(lambda: stage.api(connection).change(request), connection)


LINES: Final[Mapping[str, Preparing]] = {
    "list ads": _list_ads,
    "read account": _read_account,
    "switch ads": _switch_ads,
    "upload image": _upload_image,
    "order report": _order_report,
    "check report": _report("/report/task/check/"),
    "fetch report": _report("/report/task/download/"),
    "trade code": _trade_code,
    "send events": _send_events,
    "list videos": _list_videos,
    "begin post": _begin_post,
    "send chunk": _send_chunk,
    "trade creator's code": _trade_creators_code,
    "renew token": _renew_token,
    "upload sound": _upload_sound,
    "embed video": _embed_video,
    "web GET": _web_get,
    "web POST": _web_post,
}
