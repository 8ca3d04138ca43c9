"""Names under which the console answers, and where it may listen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.console.binding import allowed_hosts, allowed_origins, check_binding
from adloom.errors import UsageError


def test_by_itself_it_answers_to_this_machine_only() -> None:
    assert ("127.0.0.1:8920", "localhost:8920", "[::1]:8920") == allowed_hosts(8920)
    assert (
        "http://127.0.0.1:8920",
        "http://localhost:8920",
        "http://[::1]:8920",
    ) == allowed_origins(8920)


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("ads.example", ("ads.example:8920", "ads.example")),
        ("Ads.Example:8443", ("ads.example:8443",)),
        ("ads.example:443", ("ads.example:443", "ads.example")),
        ("192.168.1.5", ("192.168.1.5:8920", "192.168.1.5")),
        ("fd00::5", ("[fd00::5]:8920", "[fd00::5]")),
        ("[fd00::5]:81", ("[fd00::5]:81",)),
        ("localhost:8920", ()),
    ],
)
def test_a_further_name_is_known_in_each_form_a_browser_says_it(
    name: str, hosts: tuple[str, ...]
) -> None:
    assert hosts == allowed_hosts(8920, [name])[3:]
    assert tuple(f"http://{host}" for host in hosts) == allowed_origins(8920, [name])[3:]


def test_by_https_other_machines_come_by_nothing_else() -> None:
    origins = allowed_origins(8920, ["ads.example"], secure=True)

    assert {"https://ads.example", "https://ads.example:8920"} <= set(origins)
    assert "http://ads.example" not in origins
    assert {"http://127.0.0.1:8920", "https://127.0.0.1:8920"} <= set(origins)


def test_a_usual_port_may_be_left_out() -> None:
    assert {"localhost", "localhost:80"} <= set(allowed_hosts(80))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "*",
        "*.example",
        "http://ads.example",
        "ads.example/console",
        "ads.example.",
        "ads..example",
        "ads example",
        "me@ads.example",
        "ads.example:0",
        "ads.example:65536",
        "ads.example:",
        "[::1",
        "[fd00::zz]",
        "[1.2.3.4]",
        "käse.example",
        "ads.example\n",
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not a name"):
        allowed_hosts(8920, [name])


@given(st.text(st.sampled_from("a0.-_:[]/*@") | st.characters(), max_size=12))
def test_whatever_is_taken_for_a_name_is_one_plain_host(name: str) -> None:
    try:
        hosts = allowed_hosts(8920, [name])
    except UsageError:
        return

    for host in hosts:
        assert host.isascii()
        assert host == host.lower().strip()
        assert not set(host) & set("/\\?#@*, \t\r\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "[::1]"])
def test_on_this_machine_it_may_always_listen(host: str) -> None:
    check_binding(host, [], password_given=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "ads.example", ""])  # noqa: S104 - refused
@pytest.mark.parametrize(
    ("names", "password_given", "missing"),
    [
        ([], False, "--allow-host with the name that people open and a password"),
        (["ads.example"], False, "also give a password"),
        ([], True, "also give --allow-host with the name that people open;"),
    ],
)
def test_elsewhere_it_wants_a_name_and_a_password(
    host: str, names: list[str], password_given: bool, missing: str
) -> None:
    with pytest.raises(UsageError, match="Other machines could reach") as caught:
        check_binding(host, names, password_given)

    assert missing in (caught.value.hint or "")
    check_binding(host, ["ads.example"], password_given=True)
