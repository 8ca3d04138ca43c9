"""What TikTok's answers and refusals say of single events."""

import pytest

from adloom.errors import RejectedError
from adloom.wire import Answer
from scheduler.outbox.isolating import Reported, Taken
from scheduler.outbox.verdicts import (
    Nature,
    concerns_events,
    nature_of,
    refusal_of,
    reply_of,
    without,
)
from tests.seams.event_pixel import refusal


def partly(events: object, message: str = "Partially successful") -> Answer:
    data = {"partial_failure": True, "failed_events": events}
    return Answer(200, {}, {"code": 20001, "message": message}, data, code=20001, partial=True)


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("Batch.3.properties.value: Not a valid number.", 3),
        ("Missing required field(s): data.17.event.", 17),
        ("data[12].user.ip is not valid", 12),
        ("DATA.0: bad", 0),
        ("event_source: Not a valid choice.", None),
        ("metadata.3 is odd", None),
        ("data.12345 is beyond everything", None),
    ],
)
def test_a_message_may_name_an_event(message: str, place: int | None) -> None:
    found = refusal_of(refusal(message), first_index=0)

    assert place == found.place
    assert f"TikTok refused: {message} (40002)" == found.reason
    assert (None if place is None else place - 1) == refusal_of(refusal(message), 1).place


def test_a_refusal_without_a_code_is_about_the_way_unless_the_body_was_too_large() -> None:
    gateway = RejectedError("shop answered with HTTP 404 and no JSON (text/html).")
    too_large = RejectedError("shop answered with HTTP 413 and no JSON (text/html).")

    assert [True, False, True] == [
        concerns_events(one) for one in (refusal("bad"), gateway, too_large)
    ]


def test_an_answer_takes_everything_unless_it_says_otherwise() -> None:
    assert Taken() == reply_of(Answer(200, {}, {"code": 0}, {}), 0)


def test_a_report_names_events_from_the_first_index_on() -> None:
    answer = partly([{"order_in_batch": 1, "error": "bad"}, {"order_in_batch": 3}])

    assert {1: "bad", 3: "TikTok did not say why."} == _failed(answer, 0)
    assert {0: "bad", 2: "TikTok did not say why."} == _failed(answer, 1)


@pytest.mark.parametrize(
    "events",
    [None, [], {}, "3", [3], [{"error": "bad"}], [{"order_in_batch": "3"}],
     [{"order_in_batch": True}], [{"order_in_batch": 3}, {"order_in_batch": 3}]],
)  # fmt: skip
def test_a_report_that_is_none_names_nothing(events: object) -> None:
    assert Reported("Partially successful", {}) == reply_of(partly(events), 0)


def test_a_report_without_any_words_says_what_it_means() -> None:
    answer = Answer(200, {}, [], None, code=20001, partial=True)

    reply = reply_of(answer, 0)

    assert isinstance(reply, Reported)
    assert reply.reason == "TikTok took only part of it and did not say which."


@pytest.mark.parametrize(
    ("reason", "nature"),
    [
        ("50000: something went wrong", Nature.PASSING),
        ("error 40100", Nature.PASSING),
        ("code 40002 in properties", Nature.LASTING),
        ("Internal error, try again", Nature.PASSING),
        ("Request timed out", Nature.PASSING),
        ("Too many requests for this pixel", Nature.PASSING),
        ("properties.currency: Not a valid choice.", Nature.LASTING),
        ("Missing required field(s): page.url.", Nature.LASTING),
        ("user.email is invalid", Nature.LASTING),
        ("E17", Nature.UNCLEAR),
        ("", Nature.UNCLEAR),
    ],
)
def test_a_reason_tells_whether_another_try_may_help(reason: str, nature: Nature) -> None:
    assert nature is nature_of(reason)


def test_a_reason_is_cleared_of_what_it_quotes() -> None:
    assert "ip ••• of •••" == without("ip 203.0.113.7 of UA/1", ["203.0.113.7", "", "UA/1"])
    assert 500 == len(without("x" * 900, []))


def _failed(answer: Answer, first_index: int) -> object:
    reply = reply_of(answer, first_index)
    assert isinstance(reply, Reported)
    return reply.failed
