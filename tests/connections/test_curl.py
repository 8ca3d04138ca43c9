"""Requests as command lines: run by a shell, they would say the same."""

import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adloom.secret import Secret
from adloom.wire import FileBody
from connections.curl import as_curl
from connections.hosts import Origin
from connections.outgoing import Credential, WireRequest

URL = "https://ads.example/open_api/v1.3/ad/get/?filtering=%7B%22ad_ids%22%3A%5B%221%22%5D%7D"
TOKEN = Credential("access-token", Secret("token-canary-0123456789"), (Origin.of(URL),))


def test_a_read_is_an_address_and_a_token_of_the_readers() -> None:
    text = as_curl(WireRequest("GET", URL, credential=TOKEN))

    assert f"curl --request GET '{URL}' --header \"access-token: $ACCESS_TOKEN\"" == text


def test_the_token_itself_is_never_written() -> None:
    assert "canary" not in as_curl(WireRequest("POST", URL, content=b"{}", credential=TOKEN))


@given(st.text(), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_body_and_no_header_breaks_out_of_its_quotes(body: str, header: str) -> None:
    request = WireRequest("POST", URL, {"x-note": header}, body.encode())
    words = shlex.split(as_curl(request))

    said = ["--data-raw", body] if body else []
    assert ["curl", "--request", "POST", URL, "--header", f"x-note: {header}", *said] == words


def test_a_file_is_sent_as_a_part_of_a_form(tmp_path: Path) -> None:
    path = tmp_path / "my video.mp4"
    file = FileBody(str(path), "video_file", "my video.mp4", "00", {"note": "@/etc/passwd"})
    words = shlex.split(as_curl(WireRequest("POST", URL, file=file)))

    assert ["--form-string", "note=@/etc/passwd", "--form", f"video_file=@{path}"] == words[-4:]


def test_a_scheme_stands_before_the_token() -> None:
    bearer = Credential("authorization", Secret("canary"), (Origin.of(URL),), scheme="Bearer")

    assert '--header "authorization: Bearer $ACCESS_TOKEN"' in as_curl(
        WireRequest("GET", URL, credential=bearer)
    )


def test_secrets_of_the_address_are_variables_too() -> None:
    query = {"open_id": Secret("canary-1"), "access_token": Secret("canary-2")}
    address = Credential(None, query["access_token"], (Origin.of(URL),), query=query)
    text = as_curl(WireRequest("POST", "https://ads.example/up/", credential=address))
    more = as_curl(WireRequest("POST", "https://ads.example/up/?a=1", credential=address))

    assert (
        'curl --request POST https://ads.example/up/"?open_id=$OPEN_ID&access_token=$ACCESS_TOKEN"'
        == text
    )
    assert "'https://ads.example/up/?a=1'\"&open_id=$OPEN_ID&access_token=$ACCESS_TOKEN\"" in more
