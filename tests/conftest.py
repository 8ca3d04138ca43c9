"""Every test runs in here: no network, no waiting, no real home, no chance."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.seams.postgres import place, postgres
from tests.seams.refusals import move_home, refuse_network, refuse_sleep, seed

#: Fixtures that are at home elsewhere.
__all__ = ["place", "postgres"]

# The same examples in every run; ADLOOM_EXAMPLES asks for more of them.
settings.register_profile(
    "adloom",
    deadline=None,
    derandomize=True,
    max_examples=int(os.environ.get("ADLOOM_EXAMPLES", "100")),
)
settings.load_profile("adloom")


@pytest.fixture(scope="session", autouse=True)
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        move_home(patch, tmp_path_factory.mktemp("home"))
        refuse_network(patch)
        refuse_sleep(patch)
        yield


@pytest.fixture(autouse=True)
def seeded() -> None:
    seed()
