import hashlib
from urllib.parse import urlsplit

import pytest

from adloom.simulator import Running
from tests.simulator.client import Answer
from tests.simulator.open_platform.open_client import MIB, OpenClient, whole_file

UPLOAD = "/upload/"
CONTENT = b"0123456789"


def begin(creator: OpenClient, size: int = len(CONTENT)) -> tuple[str, str]:
    data = creator.begin(whole_file(size)).json["data"]
    return data["publish_id"], data["upload_url"]


def word(answer: Answer) -> str:
    return str(answer.json["error"]["code"])


def test_the_address_leads_to_the_simulator_itself(creator: OpenClient) -> None:
    _, address = begin(creator)

    assert urlsplit(address).netloc == urlsplit(creator.url).netloc


def test_a_small_file_goes_in_one_piece_and_becomes_a_video(
    creator: OpenClient, simulator: Running
) -> None:
    publish_id, address = begin(creator)
    assert creator.status(publish_id) == {
        "status": "PROCESSING_UPLOAD",
        "uploaded_bytes": 0,
        "publicaly_available_post_id": [],
    }
    answer = creator.put(address, CONTENT, "0-9/10")
    working = creator.status(publish_id)
    simulator.clock.move(5)
    done = creator.status(publish_id)

    assert answer.status == 201
    assert (working["status"], working["uploaded_bytes"]) == ("PROCESSING_UPLOAD", 10)
    assert done["status"] == "PUBLISH_COMPLETE"
    assert str(done["publicaly_available_post_id"][0]) == creator.videos()["videos"][0]["id"]


def test_a_large_file_goes_in_chunks_whose_last_takes_the_rest(
    creator: OpenClient, simulator: Running
) -> None:
    content = b"ab" * (6 * MIB)
    source = {**whole_file(12 * MIB), "chunk_size": 5 * MIB, "total_chunk_count": 2}
    data = creator.begin(source).json["data"]
    span = 5 * MIB
    first = creator.put(data["upload_url"], content[:span], f"0-{span - 1}/{12 * MIB}")
    last = creator.put(data["upload_url"], content[span:], f"{span}-{12 * MIB - 1}/{12 * MIB}")
    known = creator.control("GET", "posts")[0]

    assert (first.status, last.status) == (206, 201)
    assert first.headers["content-range"] == f"bytes 0-{span - 1}/{12 * MIB}"
    assert known["sha256"] == hashlib.sha256(content).hexdigest()
    assert simulator.effects.changes[UPLOAD] == 2
    assert simulator.effects.requests["PUT /upload/"] == 2


def test_chunks_come_in_order_and_once(creator: OpenClient, simulator: Running) -> None:
    size, span = 12 * MIB, 5 * MIB
    source = {**whole_file(size), "chunk_size": span, "total_chunk_count": 2}
    data = creator.begin(source).json["data"]
    address, chunk, rest = data["upload_url"], bytes(span), bytes(7 * MIB)
    early = creator.put(address, rest, f"{span}-{size - 1}/{size}")
    first = creator.put(address, chunk, f"0-{span - 1}/{size}")
    again = creator.put(address, chunk, f"0-{span - 1}/{size}")

    assert (early.status, first.status, again.status) == (416, 206, 416)
    assert word(again) == "upload_range_mismatch"
    assert again.headers["content-range"] == f"bytes 0-{span - 1}/{size}"
    assert simulator.effects.changes[UPLOAD] == 1
    assert simulator.effects.requested[data["publish_id"]][UPLOAD] == 3


def test_chunks_have_the_size_that_was_announced(creator: OpenClient) -> None:
    size = 12 * MIB
    source = {**whole_file(size), "chunk_size": 5 * MIB, "total_chunk_count": 2}
    address = creator.begin(source).json["data"]["upload_url"]
    answer = creator.put(address, bytes(MIB), f"0-{MIB - 1}/{size}")

    assert (answer.status, word(answer)) == (400, "invalid_params")


@pytest.mark.parametrize(
    ("span", "status"),
    [
        ("0-9/11", 416),
        ("1-10/10", 416),
        ("0-8/10", 400),
        ("9-0/10", 400),
        ("0-9/*", 400),
        ("0-9", 400),
        ("", 400),
    ],
)
def test_a_range_has_to_fit(creator: OpenClient, span: str, status: int) -> None:
    publish_id, address = begin(creator)

    assert creator.put(address, CONTENT, span).status == status
    assert creator.status(publish_id)["uploaded_bytes"] == 0


def test_a_file_is_a_video(creator: OpenClient) -> None:
    _, address = begin(creator)
    answer = creator.put(address, CONTENT, "0-9/10", kind="image/png")

    assert (answer.status, word(answer)) == (400, "invalid_file_upload")
    assert creator.put(address, CONTENT, "0-9/10", kind="video/webm; codecs=vp9").status == 201


def test_a_wrong_address_takes_nothing(creator: OpenClient) -> None:
    _, address = begin(creator)
    unknown = creator.put(address.replace("upload_id=", "upload_id=x"), CONTENT, "0-9/10")
    forged = creator.put(address + "0", CONTENT, "0-9/10")
    fetched = creator.begin().json["data"]["publish_id"]
    other = creator.put(f"/upload/?upload_id={fetched}", CONTENT, "0-9/10")

    assert (unknown.status, forged.status, other.status) == (404, 403, 404)


def test_an_address_works_for_an_hour(creator: OpenClient, simulator: Running) -> None:
    publish_id, address = begin(creator)
    simulator.clock.move(3600)
    answer = creator.put(address, CONTENT, "0-9/10")

    assert (answer.status, word(answer)) == (403, "upload_url_expired")
    assert creator.status(publish_id)["fail_reason"] == "upload_expired"


def test_a_finished_file_takes_no_more(creator: OpenClient, simulator: Running) -> None:
    _, address = begin(creator)
    creator.put(address, CONTENT, "0-9/10")
    simulator.clock.move(10)

    assert creator.put(address, CONTENT, "0-9/10").status == 416


def test_a_draft_goes_to_the_inbox_after_its_upload(
    creator: OpenClient, simulator: Running
) -> None:
    data = creator.begin_inbox(whole_file(10)).json["data"]
    creator.put(data["upload_url"], CONTENT, "0-9/10")
    simulator.clock.move(5)

    assert creator.status(data["publish_id"])["status"] == "SEND_TO_USER_INBOX"
