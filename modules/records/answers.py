"""What an action's answers told."""

from typing import Any

from modules.base import Done

__all__ = ["data_of"]


def data_of(done: Done) -> dict[str, Any]:
    """The part of a call's answer that counts; empty if there is none."""
    data = done.body.get("data") if isinstance(done.body, dict) else None
    if isinstance(data, list):  # an upload of a video answers with a list (business_api.md §1.2)
        data = data[0] if data else None
    return data if isinstance(data, dict) else {}
