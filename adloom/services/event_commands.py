"""What was tried on a page, as somebody would type it at a terminal."""

import re
import shlex
from hashlib import sha256
from typing import Final

__all__ = ["map_command"]

PRESET: Final = re.compile(r"\s*preset:\s*([A-Za-z0-9_]+)\s*")


def map_command(
    mapping: str, source: str, source_id: str | None, *, file: str = "", digest: str = ""
) -> tuple[str, str | None]:
    """The command that does the same with a file of events.

    Args:
        mapping: The content of the mapping.
        source: The event source.
        source_id: Its id, if there is one.
        file: The mapping file it was read from, if it was.
        digest: Of that file as it was then.

    Returns:
        The command, and the name of a file that has to be saved first.
    """
    words = ["adloom", "events", "map", "event.json"]
    missing = None
    if found := PRESET.fullmatch(mapping):
        words += ["--preset", found[1]]
    elif mapping.strip():
        same = sha256(mapping.replace("\r\n", "\n").encode()).hexdigest() == digest
        missing = None if same and file else file or "mapping.yaml"
        words += ["--mapping", f"mappings/{file or 'mapping.yaml'}"]
    words += ["--source", source]
    if source_id:
        words += ["--source-id", source_id]
    return shlex.join(words), missing
