"""Codes, sessions, and the file for `adloom console`."""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adloom.clock import FrozenClock
from adloom.console.key_file import KeyFile, read_key_file, write_key_file
from adloom.console.sessions import CODE_LIFE, SESSION_LIFE, Access
from adloom.errors import WorkspaceError
from adloom.secret import Secret, scrub

PORT = 8920


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def access(clock: FrozenClock) -> Access:
    return Access(port=PORT, clock=clock)


def cookie_of(access: Access) -> str:
    cookie = access.sign_in(access.new_code())
    assert cookie is not None
    return cookie


# --- codes ----------------------------------------------------------------------------------------


def test_a_code_opens_one_session(access: Access) -> None:
    code = access.new_code()
    cookie = access.sign_in(code)

    assert cookie is not None
    assert access.session_of(cookie) is not None
    assert access.sign_in(code) is None


def test_a_code_is_good_for_ten_minutes(access: Access, clock: FrozenClock) -> None:
    early, late = access.new_code(), access.new_code()
    clock.move(CODE_LIFE - 1)
    in_time = access.sign_in(early)
    clock.move(1)

    assert in_time is not None
    assert access.sign_in(late) is None


def test_only_the_latest_twenty_codes_are_alive(access: Access) -> None:
    codes = [access.new_code() for _ in range(21)]

    assert access.sign_in(codes[0]) is None
    assert None not in [access.sign_in(code) for code in codes[1:]]


def test_a_link_carries_its_code_where_no_server_sees_it(access: Access) -> None:
    link = urlsplit(access.new_link(f"http://127.0.0.1:{PORT}/"))

    assert f"http://127.0.0.1:{PORT}/signin" == f"{link.scheme}://{link.netloc}{link.path}"
    assert "" == link.query
    assert access.sign_in(link.fragment) is not None


def test_neither_codes_nor_cookies_are_kept_as_they_are(access: Access) -> None:
    code, cookie = access.new_code(), cookie_of(access)
    kept = repr(vars(access))

    assert code not in kept
    assert cookie not in kept
    assert access.bearer.reveal() not in kept


def test_whatever_is_given_as_a_code_is_only_wrong(access: Access) -> None:
    for given in ("", "\ud800", "x" * 100_000, "é"):
        assert access.sign_in(given) is None
        assert access.session_of(given) is None
        assert access.script_of(given) is None


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_remembers_for_one_browser_only(access: Access) -> None:
    first, second = cookie_of(access), cookie_of(access)
    mine, yours = access.session_of(first), access.session_of(second)
    assert mine is not None
    assert yours is not None
    mine.data["state"] = "abc"

    assert mine is access.session_of(first)
    assert ({"state": "abc"}, {}) == (mine.data, yours.data)
    assert mine.id != yours.id
    assert mine.id not in first


def test_a_session_ends_after_twelve_hours_without_use(access: Access, clock: FrozenClock) -> None:
    used, unused = cookie_of(access), cookie_of(access)
    clock.move(SESSION_LIFE - 1)
    assert access.session_of(used) is not None
    clock.move(1)

    assert access.session_of(unused) is None
    assert access.session_of(used) is not None


def test_whoever_signs_out_is_out(access: Access) -> None:
    mine, other = cookie_of(access), cookie_of(access)
    access.sign_out(mine)
    access.sign_out(mine)

    assert access.session_of(mine) is None
    assert access.session_of(other) is not None


def test_of_too_many_sessions_the_one_unused_longest_ends(
    access: Access, clock: FrozenClock
) -> None:
    cookies = []
    for _ in range(100):
        cookies.append(cookie_of(access))
        clock.move(1)
    assert access.session_of(cookies[0]) is not None
    cookies.append(cookie_of(access))

    assert access.session_of(cookies[1]) is None
    assert None not in [access.session_of(one) for one in [cookies[0], *cookies[2:]]]


def test_nothing_survives_a_start(access: Access, clock: FrozenClock) -> None:
    code, cookie = access.new_code(), cookie_of(access)
    next_start = Access(port=PORT, clock=clock)

    assert next_start.sign_in(code) is None
    assert next_start.session_of(cookie) is None
    assert next_start.script_of(access.bearer.reveal()) is None
    assert next_start.cookie != access.cookie


