"""What modules for a creator's own account have in common (open_platform_and_events.md §I.2)."""

from typing import Any

from adloom.errors import MissingPermissionError
from adloom.wire import Answer, Record
from modules.base import Context

__all__ = ["data_in", "need_scope"]


def need_scope(context: Context, scope: str, what: str) -> None:
    """Refuse before anything is sent, where the grant is known not to cover something.

    Args:
        context: Whose connection it is.
        scope: What has to be covered.
        what: What it is needed for, as people call it.

    Raises:
        MissingPermissionError: The account's owner did not agree to that scope.
    """
    granted = context.connection.account.get("permissions")
    if not granted or scope in granted:
        return
    raise MissingPermissionError(
        f"{what} needs the scope {scope}, which {context.connection.name!r} was not granted.",
        hint="Have TikTok approve your app for it, then ask the owner: "
        f"adloom connections reconnect {context.connection.name} --scopes "
        f"{','.join([*granted, scope])}",
    )


def data_in(answer: Answer) -> Record:
    """The part of an answer that counts; empty if there is none."""
    data: Any = answer.data
    return data if isinstance(data, dict) else {}
