"""Secrets at rest: bound to their row, opened by their key only (reliability.md §4.4)."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.clock import FrozenClock
from adloom.errors import UsageError, WorkspaceError
from adloom.secret import Secret
from connections.keys import EnvironmentKey, FileKey, KeySource, PassphraseKey
from connections.vault import Vault
from tests.seams.stores import NOON, nobody, open_database, plain_vault

PLACE = "connection/1f2e3d4c/sealed"
CHEAP = {"iterations": 1, "lanes": 1, "memory_cost": 8}
VAULT = plain_vault()


# --- sealed values --------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_what_was_sealed_comes_out_again(text: str, place: str) -> None:
    assert text == VAULT.unseal(VAULT.seal(text, place), place).reveal()


@given(st.text(min_size=9))
def test_the_same_text_is_never_sealed_the_same_way_twice(text: str) -> None:
    first, second = (VAULT.seal(text, PLACE) for _ in range(2))

    assert first != second
    assert text.encode() not in first


@given(st.text(), st.data())
def test_any_change_to_a_sealed_value_is_noticed(text: str, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(text, PLACE))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(WorkspaceError, match="damaged or moved"):
        VAULT.unseal(bytes(sealed), PLACE)


@given(st.text(), st.data())
def test_a_sealed_value_cut_short_is_noticed(text: str, data: st.DataObject) -> None:
    sealed = VAULT.seal(text, PLACE)
    cut = data.draw(st.integers(0, len(sealed) - 1))

    with pytest.raises(WorkspaceError, match="damaged or moved"):
        VAULT.unseal(sealed[:cut], PLACE)


@given(st.text(), st.text(), st.text())
def test_a_value_moved_to_another_row_does_not_open(text: str, place: str, other: str) -> None:
    if place == other:
        return
    with pytest.raises(WorkspaceError, match="damaged or moved"):
        VAULT.unseal(VAULT.seal(text, place), other)


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_another_key_does_not_open_it(text: str, key: bytes) -> None:
    sealed = VAULT.seal(text, PLACE)
    for stranger in (plain_vault("00000002", key), plain_vault("00000001", key)):
        with pytest.raises(WorkspaceError, match="damaged or moved"):
            stranger.unseal(sealed, PLACE)


@given(st.binary())
def test_no_bytes_at_all_bring_the_vault_down(sealed: bytes) -> None:
    with pytest.raises(WorkspaceError, match="damaged or moved"):
        VAULT.unseal(sealed, PLACE)


def test_a_message_about_a_sealed_value_names_its_kind_only() -> None:
    with pytest.raises(WorkspaceError) as caught:
        VAULT.unseal(b"", PLACE)

    assert "(connection)" in str(caught.value)
    assert "1f2e3d4c" not in str(caught.value)


def test_a_successor_seals_with_a_new_key_and_opens_the_old() -> None:
    old = VAULT.seal("before", PLACE)
    new = VAULT.successor()
    newer = new.successor()

    assert "before" == new.unseal(old, PLACE).reveal() == newer.unseal(old, PLACE).reveal()
    assert 3 == len({VAULT.key_id, new.key_id, newer.key_id})
    with pytest.raises(WorkspaceError):
        VAULT.unseal(new.seal("after", PLACE), PLACE)


# --- vaults in a database -------------------------------------------------------------------------


async def keep(folder: Path, vault: Vault) -> None:
    async with open_database(folder) as database:
        await database.write(lambda work: vault.store(work, FrozenClock(NOON)))


async def opened(folder: Path, ask: Callable[[], Secret] = nobody) -> Vault:
    async with open_database(folder) as database:
        return await Vault.open(database, ask)


def file_key(folder: Path) -> FileKey:
    return FileKey(folder / "keys" / "acme.key")


async def test_a_vault_is_opened_by_the_key_that_closed_it(tmp_path: Path) -> None:
    vault = Vault.new(file_key(tmp_path))
    sealed = vault.seal("a token", PLACE)
    await keep(tmp_path, vault)

    assert "a token" == (await opened(tmp_path)).unseal(sealed, PLACE).reveal()


async def test_after_a_rotation_the_newest_key_seals_and_all_open(tmp_path: Path) -> None:
    first = Vault.new(file_key(tmp_path))
    second = first.successor()
    third = second.successor()
    sealed = [vault.seal("a token", PLACE) for vault in (first, second, third)]
    await keep(tmp_path, third)
    found = await opened(tmp_path)

    assert third.key_id == found.key_id
    assert ["a token"] * 3 == [found.unseal(one, PLACE).reveal() for one in sealed]


async def test_a_vault_may_move_to_another_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADLOOM_KEY", base64.b64encode(b"e" * 32).decode())
    first = Vault.new(file_key(tmp_path))
    sealed = first.seal("a token", PLACE)
    await keep(tmp_path, first.successor(EnvironmentKey()))
    (tmp_path / "keys" / "acme.key").unlink()

    assert "a token" == (await opened(tmp_path)).unseal(sealed, PLACE).reveal()


async def test_a_workspace_without_a_vault_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="has no key yet") as caught:
        await opened(tmp_path)

    assert "adloom init" in str(caught.value.hint)


def snapshot(folder: Path) -> dict[str, bytes]:
    """What is in the files; SQLite's index into its log is no content."""
    return {one.name: one.read_bytes() for one in folder.glob("*.db*") if one.suffix != ".db-shm"}


