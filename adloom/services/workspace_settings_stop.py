"""The kill switch with the reason why it was pulled."""

from datetime import datetime
from typing import Final

from adloom.errors import WorkspaceError
from adloom.services.enabling import stop_everything
from adloom.settings import STOP_FILE, Workspace

__all__ = ["LONGEST_REASON", "pull", "reason_of"]

#: Characters of a reason.
LONGEST_REASON: Final = 500
_KEPT: Final = 4 * LONGEST_REASON


def pull(workspace: Workspace, reason: str, now: datetime) -> None:
    """Stop every change at once, and note why.

    Args:
        workspace: Where.
        reason: Why, for whoever finds it; may be empty.
        now: The present.

    Raises:
        WorkspaceError: The file cannot be written. It is tried first without the reason.
    """
    stop_everything(workspace)
    said = "".join(sign if sign.isprintable() else " " for sign in reason.strip())
    path = workspace.path / STOP_FILE
    try:
        if path.is_file():
            path.write_text(f"{now:%Y-%m-%d %H:%M} UTC {said[:LONGEST_REASON]}\n", "utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"Everything is stopped, but the reason could not be noted: {error.strerror}."
        ) from None


def reason_of(workspace: Workspace) -> str:
    """When and why the kill switch was pulled, as far as somebody noted it."""
    try:
        with (workspace.path / STOP_FILE).open("rb") as file:
            return file.read(_KEPT).decode(errors="replace").strip()
    except OSError:
        return ""
