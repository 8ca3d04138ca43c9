"""Files that belong to one person, on a disk that keeps its word."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adloom.errors import UsageError, WorkspaceError
from adloom.files import (
    PIECE,
    FileFacts,
    check_private,
    look_at,
    open_private,
    refuse_network_disk,
)

# --- a file of the user's -------------------------------------------------------------------------


def test_a_file_is_identified_by_place_name_size_and_content(tmp_path: Path) -> None:
    path = tmp_path / "a clip.mp4"
    path.write_bytes(b"x" * 100_000)
    digest = hashlib.sha256(b"x" * 100_000).hexdigest()
    md5 = hashlib.md5(b"x" * 100_000, usedforsecurity=False).hexdigest()

    assert FileFacts(str(path), "a clip.mp4", 100_000, digest, md5, b"x" * 32) == look_at(str(path))


def test_a_file_larger_than_one_piece_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    content = bytes(range(256)) * 10_000
    path.write_bytes(content)

    facts = look_at(str(path))

    assert (2_560_000, hashlib.sha256(content).hexdigest()) == (facts.size, facts.sha256)
    assert content[:32] == facts.head


@pytest.mark.parametrize(
    ("pieces", "lengths"),
    [
        (0.5, [0.5]),
        (2, [2]),
        (3.5, [3.5]),
        (4, [2, 2]),
        (7.25, [2, 2, 3.25]),
    ],
)
def test_the_slices_of_a_file_are_the_whole_and_the_last_takes_the_rest(
    tmp_path: Path, pieces: float, lengths: list[float]
) -> None:
    path = tmp_path / "clip.mp4"
    content = os.urandom(int(pieces * PIECE))
    path.write_bytes(content)

    slices = look_at(str(path), slice_size=2 * PIECE).slices

    assert [int(length * PIECE) for length in lengths] == [one.length for one in slices]
    for one in slices:
        part = content[one.offset : one.offset + one.length]
        assert hashlib.sha256(part).hexdigest() == one.sha256


def test_an_empty_file_has_no_slices(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert () == look_at(str(tmp_path / "empty"), slice_size=PIECE).slices
    assert () == look_at(str(tmp_path / "empty")).slices


def test_a_place_may_be_given_from_here_or_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").touch()

    assert str(tmp_path / "a") == look_at("a").path == look_at("~/a").path


@pytest.mark.parametrize("path", ["gone", ".", "", "a\x00b", "~nobody-has-this-name/a", "a" * 5000])
def test_what_cannot_be_read_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"cannot be read|no place for a file"):
        look_at(path)


# --- private files --------------------------------------------------------------------------------


@pytest.fixture
def loose() -> Iterator[None]:
    """A user whose new files everybody may write."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("loose")
def test_a_private_file_is_its_owners_alone_from_the_first_moment(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    open_private(path, b"content")

    assert b"content" == path.read_bytes()
    assert (0o600, 0o700) == tuple(one.stat().st_mode & 0o777 for one in (path, path.parent))
    check_private(path)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    open_private(path)
    path.write_bytes(b"mine")
    open_private(path)

    with pytest.raises(WorkspaceError, match="cannot be opened: File exists"):
        open_private(path, b"yours")
    assert b"mine" == path.read_bytes()


def test_a_place_that_is_none_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot be opened") as caught:
        open_private(tmp_path / "file" / "below")

    assert "another place" in str(caught.value.hint)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o666])
def test_a_file_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)

    with pytest.raises(WorkspaceError, match="read by others"):
        check_private(path)


def test_somebody_elses_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    open_private(path)
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)

    with pytest.raises(WorkspaceError, match="belongs to somebody else") as caught:
        check_private(path)
    assert f"chown {path}" in str(caught.value.hint)


def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    open_private(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for path in (tmp_path, tmp_path / "link"):
        with pytest.raises(WorkspaceError, match="not an ordinary file"):
            check_private(path)
    with pytest.raises(WorkspaceError, match="cannot be read"):
        check_private(tmp_path / "gone")


def test_where_files_have_no_modes_the_folder_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.touch(mode=0o666)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(os, "name", "nt")
        check_private(path)

    assert path.exists()


# --- disks ----------------------------------------------------------------------------------------

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//nas/share /mnt/my\\040share\\134 cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", None),
        ("/srv/adloom", None),
        ("/home", "nfs4"),
        ("/home/ada/adloom", "nfs4"),
        ("/home/local/adloom", None),
        ("/homestead", None),
        ("/mnt/my share\\", "cifs"),
        ("/mnt/my share\\/adloom", "cifs"),
        ("/mnt/my shared", None),
    ],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_a_disk_of_another_machine_is_refused(
    tmp_path: Path, folder: str, kind: str | None
) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    if kind is None:
        refuse_network_disk(Path(folder), table)
        return
    with pytest.raises(WorkspaceError, match=rf"network file system \({kind}\)"):
        refuse_network_disk(Path(folder), table)


def test_where_the_system_does_not_tell_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    refuse_network_disk(Path("/home"), tmp_path / "gone")
    monkeypatch.setattr(sys, "platform", "darwin")
    refuse_network_disk(Path("/home"), table)

    assert table.exists()
