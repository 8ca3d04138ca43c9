"""The log of a runner: a line for whatever happens, for people or for programs, never a secret."""

import logging
import sys
import time
from datetime import UTC, datetime
from typing import Final

from adloom.json_text import dump
from adloom.secret import RedactingFilter, silence_wire_logs

__all__ = ["ServeLog"]

NAME: Final = "adloom.serve"
#: Seconds in which the same is not said again.
QUIET: Final = 3600.0


class _Lines(logging.Formatter):
    """A moment, what it is about, and what happened."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        about = getattr(record, "about", None) or _about(record)
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname}: "
        return f"{moment:%Y-%m-%d %H:%M:%S}  {about:20}  {mark}{record.getMessage()}"


class _JsonLines(logging.Formatter):
    """The same for programs."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "about": getattr(record, "about", None) or _about(record),
            "text": record.getMessage(),
        }
        return dump(told).decode()


class ServeLog:
    """Writes lines to stdout; every library's warnings come along.

    Args:
        as_json: Whether programs read it.
    """

    def __init__(self, *, as_json: bool) -> None:
        out = logging.StreamHandler(sys.stdout)
        out.setFormatter(_JsonLines() if as_json else _Lines())
        out.addFilter(RedactingFilter())
        root = logging.getLogger()
        root.handlers[:] = [out]
        root.setLevel(logging.WARNING)
        logging.getLogger("adloom").setLevel(logging.INFO)
        silence_wire_logs()
        self._log = logging.getLogger(NAME)
        self._said: dict[str, float] = {}

    def say(self, text: str, about: str = "runner") -> None:
        """Tell what happened."""
        self._log.info("%s", text, extra={"about": about})

    def say_once(self, text: str) -> None:
        """Tell what a library of ours has to say; not the same again and again."""
        now = time.monotonic()
        if now - self._said.get(text, -QUIET) >= QUIET:
            self._said[text] = now
            self.say(text)

    def alert(self, text: str, about: str = "runner") -> None:
        """Tell what somebody should look at."""
        self._log.warning("%s", text, extra={"about": about})


def _about(record: logging.LogRecord) -> str:
    """What a line of somebody else's is about."""
    return record.name.removeprefix("adloom.").partition(".")[0]
