"""The process that reads a large file of events: a job on its input, frames on its output.

What it writes is for `adloom.cli.events_feed` alone: events as TikTok gets them, hashed.
"""

import gc
import os
import signal
import sys
from contextlib import closing
from typing import Any, BinaryIO, Final

import msgspec

from adloom.cli.events_feed import HEAD, Failure
from adloom.cli.events_portions import Job, ReadingFault
from adloom.cli.events_reading import read_portions
from adloom.errors import UsageError

__all__ = ["main"]

#: Records live shortly and hold no cycles; looking for some costs more than it finds.
OBJECTS_BEFORE_COLLECTING: Final = 200_000


def main() -> None:
    """Do the job."""
    # Ctrl-C goes to everybody at the terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    out = sys.stdout.buffer
    try:
        job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
        with closing(read_portions(job)) as parts:
            for part in parts:
                _write(out, part)
    except UsageError as error:
        _write(out, Failure(str(error), error.hint, usage=True))
    except BrokenPipeError:
        # The parent has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    except Exception as error:  # noqa: BLE001 - told without values, which may be personal
        told = str(error) if isinstance(error, ReadingFault) else type(error).__name__
        _write(out, Failure(told, None, usage=False))


def _write(out: BinaryIO, part: Any) -> None:
    frame = msgspec.msgpack.encode(part)
    out.write(HEAD.pack(len(frame)))
    out.write(frame)
    out.flush()


if __name__ == "__main__":
    main()
