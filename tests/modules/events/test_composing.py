"""Composing: plain events become items, source by source."""

import copy
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.events.composing import PLAIN_KEYS, SOURCES, Composer
from modules.events.options import EventSource, Options
from modules.events.prepared import Composed
from modules.events.problems import Severity, errors_among

NOW = 1_700_000_000
PAGE = {"url": "https://shop.example/thanks?o=1", "referrer": "https://shop.example/cart"}
PURCHASE: dict[str, Any] = {
    "event": "Purchase",
    "event_time": NOW - 60,
    "event_id": "ord-1",
    "user": {"email": " Jo.Doe@mail.example", "ip": "203.0.113.7"},
    "page": PAGE,
    "properties": {
        "contents": [{"content_id": "SKU-1", "price": 10.5, "quantity": 2}],
        "currency": "eur",
        "order_id": 1,
    },
}
LOGIN: dict[str, Any] = {"event": "Login", "app": {"app_id": "com.example.loom"}}


def compose(plain: Any, source: str = "web", **options: Any) -> Composed:
    return Composer(Options(**options), source, "7000000000000000001").compose(plain, NOW)


def item(plain: Any, source: str = "web", **options: Any) -> dict[str, Any]:
    composed = compose(plain, source, **options)
    assert composed.item is not None, composed.problems
    return composed.item


def told(plain: Any, source: str = "web", **options: Any) -> list[str]:
    return [str(one) for one in compose(plain, source, **options).problems]


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_a_web_purchase_is_composed() -> None:
    composed = compose(PURCHASE)

    assert composed == Composed(
        {
            "event": "Purchase",
            "event_time": NOW - 60,
            "event_id": "ord-1",
            "user": {"email": digest("jo.doe@mail.example"), "ip": "203.0.113.7"},
            "page": PAGE,
            "properties": {
                "contents": [{"content_id": "SKU-1", "price": 10.5, "quantity": 2}],
                "content_ids": ["SKU-1"],
                "content_type": "product",
                "num_items": 1,
                "value": 21.0,
                "currency": "EUR",
                "order_id": "1",
            },
        }
    )


def test_an_app_event_is_composed() -> None:
    plain = {
        "event": "LaunchAPP",
        "app": {"app_id": 343200656, "app_name": "Loom", "app_version": 1.2},
        "ad": {"callback": "cb", "campaign_id": 17, "is_retargeting": "true", "attributed": 0},
        "device": {"platform": "iOS", "advertising_id": "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB"},
    }

    assert item(plain, "app") == {
        "event": "LaunchAPP",
        "event_time": NOW,
        "user": {"idfa": "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB"},
        "app": {"app_id": "343200656", "app_name": "Loom", "app_version": "1.2"},
        "ad": {"callback": "cb", "campaign_id": "17", "is_retargeting": True, "attributed": False},
    }


def test_an_offline_event_is_composed() -> None:
    plain = {
        "event": "Purchase",
        "user": {"external_id": "u-1"},
        "properties": {"value": "20", "currency": "EUR", "order_id": "7", "shop_id": "S"},
    }

    assert item(plain, "offline") == {
        "event": "Purchase",
        "event_time": NOW,
        "user": {"external_id": digest("u-1")},
        "properties": {"value": 20, "currency": "EUR", "order_id": "7", "shop_id": "S"},
    }


def test_a_crm_event_is_composed() -> None:
    plain = {"event": "qualified", "lead": {"lead_id": 71, "lead_event_source": "Desk"}}

    assert item(plain, "crm") == {
        "event": "qualified",
        "event_time": NOW,
        "lead": {"lead_id": "71", "lead_event_source": "Desk"},
    }


def test_what_a_source_has_no_use_for_is_left_out() -> None:
    everything = {
        "page": PAGE,
        "app": {"app_id": "com.example.loom"},
        "ad": {"ad_id": "1"},
        "lead": {"lead_id": "1"},
        "user": {"email": "jo@mail.example"},
        "event": "Search",
    }
    kept = {
        "web": {"page"},
        "app": {"app", "ad"},
        "offline": set[str](),
        "crm": {"lead"},
    }

    for source in SOURCES:
        assert set(item(everything, source)) == {"event", "event_time", "user", *kept[source]}


def test_a_missing_time_is_now() -> None:
    assert item({**PURCHASE, "event_time": None})["event_time"] == NOW
    assert item({**PURCHASE, "event_time": ""})["event_time"] == NOW


def test_a_time_too_old_or_too_new_is_refused() -> None:
    assert told({**PURCHASE, "event_time": NOW - 40 * 86_400}) == [
        "event_time: happened 40 days ago; events older than 28 are refused"
    ]
    assert compose({**PURCHASE, "event_time": NOW + 3_600}).item is None
    assert compose({**PURCHASE, "event_time": NOW - 40 * 86_400}, oldest_days=0).item


