import pytest

from adloom.simulator import Options, Running
from adloom.simulator.open_platform.envelope import OpenRefusal
from adloom.simulator.open_platform.windows import Windows
from tests.simulator.conftest import START
from tests.simulator.open_platform.open_client import (
    CREATOR_INFO,
    STATUS,
    OpenClient,
    code,
    pass_minute,
)

THROTTLED = (429, "rate_limit_exceeded")


class Time:
    """Real and simulated seconds that a test sets."""

    def __init__(self) -> None:
        self.real = 1000.0
        self.simulated = 5000.0

    def windows(self, *, counts: bool = True) -> Windows:
        return Windows(lambda: self.real, lambda: self.simulated, counts=counts)


def refused(windows: Windows, token: str = "act.1", path: str = "/v2/video/list/") -> bool:
    try:
        windows.take(token, path, 2)
    except OpenRefusal:
        return True
    return False


def test_a_window_takes_so_many_requests_and_no_more() -> None:
    windows = Time().windows()

    assert [refused(windows) for _ in range(4)] == [False, False, True, True]


def test_each_token_and_each_endpoint_has_a_window_of_its_own() -> None:
    windows = Time().windows()
    for _ in range(2):
        windows.take("act.1", "/v2/video/list/", 2)

    assert refused(windows)
    assert not refused(windows, token="act.2")
    assert not refused(windows, path="/v2/video/query/")


def test_a_window_slides() -> None:
    time = Time()
    windows = time.windows()
    windows.take("act.1", "/v2/video/list/", 2)
    time.real += 40
    windows.take("act.1", "/v2/video/list/", 2)
    time.real += 19
    assert refused(windows)
    time.real += 1

    assert not refused(windows)
    assert refused(windows)


def test_a_minute_of_simulated_time_is_a_minute_too() -> None:
    time = Time()
    windows = time.windows()
    for _ in range(2):
        windows.take("act.1", "/v2/video/list/", 2)
    time.simulated += 60

    assert not refused(windows)


def test_what_was_refused_does_not_count() -> None:
    time = Time()
    windows = time.windows()
    for _ in range(2):
        windows.take("act.1", "/v2/video/list/", 2)
    time.real += 59
    assert refused(windows)
    time.real += 1

    assert not refused(windows)


def test_windows_can_be_switched_off() -> None:
    windows = Time().windows(counts=False)

    assert not any(refused(windows) for _ in range(5))


def test_600_requests_a_minute_are_fine_and_the_next_is_http_429(
    creator: OpenClient, simulator: Running
) -> None:
    codes = [code(creator.user("open_id")) for _ in range(601)]

    assert set(codes[:600]) == {(200, "ok")}
    assert codes[600] == THROTTLED
    assert creator.videos()["videos"]
    assert OpenClient(simulator.url).user("open_id").status == 200
    pass_minute(simulator)
    assert creator.user("open_id").status == 200


@pytest.mark.parametrize(("path", "most"), [(CREATOR_INFO, 20), (STATUS, 30)])
def test_the_posting_api_has_limits_of_its_own(
    creator: OpenClient, simulator: Running, path: str, most: int
) -> None:
    codes = [code(creator.call("POST", path)) for _ in range(most + 1)]

    assert THROTTLED not in codes[:most]
    assert codes[most] == THROTTLED
    pass_minute(simulator)
    assert code(creator.call("POST", path)) != THROTTLED


def test_six_beginnings_a_minute(creator: OpenClient) -> None:
    direct = [code(creator.begin()) for _ in range(7)]
    drafts = [code(creator.begin_inbox({})) for _ in range(7)]
    photos = [
        code(creator.call("POST", "/v2/post/publish/content/init/", body={})) for _ in range(7)
    ]

    assert direct == [(200, "ok")] * 6 + [THROTTLED]
    assert drafts == [(400, "invalid_param")] * 6 + [THROTTLED]
    assert photos == [(400, "invalid_param")] * 6 + [THROTTLED]


def test_a_simulator_may_count_nothing() -> None:
    with Running(Options(port=0, speed=0, start=START, open_limits=False)) as running:
        creator = OpenClient(running.url)

        assert {code(creator.begin()) for _ in range(7)} == {(200, "ok")}
