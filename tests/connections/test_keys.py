"""Where the key comes from: chosen once, never replaced by another source (reliability.md §4.4)."""

import base64
import sys
import threading
from pathlib import Path
from typing import Any

import keyring.backend
import pytest

from adloom.errors import UsageError, WorkspaceError
from adloom.secret import Secret
from connections import keys
from connections.keys import (
    EnvironmentKey,
    FileKey,
    KeyringKey,
    KeySource,
    PassphraseKey,
    source_for,
)
from tests.seams.stores import nobody

KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()
CHEAP = {"iterations": 1, "lanes": 1, "memory_cost": 8}


def found_again(source: KeySource) -> KeySource:
    return source_for(source.kind, source.describe(), nobody)


# --- a file ---------------------------------------------------------------------------------------


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    source = FileKey(tmp_path / "keys" / "acme.key")
    key = source.create()

    assert 32 == len(key)
    assert 0o600 == source.path.stat().st_mode & 0o777
    assert 0o700 == source.path.parent.stat().st_mode & 0o777
    assert key == source.create() == source.fetch() == found_again(source).fetch()


def test_two_key_files_hold_two_keys(tmp_path: Path) -> None:
    assert FileKey(tmp_path / "a").create() != FileKey(tmp_path / "b").create()


@pytest.mark.parametrize(
    "content",
    [b"", b"short", TEXT[:-4].encode(), TEXT.encode() * 2, KEY, b"\xff" * 44, TEXT.encode() + b"!"],
)
def test_a_file_without_a_key_is_no_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "acme.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(WorkspaceError, match="holds no key"):
        FileKey(path).fetch()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "acme.key"
    path.write_text(TEXT)
    path.chmod(mode)

    with pytest.raises(WorkspaceError, match="read by others") as caught:
        FileKey(path).fetch()
    assert f"Close it: chmod 600 {path}" == caught.value.hint


def test_a_link_in_place_of_a_key_file_is_refused(tmp_path: Path) -> None:
    FileKey(tmp_path / "real.key").create()
    (tmp_path / "acme.key").symlink_to(tmp_path / "real.key")

    with pytest.raises(WorkspaceError, match="not an ordinary file"):
        FileKey(tmp_path / "acme.key").fetch()


def test_a_key_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be read"):
        FileKey(tmp_path / "gone.key").fetch()

    assert [] == list(tmp_path.iterdir())


def test_a_key_file_that_turns_out_to_be_unreadable_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme.key").mkdir()
    monkeypatch.setattr(keys, "check_private", lambda _: None)

    with pytest.raises(WorkspaceError, match="cannot be read"):
        FileKey(tmp_path / "acme.key").fetch()


# --- the environment ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [TEXT, f"{TEXT}\n"])
def test_a_key_may_be_handed_in_by_the_environment(text: str) -> None:
    source = EnvironmentKey({"ADLOOM_KEY": text})

    assert KEY == source.fetch() == source.create()


def test_the_process_environment_is_looked_at_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADLOOM_KEY", TEXT)

    assert KEY == found_again(EnvironmentKey()).fetch()


@pytest.mark.parametrize("environment", [{}, {"ADLOOM_KEY": ""}])
def test_a_variable_that_is_not_set_says_how_to_set_it(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="ADLOOM_KEY") as caught:
        EnvironmentKey(environment).fetch()

    assert "openssl rand -base64 32" in str(caught.value.hint)


def test_a_variable_without_a_key_is_not_shown() -> None:
    with pytest.raises(WorkspaceError) as caught:
        EnvironmentKey({"ADLOOM_KEY": "hunter2-hunter2"}).fetch()

    assert "hunter2" not in str(caught.value)


# --- a passphrase ---------------------------------------------------------------------------------


def asking(*answers: str) -> Any:
    left = list(answers)
    return lambda: Secret(left.pop(0))


def test_a_passphrase_is_asked_for_once_and_gives_the_same_key_again() -> None:
    source = PassphraseKey(asking("correct horse battery"), cost=CHEAP)
    key = source.create()
    again = source_for("passphrase", source.describe(), asking("correct horse battery"))

    assert 32 == len(key)
    assert key == source.fetch() == again.fetch() == again.fetch()


def test_another_passphrase_or_another_salt_gives_another_key() -> None:
    first = PassphraseKey(asking("correct horse battery"), cost=CHEAP)
    other = source_for("passphrase", first.describe(), asking("correct horse batterz"))
    salted = PassphraseKey(asking("correct horse battery"), cost=CHEAP)

    assert 3 == len({first.fetch(), other.fetch(), salted.fetch()})


