import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from adloom.catalogue import Endpoint, Param, load
from adloom.simulator import Options, Running
from adloom.simulator.business import MODELLED, answer
from adloom.simulator.envelope import Reply
from adloom.simulator.state import Incoming, State
from tests.simulator.client import ROOT, Client, Row
from tests.simulator.conftest import START

GENERIC = [
    endpoint for endpoint in load().endpoints() if (endpoint.method, endpoint.path) not in MODELLED
]
SAMPLES: Mapping[str, Any] = {
    "any": {},
    "boolean": True,
    "date": "2026-09-01",
    "datetime": "2026-09-01 00:00:00",
    "integer": 1,
    "number": 1.5,
    "object": {},
    "string": "1",
}


def sample(param: Param, advertiser_id: str) -> Any:
    """A value that the declaration allows."""
    kind = param.type.split("|")[0]
    if kind.endswith("[]"):
        single = Param(param.name, kind[:-2], choices=param.choices, fields=param.fields)
        return [sample(single, advertiser_id)] * max(param.min_items or 1, 1)
    if param.name in ("advertiser_id", "advertiser_ids"):
        return advertiser_id
    if param.choices:
        return param.choices[0]
    if kind == "object":
        return {
            inner.name: sample(inner, advertiser_id) for inner in param.fields if inner.required
        }
    return int(param.minimum or 1) if kind in ("integer", "number") else SAMPLES[kind]


def request_to(endpoint: Endpoint, advertiser_id: str, token: str) -> Incoming:
    """A call of an endpoint with what it requires, and the page if it takes pages."""
    given = {
        param.name: sample(param, advertiser_id)
        for param in endpoint.params
        if param.required or param.name in ("page", "advertiser_id")
        if param.type != "file"
    }
    headers = {"access-token": token}
    if endpoint.method == "POST" and endpoint.content_type != "multipart/form-data":
        return Incoming("POST", ROOT + endpoint.path, "", headers, json.dumps(given).encode())
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }
    if endpoint.method == "POST":
        files = {param.name: "a.bin" for param in endpoint.params if param.type == "file"}
        return Incoming("POST", ROOT + endpoint.path, "", headers, form={**texts, **files})
    return Incoming("GET", ROOT + endpoint.path, urlencode(texts), headers)


FITS: Mapping[str, type | tuple[type, ...]] = {
    "any": object,
    "boolean": bool,
    "date": str,
    "datetime": str,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}


def misfits(fields: tuple[Param, ...], data: Mapping[str, Any], path: str) -> list[str]:
    """Where data are not what their declaration says."""
    found = [f"{path} has other fields"] if set(data) - {field.name for field in fields} else []
    for field in fields:
        if field.name not in data:
            continue
        value, kinds = data[field.name], field.type.split("|")
        items = value if isinstance(value, list) and kinds[0].endswith("[]") else [value]
        kinds = [kind.removesuffix("[]") for kind in kinds]
        for item in items:
            if not any(item is None or isinstance(item, FITS[kind]) for kind in kinds):
                found.append(f"{path}.{field.name} is {item!r}, not {field.type}")
            elif isinstance(item, dict) and field.fields:
                found += misfits(field.fields, item, f"{path}.{field.name}")
            elif field.choices and isinstance(item, str) and item not in field.choices:
                found.append(f"{path}.{field.name} is {item!r}, no choice")
    return found


def test_every_other_endpoint_answers_in_its_declared_shape() -> None:
    state = State(Options(speed=0, start=START))
    advertiser_id = next(iter(state.world.accounts))
    token = state.grants.issue("app", [advertiser_id])
    problems: list[str] = []
    for endpoint in GENERIC:
        reply = answer(state, request_to(endpoint, advertiser_id, token))
        assert isinstance(reply, Reply)
        if reply.code:
            problems.append(f"{endpoint.method} {endpoint.path}: {reply.code} {reply.message}")
            continue
        rows = reply.data if endpoint.data_type == "array" else [reply.data]
        problems += [
            f"{endpoint.path}{fault}"
            for row in rows
            for fault in misfits(endpoint.response, row, "")
        ]

    assert problems == []
    assert len(GENERIC) > 400


def test_the_same_request_gives_the_same_answer(client: Client, big: str) -> None:
    one = client.get("/pixel/list/", advertiser_id=big)["data"]
    other = client.get("/pixel/list/", advertiser_id=big)["data"]

    assert one == other
    assert len(one["pixels"]) == 2


def test_a_listing_has_pages(client: Client, big: str) -> None:
    pages = [
        client.get("/pixel/list/", advertiser_id=big, page=page, page_size=1)["data"]
        for page in (1, 2, 3)
    ]

    assert [len(page["pixels"]) for page in pages] == [1, 1, 0]
    assert pages[0]["pixels"] != pages[1]["pixels"]
    assert pages[0]["page_info"]["total_number"] == 2


