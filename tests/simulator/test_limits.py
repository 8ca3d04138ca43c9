import pytest

from adloom.simulator import Options, Running
from adloom.simulator.envelope import Refusal
from adloom.simulator.limits import Limiter
from tests.simulator.client import Client
from tests.simulator.conftest import START


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def passes(limiter: Limiter, path: str = "/ad/get/", app_id: str = "app") -> bool:
    try:
        limiter.take(app_id, path)
    except Refusal:
        return False
    return True


def test_a_full_bucket_empties_and_fills_again() -> None:
    hand = Hand()
    limiter = Limiter(5, hand)

    assert [passes(limiter) for _ in range(6)] == [True] * 5 + [False]
    hand.at += 0.2
    assert [passes(limiter), passes(limiter)] == [True, False]
    hand.at += 100
    assert [passes(limiter) for _ in range(6)] == [True] * 5 + [False]


def test_each_app_and_each_endpoint_has_a_bucket_of_its_own() -> None:
    limiter = Limiter(1, Hand())

    assert passes(limiter)
    assert passes(limiter, "/campaign/get/")
    assert passes(limiter, app_id="other")
    assert not passes(limiter)


def test_rates_go_by_path() -> None:
    limiter = Limiter({"/ad/get/": 2, "*": 1}, Hand())

    assert [passes(limiter) for _ in range(3)] == [True, True, False]
    assert [passes(limiter, "/user/info/") for _ in range(2)] == [True, False]
    assert all(passes(Limiter({"/ad/get/": 1}, Hand()), "/user/info/") for _ in range(9))


def test_slow_rates_let_a_first_request_through() -> None:
    hand = Hand()
    limiter = Limiter(0.5, hand)

    assert [passes(limiter), passes(limiter)] == [True, False]
    hand.at += 2
    assert passes(limiter)


@pytest.mark.parametrize("rate", [None, {}])
def test_without_a_rate_everything_passes(rate: dict[str, float] | None) -> None:
    limiter = Limiter(rate, Hand())

    assert all(passes(limiter) for _ in range(100))


def test_a_throttled_request_is_40100_in_an_http_200() -> None:
    with Running(Options(port=0, speed=0, start=START, rate=1)) as simulator:
        client = Client(simulator.url, simulator.token())
        answers = [client.send("GET", "/open_api/v1.3/user/info/") for _ in range(4)]

        assert {answer.status for answer in answers} == {200}
        assert answers[0].json["code"] == 0
        assert 40100 in {answer.json["code"] for answer in answers}
        assert not any("retry-after" in answer.headers for answer in answers)