@pytest.mark.parametrize(
    ("given_id", "text"), [(12345, "12345"), ("session_17 x", "session_17 x"), (5.0, "5")]
)
def test_an_event_id_is_text_also_if_it_was_a_number(given_id: object, text: str) -> None:
    assert item({**PURCHASE, "event_id": given_id})["event_id"] == text


def test_an_event_id_that_lost_its_digits_is_refused() -> None:
    assert told({**PURCHASE, "event_id": 1.5}) == [
        "event_id: must be text or a whole number; write long ids as text"
    ]


def test_an_event_may_name_its_own_source_and_its_id() -> None:
    plain = {**LOGIN, "event_source": " APP", "event_source_id": 7000000000000000002}

    composed = compose(plain, "web")

    assert composed.source == "app"
    assert composed.source_id == "7000000000000000002"
    assert composed.problems == ()


def test_the_connections_own_source_is_not_repeated() -> None:
    assert compose({**PURCHASE, "event_source": "web"}).source is None
    assert compose({**PURCHASE, "event_source": ""}).source is None


@pytest.mark.parametrize("wrong", ["tv", 7, ["web"], {"a": 1}])
def test_a_source_nobody_knows_is_refused(wrong: object) -> None:
    assert told({**PURCHASE, "event_source": wrong}) == [
        "event_source: must be one of web, app, offline, crm"
    ]


def test_a_test_code_on_a_live_event_is_sent_and_warned_of() -> None:
    live = compose({**PURCHASE, "test_event_code": "TEST123"})
    tested = compose({**PURCHASE, "test_event_code": "TEST123"}, environment="test")

    assert live.test_event_code == tested.test_event_code == "TEST123"
    assert [one.field for one in live.problems] == ["test_event_code"]
    assert live.item is not None
    assert tested.problems == ()


def test_strict_makes_errors_of_warnings() -> None:
    plain = {"event": "Search", "page": PAGE, "properties": {"value": 3}}

    lenient, strict = compose(plain), compose(plain, strict=True)

    assert lenient.item is not None
    assert [one.severity for one in lenient.problems] == [Severity.WARNING]
    assert strict.item is None
    assert [one.severity for one in strict.problems] == [Severity.ERROR]


def test_skipped_events_leave_no_problem_and_a_reason() -> None:
    composer = Composer(Options(never=["Purchase"], custom_events=False))
    own_source = {"event": "Newsletter", "event_source": "crm"}

    assert composer.compose(PURCHASE, NOW) == Composed(None)
    assert composer.skipped(PURCHASE) == "Purchase events are never sent"
    assert composer.skipped(own_source) is not None
    assert composer.skipped({"event": "Lead"}) is None


def test_old_names_are_translated_and_custom_ones_kept() -> None:
    assert item({**PURCHASE, "event": "CompletePayment"})["event"] == "Purchase"
    assert item({**PURCHASE, "event": "Garage opened"})["event"] == "Garage opened"


def test_the_name_may_describe_the_event() -> None:
    plain = {
        "event": "CompletePayment",
        "page": PAGE,
        "properties": {"value": 1, "currency": "EUR"},
    }
    own = {**plain, "properties": {**plain["properties"], "description": "mine"}}  # type: ignore[dict-item] # an object

    assert item(plain, describe_events=True)["properties"]["description"] == "CompletePayment"
    assert item(own, describe_events=True)["properties"]["description"] == "mine"
    assert "description" not in item(plain)["properties"]


@pytest.mark.parametrize(("said", "flag"), [(True, True), ("yes", True), (0, False)])
def test_limited_data_use_is_true_or_false(said: object, flag: bool) -> None:
    assert item({**PURCHASE, "limited_data_use": said})["limited_data_use"] is flag


def test_limited_data_use_may_be_said_for_all_events() -> None:
    assert item(PURCHASE, limited_data_use=True)["limited_data_use"] is True
    assert (
        item({**PURCHASE, "limited_data_use": False}, limited_data_use=True)["limited_data_use"]
        is False
    )
    assert "limited_data_use" not in item(PURCHASE)


def test_limited_data_use_is_not_for_offline_and_crm() -> None:
    plain = {"event": "Lead", "user": {"email": "jo@mail.example"}, "limited_data_use": True}

    assert "limited_data_use" not in item(plain, "crm", limited_data_use=True)
    assert told(plain, "crm") == ["limited_data_use: is known to web and app events only; left out"]


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_what_is_empty_is_left_out_everywhere(empty: object) -> None:
    plain = {**dict.fromkeys(PLAIN_KEYS, empty), "event": "Search"}
    plain["page"] = {"url": "https://shop.example", "referrer": empty}
    plain["properties"] = {"search_string": empty, "contents": empty}
    plain["user"] = {"email": empty, "ttp": empty} if empty in (None, "") else empty

    assert compose(plain) == Composed(
        {"event": "Search", "event_time": NOW, "page": {"url": "https://shop.example"}}
    )


