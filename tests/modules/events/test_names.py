"""Event names: TikTok's own, old and retired ones, custom ones, and slips of the pen."""

from typing import Any

import pytest

from modules.events.names import (
    PRODUCT_EVENTS,
    RENAMED,
    STANDARD_EVENTS,
    Named,
    Names,
    near_name,
    recommended_properties,
)
from modules.events.options import EventSource, Options
from modules.events.problems import Severity


def read(given: Any, source: EventSource = "web", **options: Any) -> Named:
    return Names(Options(**options), source).read(given)


def doubts(named: Named) -> list[str]:
    return [one.reason for one in named.problems if one.severity is Severity.WARNING]


def refusal(named: Named) -> str:
    assert named.name is None
    assert named.skipped is None
    (problem,) = named.problems
    assert problem.field == "event"
    assert problem.severity is Severity.ERROR
    return problem.reason


def test_there_are_eighteen_events_of_the_web_and_twenty_seven_of_apps() -> None:
    assert len(STANDARD_EVENTS["web"]) == 18
    assert len(STANDARD_EVENTS["app"]) == 27
    assert STANDARD_EVENTS["web"] == STANDARD_EVENTS["offline"] == STANDARD_EVENTS["crm"]


@pytest.mark.parametrize("source", ["web", "app", "offline", "crm"])
def test_every_standard_event_goes_out_as_it_is_and_without_a_doubt(source: EventSource) -> None:
    names = Names(Options(), source)

    for name in STANDARD_EVENTS[source]:
        named = names.read(name)
        assert named.name == name
        assert named.problems == ()


@pytest.mark.parametrize(
    ("source", "given", "current"),
    [
        ("web", "CompletePayment", "Purchase"),
        ("web", "SubmitForm", "Lead"),
        ("offline", "CompletePayment", "Purchase"),
        ("crm", "SubmitForm", "Lead"),
        ("app", "CompletePayment", "Purchase"),
        ("app", "InAppAdImpr", "InAppADImpr"),
        ("app", "InAppAdClick", "InAppADClick"),
        ("app", "LaunchApp", "LaunchAPP"),
    ],
)
def test_old_names_and_spellings_become_the_current_ones(
    source: EventSource, given: str, current: str
) -> None:
    named = read(given, source)

    assert named.name == current
    assert named.problems == ()


def test_old_names_stay_where_names_are_sent_as_given() -> None:
    named = read("CompletePayment", event_names="as given")

    assert named.name == "CompletePayment"
    assert named.purchase
    assert named.problems == ()


def test_every_new_name_is_one_of_tiktoks() -> None:
    for source, renamed in RENAMED.items():
        assert set(renamed.values()) <= STANDARD_EVENTS[source]


def test_a_custom_name_is_sent_verbatim() -> None:
    named = read("Garage door opened!")

    assert named.name == "Garage door opened!"
    assert named.problems == ()


def test_blanks_around_a_name_do_not_count() -> None:
    assert read(" Purchase ").name == "Purchase"


@pytest.mark.parametrize("name", ["PlaceAnOrder", "ClickButton"])
def test_a_retired_name_is_sent_with_a_warning(name: str) -> None:
    named = read(name)

    assert named.name == name
    assert "retired" in doubts(named)[0]


@pytest.mark.parametrize(
    ("source", "given", "meant"),
    [
        ("web", "purchase", "Purchase"),
        ("web", "add_to_cart", "AddToCart"),
        ("web", "ADD TO CART", "AddToCart"),
        ("web", "completepayment", "Purchase"),
        ("web", "AddToCartt", "AddToCart"),
        ("web", "Checkout", "InitiateCheckout"),
        ("app", "InitiateCheckout", "Checkout"),
        ("app", "Lead", "GenerateLead"),
        ("app", "launchapp", "LaunchAPP"),
    ],
)
def test_a_likely_slip_is_sent_with_a_question(source: EventSource, given: str, meant: str) -> None:
    named = read(given, source)

    assert named.name == given
    assert doubts(named) == [f"goes out as a custom event; did you mean {meant}?"]


