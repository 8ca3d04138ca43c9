"""Where rows are added: a file below a folder, and nowhere else."""

from pathlib import Path

from adloom.errors import RejectedError
from adloom.files import refuse_network_disk
from adloom.paths import check_data_path

__all__ = ["place_of"]


def place_of(folder: Path, file: str) -> Path:
    """The place of a file below a folder; the folders on the way are made.

    Raises:
        InvalidParamsError: The name leads elsewhere.
        RejectedError: A link leads elsewhere, or something else is in the way.
        WorkspaceError: It lies on a network disk, where locks do not hold.
    """
    path = folder / check_data_path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        inside = path.parent.resolve().is_relative_to(folder.resolve())
        if not inside or path.is_symlink():
            raise RejectedError(f"{file} leads out of {folder} by a link; nothing was written.")
        if path.exists() and not path.is_file():
            raise RejectedError(f"{path} is no ordinary file; nothing was written.")
    except OSError as error:
        raise RejectedError(f"{path} cannot be written: {error.strerror}.") from None
    refuse_network_disk(path.parent)
    return path