def test_pages_are_checked_everywhere(client: Client, big: str) -> None:
    assert client.get("/pixel/list/", advertiser_id=big, page_size=21)["code"] == 40002
    assert client.get("/pixel/list/", advertiser_id=big, page_size=0)["code"] == 40002
    assert client.get("/pixel/list/", advertiser_id=big, page=0)["code"] == 40002


def create(client: Client, advertiser_id: str, **more: Any) -> Row:
    return client.post(
        "/campaign/create/",
        advertiser_id=advertiser_id,
        objective_type="TRAFFIC",
        campaign_name="New",
        **more,
    )


def test_a_creation_repeats_what_was_asked_for_and_counts(
    client: Client, simulator: Running, big: str
) -> None:
    data = create(client, big, budget=50, budget_mode="BUDGET_MODE_DAY")["data"]

    assert data["campaign_name"] == "New"
    assert data["budget"] == 50
    assert simulator.effects.effective(data["campaign_id"]) == 1
    assert simulator.effects.changes["/campaign/create/"] == 1


def test_two_creations_have_two_ids(client: Client, big: str) -> None:
    one, other = (create(client, big, request_id=name)["data"] for name in ("1", "2"))

    assert one["campaign_id"] != other["campaign_id"]


def test_the_same_request_id_within_ten_seconds_is_one_request(
    client: Client, simulator: Running, big: str
) -> None:
    first = create(client, big, request_id="1")["data"]["campaign_id"]
    simulator.clock.move(9.9)
    repeated = create(client, big, request_id="1")["data"]["campaign_id"]
    other = create(client, big, request_id="2")["data"]["campaign_id"]
    simulator.clock.move(0.2)
    late = create(client, big, request_id="1")["data"]["campaign_id"]

    assert repeated == first
    assert len({first, other, late}) == 3
    assert simulator.effects.changes["/campaign/create/"] == 3
    assert simulator.effects.requests["POST /campaign/create/"] == 4


def test_reads_by_post_are_not_counted_as_changes(client: Client, simulator: Running) -> None:
    endpoint = next(each for each in GENERIC if each.method == "POST" and not each.changes)
    advertiser_id = next(iter(simulator.world.accounts))
    incoming = request_to(endpoint, advertiser_id, client.token)
    client.send("POST", incoming.path, body=incoming.body)

    assert simulator.effects.requests[f"POST {endpoint.path}"] == 1
    assert not simulator.effects.changes.total()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "campaign_name"),
        ({"campaign_name": "x", "objective_type": 5}, "objective_type"),
        (
            {"campaign_name": "x", "objective_type": "TRAFFIC", "budget_mode": "WEEKLY"},
            "budget_mode",
        ),
        ({"campaign_name": "x", "objective_type": "TRAFFIC", "budget": "50"}, "budget"),
        (
            {"campaign_name": "x", "objective_type": "TRAFFIC", "budget_optimize_on": 1},
            "budget_optimize_on",
        ),
    ],
)
def test_bodies_are_checked_by_the_catalogue(
    client: Client, big: str, body: dict[str, Any], field: str
) -> None:
    envelope = client.post("/campaign/create/", advertiser_id=big, **body)

    assert envelope["code"] == 40002
    assert field in envelope["message"]


def multipart(**parts: str) -> tuple[bytes, dict[str, str]]:
    lines = []
    for name, text in parts.items():
        more = '; filename="a.mp4"' if name == "video_file" else ""
        lines.append(
            f'--B\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n'
        )
    body = "".join(lines) + "--B--\r\n"
    return body.encode(), {"Content-Type": "multipart/form-data; boundary=B"}


def test_an_upload_answers_with_a_list(client: Client, big: str) -> None:
    body, headers = multipart(
        advertiser_id=big,
        upload_type="UPLOAD_BY_FILE",
        video_file="bytes",
        video_signature=hashlib.md5(b"bytes", usedforsecurity=False).hexdigest(),
        file_name="My film",
    )
    answer = client.send("POST", f"{ROOT}/file/video/ad/upload/", body=body, headers=headers)

    assert answer.json["code"] == 0
    assert answer.json["data"][0]["file_name"] == "My film"


def test_the_fields_of_a_form_are_checked(client: Client, big: str) -> None:
    body, headers = multipart(advertiser_id=big, upload_type="BY_PIGEON")
    answer = client.send("POST", f"{ROOT}/file/video/ad/upload/", body=body, headers=headers)

    assert answer.json["code"] == 40002
    assert "upload_type" in answer.json["message"]


def test_a_malformed_form_is_40002(client: Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = client.send("POST", f"{ROOT}/file/video/ad/upload/", body=b"nothing", headers=headers)

    assert answer.json["code"] == 40002


def test_a_token_covers_every_permission_there_is(simulator: Running) -> None:
    scopes = simulator.grants.grant_of(simulator.token()).scopes
    needed = {endpoint.scope for endpoint in load().endpoints() if endpoint.scope}

    assert [scope for scope in needed if not load().granted(scopes, scope)] == []
