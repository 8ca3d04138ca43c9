"""The settings file changed line by line: comments stay, and nothing else changes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from adloom.cli.init import SETTINGS_TEXT
from adloom.errors import InvalidParamsError, UsageError, WorkspaceError
from adloom.fields import fields_of
from adloom.services.workspace_settings import (
    BY_HAND,
    SECTIONS,
    masked,
    read_settings,
    save_section,
)
from adloom.services.workspace_settings_toml import edited_section
from adloom.settings import SETTINGS_FILE, Settings, Workspace


def workspace(folder: Path, text: str = SETTINGS_TEXT) -> Workspace:
    (folder / SETTINGS_FILE).write_bytes(text.encode())
    return Workspace(folder, Settings())


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


# --- lines ----------------------------------------------------------------------------------------


def test_a_value_changes_in_its_line_and_the_comment_keeps_its_column() -> None:
    text = edited_section(SETTINGS_TEXT, "history", {"days": 365})

    assert SETTINGS_TEXT.replace("days = 30              #", "days = 365             #") == text


def test_a_key_is_added_behind_the_comment_that_speaks_of_it() -> None:
    text = edited_section(SETTINGS_TEXT, "http", {"proxy": "http://proxy.example:3128"})

    lines = text.splitlines()
    assert 'proxy = "http://proxy.example:3128"' == lines[lines.index(
        '# proxy = "http://proxy.example:3128"'
    ) + 1]  # fmt: skip


def test_a_removed_key_stays_as_a_comment() -> None:
    text = edited_section(SETTINGS_TEXT, "http", {"deadline": None})

    assert "# deadline = 30          # seconds a call may take in all\n" in text
    assert "deadline" not in tomllib.loads(text)["http"]


def test_a_section_that_is_missing_comes_at_the_end() -> None:
    text = edited_section(SETTINGS_TEXT.rstrip("\n"), "practice", {"speed": 2.0})

    assert text.endswith("\n\n[practice]\nspeed = 2.0\n")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_ends_of_lines_stay_as_they_are(ends: str) -> None:
    text = "[http]\n# mine\ndeadline = 3 # s\n\n[oauth]\nport = 1\n".replace("\n", ends)

    edited = edited_section(text, "http", {"deadline": 4, "visibility_lag": 1.5})

    added = f"visibility_lag = 1.5{ends}"
    assert (
        text.replace("deadline = 3", "deadline = 4").replace(f"# s{ends}", f"# s{ends}{added}")
        == edited
    )


@pytest.mark.parametrize(
    "text",
    [
        "http = {deadline = 3}\n",
        "http.deadline = 3\n",
        '[http]\nproxy = """\nhttp://a"""\n',
        '[http]\nproxy = """\n[http]\nproxy = "x"\n"""\n',
        '["http"]\nproxy = "a"\n',
    ],
)
def test_what_cannot_be_changed_line_by_line_is_refused_with_the_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited_section(text, "http", {"proxy": "b"})

    assert 'proxy = "b"' in (caught.value.hint or "")


VALUES = st.one_of(
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.lists(st.integers(0, 9), max_size=3),
)
KEYS = st.sampled_from(["a", "b", "c", "long-name", "x_y"])
SECTION = st.dictionaries(KEYS, VALUES, max_size=5)


@given(st.dictionaries(KEYS, SECTION, max_size=4), KEYS, st.dictionaries(KEYS, VALUES, max_size=3))
def test_whatever_the_values_the_file_says_what_was_meant_or_the_edit_is_refused(
    data: dict[str, dict[str, Any]], section: str, changes: dict[str, Any]
) -> None:
    lines = [
        f"{line} # kept {number}" if " = " in line and not line.endswith(("[", ",")) else line
        for number, line in enumerate(tomli_w.dumps(data).split("\n"))
    ]
    text = "\n".join(lines)
    try:
        edited = edited_section(text, section, changes)
    except UsageError:
        return  # a list over several lines

    meant = {**data, section: {**data.get(section, {}), **changes}}
    assert {name: part for name, part in meant.items() if part} == {
        name: part for name, part in tomllib.loads(edited).items() if part
    }
    assert set(comments(text)) <= set(comments(edited))


# --- sections -------------------------------------------------------------------------------------


def test_every_section_of_the_settings_has_a_title_and_a_form() -> None:
    assert set(Settings.model_fields) == set(SECTIONS)
    for name, hidden in BY_HAND.items():
        model = Settings.model_fields[name].annotation
        assert isinstance(model, type)
        assert set(hidden) <= {one.name for one in fields_of(model)}


def test_a_section_is_saved_and_told_with_what_waits_for_a_restart(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    before = read_settings(place)
    assert [] == [one for one in before.sections if one.waiting]

    told = save_section(place, "history", {"days": 60, "megabytes": 1000}, before.hash)

    after = read_settings(place)
    assert ["Days"] == told
    assert ["Days"] == after.section("history").waiting
    assert comments(SETTINGS_TEXT) == comments((tmp_path / SETTINGS_FILE).read_text())
    assert 60 == Workspace.open(tmp_path).settings.history.days


def test_who_may_read_the_file_stays_as_it_was(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    (tmp_path / SETTINGS_FILE).chmod(0o640)

    save_section(place, "history", {"days": 60}, read_settings(place).hash)

    assert 0o640 == (tmp_path / SETTINGS_FILE).stat().st_mode & 0o777


def test_nothing_is_saved_over_somebody_elses_change(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    opened = read_settings(place).hash
    workspace(tmp_path, SETTINGS_TEXT + "# theirs\n")

    with pytest.raises(UsageError, match="was changed since"):
        save_section(place, "history", {"days": 60}, opened)

    assert SETTINGS_TEXT + "# theirs\n" == (tmp_path / SETTINGS_FILE).read_text()


def test_values_that_will_not_do_are_refused(tmp_path: Path) -> None:
    place = workspace(tmp_path)

    with pytest.raises(InvalidParamsError):
        save_section(place, "history", {"days": 0}, read_settings(place).hash)

    assert SETTINGS_TEXT == (tmp_path / SETTINGS_FILE).read_text()


def test_a_fault_elsewhere_in_the_file_is_told_and_nothing_is_saved(tmp_path: Path) -> None:
    place = workspace(tmp_path, "[http]\ndeadline = 0\n")
    found = read_settings(place)

    assert "deadline" in found.faults
    with pytest.raises(UsageError, match="could not be used"):
        save_section(place, "history", {"days": 60}, found.hash)


@pytest.mark.parametrize("content", [b"[http\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    place = workspace(tmp_path)
    (tmp_path / SETTINGS_FILE).write_bytes(content)

    with pytest.raises(WorkspaceError):
        read_settings(place)


def test_a_password_that_was_not_shown_stays_when_the_rest_is_saved(tmp_path: Path) -> None:
    text = '[http]\nproxy = "http://me:secret@proxy.example:1" # mine\n'
    place = workspace(tmp_path, text)
    shown = masked("http://me:secret@proxy.example:1")
    assert "http://me:•••@proxy.example:1" == shown

    save_section(place, "http", {"proxy": shown, "deadline": 5}, read_settings(place).hash)

    assert text + "deadline = 5\n" == (tmp_path / SETTINGS_FILE).read_text()
