"""The platforms there are."""

import pytest

from adloom.errors import UnknownNameError
from connections.providers import PROVIDERS, provider_named


def test_a_provider_is_found_by_its_name() -> None:
    assert list(PROVIDERS) == [provider_named(name).name for name in PROVIDERS]


def test_an_unknown_kind_of_connection_suggests_a_known_one() -> None:
    with pytest.raises(UnknownNameError, match="kind of connection") as caught:
        provider_named("tiktok-busines")

    assert "Did you mean tiktok-business?" == caught.value.hint
