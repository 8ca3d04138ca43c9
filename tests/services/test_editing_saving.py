"""A draft becomes a file whole or not at all, and never over what somebody else wrote."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adloom.errors import InvalidScenarioError, UsageError, WorkspaceError
from adloom.services.editing import (
    ChangedOnDisk,
    LineKind,
    Saved,
    Wrong,
    diff_lines,
    hash_of,
    save,
    three_way,
)
from scenarios.environment import Environment

TEXT = "# ünï\r\nname: My Scenario (1)\r\nsteps:\r\n  - {id: a, return: {}}   # one"


def saved(done: Saved | ChangedOnDisk | Wrong) -> Saved:
    assert isinstance(done, Saved)
    return done


def test_a_new_scenario_is_called_as_its_file(tmp_path: Path) -> None:
    done = saved(save(tmp_path / "new", TEXT, file=None, expected=None))

    assert (tmp_path / "new" / "my-scenario-1.yaml", True) == (done.path, done.is_new)
    assert TEXT.encode() == done.path.read_bytes()
    assert ("My Scenario (1)", hash_of(TEXT)) == (done.name, done.hash)
    assert [done.path] == list(done.path.parent.iterdir())


def test_of_several_who_write_the_same_new_file_at_once_one_does(tmp_path: Path) -> None:
    start = Barrier(8)

    def write(number: int) -> bool:
        start.wait()
        try:
            save(tmp_path, f"{TEXT} {number}", file=None, expected=None)
        except UsageError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        written = list(threads.map(write, range(8)))

    assert 1 == sum(written)
    assert (
        f"{TEXT} {written.index(True)}".encode() == (tmp_path / "my-scenario-1.yaml").read_bytes()
    )


def test_a_file_is_written_over_if_it_is_what_the_draft_began_from(tmp_path: Path) -> None:
    file = tmp_path / "odd name.yml"
    file.write_text("name: other\n")
    file.chmod(0o640)
    done = saved(save(tmp_path, TEXT, file=file, expected=hash_of("name: other\n")))

    assert (file, False, TEXT.encode()) == (done.path, done.is_new, file.read_bytes())
    assert 0o640 == file.stat().st_mode & 0o777
    assert saved(save(tmp_path, TEXT, file=file, expected=done.hash)) == done


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.yaml"
    target.write_text("name: a\n")
    file = tmp_path / "a.yaml"
    file.symlink_to(target)
    saved(save(tmp_path, TEXT, file=file, expected=hash_of("name: a\n")))

    assert file.is_symlink()
    assert TEXT.encode() == target.read_bytes()


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("theirs")
    done = save(tmp_path, TEXT, file=file, expected=hash_of("mine"))

    assert ChangedOnDisk(file, "theirs", hash_of("theirs")) == done
    assert "a.yaml was changed" in str(done)
    assert "theirs" == file.read_text()


def test_a_file_that_was_deleted_meanwhile_is_told(tmp_path: Path) -> None:
    done = save(tmp_path, TEXT, file=tmp_path / "a.yaml", expected=hash_of("mine"))

    assert ChangedOnDisk(tmp_path / "a.yaml", None, None) == done
    assert "was deleted" in str(done)
    again = save(tmp_path, TEXT, file=tmp_path / "a.yaml", expected=None)
    assert saved(again).is_new


def test_a_faulty_draft_is_not_saved_and_every_fault_told(tmp_path: Path) -> None:
    text = "name: x\nsteps:\n  - id: a\n    module: notify\n  - id: a\n"
    done = save(tmp_path, text, file=None, expected=None)

    assert isinstance(done, Wrong)
    assert {"connection", "params.text", "", "id"} >= {one.field for one in done.problems}
    assert len(done.problems) >= 3
    assert [] == list(tmp_path.iterdir())


def test_a_draft_that_only_gives_rise_to_doubt_is_saved(tmp_path: Path) -> None:
    text = "name: x\nsteps:\n  - {id: a, get: {variables: [b]}}\n"

    assert saved(save(tmp_path, text, file=None, expected=None)).is_new


def test_connections_are_looked_for_where_it_is_to_run(tmp_path: Path) -> None:
    text = "name: x\nsteps:\n  - {id: a, module: notify, connection: no, params: {text: a}}\n"

    assert isinstance(
        save(tmp_path, text, file=None, expected=None, environment=Environment()), Wrong
    )
    assert saved(save(tmp_path, text, file=None, expected=None)).is_new


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "my-scenario-1.yaml").write_text("something")
    with pytest.raises(UsageError, match="a file named"):
        save(tmp_path, TEXT, file=None, expected=None)
    (tmp_path / "my-scenario-1.yaml").rename(tmp_path / "other.yaml")
    (tmp_path / "other.yaml").write_text(TEXT + "\n")
    (tmp_path / "my-scenario-1.test.yaml").write_text(TEXT)

    with pytest.raises(UsageError, match="also has a scenario"):
        save(tmp_path, TEXT, file=None, expected=None)
    (tmp_path / "other.yaml").write_text("My Scenario (1), but no scenario")
    assert saved(save(tmp_path, TEXT, file=None, expected=None)).is_new


def test_what_lies_there_and_is_no_text_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(InvalidScenarioError, match="UTF-8"):
        save(tmp_path, TEXT, file=file, expected="x")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        save(tmp_path, TEXT, file=tmp_path, expected="x")


def test_a_folder_that_cannot_be_written_leaves_no_traces(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(WorkspaceError) as caught:
        save(tmp_path / "file" / "scenarios", TEXT, file=None, expected=None)
    assert "cannot be" in str(caught.value)
    assert [tmp_path / "file"] == list(tmp_path.iterdir())


# --- comparing -----------------------------------------------------------------------------------

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n"]), max_size=40)


@given(LINES, LINES, st.integers(0, 4))
def test_a_comparison_leads_from_one_text_to_the_other(
    one: list[str], other: list[str], context: int
) -> None:
    hunks = diff_lines("".join(one), "".join(other), context)
    made, here = [], 0
    for hunk in hunks:
        made += one[here : hunk.before - 1]
        here = hunk.before - 1
        assert hunk.after == len(made) + 1
        for line in hunk.lines:
            if line.kind is not LineKind.ADDED:
                assert line.before == here + 1
                assert line.text == one[here].rstrip("\r\n")
                here += 1
            if line.kind is not LineKind.REMOVED:
                assert line.after is not None
                made.append(other[line.after - 1])
    made += one[here:]

    assert other == made
    assert (one == other) == (hunks == [])


@given(LINES, LINES)
def test_each_hunk_shows_a_change_and_what_is_around_it(one: list[str], other: list[str]) -> None:
    for hunk in diff_lines("".join(one), "".join(other)):
        kinds = [line.kind for line in hunk.lines]
        changes = [place for place, kind in enumerate(kinds) if kind is not LineKind.SAME]

        assert changes
        assert changes[0] <= 3
        assert len(kinds) - changes[-1] - 1 <= 3


def test_a_missing_line_end_is_told() -> None:
    (hunk,) = diff_lines("a\nb", "a\nb\n")

    assert [("same", False), ("removed", True), ("added", False)] == [
        (str(line.kind), line.is_open) for line in hunk.lines
    ]


def test_long_texts_are_compared_quickly_where_little_was_changed() -> None:
    lines = [f"  - line {number % 7}\n" for number in range(20_000)]
    (hunk,) = diff_lines("".join(lines), "".join([*lines[:9_000], "x\n", *lines[9_001:]]))

    assert (8_998, 8) == (hunk.before, len(hunk.lines))


def test_both_sides_are_shown_where_a_file_was_changed_meanwhile() -> None:
    both = three_way("a\nb\n", "a\nmine\n", "theirs\nb\n")

    assert ["mine"] == [one.text for one in both.mine[0].lines if one.kind is LineKind.ADDED]
    assert ["theirs"] == [one.text for one in both.theirs[0].lines if one.kind is LineKind.ADDED]