def test_an_unknown_key_is_an_error_with_a_suggestion() -> None:
    assert told({**PURCHASE, "propertys": {"a": 1}}) == [
        "propertys: is not known; did you mean properties?"
    ]
    assert told({**PURCHASE, "jo@mail.example": 1}) == ["…: is not known"]
    assert told({**PURCHASE, "context": None}) == []


def test_unknown_fields_of_a_part_are_left_out_with_a_warning() -> None:
    plain = {**PURCHASE, "page": {**PAGE, "urls": "https://x.example"}}

    assert item(plain)["page"] == PAGE
    assert told(plain) == ["page.urls: is not known; left out; did you mean url?"]


@pytest.mark.parametrize("part", ["user", "device", "page", "properties"])
@pytest.mark.parametrize("wrong", ["text", 7, ["a"], True])
def test_a_part_is_an_object(part: str, wrong: object) -> None:
    assert f"{part}: must be an object" in told({**PURCHASE, part: wrong})


def test_an_email_address_is_taken_out_of_the_page() -> None:
    plain = {**PURCHASE, "page": {"url": "https://shop.example/?mail=jo.doe@mail.example"}}

    assert item(plain)["page"]["url"] == "https://shop.example/?mail=removed"
    assert told(plain) == ["page.url: held an e-mail address; taken out"]


def test_an_events_own_app_id_is_compared_with_the_stores() -> None:
    plain = {"event": "Login", "app": {"app_id": "71"}, "event_source_id": "71"}

    assert told(plain, "app") == [
        "app.app_id: must be the app's id in its store, not TikTok's App ID"
    ]


def test_an_app_event_of_a_pixels_connection_is_compared_with_the_apps_own_id() -> None:
    plain = {**LOGIN, "event_source": "app"}
    pixel = Composer(Options(source_ids={"app": "7000000000000000003"}), "web", "CPIXEL0123")
    wrong = Composer(Options(source_ids={"app": "com.example.loom"}), "web", "CPIXEL0123")

    assert pixel.compose(plain, NOW).problems == ()
    assert [one.field for one in wrong.compose(plain, NOW).problems] == [
        "app.app_id",
        "event_source_id",
    ]


def test_every_fault_is_told_at_once() -> None:
    plain = {
        "event": "",
        "event_time": "soon",
        "event_id": True,
        "page": {},
        "properties": {"contents": [{"quantity": 1}, {"quantity": 0}]},
        "limited_data_use": "perhaps",
    }

    problems = errors_among(compose(plain).problems)

    assert [one.field for one in problems] == [
        "event",
        "event_time",
        "event_id",
        "properties.contents[1].quantity",
        "limited_data_use",
        "page.url",
    ]


def test_the_users_event_is_left_as_it_was() -> None:
    before = copy.deepcopy(PURCHASE)

    compose(PURCHASE)

    assert before == PURCHASE


def test_an_ip_address_can_be_hidden() -> None:
    assert "ip" not in item(PURCHASE, hide_ip=True)["user"]


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals())
    | st.text(st.characters(codec=None), max_size=8)
    | st.sampled_from(["Purchase", "EUR", "web", "2023-11-14T22:13:20Z", "jo@mail.example"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "email",
                    "url",
                    "contents",
                    "price",
                    "quantity",
                    "currency",
                    "value",
                    "lead_id",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*PLAIN_KEYS, "x"]), anything), st.sampled_from(SOURCES))
def test_nothing_makes_it_stumble_and_every_item_can_be_written(
    plain: dict[str, Any], source: EventSource
) -> None:
    composed = compose(plain, source, incomplete="send")

    if composed.item is None:
        assert errors_among(composed.problems)
    else:
        assert not errors_among(composed.problems)
        assert msgspec.json.decode(msgspec.json.encode(composed.item)) == composed.item


def test_the_click_id_of_the_page_is_taken_where_the_event_names_none() -> None:
    page = {"url": "https://shop.example/thanks?ttclid=E.C.P.%2Fabc"}
    own = compose({**PURCHASE, "page": page, "user": {"ttclid": "E.C.P.own"}})
    found = compose({**PURCHASE, "page": page})

    assert own.item is not None
    assert own.item["user"]["ttclid"] == "E.C.P.own"
    assert found.item is not None
    assert found.item["user"]["ttclid"] == "E.C.P./abc"
