"""The file that a report of a fault in adloom needs: everything about it but its values."""

import platform
import re
import traceback
from datetime import UTC, datetime
from typing import Final

from adloom import VERSION
from adloom.errors import AdloomError
from adloom.files import open_private
from adloom.secret import scrub
from adloom.settings import log_folder

__all__ = ["fault_text", "write_fault"]

#: What an error may quote of people: e-mail addresses and telephone numbers.
PEOPLE: Final = re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\+\d[\d ()-]{6,18}\d")
DOTS: Final = "•••"


def fault_text(error: BaseException, during: str) -> str:
    """Where it happened and in what; secrets are scrubbed, and so is what tells who people are.

    Args:
        error: What nobody expected.
        during: What was being done.
    """
    trace = "".join(traceback.format_exception(error))
    machine = f"adloom {VERSION}, Python {platform.python_version()}, {platform.platform()}"
    return PEOPLE.sub(DOTS, scrub(f"{machine}\nduring: {during}\n\n{trace}"))


def write_fault(error: BaseException, during: str) -> str | None:
    """Write a fault into the log folder; tells the file, or None where it cannot be written."""
    place = log_folder() / f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.log"
    try:
        open_private(place, fault_text(error, during).encode())
    except AdloomError:
        return None
    return str(place)
