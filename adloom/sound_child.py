"""The process that decodes a sound: it reads standard input, and little memory and time is its own.

It writes one line of JSON: `seconds` and `claimed`, or `problem`.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any, Final

__all__ = ["main"]

MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 20
FRAMES: Final = 65_536
#: Bytes of one sample.
SAMPLE: Final = 2


def main() -> None:
    """Limit this process, decode standard input, and report."""
    with suppress(ImportError):  # Windows has no such limits; the parent's deadline holds there
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_report()))


def _report() -> dict[str, Any]:
    import soundfile  # type: ignore[import-untyped] # it ships no types

    try:
        with os.fdopen(0, "rb") as source, soundfile.SoundFile(source) as sound:
            block = bytearray(FRAMES * sound.channels * SAMPLE)
            frames = 0
            # A cut file ends before the frames its header claims: read until nothing comes.
            while got := sound.buffer_read_into(block, dtype="int16"):
                frames += got
            claimed = sound.frames / sound.samplerate if 0 < sound.frames < sys.maxsize else None
            return {"seconds": frames / sound.samplerate, "claimed": claimed}
    except soundfile.LibsndfileError as error:
        return {"problem": error.error_string.removeprefix("Error : ").rstrip(".")}
    except (RuntimeError, MemoryError, ValueError) as error:
        return {"problem": str(error).rstrip(".") or "it needs more memory than it may have"}


if __name__ == "__main__":
    main()