def test_scripts_share_a_session_behind_the_bearer(access: Access) -> None:
    script = access.script_of(access.bearer.reveal())

    assert script is not None
    assert script.is_script
    assert script is access.script_of(access.bearer.reveal())
    assert access.script_of("") is None
    assert "the key •••" in scrub(f"the key {access.bearer.reveal()}")


def test_the_cookie_is_named_after_its_port(access: Access, clock: FrozenClock) -> None:
    secure = Access(port=443, clock=clock, secure=True)

    assert access.cookie.startswith("adloom_8920_")
    assert secure.cookie.startswith("__Host-adloom_443_")


# --- the password, and trying too often -----------------------------------------------------------


def test_a_password_opens_a_session_again_and_again(clock: FrozenClock) -> None:
    access = Access(port=PORT, clock=clock, password=Secret("pässword"))
    cookies = [access.sign_in_by_password("pässword") for _ in range(2)]

    assert access.has_password
    assert None not in [access.session_of(cookie or "") for cookie in cookies]
    assert access.sign_in_by_password("password") is None
    assert access.sign_in(access.new_code()) is not None


@pytest.mark.parametrize("password", [None, Secret("")])
def test_without_a_password_none_opens_anything(
    clock: FrozenClock, password: Secret | None
) -> None:
    access = Access(port=PORT, clock=clock, password=password)

    assert not access.has_password
    assert access.sign_in_by_password("") is None


def test_after_ten_wrong_attempts_a_minute_passes_without_any(
    access: Access, clock: FrozenClock
) -> None:
    before, code = cookie_of(access), access.new_code()
    for _ in range(5):
        access.sign_in("wrong")
        access.sign_in_by_password("wrong")
        clock.move(1)
    clock.move(40)

    assert 19.0 == access.waits()
    assert access.sign_in(code) is None
    assert access.session_of(before) is not None

    clock.move(19)

    assert 0.0 == access.waits()
    assert access.sign_in(code) is not None


def test_also_the_right_password_has_to_wait(clock: FrozenClock) -> None:
    access = Access(port=PORT, clock=clock, password=Secret("a long password"))
    for _ in range(10):
        access.sign_in_by_password("wrong")

    assert access.sign_in_by_password("a long password") is None

    clock.move(60)
    access.sign_in_by_password("wrong")

    assert access.sign_in_by_password("a long password") is not None


def test_who_errs_slowly_is_not_kept_waiting(access: Access, clock: FrozenClock) -> None:
    for _ in range(50):
        access.sign_in("wrong")
        clock.move(7)

    assert 0.0 == access.waits()


# --- the file for `adloom console` ----------------------------------------------------------------


def test_what_is_written_for_the_command_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "console.json"
    write_key_file(path, "http://127.0.0.1:8920", Secret("first-bearer-canary"))
    write_key_file(path, "http://127.0.0.1:8921", Secret("second-bearer-canary"))

    found = KeyFile("http://127.0.0.1:8921", Secret("second-bearer-canary"), os.getpid())
    assert found == read_key_file(path)
    assert [path] == list(path.parent.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="other systems keep access lists")
def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "console.json"
    write_key_file(path, "http://127.0.0.1:8920", Secret("bearer-canary"))

    assert 0o600 == path.stat().st_mode & 0o777

    path.chmod(0o640)
    with pytest.raises(WorkspaceError, match="can be read by others"):
        read_key_file(path)


def test_where_no_console_runs_its_command_says_what_starts_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="No console is running") as caught:
        read_key_file(tmp_path / "console.json")

    assert caught.value.hint == "Start it: adloom serve"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"address": "http://x"}', b'{"address": 1, "bearer": "", "pid": 1}']
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "console.json"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(WorkspaceError, match="not what a console wrote"):
        read_key_file(path)


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "console.json"
    (path / "in the way").mkdir(parents=True)

    with pytest.raises(WorkspaceError, match="cannot be written"):
        write_key_file(path, "http://127.0.0.1:8920", Secret("bearer-canary"))
    assert [path] == list(tmp_path.iterdir())
