import re

import msgspec
import pytest

from adloom.simulator import Rule, Running
from adloom.simulator.fault_kinds import told
from adloom.simulator.fault_model import SCOPES, FaultKind, When
from adloom.simulator.faults import CATALOGUE, Faults
from tests.simulator.client import ROOT, Client
from tests.simulator.steps import AD_GET, hurt, switch_off

#: What reliability.md §2.3 asks for, row by row.
ROWS = {
    "drip body": Rule("drip", part="body"),
    "drip headers": Rule("drip", part="headers"),
    "gzip cut in half": Rule("truncated_gzip"),
    "gzip without trailer": Rule("gzip_without_trailer"),
    "body ends by close, cut": Rule("no_length_cut"),
    "shorter than Content-Length": Rule("truncate"),
    "chunked cut": Rule("cut_chunked"),
    "reset": Rule("reset"),
    "empty answer": Rule("close"),
    "empty body": Rule("empty_body"),
    "garbage line": Rule("garbage"),
    "HTML page with 200": Rule("html"),
    "NaN": Rule("nan"),
    "1e999": Rule("infinite_number"),
    "duplicate keys": Rule("duplicate_keys"),
    "BOM": Rule("bom"),
    "invalid UTF-8": Rule("bad_utf8"),
    "lone surrogate": Rule("lone_surrogate"),
    "200 MB bomb": Rule("oversize", megabytes=200),
    "100,000 nested brackets": Rule("nested"),
    "5,000-digit integer": Rule("huge_integer"),
    "ids beyond 2^53 as numbers": Rule("ids_as_numbers"),
    "40100 in a 200": Rule("code", code=40100),
    "429 with Retry-After positive": Rule("http", status=429, retry_after=1),
    "429 with Retry-After zero": Rule("http", status=429, retry_after=0),
    "429 with Retry-After negative": Rule("http", status=429, retry_after=-1),
    "429 with Retry-After date": Rule("http", status=429, retry_after="Wed, 21 Oct 2026 07:28 GMT"),
    "40105 once": Rule("code", code=40105, times=1),
    "40105 for ever": Rule("code", code=40105),
    "consent revoked between pages": Rule("revoke_consent", after=1),
    "an account lost between pages": Rule("shrink_consent", after=1),
    "5xx after the write took effect": Rule("http", status=502, when="after"),
    "20001 with mixed items": Rule("partial_failure"),
    "50002": Rule("code", code=50002),
    "total_number that lies": Rule("wrong_total"),
    "empty last page": Rule("empty_last_page"),
    "page beyond the end repeats the last page": Rule("repeat_last_page"),
    "deleted item": Rule("deleted_item"),
    "equal timestamps across pages": Rule("equal_times"),
    "new item between pages": Rule("new_item"),
    "update between pages": Rule("updated_item"),
    "stale replica": Rule("stale_replica"),
    "a field missing": Rule("missing_field"),
    "a field null": Rule("null_field"),
    "a field of another type": Rule("other_type"),
    "list given as object": Rule("list_as_object"),
    "ids as number in one endpoint": Rule("ids_as_numbers", path="/ad/get/"),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_fault_catalogue_is_complete(row: str) -> None:
    assert ROWS[row].kind in {kind.name for kind in CATALOGUE}


def test_the_catalogue_is_sorted_and_has_no_kind_twice() -> None:
    names = [kind.name for kind in CATALOGUE]

    assert names == sorted(set(names))


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)
def test_a_kind_is_told_in_one_sentence_with_rules_that_work(kind: FaultKind) -> None:
    rules = [{"kind": kind.name, **example} for example in kind.examples]
    Faults(seed=1, rules=rules)

    assert re.fullmatch(r"[A-Z].*[^.]\.", kind.meaning)
    assert kind.scope in SCOPES
    assert set(kind.fields) <= set(Rule.__struct_fields__)
    for rule in rules:
        assert set(rule) - {"kind", "times", "when"} <= set(kind.fields)


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)
def test_a_kind_strikes_when_it_says_and_at_no_other_time(kind: FaultKind) -> None:
    whens: tuple[When, ...] = ("before", "after")
    for when in whens:
        if when in kind.strikes:
            assert Rule(kind.name, when=when).strikes_first == (when == "before")
        else:
            with pytest.raises(msgspec.ValidationError, match="cannot strike"):
                Faults(seed=1).add([{"kind": kind.name, "when": when}])
    assert Rule(kind.name).strikes_first == (kind.strikes[0] == "before")


def test_the_list_to_read_fits_on_a_terminal_and_names_every_kind() -> None:
    lines = told().splitlines()

    assert {kind.name for kind in CATALOGUE} <= {line.split()[0] for line in lines if line}
    assert max(map(len, lines)) <= 96


# --- the Open Platform --------------------------------------------------------------------------

WORDS = {
    "access_token_invalid": 401,
    "internal_error": 500,
    "invalid_params": 400,
    "rate_limit_exceeded": 429,
    "scope_not_authorized": 401,
}


@pytest.mark.parametrize("kind", WORDS)
def test_the_open_platform_says_no_in_its_own_envelope(
    client: Client, simulator: Running, kind: str
) -> None:
    hurt(simulator, kind, message="not today")
    answer = client.send("POST", "/v2/video/list/")

    assert answer.status == WORDS[kind]
    assert answer.json["data"] == {}
    assert answer.json["error"]["code"] == kind
    assert answer.json["error"]["message"] == "not today"
    assert answer.json["error"]["log_id"] == answer.headers["x-tt-logid"]


def test_the_open_platform_may_say_when_to_come_back(client: Client, simulator: Running) -> None:
    hurt(simulator, "rate_limit_exceeded", retry_after=60, times=1)
    first = client.send("GET", "/v2/user/info/")
    second = client.send("GET", "/v2/user/info/")

    assert (first.status, first.headers["retry-after"]) == (429, "60")
    assert second.status == 401


def test_errors_of_the_open_platform_never_come_from_elsewhere(
    client: Client, simulator: Running, big: str
) -> None:
    hurt(simulator, "internal_error")
    business = client.get("/ad/get/", advertiser_id=big)["code"]
    token = client.send("POST", "/v2/oauth/token/").json

    assert business == 0
    assert "error" in token
    assert client.control("GET", "faults")[0]["met"] == 0


# --- at any path --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [AD_GET, "/v2/user/info/", "/v2/oauth/token/", "/nowhere"])
@pytest.mark.parametrize("kind", ["http", "html", "empty_body", "redirect"])
def test_what_strikes_anywhere_strikes_here(
    client: Client, simulator: Running, path: str, kind: str
) -> None:
    hurt(simulator, kind)
    answer = client.send("POST" if "oauth" in path else "GET", path)
    expected = {"http": 502, "html": 200, "empty_body": 200, "redirect": 302}[kind]

    assert answer.status == expected
    assert client.control("GET", "faults")[0]["struck"] == 1


def test_a_server_error_may_hide_a_change(client: Client, simulator: Running, big: str) -> None:
    hurt(simulator, "http", status=500, when="after", path=f"{ROOT}/ad/status/update/")

    assert simulator.effects.effective(switch_off(client, big)) == 1
