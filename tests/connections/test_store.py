"""Connections saved and loaded, their secrets sealed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adloom.clock import FrozenClock
from adloom.database import Transaction
from adloom.errors import InvalidParamsError, UnknownNameError, UsageError, WorkspaceError
from adloom.secret import Secret
from connections.connection import State
from connections.store import ConnectionStore
from tests.connections.samples import business
from tests.seams.postgres import Place
from tests.seams.stores import NOON, open_database, open_store, plain_vault


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def test_a_connection_comes_back_as_it_was_saved(place: Place) -> None:
    connection = business(
        account={"identity": "é", "advertisers": [{"advertiser_id": str(2**64)}]},
        issued_at=NOON,
        expires_at=datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC),
    )
    async with open_store(place) as store:
        saved = await store.save(connection)
    async with open_store(place) as store:
        loaded = await store.load("acme")

    assert saved == loaded
    assert replace(connection, created_at=NOON, updated_at=NOON) == loaded
    assert "access-token-canary-5b6a7988" == loaded.secrets["access_token"].reveal()


async def test_no_secret_lies_in_any_file_as_it_is(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.save(business())
        content = everything_in(tmp_path)

    assert b"acme" in content
    assert b"canary" not in content


async def test_every_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    async with open_store(tmp_path / "workspace") as store:
        await store.save(business())
        modes = modes_in(tmp_path / "workspace")

    assert {0o600} == set(modes.values())
    assert "connections.db" in modes
    assert 0o700 == (tmp_path / "workspace").stat().st_mode & 0o777


async def test_connections_are_listed_by_name_without_their_secrets(place: Place) -> None:
    async with open_store(place) as store:
        for name in ("zoo", "acme"):
            await store.save(business(name))
        without_key = ConnectionStore(store.database, None, FrozenClock(NOON))

        assert ["acme", "zoo"] == await store.names()
        assert [("acme", {}), ("zoo", {})] == [
            (one.name, one.secrets) for one in await without_key.all()
        ]


async def test_without_the_key_nothing_can_be_loaded_or_saved(place: Place) -> None:
    async with open_store(place) as store:
        await store.save(business())
        without_key = ConnectionStore(store.database, None, FrozenClock(NOON))

        with pytest.raises(UsageError, match="key"):
            await without_key.load("acme")
        with pytest.raises(UsageError, match="key"):
            await without_key.save(business("other"))


async def test_a_name_is_taken_once(place: Place) -> None:
    async with open_store(place) as store:
        first = await store.save(business())
        with pytest.raises(UsageError, match="already is a connection named 'acme'") as caught:
            await store.save(business())

        assert "reconnect acme" in str(caught.value.hint)
        assert first == await store.load("acme")


@pytest.mark.parametrize("name", ["", "Acme", "-acme", "acme corp", "acme\n", "é", "a" * 64, "a/b"])
async def test_an_awkward_name_is_refused(place: Place, name: str) -> None:
    async with open_store(place) as store:
        await store.save(business())
        with pytest.raises(InvalidParamsError, match="name: use lower-case"):
            await store.save(business(name))
        with pytest.raises(InvalidParamsError, match="name: use lower-case"):
            await store.rename("acme", name)


async def test_an_unknown_name_suggests_a_near_one_or_says_how_to_add_it(place: Place) -> None:
    async with open_store(place) as store:
        await store.save(business())
        with pytest.raises(UnknownNameError) as near:
            await store.load("acne")
        with pytest.raises(UnknownNameError) as far:
            await store.load("zoo")

    assert "Did you mean acme?" == near.value.hint
    assert "Add it: adloom connections add zoo" == far.value.hint


async def test_a_connection_is_written_back_once_per_generation(place: Place) -> None:
    clock = FrozenClock(NOON)
    async with open_store(place, clock=clock) as store:
        first = await store.save(business())
        clock.move(60)
        renewed = replace(first, secrets={**first.secrets, "access_token": Secret("new-token-1")})
        second = await store.replace(renewed)
        late = await store.replace(replace(first, state=State.RECONNECT))
        loaded = await store.load("acme")

    assert late is None
    assert second == loaded
    assert (2, NOON + timedelta(minutes=1)) == (loaded.generation, loaded.updated_at)
    assert "new-token-1" == loaded.secrets["access_token"].reveal()


async def test_a_renewal_does_not_undo_a_renaming(place: Place) -> None:
    async with open_store(place) as store:
        before = await store.save(business())
        await store.rename("acme", "beta")
        await store.save(business("acme"))
        await store.replace(before)

        assert ["acme", "beta"] == await store.names()
        assert [before.id, 2] == [
            getattr(await store.load("beta"), field) for field in ("id", "generation")
        ]


async def test_a_mark_says_why_and_only_of_the_generation_it_knows(place: Place) -> None:
    async with open_store(place) as store:
        first = await store.save(business())
        marked = await store.mark(first, State.RECONNECT, "revoked")
        loaded = await store.load("acme")
        await store.replace(replace(first, state=State.READY, reason=None))
        late = await store.mark(first, State.RECONNECT, "revoked")

        assert (True, False) == (marked, late)
        assert (State.RECONNECT, "revoked") == (loaded.state, loaded.reason)
        assert State.READY == (await store.load("acme")).state


async def test_a_connection_keeps_everything_but_its_name(place: Place) -> None:
    async with open_store(place) as store:
        saved = await store.save(business())
        await store.save(business("zoo"))
        await store.rename("acme", "beta")
        with pytest.raises(UsageError, match="already"):
            await store.rename("beta", "zoo")
        with pytest.raises(UnknownNameError):
            await store.rename("acme", "gamma")

        assert replace(saved, name="beta") == await store.load("beta")
        assert ["beta", "zoo"] == await store.names()


async def test_a_connection_that_is_removed_is_gone(place: Place) -> None:
    async with open_store(place) as store:
        await store.save(business())
        await store.remove("acme")
        await store.remove("acme")

        assert [] == await store.names()


async def test_workspaces_of_one_database_do_not_see_each_other(place: Place) -> None:
    async with open_store(place) as store:
        other = ConnectionStore(store.database, plain_vault(), FrozenClock(NOON), workspace="other")
        await store.save(business())
        await other.save(business())
        await other.remove("acme")

        assert (["acme"], []) == (await store.names(), await other.names())


# --- sealed with another key ----------------------------------------------------------------------


async def test_everything_is_sealed_anew_or_nothing(place: Place) -> None:
    vault = plain_vault()
    async with open_store(place, vault=vault) as store:
        for name in ("acme", "zoo"):
            await store.save(business(name))
        successor = vault.successor()

        assert 2 == await store.seal_anew(successor)
    async with open_store(place, vault=successor) as store:
        for name in ("acme", "zoo"):
            loaded = await store.load(name)
            assert "access-token-canary-5b6a7988" == loaded.secrets["access_token"].reveal()
    async with open_store(place, vault=vault) as store:
        with pytest.raises(WorkspaceError):
            await store.load("acme")


async def test_one_damaged_secret_stops_the_sealing_and_changes_nothing(place: Place) -> None:
    vault = plain_vault()
    async with open_store(place, vault=vault) as store:
        await store.save(business())
        broken = await store.save(business("broken"))

        def damage(work: Transaction) -> None:
            work.run("UPDATE connection SET sealed = ? WHERE id = ?", b"\0", broken.id)

        await store.database.write(damage)
        with pytest.raises(WorkspaceError, match="damaged"):
            await store.seal_anew(vault.successor())
    async with open_store(place, vault=vault) as store:
        assert (await store.load("acme")).secrets

    async with open_database(place) as database:
        assert [] == await database.read(lambda work: work.run("SELECT * FROM data_key"))


async def test_a_secret_moved_to_another_row_does_not_open(place: Place) -> None:
    async with open_store(place) as store:
        mine = await store.save(business())
        theirs = await store.save(business("theirs"))

        def swap(work: Transaction) -> None:
            work.run(
                "UPDATE connection SET sealed = (SELECT sealed FROM connection WHERE id = ?)"
                " WHERE id = ?",
                theirs.id,
                mine.id,
            )

        await store.database.write(swap)
        with pytest.raises(WorkspaceError, match="damaged or moved"):
            await store.load("acme")
