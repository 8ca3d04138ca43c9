import hashlib
import hmac
import json
import re
from urllib.parse import urlencode

from adloom.simulator import Running
from adloom.simulator.creator_tokens import open_id_of
from adloom.simulator.options import PRACTICE_APP
from tests.simulator.client import Client, Row
from tests.simulator.conftest import START
from tests.simulator.steps import hurt
from tests.simulator.webhooks.receiver import Receiver
from tests.simulator.webhooks.steps import SECRET, finished, until

CLIENT = {"client_key": PRACTICE_APP, "client_secret": SECRET}


def listen(client: Client, url: str) -> Row:
    told: Row = client.control("POST", "webhooks/client", {**CLIENT, "callback_url": url})
    return told


def tell(client: Client, event: str, **more: object) -> int:
    told = client.control("POST", "webhooks/creator", {"event": event, **more})
    return int(told["deliveries"])


def token(client: Client) -> Row:
    found: Row = client.control("POST", "creator_token", {"client_key": PRACTICE_APP})
    return found


def test_an_event_carries_its_content_as_text_and_is_signed_with_its_time(
    client: Client, receiver: Receiver
) -> None:
    listen(client, receiver.url)
    told = tell(client, "video.publish.completed", content={"share_id": "video.7"})
    found = receiver.wait()[0]
    signature = re.fullmatch(r"t=(\d+),s=([0-9a-f]{64})", found.headers["tiktok-signature"])

    assert told == 1
    assert found.json == {
        "client_key": PRACTICE_APP,
        "event": "video.publish.completed",
        "create_time": START.timestamp(),
        "user_openid": open_id_of(PRACTICE_APP),
        "content": '{"share_id":"video.7"}',
    }
    assert signature is not None
    signed = signature[1].encode() + b"." + found.body
    assert signature[2] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert int(signature[1]) == START.timestamp()


def test_a_creator_who_withdraws_is_told(client: Client, receiver: Receiver) -> None:
    listen(client, receiver.url)
    granted = token(client)
    body = urlencode({**CLIENT, "token": granted["access_token"]}).encode()
    client.send("POST", "/v2/oauth/revoke/", body=body)
    client.control("GET", "clock")
    found = receiver.wait()[0].json

    assert found["event"] == "authorization.removed"
    assert found["user_openid"] == granted["open_id"]
    assert json.loads(found["content"])["reason"] in range(6)


def test_a_fault_that_revokes_is_told_too(
    client: Client, simulator: Running, receiver: Receiver
) -> None:
    listen(client, receiver.url)
    hurt(simulator, "revoke_consent", path="/v2/*", times=1)
    headers = {"Authorization": f"Bearer {token(client)['access_token']}"}
    client.send("GET", "/v2/user/info/", query="fields=open_id", headers=headers)
    client.control("GET", "clock")

    assert receiver.wait()[0].json["event"] == "authorization.removed"


def test_a_published_post_is_told_once(client: Client, receiver: Receiver) -> None:
    listen(client, receiver.url)
    publish_id = begin_post(client)
    for _ in range(3):
        client.control("POST", "clock", {"move": 3600})
    told = until(client, finished(1))

    assert [delivery["name"] for delivery in told["deliveries"]] == ["video.publish.completed"]
    assert json.loads(receiver.wait()[0].json["content"]) == {"publish_id": publish_id}


def begin_post(client: Client) -> str:
    headers = {
        "Authorization": f"Bearer {token(client)['access_token']}",
        "Content-Type": "application/json",
    }
    post = {
        "post_info": {"title": "A walk", "privacy_level": "SELF_ONLY"},
        "source_info": {
            "source": "PULL_FROM_URL",
            "video_url": "https://files.example.com/walk.mp4",
        },
    }
    sent = json.dumps(post).encode()
    client.send("POST", "/v2/post/publish/creator_info/query/", headers=headers)
    begun = client.send("POST", "/v2/post/publish/video/init/", body=sent, headers=headers).json
    return str(begun["data"]["publish_id"])


def test_a_failed_post_is_told_with_its_reason(client: Client, receiver: Receiver) -> None:
    listen(client, receiver.url)
    publish_id = begin_post(client)
    failed = {"publish_id": publish_id, "fail_reason": "internal"}
    client.control("POST", "posts/fail", failed)
    client.control("GET", "clock")
    told = receiver.wait()[0].json

    assert told["event"] == "video.upload.failed"
    assert json.loads(told["content"]) == failed


def test_a_client_without_a_callback_is_told_nothing(client: Client, receiver: Receiver) -> None:
    assert tell(client, "video.publish.completed") == 0
    listen(client, receiver.url)
    listen(client, "")

    assert tell(client, "video.publish.completed") == 0
    assert client.control("GET", "webhooks")["clients"] == {}


def test_a_callback_needs_this_machine_a_secret_and_an_event(client: Client) -> None:
    away = client.send(
        "POST",
        "/_simulator/webhooks/client",
        body=json.dumps({**CLIENT, "callback_url": "https://hooks.example.com"}).encode(),
    )
    unknown = client.send(
        "POST",
        "/_simulator/webhooks/client",
        body=b'{"client_key":"nobody","callback_url":"http://127.0.0.1:9"}',
    )
    nothing = client.send("POST", "/_simulator/webhooks/creator", body=b"{}")

    assert (away.status, unknown.status, nothing.status) == (400, 400, 400)
    assert "loopback" in away.json["error"]
    assert "client_secret" in unknown.json["error"]


def test_another_callback_ends_what_is_on_its_way_to_the_old_one(client: Client) -> None:
    client.control("POST", "webhooks/settings", {"speed": 150})
    with Receiver(503) as old, Receiver() as new:
        listen(client, old.url)
        tell(client, "video.publish.completed")
        old.wait()
        listen(client, new.url)
        told = until(client, finished(1))

        assert told["deliveries"][0]["outcome"] == "ended"
        assert new.received == []
