import pytest

from adloom.catalogue import load
from adloom.simulator import Running
from tests.simulator.client import Client, Row
from tests.simulator.making.steps import form, md5

LIST = "/dmp/custom_audience/list/"
PEOPLE = ("a" * 64 + "\n" + "b" * 64 + "\n\n").encode()


def upload(client: Client, advertiser_id: str, content: bytes = PEOPLE, **more: str) -> Row:
    given = {
        "advertiser_id": advertiser_id,
        "calculate_type": "EMAIL_SHA256",
        "file_signature": md5(content),
        **more,
    }
    return form(client, "/dmp/custom_audience/file/upload/", {"file": content}, **given)


def create(client: Client, advertiser_id: str, *paths: str) -> Row:
    return client.post(
        "/dmp/custom_audience/create/",
        advertiser_id=advertiser_id,
        calculate_type="EMAIL_SHA256",
        custom_audience_name="Buyers",
        file_paths=list(paths),
        retention_in_days=30,
    )


def get(client: Client, advertiser_id: str, *ids: str) -> list[Row]:
    params = {"advertiser_id": advertiser_id, "custom_audience_ids": list(ids)}
    data = client.get("/dmp/custom_audience/get/", **params)["data"]
    found: list[Row] = data["list"]
    return found


def test_every_account_has_audiences_from_the_start(client: Client, big: str) -> None:
    found = client.rows(LIST, advertiser_id=big, page_size=1)

    assert len(found) == 2
    assert all(row["is_valid"] and row["cover_num"] > 1000 for row in found)


def test_an_audience_is_made_of_uploaded_lists(
    client: Client, simulator: Running, big: str
) -> None:
    paths = [upload(client, big)["data"]["file_path"] for _ in range(2)]
    made = create(client, big, *paths)["data"]["custom_audience_id"]
    new = get(client, big, made)[0]["audience_details"]
    simulator.clock.move(600)
    ready = get(client, big, made)[0]["audience_details"]

    assert (new["name"], new["is_valid"], new["cover_num"]) == ("Buyers", False, 0)
    assert (ready["is_valid"], ready["cover_num"]) == (True, 4)
    assert ready["expired_time"] == "2026-10-01 12:00:00"
    assert simulator.effects.effective(made) == 1
    assert client.rows(LIST, advertiser_id=big, page_size=9)[0]["custom_audience_id"] == made


def test_an_audience_has_the_declared_fields(client: Client, big: str) -> None:
    endpoint = load().endpoint("GET", "/dmp/custom_audience/get/")
    assert endpoint is not None
    declared = {field.name: field.fields for field in endpoint.response[0].fields}
    known = client.rows(LIST, advertiser_id=big, page_size=9)[0]["custom_audience_id"]
    row = get(client, big, known)[0]

    assert row.keys() == declared.keys()
    for name in ("audience_details", "audience_history"):
        told = row[name] if isinstance(row[name], dict) else row[name][0]
        assert told.keys() <= {field.name for field in declared[name]}


@pytest.mark.parametrize(
    ("content", "more", "code"),
    [
        (b"", {}, 40906),
        (PEOPLE, {"file_signature": md5(b"else")}, 40900),
        (PEOPLE, {"calculate_type": "BY_FACE"}, 40002),
    ],
)
def test_a_bad_list_is_refused(
    client: Client, big: str, content: bytes, more: dict[str, str], code: int
) -> None:
    assert upload(client, big, content, **more)["code"] == code


def test_a_list_of_another_account_is_unknown(client: Client, big: str, small: str) -> None:
    path = upload(client, small)["data"]["file_path"]

    assert create(client, big, path)["code"] == 40905
    assert create(client, big, "nowhere")["code"] == 40905
    assert create(client, small, path)["code"] == 0


def test_audiences_can_be_deleted_together_or_not_at_all(client: Client, big: str) -> None:
    ids = [row["audience_id"] for row in client.rows(LIST, advertiser_id=big, page_size=9)]

    def delete(*wanted: str) -> int:
        body = {"advertiser_id": big, "custom_audience_ids": list(wanted)}
        return int(client.post("/dmp/custom_audience/delete/", **body)["code"])

    assert delete(ids[0], "1") == 40007
    assert len(get(client, big, *ids)) == 2
    assert delete(*ids) == 0
    assert get(client, big, *ids) == []
