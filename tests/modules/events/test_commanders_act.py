"""Events of Commanders Act, as its document says they go out (AC-009, AC-010, AC-085 to AC-108)."""

from hashlib import sha256
from typing import Any

import pytest

from tests.modules.events.records import (
    CLOCK,
    LENIENT,
    PIXEL,
    going_out,
    plain,
    plains,
    read,
    skipped,
)

ALICE = "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f"


def sent(record: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What goes out, with the options of the document's examples."""
    return going_out(record, preset="commanders_act", options={**LENIENT, **options})


def of(event: str, **parts: Any) -> dict[str, Any]:
    context = {"event_timestamp": 1_700_000_000, **parts.pop("context", {})}
    return {"event_name": event, "context": context, **parts}


def in_app(event: str, **parts: Any) -> dict[str, Any]:
    context = {"app": {"name": "Birds"}, **parts.pop("context", {})}
    return of(event, context=context, **parts)


PURCHASE: dict[str, Any] = {
    "event_name": "purchase",
    "id": "ORD-1",
    "context": {
        "event_timestamp": 1_700_000_000,
        "page": {
            "url": "https://shop.example/thanks?ttclid=E.C.P.abc",
            "referrer": "https://shop.example/cart",
        },
        "device": {"ip": "203.0.113.7", "user_agent": "UA/1", "language": "en-US"},
    },
    "user": {"id": "user_123", "email": " ALICE_abc@gmail.com ", "phone": "+12133734253"},
    "items": [
        {
            "id": "SKU1",
            "quantity": 2,
            "content_type": "product",
            "product": {"price": 10.0, "name": "Shirt", "category_1": "Clothes", "brand": "ACME"},
        },
        {"id": "SKU2", "quantity": 1, "product": {"price": 5.5, "name": "Cap"}},
    ],
    "currency": "EUR",
    "value": 25.5,
}


def test_a_purchase_on_the_web_goes_out_whole() -> None:
    out = sent(PURCHASE)
    item = out["item"]

    assert ("web", PIXEL) == (out["event_source"], out["event_source_id"])
    assert ("CompletePayment", 1_700_000_000, "ORD-1") == (
        item["event"],
        item["event_time"],
        item["event_id"],
    )
    assert {
        "ttclid": "E.C.P.abc",
        "external_id": "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b",
        "email": ALICE,
        "phone": "9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd",
        "ip": "203.0.113.7",
        "user_agent": "UA/1",
        "locale": "en-US",
    } == item["user"]
    assert PURCHASE["context"]["page"] == item["page"]


def test_every_item_of_a_purchase_goes_out_and_is_counted() -> None:
    properties = sent(PURCHASE)["item"]["properties"]
    shirt, cap = properties["contents"]

    assert {
        "content_type": "product",
        "content_id": "SKU1",
        "price": 10.0,
        "quantity": 2,
        "content_name": "Shirt",
        "content_category": "Clothes",
        "brand": "ACME",
    } == shirt
    assert {
        "content_type": "product",
        "content_id": "SKU2",
        "price": 5.5,
        "quantity": 1,
        "content_name": "Cap",
    } == cap
    assert (["SKU1", "SKU2"], 2) == (properties["content_ids"], properties["num_items"])
    assert ("ORD-1", "EUR", 25.5, "purchase") == (
        properties["order_id"],
        properties["currency"],
        properties["value"],
        properties["description"],
    )


def test_an_item_that_does_not_say_so_is_a_product_or_what_the_user_says() -> None:
    types = [
        [
            one.get("content_type")
            for one in sent(PURCHASE, **options)["item"]["properties"]["contents"]
        ]
        for options in ({}, {"content_type": "product_group"}, {"content_type": None})
    ]

    assert [["product", "product"], ["product", "product_group"], ["product", None]] == types


def test_with_the_current_names_a_purchase_is_a_purchase() -> None:
    assert "Purchase" == sent(PURCHASE, event_names="current")["item"]["event"]


# --- where it happened ----------------------------------------------------------------------------


def test_what_an_event_says_of_its_source_beats_what_it_looks_like() -> None:
    partners = {"tiktok": {"event_source": "web"}}
    out = sent(in_app("login", id="L1", partners=partners), autodiscover_source=True)

    assert ("web", PIXEL) == (out["event_source"], out["event_source_id"])


def test_anything_told_of_an_app_makes_it_an_app_event() -> None:
    app = {"namespace": "com.example.birds", "name": "Birds", "version": "1.2"}
    out = sent(of("login", id="L1", context={"app": app}), autodiscover_source=True)

    assert ("app", "TTAPP1") == (out["event_source"], out["event_source_id"])
    assert ("Login", "L1", "login") == (
        out["item"]["event"],
        out["item"]["event_id"],
        out["item"]["properties"]["description"],
    )
    assert {"app_id": "com.example.birds", "app_name": "Birds", "app_version": "1.2"} == (
        out["item"]["app"]
    )


def test_an_experience_in_a_native_app_makes_it_an_app_event() -> None:
    out = going_out(
        of("sign_up"),
        preset="commanders_act",
        fields={"experience_type": {"value": "native app"}},
        options={**LENIENT, "autodiscover_source": True},
    )

    assert ("app", "Registration") == (out["event_source"], out["item"]["event"])


def test_nothing_is_discovered_unless_asked_for() -> None:
    out = sent(in_app("sign_up"))

    assert ("web", "CompleteRegistration") == (out["event_source"], out["item"]["event"])


def test_the_source_may_be_looked_for_elsewhere() -> None:
    event = plain(
        of("sign_up", channel="APP"),
        preset="commanders_act",
        fields={"event_source": "channel"},
    )

    assert ("app", "Registration") == (event["event_source"], event["event"])


def test_the_platform_may_be_looked_for_elsewhere() -> None:
    event = plain(
        in_app("login", system="iOS"), "app", preset="commanders_act",
        fields={"device_platform": "system"},
    )  # fmt: skip

    assert "iOS" == event["device"]["platform"]


# --- devices --------------------------------------------------------------------------------------

IDFA = "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB"


def device(kind: str, identifier: str) -> dict[str, Any]:
    return {
        "device": {
            "type": kind,
            "advertising_id": identifier,
            "idfv": "V1",
            "att_status": "AUTHORIZED",
        }
    }


@pytest.mark.parametrize("kind", ["iOS", "ios", "IOS"])
def test_an_iphone_has_its_own_identifiers_only(kind: str) -> None:
    user = sent(in_app("login", context=device(kind, IDFA)), autodiscover_source=True)["item"][
        "user"
    ]

    assert (IDFA, "V1", "AUTHORIZED") == (user["idfa"], user["idfv"], user["att_status"])
    assert "gaid" not in user


def test_an_android_telephone_has_its_own_identifier_only() -> None:
    gaid = "38400000-8cf0-11bd-b23e-10b96e40000d"
    record = in_app("login", context=device("ANDROID", gaid))

    assert {"gaid": gaid} == sent(record, autodiscover_source=True)["item"]["user"]


# --- time, click id, cookie -----------------------------------------------------------------------


def test_an_event_without_a_time_happened_now() -> None:
    item = sent({"event_name": "search", "search_term": "shoes"})["item"]

    assert ("Search", CLOCK) == (item["event"], item["event_time"])
    assert {"search_string": "shoes", "description": "search"} == item["properties"]


@pytest.mark.parametrize(
    ("without", "found"),
    [((), "P"), (("partners",), "C"), (("partners", "cookies"), "U")],
)
def test_the_click_id_of_the_partner_beats_the_cookies_and_that_the_addresss(
    without: tuple[str, ...], found: str
) -> None:
    record = of(
        "search",
        context={"page": {"url": "https://x.example/?a=1&ttclid=U#top"}},
        cookies={"ttclid": "C"},
        partners={"tiktok": {"ttclid": "P"}},
    )
    left = {name: value for name, value in record.items() if name not in without}

    assert found == plain(left, preset="commanders_act")["user"]["ttclid"]


def test_the_address_comes_first_if_the_user_wishes() -> None:
    record = of(
        "search",
        context={"page": {"url": "https://x.example/?ttclid=U"}},
        partners={"tiktok": {"ttclid": "P"}},
    )
    options = {"ttclid_from_address_first": True}

    assert "U" == plain(record, preset="commanders_act", options=options)["user"]["ttclid"]


def test_cookies_may_be_one_text() -> None:
    event = plain(of("search", cookies="a=1; ttclid=E.C%2EP; _ttp=T"), preset="commanders_act")

    assert {"ttclid": "E.C.P", "ttp": "T"} == event["user"]


def test_cookies_of_others_are_not_taken() -> None:
    assert "user" not in plain(of("search", cookies="xttclid=1; a_ttp=2"), preset="commanders_act")


def test_the_partners_cookie_beats_the_browsers() -> None:
    record = of("search", cookies={"_ttp": "COOKIE"})
    given = {**record, "partners": {"tiktok": {"ttp": "GIVEN"}}}

    assert "COOKIE" == sent(record)["item"]["user"]["ttp"]
    assert "GIVEN" == sent(given)["item"]["user"]["ttp"]


def test_limited_data_use_is_told_on() -> None:
    assert (
        sent(of("search", partners={"tiktok": {"ldu": True}}))["item"]["limited_data_use"] is True
    )
    assert (
        sent(of("search", partners={"tiktok": {"ldu": False}}))["item"]["limited_data_use"] is False
    )
    assert "limited_data_use" not in sent(of("search"))["item"]


def test_an_address_that_is_hashed_already_is_left_alone() -> None:
    assert ALICE == sent(of("search", user={"email": ALICE}))["item"]["user"]["email"]
    assert (
        sha256(b"a@b.example").hexdigest()
        == (sent(of("search", user={"email": "A@b.example"}))["item"]["user"]["email"])
    )


def test_what_only_the_web_knows_is_left_out_for_apps() -> None:
    out = sent(
        in_app(
            "purchase",
            id="O1",
            status="ok",
            content_type="product",
            search_term="x",
            partners={"tiktok": {"shop_id": "S1"}},
        ),
        autodiscover_source=True,
    )
    properties = out["item"].get("properties", {})

    assert ("app", "Checkout") == (out["event_source"], out["item"]["event"])
    assert {"description": "purchase"} == properties


def test_what_only_the_web_knows_goes_out_for_the_web() -> None:
    record = of(
        "purchase", id="O1", status="ok", content_type="product_group", search_term="x",
        partners={"tiktok": {"shop_id": "S1"}},
    )  # fmt: skip

    assert {
        "order_id": "O1",
        "status": "ok",
        "content_type": "product_group",
        "search_string": "x",
        "shop_id": "S1",
        "description": "purchase",
    } == sent(record)["item"]["properties"]


# --- names ----------------------------------------------------------------------------------------


def test_a_page_view_is_sent_only_if_chosen() -> None:
    reason = skipped(of("page_view"), preset="commanders_act")
    chosen = {"view_content_events": ["page_view"]}

    assert reason is not None
    assert "view_content_events" in reason
    assert "ViewContent" == sent(of("page_view"), **chosen)["item"]["event"]
    assert skipped(of("view_item"), preset="commanders_act", options=chosen)


def test_a_viewed_item_is_viewed_content_unless_the_user_says_otherwise() -> None:
    assert "ViewContent" == sent(of("view_item"))["item"]["event"]
    assert "ViewContent" == sent(of("view_content"), view_content_events=[])["item"]["event"]


@pytest.mark.parametrize(
    ("incoming", "web", "app"),
    [
        ("achieve_level", None, "AchieveLevel"),
        ("add_payment_info", "AddPaymentInfo", "AddPaymentInfo"),
        ("add_to_cart", "AddToCart", "AddToCart"),
        ("add_to_wishlist", "AddToWishlist", "AddToWishlist"),
        ("application_approval", "ApplicationApproval", None),
        ("begin_checkout", "InitiateCheckout", None),
        ("click_button", "ViewContent", "ViewContent"),
        ("complete_tutorial", None, "CompleteTutorial"),
        ("create_group", None, "CreateGroup"),
        ("create_role", None, "CreateRole"),
        ("customize_product", "CustomizeProduct", None),
        ("purchase", "CompletePayment", "Checkout"),
        ("complete_payment", "CompletePayment", "Purchase"),
        ("contact", "Contact", None),
        ("download", "Download", None),
        ("find_location", "FindLocation", None),
        ("schedule", "Schedule", None),
        ("submit_form", "Lead", None),
        ("generate_lead", "Lead", "GenerateLead"),
        ("in_app_ad_click", None, "InAppADClick"),
        ("in_app_ad_impr", None, "InAppADImpr"),
        ("install_app", None, "InstallApp"),
        ("launch_app", None, "LaunchAPP"),
        ("join_group", None, "JoinGroup"),
        ("loan_application", None, "LoanApplication"),
        ("loan_approval", None, "LoanApproval"),
        ("loan_disbursal", None, "LoanDisbursal"),
        ("login", None, "Login"),
        ("rate", None, "Rate"),
        ("spend_credits", None, "SpendCredits"),
        ("unlock_achievement", None, "UnlockAchievement"),
        ("view_content", "ViewContent", "ViewContent"),
        ("search", "Search", "Search"),
        ("start_trial", "StartTrial", "StartTrial"),
        ("subscribe", "Subscribe", "Subscribe"),
        ("sign_up", "CompleteRegistration", "Registration"),
        ("submit_application", "SubmitApplication", None),
    ],
)
def test_every_event_of_the_document_has_its_name(
    incoming: str, web: str | None, app: str | None
) -> None:
    for source, expected in (("web", web), ("app", app)):
        made = plain(of(incoming), source, preset="commanders_act")["event"]

        assert (expected or incoming) == made


def test_a_click_on_a_button_may_be_anything_else() -> None:
    (event,) = plains(
        of("click_button"), preset="commanders_act", events={"Click Button": "ClickButton"}
    )

    assert "ClickButton" == event["event"]


def test_an_event_of_the_users_own_keeps_its_name() -> None:
    assert "spun_the_wheel" == sent(of("spun_the_wheel"))["item"]["event"]


def test_a_test_code_goes_out_in_the_test_environment_only() -> None:
    for environment, expected in (("test", "TEST12345"), ("live", None)):
        reading = read(
            of("search"),
            code="TEST12345",
            preset="commanders_act",
            options={**LENIENT, "environment": environment},
        )

        assert [expected] == [one.test_event_code for one in reading.events]
