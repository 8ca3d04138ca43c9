"""Which machine is called, and which is not."""

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adloom.errors import UsageError
from connections.hosts import Origin, base_address, is_loopback

KNOWN = {"production": "https://ads.example"}
PLAIN = ["http", "https", "ftp", "://", "/", "127.0.0.1", "[::1]", "localhost", "ads.example"]
SIGNS = [":", "8900", "@", "?", "#", "\\", "%2f", "..", " ", "\t", "é", "\ud800", "x" * 64]
ODD = st.lists(st.sampled_from([*PLAIN, *SIGNS]), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("production", "https://ads.example"),
        ("https://other.example/", "https://other.example"),
        ("HTTPS://Other.example", "https://Other.example"),
        ("http://127.0.0.1:8900", "http://127.0.0.1:8900"),
        ("http://localhost:8900", "http://localhost:8900"),
        ("http://[::1]:8900", "http://[::1]:8900"),
    ],
)
def test_a_host_is_a_known_name_or_an_address(host: str, expected: str) -> None:
    assert expected == base_address(host, KNOWN)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "nowhere",
        "://",
        "https://",
        "ftp://127.0.0.1:21",
        "ftp://127.0.0.1:22",
        "http://ads.example",
        "http://0x7f.1",
        "https://ads.example/open_api",
        "https://ads.example?x=1",
        "https://ads.example#x",
        "https://ads.example\\x",
        "https://somebody@ads.example",
        "https://@ads.example",
        "https://ads.example:0",
        "https://ads.example:65536",
        "https://[::1",
        "https://ads..example",
        "https://.ads.example",
        f"https://{'x' * 64}.example",
        "https://ads\t.example",
        "https://\ud800",
    ],
)
def test_anything_else_is_no_host(host: str) -> None:
    with pytest.raises(UsageError):
        base_address(host, KNOWN)


@given(st.text() | ODD)
@example("http://127.0.0.1:8900?")
def test_what_is_put_behind_an_address_stays_behind_it(host: str) -> None:
    try:
        address = base_address(host, KNOWN)
    except UsageError:
        return
    url = httpx.URL(f"{address}/open_api/v1.3/ad/get/")

    assert (b"/open_api/v1.3/ad/get/", "", b"") == (url.raw_path, url.fragment, url.userinfo)
    assert Origin.of(address) == Origin.of(url)
    assert url.scheme == "https" or is_loopback(url.host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104 - it is asked about, not bound
        ("localhost.example", False),
        ("192.168.0.1", False),
    ],
)
def test_this_machine_is_known_by_its_addresses(host: str, expected: bool) -> None:
    assert expected == is_loopback(host)


def test_ports_that_go_without_saying_are_equal_to_themselves() -> None:
    assert Origin.of("https://ads.example") == Origin.of("HTTPS://ADS.example:443/x")
    assert Origin.of("https://ads.example") != Origin.of("https://ads.example:8443")
