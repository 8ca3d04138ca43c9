from typing import Any

import pytest

from adloom.catalogue import Param
from adloom.simulator.checking import read_body, read_query
from adloom.simulator.envelope import Refusal

PARAMS = (
    Param("name", required=True, max_length=5),
    Param("count", "integer", minimum=1, maximum=9),
    Param("share", "number"),
    Param("on", "boolean"),
    Param("ad_ids", "string[]", min_items=1, max_items=2),
    Param("mode", choices=("A", "B")),
    Param("either", "integer|string"),
    Param(
        "inner",
        "object",
        fields=(Param("deep", "integer", required=True), Param("list", "object[]")),
    ),
    Param("whatever", "any"),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ({"count": "3"}, {"count": 3}),
        ({"share": "0.5"}, {"share": 0.5}),
        ({"share": "2"}, {"share": 2}),
        ({"on": "true"}, {"on": True}),
        ({"on": "False"}, {"on": False}),
        ({"ad_ids": '["1"]'}, {"ad_ids": ["1"]}),
        ({"either": "7"}, {"either": "7"}),
        ({"inner": '{"deep":1,"more":2}'}, {"inner": {"deep": 1, "more": 2}}),
        ({"whatever": "[1]"}, {"whatever": [1]}),
        ({"count": ""}, {}),
        ({"unknown": "x"}, {}),
    ],
)
def test_a_query_is_read_by_its_declaration(text: dict[str, str], value: dict[str, Any]) -> None:
    assert read_query(PARAMS, {"name": "x", **text}) == {"name": "x", **value}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ({"count": "three"}, "count"),
        ({"count": "1.5"}, "count"),
        ({"count": "0"}, "count"),
        ({"count": "10"}, "count"),
        ({"count": "9" * 5000}, "count"),
        ({"share": "much"}, "share"),
        ({"on": "yes"}, "on"),
        ({"on": "1"}, "on"),
        ({"ad_ids": "1"}, "ad_ids"),
        ({"ad_ids": "[]"}, "ad_ids"),
        ({"ad_ids": '["1","2","3"]'}, "ad_ids"),
        ({"ad_ids": '[["1"]]'}, "ad_ids.0"),
        ({"ad_ids": "[" * 5000}, "ad_ids"),
        ({"mode": "C"}, "mode"),
        ({"name": "too long"}, "name"),
        ({"inner": "{}"}, "inner.deep"),
        ({"inner": '{"deep":"1"}'}, "inner.deep"),
        ({"inner": '{"deep":1,"list":[1]}'}, "inner.list.0"),
        ({"whatever": "{"}, "whatever"),
    ],
)
def test_a_bad_query_is_refused_and_the_field_named(text: dict[str, str], named: str) -> None:
    with pytest.raises(Refusal, match=named) as refused:
        read_query(PARAMS, {"name": "x", **text})

    assert refused.value.code == 40002


def test_a_body_has_its_own_types() -> None:
    body = {"name": "x", "count": 3, "on": False, "ad_ids": [1, "2"], "mode": None}

    assert read_body(PARAMS, body) == {"name": "x", "count": 3, "on": False, "ad_ids": ["1", "2"]}


@pytest.mark.parametrize(
    "body", [{"count": "3"}, {"on": "true"}, {"ad_ids": '["1"]'}, {"count": True}]
)
def test_texts_are_nothing_else_in_a_body(body: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        read_body(PARAMS, {"name": "x", **body})


def test_every_missing_field_is_named_at_once() -> None:
    params = (Param("a", required=True), Param("b", required=True), Param("c"))
    with pytest.raises(Refusal, match=r"Missing required field\(s\): a, b\."):
        read_body(params, {"a": None})
