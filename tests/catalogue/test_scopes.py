"""How permissions include each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.catalogue import load
from adloom.catalogue.scopes import parents


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (220, (22, 2)),
        (44, (4,)),
        (2, ()),
        (100001, (10000,)),
        (10000, ()),
        (15010200, (15010000, 15000000)),
        (15010000, (15000000,)),
        (15000000, ()),
        (6110100, (6110000, 6)),
        (7224195155857866754, ()),
    ],
)
def test_each_way_of_numbering_has_its_parents(scope: int, expected: tuple[int, ...]) -> None:
    assert expected == parents(scope)


@pytest.mark.parametrize("granted", [220, 22, 2])
def test_a_permission_is_covered_by_itself_and_by_what_includes_it(granted: int) -> None:
    assert load().granted([9, granted], 220)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        (220, 2),  # a child does not include its parent
        (221, 220),  # nor its neighbour
        (22, 210),
        (1, 10000),  # the digits in front are the same, the way of numbering is not
        (100, 100000),
        (120, 12010100),
        (130, 13010000),
        (611, 6110100),
        (7050363942434013185, 7050363942434029569),
    ],
)
def test_digits_in_common_are_not_enough(granted: int, needed: int) -> None:
    assert not load().granted([granted], needed)


def test_nothing_granted_covers_nothing() -> None:
    assert not load().granted([], 220)


@given(st.integers(min_value=1, max_value=2**63 - 1))
def test_a_parent_never_has_its_child_as_parent(scope: int) -> None:
    above = parents(scope)

    assert scope not in above
    assert all(scope not in parents(parent) for parent in above)
    assert len(above) == len(set(above))
