"""One authorised account."""

import pytest

from adloom.errors import InvalidParamsError
from connections.connection import check_name
from tests.connections.samples import business


@pytest.mark.parametrize("name", ["a", "acme", "acme-2", "2-acme", "a" * 63])
def test_a_name_is_made_of_small_letters_digits_and_dashes(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", "A", "a_b", "a b", "-a", "a" * 64, "a\n", "ä", "../a"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidParamsError, match="name"):
        check_name(name)


def test_two_connections_are_never_the_same() -> None:
    first, second = business(), business()

    assert first.id != second.id
    assert 16 == len(first.id)


def test_a_connection_prints_without_its_secrets() -> None:
    assert "canary-5b6a7988" not in repr(business())
    assert "•••7988" in repr(business())