@pytest.mark.parametrize("name", ["PageView", "Pageview", "Newsletter", "wishlist_shared"])
def test_other_names_raise_no_question(name: str) -> None:
    assert read(name).problems == ()


def test_names_of_a_crm_are_its_own_affair() -> None:
    assert read("lead", "crm").problems == ()


def test_offline_takes_tiktoks_events_only() -> None:
    reason = refusal(read("purchase", "offline"))

    assert reason.endswith("did you mean Purchase?")
    assert read("Warehouse visit", "offline").name is None
    assert read("PlaceAnOrder", "offline").name == "PlaceAnOrder"


def test_custom_events_can_be_switched_off() -> None:
    named = read("Newsletter", custom_events=False)

    assert named.name is None
    assert named.problems == ()
    assert named.skipped == "Newsletter is a custom event, and those are switched off"
    assert read("Purchase", custom_events=False).name == "Purchase"
    assert read("CompletePayment", custom_events=False, event_names="as given").name


@pytest.mark.parametrize("listed", ["Purchase", "CompletePayment"])
@pytest.mark.parametrize("given", ["Purchase", "CompletePayment"])
def test_only_and_never_mean_the_event_under_its_old_and_its_new_name(
    listed: str, given: str
) -> None:
    assert read(given, only=[listed]).name == "Purchase"
    assert read(given, never=[listed]).skipped == "Purchase events are never sent"
    assert read(given, only=[listed], event_names="as given").name == given
    assert read(given, never=[listed], event_names="as given").skipped


def test_what_is_not_among_only_is_skipped() -> None:
    named = read("Search", only=["Purchase", "Lead"])

    assert named.skipped == "Search is not among the events that are sent"


def test_never_beats_only() -> None:
    assert read("Lead", only=["Lead"], never=["Lead"]).skipped


@pytest.mark.parametrize("missing", [None, "", "   "])
def test_a_name_there_must_be(missing: object) -> None:
    assert refusal(read(missing)) == "is missing"


@pytest.mark.parametrize("wrong", [7, True, ["Purchase"], {"event": "Purchase"}, 1.5])
def test_a_name_must_be_text(wrong: object) -> None:
    assert refusal(read(wrong)) == "must be text"


@pytest.mark.parametrize("name", ["Purch\x00ase", "Pur\nchase", "Purchase\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    assert refusal(read(name)) == "holds characters that cannot be shown"


def test_a_name_has_an_end() -> None:
    assert refusal(read("x" * 201)) == "must have at most 200 characters"
    assert read("x" * 200).name


def test_an_email_address_in_a_name_is_refused_and_not_quoted() -> None:
    reason = refusal(read("Signup of jo.doe@mail.example"))

    assert "personal data" in reason
    assert "jo.doe" not in reason


@pytest.mark.parametrize("name", ["Call +49 30 1234567", "Order 712345678901"])
def test_a_long_number_in_a_name_is_doubted(name: str) -> None:
    named = read(name)

    assert named.name == name
    assert "number" in doubts(named)[0]


@pytest.mark.parametrize("name", ["Step 3 of 5", "Campaign 20261121"])
def test_a_short_number_in_a_name_is_not(name: str) -> None:
    assert read(name).problems == ()


def test_the_same_name_is_judged_once_and_the_same_each_time() -> None:
    names = Names(Options(), "web")

    first = names.read("purchase")

    assert names.read("purchase") is first


def test_more_names_than_are_remembered_are_still_judged() -> None:
    names = Names(Options(), "web")

    for number in range(1_200):
        assert names.read(f"Door {number}").name == f"Door {number}"


def test_recommended_properties_follow_the_kind_of_event() -> None:
    assert recommended_properties("Purchase")[0] == "contents"
    assert recommended_properties("Search") == ("search_string",)
    assert recommended_properties("Lead") == ("description", "value", "currency")
    assert recommended_properties("Download") == ("description",)
    assert recommended_properties("Login") == ()
    assert all("value" in recommended_properties(name) for name in PRODUCT_EVENTS)


def test_nothing_is_near_to_something_else() -> None:
    assert near_name("Newsletter", "web") is None
