from urllib.parse import urlencode

import pytest

from adloom.simulator import Options, Running
from adloom.simulator.open_platform.envelope import SoundReply
from adloom.simulator.open_platform.sounds import TOO_LARGE, upload_sound
from adloom.simulator.options import PRACTICE_APP
from adloom.simulator.state import Attached, Incoming, State
from tests.simulator.client import Answer
from tests.simulator.conftest import START
from tests.simulator.open_platform.open_client import OpenClient

SOUND = "/share/sound/upload/"


def form(name: str = "tune.mp3", content: bytes = b"ID3 tune", part: str = "sound_file") -> bytes:
    head = f'--cut\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--cut--\r\n"


def upload(creator: OpenClient, body: bytes | None = None, **query: str) -> Answer:
    granted = creator.granted
    given = {"open_id": granted["open_id"], "access_token": granted["access_token"], **query}
    return creator.send(
        "POST",
        SOUND,
        query=urlencode(given),
        body=form() if body is None else body,
        headers={"Content-Type": "multipart/form-data; boundary=cut"},
    )


def test_a_sound_gets_a_share_id_and_is_counted(creator: OpenClient, simulator: Running) -> None:
    answer = upload(creator)
    data, extra = answer.json["data"], answer.json["extra"]

    assert answer.status == 200
    assert (data["error_code"], data["error_msg"]) == (0, "")
    assert extra == {"error_detail": "", "logid": answer.headers["x-tt-logid"]}
    assert simulator.effects.changes[SOUND] == 1
    assert simulator.effects.effective(data["share_id"]) == 1


def test_two_sounds_have_two_share_ids(creator: OpenClient) -> None:
    ids = {upload(creator).json["data"]["share_id"] for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize("name", ["a.mp3", "a.WAV", "a.b.flac"])
def test_three_kinds_of_sound_are_taken(creator: OpenClient, name: str) -> None:
    assert upload(creator, form(name)).json["data"]["error_code"] == 0


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (form("a.ogg"), {}),
        (form("mp3"), {}),
        (form(content=b""), {}),
        (form(part="video"), {}),
        (b"no form at all", {}),
        (form(), {"access_token": "act.wrong"}),
        (form(), {"access_token": ""}),
        (form(), {"open_id": "somebody"}),
        (form(), {"open_id": ""}),
    ],
)
def test_what_is_wrong_stands_in_the_envelope(
    creator: OpenClient, simulator: Running, body: bytes, query: dict[str, str]
) -> None:
    answer = upload(creator, body, **query)
    told = answer.json

    assert answer.status == 200
    assert told["data"]["error_code"] != 0
    assert told["data"]["error_msg"] == told["extra"]["error_detail"] != ""
    assert "share_id" not in told["data"]
    assert simulator.effects.changes[SOUND] == 0


def test_a_sound_takes_its_scope_in_either_spelling(simulator: Running) -> None:
    without = OpenClient(simulator.url, ["video.list"])
    swapped = OpenClient(simulator.url, ["sound.share.create"])

    assert upload(without).json["data"]["error_code"] != 0
    assert upload(swapped).json["data"]["error_code"] == 0


@pytest.mark.parametrize(("size", "fine"), [(TOO_LARGE - 1, True), (TOO_LARGE, False)])
def test_a_sound_is_smaller_than_50_megabytes(size: int, *, fine: bool) -> None:
    state = State(Options(speed=0, start=START))
    granted = state.creators.issue(PRACTICE_APP, ["share.sound.create"])
    query = urlencode({name: granted[name] for name in ("open_id", "access_token")})
    files = {"sound_file": Attached("long.wav", bytes(size))}
    reply = upload_sound(state, Incoming("POST", SOUND, query, files=files))

    assert isinstance(reply, SoundReply)
    assert (reply.code == 0) is fine


def test_the_endpoint_may_be_gone() -> None:
    with Running(Options(port=0, speed=0, start=START, sounds=False)) as running:
        assert upload(OpenClient(running.url)).status == 404


def test_the_endpoint_may_say_that_it_is_switched_off(
    creator: OpenClient, simulator: Running
) -> None:
    simulator.faults.add([{"kind": "code", "code": 10001, "message": "closed", "path": SOUND}])
    told = upload(creator).json

    assert (told["data"]["error_code"], told["data"]["error_msg"]) == (10001, "closed")
    assert simulator.effects.changes[SOUND] == 0