def another_file_key(folder: Path) -> None:
    file_key(folder).path.unlink()
    file_key(folder).create()


def a_damaged_file_key(folder: Path) -> None:
    file_key(folder).path.write_text("nonsense")


def no_file_key(folder: Path) -> None:
    file_key(folder).path.unlink()


@pytest.mark.parametrize("change", [another_file_key, a_damaged_file_key, no_file_key])
async def test_a_wrong_key_is_noticed_before_anything_is_written(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    await keep(tmp_path, Vault.new(file_key(tmp_path)))
    before = snapshot(tmp_path)
    change(tmp_path)

    with pytest.raises(WorkspaceError):
        await opened(tmp_path)
    assert before == snapshot(tmp_path)


async def test_a_wrong_passphrase_says_what_to_do(tmp_path: Path) -> None:
    def ask() -> Secret:
        return Secret("correct horse battery")

    await keep(tmp_path, Vault.new(PassphraseKey(ask, cost=CHEAP)))

    with pytest.raises(WorkspaceError, match="from a passphrase is not the one") as caught:
        await opened(tmp_path, lambda: Secret("wrong horse battery"))
    assert "Nothing was changed" in str(caught.value.hint)
    await opened(tmp_path, ask)


@pytest.mark.parametrize("environment", [{}, {"ADLOOM_KEY": base64.b64encode(b"x" * 32).decode()}])
async def test_a_wrong_variable_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    source: KeySource = EnvironmentKey({"ADLOOM_KEY": base64.b64encode(b"e" * 32).decode()})
    await keep(tmp_path, Vault.new(source))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UsageError, match=r"not set|not the one"):
        await opened(tmp_path)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("source", "abacus"),
        ("source_facts", "{"),
        ("source_facts", "{}"),
        ("source_facts", "[]"),
        ("source_facts", '{"path": 7}'),
        ("source_facts", b"\xff"),
        ("wrapped", b""),
        ("wrapped", b"x" * 60),
        ("id", "ffffffff"),
    ],
)
async def test_a_damaged_vault_is_told_as_such(
    tmp_path: Path, column: str, value: str | bytes
) -> None:
    await keep(tmp_path, Vault.new(file_key(tmp_path)))
    async with open_database(tmp_path) as database:
        await database.write(lambda work: work.run(f"UPDATE data_key SET {column} = ?", value))  # noqa: S608 - our own names

    with pytest.raises(WorkspaceError):
        await opened(tmp_path)


async def test_the_data_key_lies_in_no_file_as_it_is(tmp_path: Path) -> None:
    key = b"this-very-key-must-not-be-seen!!"
    file_key(tmp_path).create()
    await keep(tmp_path, Vault({"00000001": key}, file_key(tmp_path)))

    assert not any(key in content for content in snapshot(tmp_path).values())
