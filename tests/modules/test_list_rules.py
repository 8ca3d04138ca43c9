"""TikTok's own automated rules, as far as the sheets tell how they are read."""

from typing import Any

import pytest

from adloom.fields import validate
from adloom.wire import Answer, Record
from modules import find_module
from tests.modules.fake_api import NOW, FakeApi, context_for

ADVERTISER = "7100000000000000001"
RULES: list[Record] = [
    {"rule_id": "7300000000000000001", "name": "Pause costly ads", "actions": [{"a": 1}]},
    {"rule_id": "7300000000000000002", "name": "Raise good ones", "new_field": True},
]


async def rows_of(api: FakeApi, **values: Any) -> list[Record]:
    module = find_module("list_rules")
    assert module.search is not None
    params = validate(module.params, {"advertiser_id": ADVERTISER, **values})
    return [row async for page in module.search(params, context_for(api)) for row in page.records]


async def test_every_rule_of_an_account_is_listed() -> None:
    found = await rows_of(FakeApi({"/optimizer/rule/list/": lambda _: RULES}))

    assert [one["rule_id"] for one in RULES] == [one["rule_id"] for one in found]
    assert [ADVERTISER, ADVERTISER] == [one["advertiser_id"] for one in found]
    assert found[1]["new_field"] is True


async def test_only_those_with_a_name_are_kept_on_wish() -> None:
    api = FakeApi({"/optimizer/rule/list/": lambda _: RULES})

    assert ["Raise good ones"] == [one["name"] for one in await rows_of(api, name_contains="RAISE")]


@pytest.mark.parametrize("wrap", [lambda rows: {"list": rows}, lambda rows: {"rules": rows}, list])
async def test_rules_that_are_named_are_asked_for_by_id(wrap: Any) -> None:
    answer = Answer(200, {}, {}, wrap(RULES[:1]), served_at=NOW)
    api = FakeApi(answers={"/optimizer/rule/get/": answer})
    found = await rows_of(api, rule_ids=["7300000000000000001"])

    assert ["7300000000000000001"] == [one["rule_id"] for one in found]
    assert ["7300000000000000001"] == api.asked[0].query["rule_ids"]


async def test_an_answer_of_another_kind_holds_no_rules() -> None:
    answer = Answer(200, {}, {}, {"message": "none"}, served_at=NOW)
    api = FakeApi(answers={"/optimizer/rule/get/": answer})

    assert [] == await rows_of(api, rule_ids=["7300000000000000001"])
