"""A note on a step is the comment above it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import UsageError
from adloom.services.editing import note_of, set_note
from scenarios.places import FieldPath
from tests.scenarios.layouts import Layout, layouts
from tests.services.drafted import FEW, PAUSE, PLAIN, changed, data_of, paths_of

ADS: FieldPath = ("steps", 0)
TELL: FieldPath = ("steps", 1)


def test_a_note_is_the_comment_above_a_step() -> None:
    assert ["The first,\nand what there is to know of it.", None] == [
        note_of(PLAIN, path) for path in (ADS, TELL)
    ]
    assert "The first one." == note_of(PAUSE, ("steps", 1, "router", "routes", 0))


def test_a_note_is_replaced_and_removed() -> None:
    after = set_note(PLAIN, ADS, "Anew:\n\n  indented  ")

    assert (
        ["  # The first,", "  # and what there is to know of it."],
        ["  # Anew:", "  #", "  #   indented"],
    ) == changed(PLAIN, after)
    assert PLAIN == set_note(after, ADS, "The first,\nand what there is to know of it.")
    assert PLAIN == set_note(set_note(PLAIN, TELL, "x"), TELL, None)


@pytest.mark.parametrize("note", ["a\0", "a\u2028b", "x" * 5_001, "a\x1b[31m"])
def test_a_note_that_cannot_be_a_comment_is_refused(note: str) -> None:
    with pytest.raises(UsageError):
        set_note(PLAIN, ADS, note)


NOTES = st.text(st.sampled_from("ab #-:{}'\"\n\tü"), max_size=40)


@FEW
@given(layouts(), st.data(), NOTES)
def test_a_note_is_written_above_its_step_and_nowhere_else(
    layout: Layout, data: st.DataObject, note: str
) -> None:
    path = data.draw(st.sampled_from(paths_of(layout.text)))
    after = set_note(layout.text, path, note)
    wanted = "\n".join(line.rstrip() for line in note.strip().split("\n")) or None

    assert wanted == note_of(after, path)
    assert data_of(layout.text) == data_of(after)
    assert set_note(after, path, wanted) == after
    others = [one for one in paths_of(layout.text) if one != path]
    assert [note_of(layout.text, one) for one in others] == [note_of(after, one) for one in others]