def test_a_short_passphrase_is_refused_for_a_new_key_only() -> None:
    with pytest.raises(UsageError, match="at least 12"):
        PassphraseKey(asking("short"), cost=CHEAP).create()

    assert 32 == len(PassphraseKey(asking("short"), cost=CHEAP).fetch())


def test_the_usual_cost_is_what_the_sheet_asks_for() -> None:
    source = PassphraseKey(nobody)

    assert {"iterations": 3, "lanes": 4, "memory_cost": 65_536} == source.describe()["argon2id"]


# --- the keyring ----------------------------------------------------------------------------------


class Drawer:
    """A keyring in memory, which may lose what it is given, refuse, or hang."""

    priority = 5

    def __init__(self, *, forgets: bool = False, refuses: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self._forgets, self._refuses = forgets, refuses

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        if self._refuses:
            raise RuntimeError("the drawer is locked")
        if not self._forgets:
            self.kept[service, name] = text


def test_a_keyring_keeps_a_key_under_a_name() -> None:
    drawer = Drawer()
    source = KeyringKey("acme", backend=drawer)
    key = source.create()

    assert {("adloom", "acme")} == set(drawer.kept)
    assert key == source.fetch() == KeyringKey("acme", backend=drawer).fetch()
    assert {"name": "acme"} == source.describe()


@pytest.mark.parametrize(
    ("drawer", "words"),
    [(Drawer(forgets=True), "holds no key"), (Drawer(refuses=True), "refused")],
)
def test_a_keyring_that_does_not_keep_the_key_is_found_out(drawer: Drawer, words: str) -> None:
    with pytest.raises(WorkspaceError, match=words):
        KeyringKey("acme", backend=drawer).create()


def test_a_keyring_that_keeps_another_key_is_found_out() -> None:
    class Muddled(Drawer):
        def set_password(self, service: str, name: str, text: str) -> None:
            super().set_password(service, name, TEXT if text != TEXT else "")

    with pytest.raises(WorkspaceError, match="did not keep"):
        KeyringKey("acme", backend=Muddled()).create()


def test_a_keyring_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    woken = threading.Event()

    class Hanging(Drawer):
        def get_password(self, service: str, name: str) -> str | None:
            woken.wait(10)
            return super().get_password(service, name)

    monkeypatch.setattr(keys, "KEYRING_SECONDS", 0.05)
    with pytest.raises(WorkspaceError, match="did not answer"):
        KeyringKey("acme", backend=Hanging()).fetch()
    woken.set()


def offer(monkeypatch: pytest.MonkeyPatch, *drawers: object) -> None:
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: list(drawers))


def drawer_of(module: str, priority: int) -> Drawer:
    kind = type("Keyring", (Drawer,), {"__module__": module, "priority": priority})
    made = kind()
    assert isinstance(made, Drawer)
    return made


def test_only_keyrings_of_the_system_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = drawer_of("keyring.backends.SecretService", 5)
    weaker = drawer_of("keyring.backends.kwallet", 4)
    plaintext = drawer_of("keyrings.alt.file", 90)
    forgetful = drawer_of("keyring.backends.null", 91)
    offer(monkeypatch, plaintext, forgetful, weaker, trusted)
    key = KeyringKey("acme").create()

    assert [1, 0, 0, 0] == [len(one.kept) for one in (trusted, weaker, plaintext, forgetful)]
    assert key == found_again(KeyringKey("acme")).fetch()


def test_without_a_keyring_of_the_system_another_source_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plaintext = drawer_of("keyrings.alt.file", 90)
    offer(monkeypatch, plaintext)

    with pytest.raises(UsageError, match="no keyring that can be trusted") as caught:
        KeyringKey("acme").create()
    assert "--key file" in str(caught.value.hint)
    assert {} == plaintext.kept


def test_the_keyring_package_is_asked_for_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(UsageError, match="not installed"):
        KeyringKey("acme").fetch()


# --- sources found again --------------------------------------------------------------------------


def test_a_source_nobody_knows_is_refused() -> None:
    with pytest.raises(WorkspaceError, match="'abacus'"):
        source_for("abacus", {}, nobody)


def test_what_is_remembered_of_a_source_is_not_secret(tmp_path: Path) -> None:
    sources: list[KeySource] = [
        FileKey(tmp_path / "acme.key"),
        EnvironmentKey({"ADLOOM_KEY": TEXT}),
        PassphraseKey(asking("correct horse battery"), cost=CHEAP),
        KeyringKey("acme", backend=Drawer()),
    ]
    for source in sources:
        key = source.create()

        assert base64.b64encode(key).decode() not in str(source.describe())
        assert "correct horse" not in str(source.describe())
