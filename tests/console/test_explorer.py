"""The API explorer: endpoints found, requests shown without secrets, writes asked about first."""

import ast
import html
import re
import shlex
from typing import Any

import pytest

from adloom.catalogue import load
from adloom.console.screens.explorer.tree import MOST, tree_of
from tests.console.calling import STATUS_PATH, reading, sent
from tests.console.conftest import Console
from tests.console.running import HOSTILE, flat, post

# --- the list -------------------------------------------------------------------------------------


async def test_the_catalogue_is_searched_by_words_group_and_method(console: Console) -> None:
    by_words = await console.get("/explorer", q="campaign update")
    by_group = await console.get("/explorer", group="pixel", method="GET")
    everything = flat(await console.get("/explorer"))

    assert "/explorer/at/POST/campaign/update/" in by_words
    assert {"GET"} == set(re.findall(r"/explorer/at/(\w+)/pixel", by_group))
    assert f"{len(load().endpoints())} endpoints; the first 60 are listed" in everything


async def test_parameters_are_searched_too(console: Console) -> None:
    text = await console.get("/explorer", q="pixel_code")

    assert "/explorer/at/" in text


async def test_as_one_types_only_the_list_comes_back(console: Console) -> None:
    asked = {"HX-Target": "section#found"}
    answer = await console.client.get(f"/explorer?q={HOSTILE}", headers=asked)

    assert "<html" not in answer.text
    assert "No endpoint is like this" in answer.text
    assert answer.headers["HX-Replace-Url"].startswith("/explorer?q=%3Cimg")


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "GET/ad/get/",
        "POST/adgroup/create/",
        "POST/file/video/ad/upload/",
        "GET/report/integrated/get/",
    ],
)
async def test_an_endpoint_has_a_form_of_its_parameters(console: Console, path: str) -> None:
    method, _, rest = path.partition("/")
    endpoint = load().endpoint(method, f"/{rest}")
    assert endpoint is not None
    text = await console.get(f"/explorer/at/{path}")

    assert 1 == text.count("<h1")
    assert all(f'data-field="{one.name}"' in text for one in endpoint.params)


async def test_words_the_catalogue_knows_are_offered_and_others_are_taken(console: Console) -> None:
    page = await console.get("/explorer/at/GET/ad/get/")
    form = {
        "endpoint": "GET /ad/get/",
        "p.advertiser_id": "7",
        "p.filtering.primary_status": "NEW_WORD",
    }
    text = flat(await post(console, "/explorer/preview", form))

    assert 'value="STATUS_DELIVERY_OK"' in page
    assert "NEW_WORD" in text


async def test_an_endpoint_that_is_not_there_has_a_page_that_helps(console: Console) -> None:
    answer = await console.client.get("/explorer/at/GET/ads/get/", headers={"HX-Request": ""})

    assert 404 == answer.status_code
    assert "/ad/get/" in answer.text


async def test_any_path_can_be_called(console: Console) -> None:
    page = await console.get("/explorer/free")
    text = await sent(console, {"p.method": "GET", "p.path": "v1.3/user/info"})

    assert 'name="p.path"' in page
    assert "HTTP 200" in flat(text)


# --- the request ----------------------------------------------------------------------------------


async def test_the_request_is_shown_as_others_would_make_it(console: Console) -> None:
    form = reading(console, {"p.page_size": "5", "p.filtering.campaign_ids": "1\n2"})
    text = await post(console, "/explorer/preview", form)
    code = dict(re.findall(r'<code id="(as-\w+)">(.*?)</code>', text, re.DOTALL))
    python, curl, call = (html.unescape(code[f"as-{one}"]) for one in ("python", "curl", "call"))

    assert "••••" in text
    assert "/open_api/v1.3/campaign/get/?advertiser_id=" in flat(text)
    assert "httpx.request" in ast.unparse(ast.parse(python))
    assert 'os.environ["ACCESS_TOKEN"]' in python
    assert "$ACCESS_TOKEN" in curl
    assert ["adloom", "call", "GET", "/campaign/get/"] == shlex.split(call)[:4]
    assert 'filtering={"campaign_ids":["1","2"]}' in shlex.split(call)


async def test_a_body_is_shown_and_quoted(console: Console) -> None:
    form = {"endpoint": f"POST {STATUS_PATH}", "p.advertiser_id": "7"}
    form |= {"p.campaign_ids": "1", "p.operation_status": "it's <b>off</b>"}
    text = await post(console, "/explorer/preview", form)
    code = dict(re.findall(r'<code id="(as-\w+)">(.*?)</code>', text, re.DOTALL))
    python = ast.parse(html.unescape(code["as-python"]))
    bodies = [ast.literal_eval(one.value) for one in ast.walk(python)
              if isinstance(one, ast.keyword) and one.arg == "json"]  # fmt: skip

    assert "<b>off" not in text
    assert [
        {"advertiser_id": "7", "campaign_ids": ["1"], "operation_status": "it's <b>off</b>"}
    ] == bodies


async def test_what_is_missing_is_said_instead(console: Console) -> None:
    text = await console.post("/explorer/preview", endpoint="GET /campaign/get/")

    assert "Still needed or not right yet: advertiser_id." in flat(text)


async def test_parameters_may_be_written_as_json(console: Console) -> None:
    form = {"endpoint": "GET /campaign/get/", "p.advertiser_id": ""}
    text = await post(console, "/explorer/preview", form | {"raw": '{"odd_one": [1]}'})
    wrong = await post(console, "/explorer/send", expect=422, form=form | {"raw": '{"odd_one": '})

    assert "odd_one=%5B1%5D" in text
    assert "Is not JSON" in wrong
    assert "{&#34;odd_one&#34;: " in wrong


# --- the tree -------------------------------------------------------------------------------------


def test_a_tree_shows_so_much_and_says_how_much_is_left() -> None:
    rows: list[Any] = [{"id": number, "tags": list(range(30))} for number in range(10_000)]
    tree = tree_of({"list": rows, "access_token": "x" * 40})

    def count(branch: Any) -> int:
        return 1 + sum(map(count, branch.children))

    assert count(tree) <= MOST + 50
    assert 10_000 - len(tree.children[0].children) == tree.children[0].more
    assert "x" * 40 not in repr(tree)
