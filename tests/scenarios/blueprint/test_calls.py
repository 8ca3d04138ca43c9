"""Calls of APIs: any web API by its address, TikTok's by its path."""

from typing import Any

import pytest

from scenarios.blueprint import Imported
from scenarios.model import ModuleStep
from tests.scenarios.blueprint.seams import (
    SEARCH,
    entry,
    imported,
    node,
    step_of,
)


def module_of(made: Imported, name: str) -> ModuleStep:
    step = step_of(made, name)
    assert isinstance(step, ModuleStep)
    return step


def call(mapper: dict[str, Any], module: str = "http:MakeRequest", **parameters: Any) -> Imported:
    return imported(SEARCH, node(2, module, mapper=mapper, parameters=parameters, name="Call"))


def test_an_address_is_taken_apart_into_connection_path_and_query() -> None:
    made = call(
        {
            "url": "https://api.example.com/v1/ads/{{1.ad_id}}?day=a%20b&name={{encodeURL(1.ad_name)}}#x",
            "method": "put",
            "headers": [{"name": "X-Kind", "value": "ad"}],
            "qs": [{"name": "extra", "value": "1"}],
            "inputMethod": "jsonString",
            "jsonStringBodyContent": '{"budget": 12.50}',
        },
        authenticationType="noAuth",
    )

    step = module_of(made, "call")
    assert "choose-web-api-example-com" == step.connection
    assert {
        "path": "/v1/ads/{{search_ads.ad_id}}",
        "query": {"day": "a b", "name": "{{encodeURL(search_ads.ad_name)}}", "extra": "1"},
        "method": "PUT",
        "headers": {"X-Kind": "ad"},
        "body": {"budget": pytest.approx(12.5)},
    } == step.given
    assert () == made.gaps


def test_a_body_with_mappings_is_sent_as_it_stands() -> None:
    mapper = {"url": "https://api.example.com", "method": "post", "data": '{"id": "{{1.ad_id}}"}'}

    made = call(mapper, "http:ActionSendData", contentType="application/json")

    given = module_of(made, "call").given
    assert '{"id": "{{search_ads.ad_id}}"}' == given["text"]
    assert {"content-type": "application/json"} == given["headers"]
    assert "/" == given["path"]


def test_a_form_is_sent_as_one() -> None:
    fields = [{"key": "a", "value": "{{1.ad_id}}"}, {"key": "b", "value": "2"}]

    made = call({"url": "https://api.example.com/", "method": "post", "formDataFields": fields})

    assert {"a": "{{search_ads.ad_id}}", "b": "2"} == module_of(made, "call").given["form"]


def test_answers_are_read_by_our_names() -> None:
    made = imported(
        node(1, "http:MakeRequest", mapper={"url": "https://api.example.com/x"}, name="Call"),
        node(2, "slack:CreateMessage", mapper={"text": "{{1.data.id}} {{1.statusCode}}"}),
        node(3, "slack:CreateMessage", mapper={"text": "{{1.headers[1].value}}"}),
    )

    assert "{{call.body.id}} {{call.status_code}}" == module_of(made, "notify").given["text"]
    assert [3] == [one.id for one in made.gaps]


def test_tiktok_itself_is_called_with_the_token_of_a_connection() -> None:
    url = "https://business-api.tiktok.com/open_api/v1.3/ad/get/?advertiser_id={{1.advertiser_id}}"
    headers = [{"name": "Access-Token", "value": "act.0123456789abcdef0123"}]

    made = call({"url": url, "headers": headers})

    step = module_of(made, "call")
    assert ("make_api_call", "choose-tiktok-business-2") == (step.module, step.connection)
    assert {
        "path": "/open_api/v1.3/ad/get/",
        "query": {"advertiser_id": "{{search_ads.advertiser_id}}"},
        "method": "GET",
    } == step.given
    assert "act.0123456789abcdef0123" not in made.text


@pytest.mark.parametrize("path", ["/v1.2/ad/get", "https://business-api.tiktok.com/v1.2/ad/get"])
def test_makes_own_call_of_tiktoks_api_is_ours(path: str) -> None:
    made = call({"url": path, "method": "GET", "qs": [{"key": "page", "value": "1"}]},
                "tiktok:MakeAnApiCall", __IMTCONN__=1)  # fmt: skip

    assert {"path": "/v1.2/ad/get", "method": "GET", "query": {"page": "1"}} == (
        module_of(made, "call").given
    )


@pytest.mark.parametrize(
    ("mapper", "said"),
    [
        ({"url": "{{1.url}}"}, "for one host"),
        ({"url": "https://{{1.host}}/x"}, "for one host"),
        ({}, "url is missing"),
        ({"url": "https://api.example.com/?a=1&a=2"}, "cannot be told apart"),
        ({"url": "https://api.example.com/", "headers": "X: y"}, "headers are no list"),
        ({"url": "https://api.example.com/", "method": "TELEPORT"}, "params.method"),
        ({"url": "https://api.example.com/", "ca": "x"}, "ca: what it means is not known"),
        ({"url": "https://api.example.com/../x"}, "params.path"),
    ],
)
def test_a_call_that_cannot_be_made_here_is_a_gap(mapper: dict[str, Any], said: str) -> None:
    made = call(mapper)

    assert [2] == [one.id for one in made.gaps]
    assert said in " ".join(entry(made, 2).reasons)
