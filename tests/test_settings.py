"""The workspace and its settings."""

from pathlib import Path

import pytest

from adloom.errors import WorkspaceError
from adloom.settings import Settings, Workspace, find_workspace, key_folder, log_folder


def written(folder: Path, text: str | bytes) -> Path:
    content = text.encode() if isinstance(text, str) else text
    (folder / "adloom.toml").write_bytes(content)
    return folder


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    workspace = Workspace.open(written(tmp_path, ""))

    assert Settings() == workspace.settings
    assert (8917, 30.0, 5.0, 16_000_000, None) == (
        workspace.settings.oauth.port,
        workspace.settings.http.deadline,
        workspace.settings.http.visibility_lag,
        workspace.settings.http.largest_answer,
        workspace.settings.http.proxy,
    )


def test_what_stands_in_the_file_counts(tmp_path: Path) -> None:
    text = "[oauth]\nport = 9000\n[http]\ndeadline = 1.5\nproxy = 'http://127.0.0.1:3128'\n"
    settings = Workspace.open(written(tmp_path, text)).settings

    assert (9000, 1.5, "http://127.0.0.1:3128") == (
        settings.oauth.port,
        settings.http.deadline,
        settings.http.proxy,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[http]\ndeadline = 0", "http.deadline: must be 0.1 or more"),
        ("[http]\ndeadline = nan", "http.deadline: "),
        ("[http]\ndeadline = inf", "http.deadline: must be 600.0 or less"),
        ("[oauth]\nport = 70000", "oauth.port: must be 65535 or less"),
        ("[oauth]\nport = 'many'", "oauth.port: must be a whole number"),
        ("[http]\ndeadlin = 5", "http.deadlin: there is no such setting"),
        ("[htpp]\n", "htpp: there is no such parameter. Did you mean http?"),
        ("http = 5", "http: "),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        Workspace.open(written(tmp_path, text))

    assert str(tmp_path / "adloom.toml") in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["[http", "a = 1\na = 2", b"\xff", "deadline = 5 6"])
def test_a_file_that_is_no_toml_is_told_as_such(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(WorkspaceError, match="not valid TOML"):
        Workspace.open(written(tmp_path, text))


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no adloom workspace") as caught:
        Workspace.open(tmp_path)

    assert f"Make one: adloom init {tmp_path}" == caught.value.hint


def test_settings_that_cannot_be_read_are_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "adloom.toml").mkdir()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        Workspace.open(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        Workspace.open(tmp_path / "file")


def test_a_workspace_knows_where_its_things_are(tmp_path: Path) -> None:
    workspace = Workspace.open(written(tmp_path, ""))
    before = workspace.stopped
    (tmp_path / "STOP").touch()

    assert ["connections.db", "journal.db", "locks"] == [
        place.relative_to(tmp_path).as_posix()
        for place in (workspace.connections, workspace.journal, workspace.locks)
    ]
    assert (False, True) == (before, workspace.stopped)


def test_the_workspace_that_is_meant_is_the_nearest_named_one(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    users = find_workspace(None, environment={}, folder=here)
    written(here, "")
    environment = {"ADLOOM_WORKSPACE": str(tmp_path / "named")}

    assert "adloom" == users.name
    assert here == find_workspace(None, environment={}, folder=here)
    assert tmp_path / "named" == find_workspace(None, environment=environment, folder=here)
    assert tmp_path / "mine" == find_workspace(
        str(tmp_path / "mine"), environment=environment, folder=here
    )
    assert Path.home() / "w" == find_workspace("~/w", environment={}, folder=here)
    assert Path.cwd() / "w" == find_workspace("w", environment={}, folder=here)


def test_the_environment_and_the_current_folder_are_looked_at_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written(tmp_path, ""))
    found = find_workspace(None)
    monkeypatch.setenv("ADLOOM_WORKSPACE", str(tmp_path / "named"))

    assert (tmp_path, tmp_path / "named") == (found, find_workspace(None))


def test_the_home_of_nobody_is_no_workspace() -> None:
    with pytest.raises(WorkspaceError, match="no place for a workspace"):
        find_workspace("~nobody-has-this-name/w", environment={})


def test_keys_lie_apart_from_data_and_logs() -> None:
    data = find_workspace(None, environment={}, folder=Path("/"))

    assert not key_folder().is_relative_to(data)
    assert not log_folder().is_relative_to(data)
